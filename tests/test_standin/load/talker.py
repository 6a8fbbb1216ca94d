"""A client that talks SQL over a bare socket: it can stop in the middle, and leave in any way."""

from __future__ import annotations

import socket
import struct
from typing import Final

from django_mssql_ops.tds import (
    Done,
    DoneStatus,
    EnvChange,
    EnvChangeType,
    PacketType,
    RequestHeaders,
    Row,
    ServerError,
    SqlBatch,
    Token,
)
from tests.test_standin.clients import Listening
from tests.test_standin.raw_client import LIMIT, RawClient

#: Seconds after which a client without an answer counts as waiting.
MOMENT: Final = 0.1
#: SO_LINGER on with a time of zero: close() sends RST.
_RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)


class Talker(RawClient):
    """Logged in; its requests name the transaction it is in."""

    def __init__(self, standin: Listening, **login: object) -> None:
        super().__init__(standin)
        self._descriptor = 0
        errors = [token for token in self.log_in(**login) if isinstance(token, ServerError)]
        assert not errors, errors

    def ask(self, text: str) -> None:
        """Send a batch and wait for nothing."""
        headers = RequestHeaders(transaction_descriptor=self._descriptor)
        self.send(PacketType.SQL_BATCH, SqlBatch(text, headers).encode())

    def answer(self) -> list[Token]:
        """The tokens of the next answer."""
        tokens = self.tokens()
        for token in tokens:
            if isinstance(token, EnvChange) and token.type in _TRANSACTION_CHANGES:
                assert isinstance(token.new, bytes)
                self._descriptor = int.from_bytes(token.new, "little")
        return tokens

    def results(self, text: str) -> list[Token]:
        """Send a batch; the tokens that answer it."""
        self.ask(text)
        return self.answer()

    def run(self, text: str) -> list[Token]:
        """The same for a batch in which nothing fails."""
        return succeeded(self.results(text))

    def value(self, text: str) -> object:
        """The only value of a batch."""
        rows = [token for token in self.run(text) if isinstance(token, Row)]
        assert len(rows) == 1, rows
        return rows[0].values[0]

    def waits(self) -> bool:
        """Whether no answer comes for a moment."""
        self.socket.settimeout(MOMENT)
        try:
            return not self.socket.recv(1, socket.MSG_PEEK)
        except TimeoutError:
            return True
        finally:
            self.socket.settimeout(LIMIT)

    def cancel(self) -> None:
        """Send an attention and read its acknowledgement."""
        self.send(PacketType.ATTENTION, b"")
        done = self.tokens()[-1]
        assert isinstance(done, Done) and done.status & DoneStatus.ATTENTION, done

    def leave(self) -> None:
        """End with FIN."""
        self.socket.close()

    def vanish(self) -> None:
        """End with RST."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self.socket.close()


_TRANSACTION_CHANGES: Final = (
    EnvChangeType.BEGIN_TRANSACTION,
    EnvChangeType.COMMIT_TRANSACTION,
    EnvChangeType.ROLLBACK_TRANSACTION,
)


def succeeded(tokens: list[Token]) -> list[Token]:
    """An answer without an error."""
    errors = [token for token in tokens if isinstance(token, ServerError)]
    assert not errors, errors
    return tokens


def error_numbers(tokens: list[Token]) -> list[int]:
    """The errors of an answer."""
    return [token.number for token in tokens if isinstance(token, ServerError)]
