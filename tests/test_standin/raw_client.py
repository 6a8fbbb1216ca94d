"""A client that can do what no driver does: speak TDS one message at a time, or badly."""

from __future__ import annotations

import socket
from types import TracebackType
from typing import Self

from django_mssql_ops.tds import (
    Encryption,
    Login7,
    Message,
    MessageReader,
    PacketStatus,
    PacketType,
    Prelogin,
    RequestHeaders,
    SqlBatch,
    Token,
    TokenReader,
    packetize,
)
from tests.standin.logins import DEFAULT_DATABASE, DEFAULT_PASSWORD, DEFAULT_USER
from tests.test_standin.clients import Listening

#: Seconds; only a broken test waits for it.
LIMIT = 10.0
PRELOGIN = packetize(
    PacketType.PRELOGIN,
    Prelogin(version=(18, 6, 0, 0), encryption=Encryption.NOT_SUP, mars=False).encode(),
)


class RawClient:
    """A TCP connection to a stand-in, closed at the end of a ``with`` block."""

    def __init__(self, standin: Listening) -> None:
        self.socket = socket.create_connection((standin.host, standin.port), timeout=LIMIT)
        self._reader = MessageReader()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.socket.close()

    def send(
        self,
        packet_type: PacketType,
        payload: bytes,
        status: PacketStatus = PacketStatus.NORMAL,
    ) -> None:
        self.socket.sendall(packetize(packet_type, payload, status=status))

    def read(self) -> Message:
        """The server's next message; EOFError when it closes instead."""
        while (message := self._reader.next_message()) is None:
            data = self.socket.recv(65536)
            if not data:
                raise EOFError("the server closed the connection")
            self._reader.receive(data)
        return message

    def tokens(self) -> list[Token]:
        """The tokens of the server's next message."""
        reader = TokenReader()
        reader.receive(self.read().payload)
        tokens = []
        while (token := reader.next_token()) is not None:
            tokens.append(token)
        reader.end_of_message()
        return tokens

    def prelogin(self) -> Prelogin:
        self.socket.sendall(PRELOGIN)
        return Prelogin.decode(self.read().payload)

    def log_in(self, **fields: object) -> list[Token]:
        """PRELOGIN without encryption, LOGIN7, and the tokens that answer it."""
        self.prelogin()
        usual = {
            "username": DEFAULT_USER,
            "password": DEFAULT_PASSWORD,
            "database": DEFAULT_DATABASE,
        }
        login = Login7(**{**usual, **fields})  # type: ignore[arg-type]
        self.send(PacketType.LOGIN7, login.encode())
        return self.tokens()

    def batch(
        self, text: str, *, descriptor: int = 0, status: PacketStatus = PacketStatus.NORMAL
    ) -> list[Token]:
        """A batch and the tokens that answer it."""
        headers = RequestHeaders(transaction_descriptor=descriptor)
        self.send(PacketType.SQL_BATCH, SqlBatch(text, headers).encode(), status)
        return self.tokens()

    def closed_by_peer(self) -> bool:
        """Whether the server has closed, or does so within the limit."""
        try:
            while self.socket.recv(65536):
                pass
        except ConnectionResetError:
            return True
        return True
