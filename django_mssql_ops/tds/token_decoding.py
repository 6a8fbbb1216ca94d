"""Tokens that are small or state their length: each read in one go from bytes that are there.

Facts (MS-TDS 2.2.7): after the id, a USHORT length (DWORD for SESSIONSTATE and FEDAUTHINFO) and
the content; DONE, DONEPROC and DONEINPROC have 12 bytes (2.2.7.6 to 2.2.7.8, row count of 8 bytes
since TDS 7.2); RETURNSTATUS has 4; FEATUREEXTACK ends itself.
"""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Callable, Iterator
from typing import Final, NoReturn

from django_mssql_ops.exceptions import RemoteProtocolError
from django_mssql_ops.tds.features import decode_features
from django_mssql_ops.tds.grammar import Cursor, Truncated
from django_mssql_ops.tds.limits import MAX_LONG_TOKEN_SIZE
from django_mssql_ops.tds.token_contents import LENGTH_PREFIXED, RAW_CONTENTS
from django_mssql_ops.tds.tokens import (
    Done,
    DoneKind,
    DoneStatus,
    FeatureExtAck,
    ReturnStatus,
    Token,
    TokenType,
)

TokenDecoder = Callable[[Cursor], Token]

_DONE: Final = struct.Struct("<HHQ")
#: Every defined bit of DoneStatus; others are not kept, so that no enum member is made for them.
_DONE_BITS: Final = 0x1B7
_DONE_STATUSES: Final = {
    bits: DoneStatus(bits) for bits in range(_DONE_BITS + 1) if not bits & ~_DONE_BITS
}
_REFUSED: Final = {
    0x78: "OFFSET",
    0x88: "ALTMETADATA",
    0xA3: "DATACLASSIFICATION",
    0xD3: "ALTROW",
}


def _framed(token_id: int, length_size: int, decode: Callable[[bytes], Token]) -> TokenDecoder:
    """Cuts the content off the stream; waits for it, unless its length is beyond the limit."""
    name = TokenType(token_id).name

    def read(cursor: Cursor) -> Token:
        size = int.from_bytes(cursor.take(length_size), "little")
        if size > MAX_LONG_TOKEN_SIZE:
            raise RemoteProtocolError(
                f"{name} of {size} bytes; expected at most {MAX_LONG_TOKEN_SIZE}"
            )
        return decode(cursor.take(size))

    return read


def _structured(token_id: int, decode: TokenDecoder) -> Callable[[bytes], Token]:
    """Reads the content to its end, and no further."""
    name = TokenType(token_id).name

    def read(raw: bytes) -> Token:
        body = Cursor(raw)
        try:
            token = decode(body)
        except Truncated as cut:
            # The token's own length is wrong; more bytes from the peer cannot mend it.
            raise RemoteProtocolError(f"{name} of {len(raw)} bytes: {cut}") from None
        if body.pos != len(raw):
            body.finish(name)
        return token

    return read


def _done(kind: DoneKind) -> TokenDecoder:
    def read(cursor: Cursor) -> Token:
        status, command, row_count = _DONE.unpack(cursor.take(_DONE.size))
        return Done(kind, _DONE_STATUSES[status & _DONE_BITS], command, row_count)

    return read


#: Token id -> how many bytes its length has, and what makes a token of the bytes behind it.
FRAMED_TOKENS: Final[dict[int, tuple[int, Callable[[bytes], Token]]]] = {
    **{
        int(token_id): (size, _structured(token_id, decode))
        for token_id, (size, decode) in LENGTH_PREFIXED.items()
    },
    **{int(token_id): (2, decode) for token_id, decode in RAW_CONTENTS.items()},
}


def _without_content() -> Iterator[tuple[int, Token]]:
    for token_id, (_, decode) in FRAMED_TOKENS.items():
        with contextlib.suppress(RemoteProtocolError, Truncated):
            yield token_id, decode(b"")


#: Token id -> the token without content, where there is one.
EMPTY_TOKENS: Final[dict[int, Token]] = dict(_without_content())
#: Token id -> what reads the rest of the token. It raises `Truncated` while bytes are missing.
SIMPLE_TOKENS: Final[dict[int, TokenDecoder]] = {
    **{
        token_id: _framed(token_id, size, decode)
        for token_id, (size, decode) in FRAMED_TOKENS.items()
    },
    **{int(kind): _done(kind) for kind in DoneKind},
    int(TokenType.RETURNSTATUS): lambda cursor: ReturnStatus(cursor.i32()),
    int(TokenType.FEATUREEXTACK): lambda cursor: FeatureExtAck(decode_features(cursor)),
}


def refuse(token_id: int) -> NoReturn:
    """RemoteProtocolError for a token that this codec does not read."""
    name = _REFUSED.get(token_id)
    if name is not None:
        raise RemoteProtocolError(f"not supported by this codec: the token {name}")
    raise RemoteProtocolError(f"token 0x{token_id:02X} does not exist in MS-TDS 2.2.7")
