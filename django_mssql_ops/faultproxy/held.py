"""What waits while a fault strikes a connection that is logged in, by the point it waits at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from django_mssql_ops.faultproxy.answering import Answering
from django_mssql_ops.faultproxy.messages import pieces_of_message
from django_mssql_ops.faultproxy.partial import PartialAnswer
from django_mssql_ops.tds import (
    PacketType,
    RequestHeaders,
    TransactionManagerRequest,
    TransactionRequest,
    packetize,
)

if TYPE_CHECKING:
    from django_mssql_ops.faultproxy.relay import Relay

#: Seconds the server may take for each piece of an answer that is read on the driver's behalf.
ANSWER_SECONDS: Final = 600.0
#: Seconds a driver may pause inside a message.
_PAUSE_SECONDS: Final = 600.0


class _Held:
    """What all of them have; ``descriptor`` is that of the transaction it belongs to."""

    def __init__(self, relay: Relay, descriptor: int) -> None:
        self._relay = relay
        self._descriptor = descriptor

    def forward(self) -> None:
        """Nothing is held."""

    def execute(self) -> None:
        """Nothing is held."""

    def part(self, rows: int, *, inside_token: bool) -> None:
        """Nothing is held."""

    def drop(self) -> None:
        """Nothing is held."""

    def lost(self) -> None:
        """Nothing is noted of it."""

    def roll_back(self) -> None:
        """Have the server roll the transaction back, if there is one, and drop its answer."""
        if not self._descriptor:
            return
        request = TransactionManagerRequest(
            TransactionRequest.ROLLBACK, headers=RequestHeaders(self._descriptor)
        )
        server = self._relay.server
        server.send(packetize(PacketType.TRANSACTION_MANAGER, request.encode()))
        for _ in pieces_of_message(server, ANSWER_SECONDS):
            pass


class HeldIdle(_Held):
    """Nothing was said."""


class HeldAttention(_Held):
    """The driver wants the running request cancelled."""

    def __init__(self, relay: Relay, raw: bytes) -> None:
        super().__init__(relay, 0)
        self._raw = raw

    def forward(self) -> None:
        self._relay.server.send(self._raw)

    def execute(self) -> None:
        self.forward()


class HeldReply(_Held):
    """The server has begun to answer a request."""

    def __init__(self, relay: Relay, answering: Answering) -> None:
        super().__init__(relay, answering.said.descriptor)
        self._answering = answering
        self._is_noted = False

    def forward(self) -> None:
        relay, answering = self._relay, self._answering
        self._is_noted = True
        data = relay.server.receive(ANSWER_SECONDS)
        relay.pass_answer(data, answering)

    def execute(self) -> None:
        for piece in self._answer():
            self._answering.see(piece)
        self._finished()

    def part(self, rows: int, *, inside_token: bool) -> None:
        relay = self._relay
        size = relay.stage.packet_size
        partial = PartialAnswer(rows, inside_token=inside_token, packet_size=size)
        for piece in self._answer():
            self._answering.see(piece)
            passing = partial.take(piece)
            if passing:
                relay.stage.to_driver(passing)
        self._finished()

    def drop(self) -> None:
        """The answer comes all the same, and nobody gets it."""
        if not self._is_noted:
            self.execute()

    def _answer(self) -> Iterator[bytes]:
        return pieces_of_message(self._relay.server, ANSWER_SECONDS, self._relay.answered)

    def _finished(self) -> None:
        self._is_noted = True
        self._relay.finished(self._answering, answered=False)

    def lost(self) -> None:
        """Write the request down, unless that was done."""
        if not self._is_noted:
            self._is_noted = True
            self._relay.note(self._answering, answered=False)


class HeldRequest(HeldReply):
    """A request, or the beginning of one that is too long to be held."""

    def __init__(self, relay: Relay, raw: bytes, answering: Answering) -> None:
        super().__init__(relay, answering)
        self._raw = raw

    def forward(self) -> None:
        relay = self._relay
        self._is_noted = True
        relay.answering = self._answering
        relay.server.send(self._raw)

    def execute(self) -> None:
        self._send_all()
        super().execute()

    def part(self, rows: int, *, inside_token: bool) -> None:
        self._send_all()
        super().part(rows, inside_token=inside_token)

    def drop(self) -> None:
        """Read the rest of it, for who says a lot expects an answer at its end only."""
        for _ in self._rest():
            pass

    def _send_all(self) -> None:
        server = self._relay.server
        server.send(self._raw)
        for piece in self._rest():
            server.send(piece)

    def _rest(self) -> Iterator[bytes]:
        asked = self._relay.asked
        if asked.in_message and not asked.opaque:
            yield from pieces_of_message(self._relay.stage.driver, _PAUSE_SECONDS, asked)
