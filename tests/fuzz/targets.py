"""What is fuzzed. The invariant: a structure or ProtocolError comes out, never anything else, and
how the bytes were cut makes no difference."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from django_mssql_ops import tds
from django_mssql_ops.exceptions import ProtocolError
from tests.tds.feeding import pieces
from tests.tds.value_cases import VALUE_CASES

_REQUEST_TYPES = (
    tds.PacketType.SQL_BATCH,
    tds.PacketType.RPC,
    tds.PacketType.TRANSACTION_MANAGER,
    tds.PacketType.FEDAUTH_TOKEN,
)


def messages(data: bytes) -> None:
    with contextlib.suppress(ProtocolError):
        reader = tds.MessageReader()
        reader.receive(data)
        while reader.next_message() is not None:
            pass


def logins(data: bytes) -> None:
    for decode in (tds.Prelogin.decode, tds.Login7.decode):
        with contextlib.suppress(ProtocolError):
            decode(data)


def requests(data: bytes) -> None:
    for packet_type in _REQUEST_TYPES:
        with contextlib.suppress(ProtocolError):
            tds.decode_request(tds.Message(packet_type, data))


def values(data: bytes) -> None:
    for case in VALUE_CASES:
        for in_rpc in (False, True):
            with contextlib.suppress(ProtocolError):
                tds.decode_value(case.type, data, in_rpc=in_rpc)


def tokens_whole(data: bytes) -> None:
    """Nothing is kept, as a caller that reads a large result would not."""
    for _ in _tokens(data, len(data)):
        pass


def tokens_by_packet(data: bytes) -> None:
    for _ in _tokens(data, 4088):
        pass


def _tokens(data: bytes, size: int) -> Iterator[tds.Token | str]:
    reader = tds.TokenReader()
    try:
        for piece in pieces(data, size):
            reader.receive(piece)
            while (token := reader.next_token()) is not None:
                yield token
        reader.end_of_message()
    except ProtocolError:
        yield "refused"


def tokens_however_fed(data: bytes) -> None:
    whole = repr(list(_tokens(data, max(1, len(data)))))
    for size in (1, 3, 97):
        if repr(list(_tokens(data, size))) != whole:
            raise AssertionError(f"fed in pieces of {size} the tokens differ")


def connections(data: bytes) -> None:
    """Both roles, from the start and from behind the login."""
    for role in tds.Role:
        for logged_in in (False, True):
            with contextlib.suppress(ProtocolError):
                connection = _connection(role, logged_in)
                connection.receive_data(data)
                while connection.next_event() is not tds.NEED_DATA:
                    pass


def _connection(role: tds.Role, logged_in: bool) -> tds.Connection:
    connection = tds.Connection(role)
    if role is tds.Role.CLIENT:
        connection.send(tds.Prelogin(encryption=tds.Encryption.NOT_SUP))
    if logged_in:
        connection.state = tds.State.ANSWER if role is tds.Role.CLIENT else tds.State.IDLE
    return connection


Target = Callable[[bytes], None]

#: Run on small inputs.
SMALL: dict[str, Target] = {
    "messages": messages,
    "logins": logins,
    "requests": requests,
    "values": values,
    "tokens however fed": tokens_however_fed,
    "connections": connections,
}
#: Run on a megabyte, with limits of time and memory.
LARGE: dict[str, Target] = {
    "messages": messages,
    "logins": logins,
    "rpc": lambda data: _one_request(tds.PacketType.RPC, data),
    "batch": lambda data: _one_request(tds.PacketType.SQL_BATCH, data),
    "tokens whole": tokens_whole,
    "tokens by packet": tokens_by_packet,
}


def _one_request(packet_type: tds.PacketType, data: bytes) -> None:
    headers = bytes.fromhex("16000000 12000000 0200 0000000000000000 01000000")
    for payload in (data, headers + b"\xff\xff\x0a\x00\x00\x00" + data):
        with contextlib.suppress(ProtocolError):
            tds.decode_request(tds.Message(packet_type, payload))
