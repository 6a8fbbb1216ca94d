"""Tokens to bytes.

Facts (MS-TDS 2.2.7): each token is its id, for most a length (USHORT, or DWORD for SESSIONSTATE
and FEDAUTHINFO), and its content. DONE's row count has 8 bytes since TDS 7.2. NBCROW (2.2.7.15)
opens with one bit per column, 1 for NULL, and leaves those values out.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import Any, Final

from django_mssql_ops.exceptions import LocalProtocolError
from django_mssql_ops.tds import token_contents as contents
from django_mssql_ops.tds.columns import encode_columns
from django_mssql_ops.tds.features import encode_features
from django_mssql_ops.tds.grammar import I32, U16, U32, b_varchar, unsigned
from django_mssql_ops.tds.tokens import (
    ColInfo,
    ColMetadata,
    Column,
    Done,
    EnvChange,
    FeatureExtAck,
    FedAuthInfo,
    LoginAck,
    Order,
    ReturnStatus,
    ReturnValue,
    ServerError,
    ServerInfo,
    SessionState,
    SspiMessage,
    TabName,
    Token,
    TokenType,
)
from django_mssql_ops.tds.type_info import encode_type_info
from django_mssql_ops.tds.values import encode_value

_DONE: Final = struct.Struct("<BHHQ")
_RETURN_VALUE_HEAD: Final = struct.Struct("<IH")


def encode_token(token: Token) -> bytes:
    """One token. LocalProtocolError for what MS-TDS cannot carry, and for a `Row`.

    A row needs its columns: see `encode_row`.
    """
    encoder = _ENCODERS.get(type(token))
    if encoder is None:
        raise LocalProtocolError(
            f"encode_token cannot encode {type(token).__name__}; rows go through encode_row"
        )
    return encoder(token)


def encode_row(
    columns: Sequence[Column], values: Sequence[object], *, null_bitmap: bool = False
) -> bytes:
    """ROW, or NBCROW with ``null_bitmap``. LocalProtocolError when a value does not fit."""
    if len(columns) != len(values):
        raise LocalProtocolError(f"{len(values)} values for {len(columns)} columns")
    if not null_bitmap:
        body = [encode_value(c.type, v) for c, v in zip(columns, values, strict=True)]
        return bytes((TokenType.ROW,)) + b"".join(body)
    bitmap = bytearray((len(columns) + 7) // 8)
    body = []
    for index, (column, value) in enumerate(zip(columns, values, strict=True)):
        if value is None:
            bitmap[index // 8] |= 1 << index % 8
        else:
            body.append(encode_value(column.type, value))
    return bytes((TokenType.NBCROW,)) + bytes(bitmap) + b"".join(body)


def _short(kind: TokenType, body: bytes) -> bytes:
    if len(body) > 0xFFFF:
        raise LocalProtocolError(f"{kind.name} of {len(body)} bytes; at most 65535")
    return bytes((kind,)) + U16.pack(len(body)) + body


def _long(kind: TokenType, body: bytes) -> bytes:
    return bytes((kind,)) + U32.pack(len(body)) + body


def _done(token: Done) -> bytes:
    return _DONE.pack(
        token.kind,
        unsigned(token.status, 16, "DONE status"),
        unsigned(token.command, 16, "DONE command"),
        unsigned(token.row_count, 64, "row count"),
    )


def _return_status(token: ReturnStatus) -> bytes:
    try:
        return bytes((TokenType.RETURNSTATUS,)) + I32.pack(token.value)
    except struct.error:
        raise LocalProtocolError(f"return status {token.value!r} does not fit 32 bits") from None


def _return_value(token: ReturnValue) -> bytes:
    head = U16.pack(unsigned(token.ordinal, 16, "ordinal")) + b_varchar(token.name)
    status = bytes((unsigned(token.status, 8, "status"),))
    flags = _RETURN_VALUE_HEAD.pack(
        unsigned(token.user_type, 32, "user type"), unsigned(token.flags, 16, "flags")
    )
    value = encode_type_info(token.type) + encode_value(token.type, token.value)
    return bytes((TokenType.RETURNVALUE,)) + head + status + flags + value


_ENCODERS: Final[dict[type, Callable[[Any], bytes]]] = {
    LoginAck: lambda t: _short(TokenType.LOGINACK, contents.encode_login_ack(t)),
    EnvChange: lambda t: _short(TokenType.ENVCHANGE, contents.encode_env_change(t)),
    ServerError: lambda t: _short(TokenType.ERROR, contents.encode_message(t)),
    ServerInfo: lambda t: _short(TokenType.INFO, contents.encode_message(t)),
    Order: lambda t: _short(TokenType.ORDER, contents.encode_order(t)),
    TabName: lambda t: _short(TokenType.TABNAME, contents.encode_tab_name(t)),
    ColInfo: lambda t: _short(TokenType.COLINFO, t.raw),
    SspiMessage: lambda t: _short(TokenType.SSPI, t.content),
    SessionState: lambda t: _long(TokenType.SESSIONSTATE, contents.encode_session_state(t)),
    FedAuthInfo: lambda t: _long(TokenType.FEDAUTHINFO, contents.encode_fed_auth_info(t)),
    FeatureExtAck: lambda t: bytes((TokenType.FEATUREEXTACK,)) + encode_features(t.features),
    ColMetadata: lambda t: bytes((TokenType.COLMETADATA,)) + encode_columns(t),
    ReturnStatus: _return_status,
    ReturnValue: _return_value,
    Done: _done,
}
