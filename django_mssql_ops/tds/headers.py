"""ALL_HEADERS: what opens every SQL batch, RPC and transaction manager request.

Facts (MS-TDS 2.2.5.3, since TDS 7.2):

- DWORD total length (itself included), then headers: DWORD length (itself included), USHORT type,
  content. Type 1 query notification, 2 transaction descriptor, 3 trace activity.
- The transaction descriptor header (ULONGLONG descriptor, DWORD outstanding requests) is
  required; in autocommit mode they are 0 and 1 (2.2.5.3.2).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from django_mssql_ops.exceptions import LocalProtocolError, RemoteProtocolError
from django_mssql_ops.tds.grammar import U32, Cursor
from django_mssql_ops.tds.limits import MAX_HEADERS

_QUERY_NOTIFICATION = 1
_TRANSACTION_DESCRIPTOR = 2
_TRACE_ACTIVITY = 3
_HEADER = struct.Struct("<IH")
_DESCRIPTOR = struct.Struct("<QI")


@dataclass(frozen=True, slots=True)
class RequestHeaders:
    """The descriptor of the transaction a request belongs to; 0 outside one."""

    transaction_descriptor: int = 0
    outstanding_requests: int = 1
    query_notification: bytes = field(default=b"", repr=False)
    trace_activity: bytes = b""


#: Outside a transaction, nothing else under way.
AUTOCOMMIT = RequestHeaders()


def encode_headers(headers: RequestHeaders) -> bytes:
    try:
        descriptor = _DESCRIPTOR.pack(headers.transaction_descriptor, headers.outstanding_requests)
    except struct.error:
        raise LocalProtocolError(f"{headers!r} does not fit ALL_HEADERS") from None
    parts = [_encode(_TRANSACTION_DESCRIPTOR, descriptor)]
    if headers.query_notification:
        parts.insert(0, _encode(_QUERY_NOTIFICATION, headers.query_notification))
    if headers.trace_activity:
        parts.append(_encode(_TRACE_ACTIVITY, headers.trace_activity))
    body = b"".join(parts)
    return U32.pack(4 + len(body)) + body


def _encode(kind: int, content: bytes) -> bytes:
    return _HEADER.pack(_HEADER.size + len(content), kind) + content


def read_headers(cursor: Cursor) -> RequestHeaders:
    """Reads ALL_HEADERS off the front of a request. RemoteProtocolError."""
    total = cursor.u32()
    if total < 4:
        raise RemoteProtocolError(f"ALL_HEADERS of {total} bytes; expected at least 4")
    body = Cursor(cursor.take(total - 4))
    found: dict[int, bytes] = {}
    while body.remaining:
        length, kind = _HEADER.unpack(body.take(_HEADER.size))
        if length < _HEADER.size or len(found) >= MAX_HEADERS or kind in found:
            raise RemoteProtocolError(f"header {kind} of {length} bytes in ALL_HEADERS")
        found[kind] = body.take(length - _HEADER.size)
    return _headers(found)


def _headers(found: dict[int, bytes]) -> RequestHeaders:
    descriptor = found.get(_TRANSACTION_DESCRIPTOR, _DESCRIPTOR.pack(0, 1))
    if len(descriptor) != _DESCRIPTOR.size:
        raise RemoteProtocolError(
            f"a transaction descriptor header of {len(descriptor)} bytes; "
            f"expected {_DESCRIPTOR.size}"
        )
    number, outstanding = _DESCRIPTOR.unpack(descriptor)
    return RequestHeaders(
        number, outstanding, found.get(_QUERY_NOTIFICATION, b""), found.get(_TRACE_ACTIVITY, b"")
    )
