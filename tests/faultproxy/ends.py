"""Ends of a connection without a socket: what was sent is kept, what is to come is given."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import cast

from django_mssql_ops.faultproxy.acting import Stage
from django_mssql_ops.faultproxy.actions import Cut
from django_mssql_ops.faultproxy.ends import End, Ended
from django_mssql_ops.faultproxy.relay import Relay
from django_mssql_ops.faultproxy.switchboard import Switchboard


class FakeEnd:
    """Stands where an End stands; only what a relay uses without waiting is here."""

    def __init__(self, who: str, comes: Iterable[bytes] = ()) -> None:
        self.who = who
        self.sent = bytearray()
        self.comes = deque(comes)
        self.ended: Cut | None = None

    def send(self, data: bytes | bytearray | memoryview) -> None:
        self.sent += data

    def receive(self, seconds: float) -> bytes:
        if not self.comes:
            raise Ended(f"{self.who} stayed silent for {seconds:g} s")
        return self.comes.popleft()

    def receive_now(self) -> bytes | None:
        return self.comes.popleft() if self.comes else None

    def give_back(self, data: bytes) -> None:
        self.comes.appendleft(data)

    def end(self, how: Cut = Cut.CLOSE) -> None:
        self.ended = self.ended or how


class Wired:
    """A relay between two such ends."""

    def __init__(self) -> None:
        self.board = Switchboard()
        self.driver, self.server = FakeEnd("the driver"), FakeEnd("the server")
        self.stage = Stage(cast(End, self.driver), self.board)
        self.relay = Relay(self.stage, cast(End, self.server), 1)

    def from_driver(self, *pieces: bytes) -> None:
        """Bytes come; what is not taken at once waits, as in a socket."""
        self._feed(self.driver, self.relay.from_driver, pieces)

    def from_server(self, *pieces: bytes) -> None:
        self._feed(self.server, self.relay.from_server, pieces)

    def _feed(self, end: FakeEnd, take: object, pieces: Iterable[bytes]) -> None:
        end.comes += pieces
        while (data := end.receive_now()) is not None:
            take(data)  # type: ignore[operator]
