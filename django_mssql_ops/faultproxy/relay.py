"""A logged-in connection: bytes in both directions, requests held where a fault may strike.

As long as nobody watches, bytes pass with a look at the headers of their packets only. Then a
request is read to its end (or as far as a trigger looks), judged, and passed on; answers pass as
they come.
"""

from __future__ import annotations

import time
from typing import Final

from django_mssql_ops.faultproxy.acting import Stage
from django_mssql_ops.faultproxy.answering import Answering
from django_mssql_ops.faultproxy.ends import End, Ended
from django_mssql_ops.faultproxy.framing import Framing, payload_of
from django_mssql_ops.faultproxy.held import HeldAttention, HeldIdle, HeldReply, HeldRequest
from django_mssql_ops.faultproxy.moments import Point
from django_mssql_ops.faultproxy.passing import HAS_SHORT_WAY, pass_on
from django_mssql_ops.faultproxy.prepared import Prepared
from django_mssql_ops.faultproxy.said import read_said
from django_mssql_ops.faultproxy.waiting import waiter_for

#: Seconds between two looks at the clock of a connection on which nothing passes.
IDLE_TICK: Final = 0.1
#: Bytes of a request that are held; what is longer passes behind them, unread.
MAX_HELD: Final = 64 * 1024
_DRIVER: Final = 0


