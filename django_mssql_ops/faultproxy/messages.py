"""Reading whole messages from an end as they travel, headers and all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django_mssql_ops.exceptions import ProtocolError
from django_mssql_ops.faultproxy.ends import End, Ended
from django_mssql_ops.faultproxy.framing import Framing, payload_of
from django_mssql_ops.tds import Token, TokenReader

#: Bytes of a message of the login; MS-TDS 2.2.6.4 allows a client 128 KB, and answers are smaller.
MAX_LOGIN_ANSWER: Final = 1024 * 1024


def pieces_of_message(end: End, seconds: float, framing: Framing | None = None) -> Iterator[bytes]:
    """The message that comes next, or the rest of the one ``framing`` is in, piece by piece.

    What follows it is given back to ``end``; ``seconds`` bounds each piece. Raises Ended.
    """
    framing = framing or Framing()
    while True:
        data = end.receive(seconds)
        size = framing.end_of_message(data)
        if framing.opaque:
            raise Ended(f"{end.who} does not speak MS-TDS")
        if size < len(data):
            end.give_back(data[size:])
            data = data[:size]
        framing.track(data)
        yield data
        if not framing.in_message:
            return


def raw_message(end: End, seconds: float, *, limit: int = MAX_LOGIN_ANSWER) -> bytes:
    """A whole message with its headers, of at most ``limit`` bytes. Raises Ended."""
    raw = bytearray()
    for piece in pieces_of_message(end, seconds):
        raw += piece
        if len(raw) > limit:
            raise Ended(f"{end.who} sent a message of more than {limit} bytes")
    return bytes(raw)


def tokens_in(raw: bytes) -> list[Token]:
    """The tokens of a whole answer, up to the first that is not understood here."""
    reader = TokenReader()
    reader.receive(payload_of(raw))
    tokens: list[Token] = []
    try:
        while (token := reader.next_token()) is not None:
            tokens.append(token)
    except ProtocolError:
        pass
    return tokens
