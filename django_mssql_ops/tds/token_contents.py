"""Tokens that state their own length, both ways: the structure and the bytes behind the length.

Facts: MS-TDS 2.2.7.3, 2.2.7.9 to 2.2.7.14, 2.2.7.17, 2.2.7.21 to 2.2.7.23. LOGINACK's TDSVersion
is big-endian. ENVCHANGE's old and new values are text, bytes (types 7 to 12, 16, 17), a long
value (15) or a structure (20, 21); type 18 has none.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Final

from django_mssql_ops.exceptions import LocalProtocolError, RemoteProtocolError
from django_mssql_ops.tds.columns import encode_table_name, read_table_name
from django_mssql_ops.tds.grammar import (
    U16,
    U32,
    U32_BE,
    Cursor,
    b_varbyte,
    b_varchar,
    remote_text,
    unsigned,
    us_varbyte,
    us_varchar,
    utf16,
)
from django_mssql_ops.tds.limits import MAX_IDENTIFIER
from django_mssql_ops.tds.tokens import (
    ColInfo,
    EnvChange,
    EnvChangeType,
    FedAuthInfo,
    LoginAck,
    Order,
    Routing,
    ServerError,
    ServerInfo,
    SessionState,
    SspiMessage,
    TabName,
    Token,
    TokenType,
)

_ENV_TYPES = {int(member): member for member in EnvChangeType}
_ENV_BYTES = frozenset({7, 8, 9, 10, 11, 12, 16, 17})
_ENV_ROUTING = frozenset({EnvChangeType.ROUTING, EnvChangeType.ENHANCED_ROUTING})
_MESSAGE_HEAD: Final = struct.Struct("<iBB")
_STS_URL: Final = 0x01
_SPN: Final = 0x02
_LONG_STATE: Final = 0xFF


def decode_login_ack(body: Cursor) -> LoginAck:
    interface, version = body.u8(), body.u32_be()
    program = body.b_varchar("program name")
    major, minor = body.u8(), body.u8()
    return LoginAck(program.rstrip("\x00"), (major, minor, body.u16_be()), version, interface)


def encode_login_ack(token: LoginAck) -> bytes:
    major, minor, build = token.program_version
    version = bytes((unsigned(major, 8, "major version"), unsigned(minor, 8, "minor version")))
    head = bytes((unsigned(token.interface, 8, "interface"),)) + U32_BE.pack(token.tds_version)
    return head + b_varchar(token.program) + version + unsigned(build, 16, "build").to_bytes(2)


def _decode_message(body: Cursor) -> tuple[int, str, int, int, str, str, int]:
    number, state, severity = _MESSAGE_HEAD.unpack(body.take(_MESSAGE_HEAD.size))
    text = body.us_varchar("message")
    server, procedure = body.b_varchar("server name"), body.b_varchar("procedure name")
    return number, text, state, severity, server, procedure, body.u32()


def decode_error(body: Cursor) -> ServerError:
    return ServerError(*_decode_message(body))


def decode_info(body: Cursor) -> ServerInfo:
    return ServerInfo(*_decode_message(body))


def encode_message(token: ServerError | ServerInfo) -> bytes:
    """ERROR or INFO."""
    if not -(2**31) <= token.number < 2**31:
        raise LocalProtocolError(f"message number {token.number!r} does not fit 32 bits")
    state = unsigned(token.state, 8, "state")
    head = _MESSAGE_HEAD.pack(token.number, state, unsigned(token.severity, 8, "severity"))
    names = us_varchar(token.message) + b_varchar(token.server) + b_varchar(token.procedure)
    return head + names + U32.pack(unsigned(token.line, 32, "line"))


def decode_env_change(body: Cursor) -> EnvChange:
    number = body.u8()
    kind = _ENV_TYPES.get(number)
    if kind is None:
        return EnvChange(number, body.rest(), b"")
    if kind in _ENV_ROUTING:
        routing = _decode_routing(Cursor(body.us_varbyte()), kind)
        return EnvChange(kind, routing, body.us_varbyte())
    if kind is EnvChangeType.PROMOTE_TRANSACTION:
        return EnvChange(kind, body.take(body.u32()), body.b_varbyte())
    if kind is EnvChangeType.RESET_COMPLETED:
        return EnvChange(kind, body.b_varbyte(), body.b_varbyte() if body.remaining else b"")
    if kind in _ENV_BYTES:
        return EnvChange(kind, body.b_varbyte(), body.b_varbyte())
    return EnvChange(kind, body.b_varchar("new value"), body.b_varchar("old value"))


def _decode_routing(body: Cursor, kind: EnvChangeType) -> Routing:
    protocol, port = body.u8(), body.u16()
    server = body.us_varchar("alternate server", MAX_IDENTIFIER)
    database = None
    if kind is EnvChangeType.ENHANCED_ROUTING:
        database = body.us_varchar("alternate database", MAX_IDENTIFIER)
    body.finish("routing")
    return Routing(server, port, protocol, database)


def encode_env_change(token: EnvChange) -> bytes:
    head = bytes((unsigned(token.type, 8, "ENVCHANGE type"),))
    if token.type not in _ENV_TYPES:
        return head + _env_bytes(token, token.new)
    if token.type in _ENV_ROUTING:
        return head + us_varbyte(_encode_routing(token)) + us_varbyte(_env_bytes(token, token.old))
    if token.type == EnvChangeType.PROMOTE_TRANSACTION:
        new = _env_bytes(token, token.new)
        return head + U32.pack(len(new)) + new + b_varbyte(_env_bytes(token, token.old))
    if token.type in _ENV_BYTES or token.type == EnvChangeType.RESET_COMPLETED:
        new, old = _env_bytes(token, token.new), _env_bytes(token, token.old)
        return head + b_varbyte(new) + b_varbyte(old)
    if isinstance(token.new, str) and isinstance(token.old, str):
        return head + b_varchar(token.new) + b_varchar(token.old)
    raise LocalProtocolError(f"ENVCHANGE {token.type!r} needs text for its values")


def _env_bytes(token: EnvChange, value: str | bytes | Routing) -> bytes:
    if isinstance(value, bytes):
        return value
    if value == "":
        return b""
    raise LocalProtocolError(f"ENVCHANGE {token.type!r} needs bytes for its values")


def _encode_routing(token: EnvChange) -> bytes:
    routing = token.new
    if not isinstance(routing, Routing):
        raise LocalProtocolError(f"ENVCHANGE {token.type!r} needs a Routing as its new value")
    head = bytes((unsigned(routing.protocol, 8, "routing protocol"),))
    target = head + U16.pack(unsigned(routing.port, 16, "port")) + us_varchar(routing.server)
    if token.type == EnvChangeType.ENHANCED_ROUTING:
        return target + us_varchar(routing.database or "")
    return target


def decode_order(raw: bytes) -> Order:
    if len(raw) % 2:
        raise RemoteProtocolError(f"an ORDER of {len(raw)} bytes: odd length")
    return Order(struct.unpack(f"<{len(raw) // 2}H", raw))


def encode_order(token: Order) -> bytes:
    return b"".join(U16.pack(unsigned(number, 16, "column")) for number in token.columns)


def decode_tab_name(body: Cursor) -> TabName:
    tables = []
    while body.remaining:
        tables.append(read_table_name(body))
    return TabName(tuple(tables))


def encode_tab_name(token: TabName) -> bytes:
    return b"".join(map(encode_table_name, token.tables))


def decode_session_state(body: Cursor) -> SessionState:
    sequence, status = body.u32(), body.u8()
    states = []
    while body.remaining:
        state_id, size = body.u8(), body.u8()
        states.append((state_id, body.take(body.u32() if size == _LONG_STATE else size)))
    return SessionState(sequence, bool(status & 1), tuple(states))


def encode_session_state(token: SessionState) -> bytes:
    parts = [U32.pack(unsigned(token.sequence, 32, "sequence")), bytes((token.recoverable,))]
    for state_id, content in token.states:
        long = len(content) >= _LONG_STATE
        size = b"\xff" + U32.pack(len(content)) if long else bytes((len(content),))
        parts.append(bytes((unsigned(state_id, 8, "state id"),)) + size + content)
    return b"".join(parts)


def decode_fed_auth_info(body: Cursor) -> FedAuthInfo:
    count = body.u32()
    if count * 9 > body.remaining:
        raise RemoteProtocolError(f"a FEDAUTHINFO of {count} entries in {body.remaining} bytes")
    entries = [(body.u8(), body.u32(), body.u32()) for _ in range(count)]
    body.rest()
    found: dict[int, str] = {}
    others = []
    for info_id, size, offset in entries:
        if offset + size > len(body.data):
            raise RemoteProtocolError(f"FEDAUTHINFO entry {info_id} ends behind its token")
        content = body.data[offset : offset + size]
        if info_id in (_STS_URL, _SPN):
            found[info_id] = remote_text(content, "FEDAUTHINFO entry")
        else:
            others.append((info_id, content))
    return FedAuthInfo(found.get(_STS_URL, ""), found.get(_SPN, ""), tuple(others))


def encode_fed_auth_info(token: FedAuthInfo) -> bytes:
    entries = [(_STS_URL, utf16(token.sts_url)), (_SPN, utf16(token.spn)), *token.others]
    offset = 4 + 9 * len(entries)
    table = bytearray(U32.pack(len(entries)))
    for info_id, content in entries:
        table += bytes((info_id,)) + U32.pack(len(content)) + U32.pack(offset)
        offset += len(content)
    return bytes(table) + b"".join(content for _, content in entries)


#: Token id -> what makes a token of the bytes behind its USHORT length, all of them.
RAW_CONTENTS: Final[dict[int, Callable[[bytes], Token]]] = {
    TokenType.ORDER: decode_order,
    TokenType.COLINFO: ColInfo,
    TokenType.SSPI: SspiMessage,
}
#: Token id -> how many bytes its length has, and what reads the bytes behind it.
LENGTH_PREFIXED: Final[dict[int, tuple[int, Callable[[Cursor], Token]]]] = {
    TokenType.TABNAME: (2, decode_tab_name),
    TokenType.ERROR: (2, decode_error),
    TokenType.INFO: (2, decode_info),
    TokenType.LOGINACK: (2, decode_login_ack),
    TokenType.ENVCHANGE: (2, decode_env_change),
    TokenType.SESSIONSTATE: (4, decode_session_state),
    TokenType.FEDAUTHINFO: (4, decode_fed_auth_info),
}
