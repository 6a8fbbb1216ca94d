"""Carrying out what a fault asks for, in its order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn, Protocol

from django_mssql_ops.faultproxy.actions import (
    Action,
    Answer,
    Cut,
    CutDriver,
    Execute,
    Forward,
    PartOfReply,
    RawBytes,
    Refuse,
    RollBack,
    Shape,
    Stall,
    Wait,
)
from django_mssql_ops.faultproxy.ends import End, Ended
from django_mssql_ops.faultproxy.shaping import Shaper
from django_mssql_ops.faultproxy.switchboard import Switchboard
from django_mssql_ops.faultproxy.waiting import has_left
from django_mssql_ops.tds import Token
from django_mssql_ops.tds.answers import AnswerWriter


class Held(Protocol):
    """What waits at the proxy while a fault strikes, by the point it waits at."""

    def forward(self) -> None:
        """Let it go; what comes back passes."""

    def execute(self) -> None:
        """Let it go, and read and drop what comes back."""

    def part(self, rows: int, *, inside_token: bool) -> None:
        """Let it go, and pass what comes back up to a cut; read and drop the rest."""

    def roll_back(self) -> None:
        """Roll the server's transaction back."""

    def drop(self) -> None:
        """Forget it."""

    def lost(self) -> None:
        """The driver will never hear of it; may be called more than once."""


class Stage:
    """The driver's side of one connection, on which actions are carried out."""

    def __init__(self, driver: End, board: Switchboard) -> None:
        self.driver = driver
        self.board = board
        #: Bytes of a packet to the driver, as the login agreed.
        self.packet_size = 4096
        self._shaper: Shaper | None = None

    def to_driver(self, data: bytes) -> None:
        """Send plain text as the connection is shaped. Raises Ended."""
        if self._shaper is None:
            self.driver.send(data)
        else:
            self._shaper.send(data)
        if self.board.stopping.is_set():
            raise Ended("the proxy stopped")

    @property
    def is_shaped(self) -> bool:
        return self._shaper is not None

    def say(self, tokens: Sequence[Token]) -> None:
        """Send one message of these tokens to the driver."""
        writer = AnswerWriter()
        for token in tokens:
            writer.write(token)
        self.to_driver(writer.packets(self.packet_size, end=True))

    def perform(self, actions: Sequence[Action], held: Held) -> None:
        """Do these in their order. Raises Ended when one of them ends the connection."""
        let_go = False
        try:
            for action in actions:
                let_go = self._perform(action, held, let_go=let_go)
            if not let_go:
                held.drop()
        finally:
            held.lost()

    def _perform(self, action: Action, held: Held, *, let_go: bool) -> bool:
        """Whether what is held has gone after this action."""
        match action:
            case Forward():
                held.forward()
            case Execute():
                held.execute()
            case PartOfReply(rows, inside_token):
                held.part(rows, inside_token=inside_token)
            case Answer(tokens):
                if not let_go:
                    held.drop()
                self.say(tokens)
            case _:
                self._perform_beside(action, held)
                return let_go
        return True

    def _perform_beside(self, action: Action, held: Held) -> None:
        """What leaves what is held where it is."""
        match action:
            case RawBytes(content):
                self.to_driver(content)
            case RollBack():
                held.roll_back()
            case CutDriver(how):
                held.lost()
                self._cut(how)
            case Stall(seconds):
                held.lost()
                self._stall(seconds)
            case Wait(seconds):
                self.board.wait(seconds)
            case Shape():
                self._shape(action)
            case Refuse(seconds):
                self.board.refuse(seconds)
                self._cut(Cut.RESET)

    def _shape(self, shape: Shape) -> None:
        if self._shaper is None:
            self._shaper = Shaper(self.driver.send, self.board.wait, self.board.armed.random)
        self._shaper.add(shape)

    def _cut(self, how: Cut) -> NoReturn:
        self.driver.end(how)
        raise Ended(f"a fault cut it by {how.value}")

    def _stall(self, seconds: float | None) -> NoReturn:
        """A host that comes back knows nothing of the connection and says so by RST."""
        self.board.hold(seconds, lambda: has_left(self.driver.socket))
        self.driver.end(Cut.RESET)
        raise Ended("a fault fell silent on it")