class Relay:
    """Both directions of one connection, in the thread that calls :meth:`run`."""

    def __init__(self, stage: Stage, server: End, number: int) -> None:
        self.stage = stage
        self.server = server
        self.number = number
        self.answering: Answering | None = None
        #: Messages of the driver, and of the server.
        self.asked = Framing()
        self.answered = Framing()
        self.prepared = Prepared()
        self._held = bytearray()
        #: The transaction in which something was done.
        self._dirty = 0
        #: How many of those were committed.
        self._commits = 0
        #: Requests have passed unseen: a transaction that is open now may be dirty.
        self._missed = False
        self._last = time.monotonic()

    def run(self) -> None:
        """Pass bytes until one side ends. Raises Ended."""
        driver, server = self.stage.driver, self.server
        waiter = waiter_for(driver.socket, server.socket)
        self._pass_early()
        while True:
            if self._may_pass_on():
                self._pass_on()
            ready = waiter.wait(IDLE_TICK)
            for number in ready:
                if number == _DRIVER:
                    data = driver.receive_now()
                    if data is not None:
                        self.from_driver(data)
                else:
                    data = server.receive_now()
                    if data is not None:
                        self.from_server(data)
            self._look_at_the_clock(idle=not ready)

    def _pass_early(self) -> None:
        """What came together with the end of the opening."""
        for end, take in ((self.stage.driver, self.from_driver), (self.server, self.from_server)):
            data = end.receive_now()
            if data is not None:
                take(data)

    def _may_pass_on(self) -> bool:
        """There is a short way, and nothing of this connection stands in it."""
        stage = self.stage
        return (
            HAS_SHORT_WAY
            and stage.board.is_quiet
            and stage.driver.is_plain
            and self.server.is_plain
            and not (stage.is_shaped or self._held)
            and (self.answering is None or not self.answering.is_read)
        )

    def _pass_on(self) -> None:
        driver, board = self.stage.driver, self.stage.board
        drivers_turn = pass_on(driver, self.server, self.asked, self.answered, board)
        if drivers_turn is not None:
            self._missed = True
            waits = drivers_turn or self.answered.in_message
            self.answering = Answering.unread() if waits else None
            self._last = time.monotonic()

    def _look_at_the_clock(self, *, idle: bool) -> None:
        if self.stage.board.stopping.is_set():
            raise Ended("the proxy stopped")
        if not idle:
            self._last = time.monotonic()
        elif Point.IDLE in self.stage.board.points and self.is_quiet:
            self._idle()

    @property
    def is_quiet(self) -> bool:
        """Nobody waits for an answer, and no request is under way."""
        return self.answering is None and not self.asked.in_message and not self._held

    def _idle(self) -> None:
        idle = time.monotonic() - self._last
        struck = self.stage.board.strike(
            Point.IDLE, self.number, descriptor=self._dirty, dirty=bool(self._dirty), idle=idle
        )
        if struck is not None:
            fault, moment = struck
            self.stage.perform(fault.inject(moment), HeldIdle(self, self._dirty))

    # The driver's direction

    def from_driver(self, data: bytes) -> None:
        """Take bytes of the driver."""
        watching = self.stage.board.is_watching
        if not self._held and (not watching or self.asked.in_message or self.asked.opaque):
            data = self._pass_rest(data) if watching else self._pass(data)
            if not data:
                return
        self._held += data
        while self._held and self._take_message():
            pass

    def _pass(self, data: bytes) -> bytes:
        """Unread: nobody watches."""
        self.asked.track(data)
        self._missed = True
        if self.answering is None:
            self.answering = Answering.unread()
        self.server.send(data)
        return b""

    def _pass_rest(self, data: bytes) -> bytes:
        """The rest of a message whose beginning has gone; gives what follows it."""
        size = self.asked.end_of_message(data)
        self.asked.track(data[:size])
        self.server.send(data[:size])
        return data[size:]

    def _take_message(self) -> bool:
        """Judge the message that is held; False while too little of it has come."""
        held = self._held
        framing = Framing()
        size = framing.end_of_message(held)
        framing.track(raw := bytes(held[:size]))
        if framing.in_message and not framing.opaque and size < MAX_HELD:
            return False
        del held[:size]
        self.asked.track(raw)
        self._judge(raw)
        return True

    def _judge(self, raw: bytes) -> None:
        said = self.prepared.completed(read_said(raw[0], payload_of(raw)))
        if said.point is Point.ATTENTION:
            self._judge_attention(raw)
            return
        dirty = self._is_dirty(said.descriptor)
        point = Point.EMPTY_COMMIT if said.point is Point.COMMIT and not dirty else said.point
        answering = Answering(said, point, dirty=dirty, began=time.monotonic())
        struck = self.stage.board.strike(
            point,
            self.number,
            sql=said.sql,
            verb=said.verb,
            descriptor=said.descriptor,
            dirty=dirty,
            commits=self._commits,
        )
        held = HeldRequest(self, raw, answering)
        if struck is None:
            held.forward()
            return
        fault, moment = struck
        self.stage.perform(fault.inject(moment), held)

    def _judge_attention(self, raw: bytes) -> None:
        struck = self.stage.board.strike(Point.ATTENTION, self.number)
        held = HeldAttention(self, raw)
        if struck is None:
            held.forward()
        else:
            fault, moment = struck
            self.stage.perform(fault.inject(moment), held)

    def _is_dirty(self, descriptor: int) -> bool:
        """Whether something was done in this transaction, or may have been, unseen."""
        if descriptor and self._missed:
            self._dirty = descriptor
        self._missed = False
        return bool(descriptor) and descriptor == self._dirty

    # The server's direction

    def from_server(self, data: bytes) -> None:
        """Take bytes of the server."""
        answering = self.answering
        if answering is None or not answering.is_read:
            self._pass_answer(data)
            return
        begins, answering.has_begun = not answering.has_begun, True
        if not (begins and self._judge_reply(data, answering)):
            self.pass_answer(data, answering)

    def _pass_answer(self, data: bytes) -> None:
        self.answered.track(data)
        if not self.answered.in_message and not self.asked.in_message:
            self.answering = None
        self.stage.to_driver(data)

    def _judge_reply(self, data: bytes, answering: Answering) -> bool:
        """Whether the answer has been seen to."""
        if answering.point is not Point.REQUEST or Point.REPLY not in self.stage.board.points:
            return False
        said = answering.said
        struck = self.stage.board.strike(
            Point.REPLY,
            self.number,
            sql=said.sql,
            verb=said.verb,
            descriptor=said.descriptor,
            dirty=answering.dirty,
        )
        if struck is None:
            return False
        fault, moment = struck
        self.server.give_back(data)
        held = HeldReply(self, answering)
        self.stage.perform(fault.inject(moment), held)
        return True

    def pass_answer(self, data: bytes, answering: Answering) -> None:
        """Pass a piece of an answer that is followed."""
        answering.see(data)
        ended = self.answered.ended
        self.answered.track(data)
        if self.answered.ended > ended and not self.answered.in_message:
            self.finished(answering)
        self.stage.to_driver(data)

    def finished(self, answering: Answering, *, answered: bool = True) -> None:
        """The server has answered, whatever the driver gets of it."""
        self.answering = None
        said = answering.said
        if answering.handle is not None:
            self.prepared.remember(answering.handle, said.sql)
        if said.point is Point.REQUEST and said.descriptor:
            self._dirty = said.descriptor
        elif said.point in (Point.COMMIT, Point.ROLLBACK):
            self._commits += answering.point is Point.COMMIT
            self._dirty = 0
        self.note(answering, answered=answered)

    def note(self, answering: Answering, *, answered: bool) -> None:
        """Write the request down."""
        self.stage.board.events.note(
            "request",
            self.number,
            point=answering.point.value,
            verb=answering.said.verb,
            ms=round((time.monotonic() - answering.began) * 1000, 3),
            answered=answered,
        )
