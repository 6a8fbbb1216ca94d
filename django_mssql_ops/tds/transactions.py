"""Transaction manager requests: how drivers begin, commit and roll back.

Facts (MS-TDS 2.2.6.9):

- ALL_HEADERS, USHORT request type, payload. 0 GET_DTC_ADDRESS and 1 PROPAGATE: US_VARBYTE.
  5 BEGIN: isolation level BYTE, name B_VARBYTE. 6 PROMOTE: nothing. 7 COMMIT and 8 ROLLBACK:
  name B_VARBYTE, flags BYTE (bit 0: begin a new transaction at once, whose isolation level and
  name follow). 9 SAVE: name B_VARBYTE.
- The names are UTF-16LE and their count is in bytes.
- Isolation levels: 0 unchanged, 1 read uncommitted, 2 read committed, 3 repeatable read,
  4 serializable, 5 snapshot.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from django_mssql_ops.exceptions import LocalProtocolError, RemoteProtocolError
from django_mssql_ops.tds.grammar import (
    U16,
    Cursor,
    b_varbyte,
    remote_text,
    unsigned,
    us_varbyte,
    utf16,
)
from django_mssql_ops.tds.headers import AUTOCOMMIT, RequestHeaders, encode_headers, read_headers


class TransactionRequest(enum.IntEnum):
    GET_DTC_ADDRESS = 0
    PROPAGATE = 1
    BEGIN = 5
    PROMOTE = 6
    COMMIT = 7
    ROLLBACK = 8
    SAVE = 9


_REQUESTS = {int(member): member for member in TransactionRequest}
_BUFFERED = frozenset({TransactionRequest.GET_DTC_ADDRESS, TransactionRequest.PROPAGATE})
_ENDING = frozenset({TransactionRequest.COMMIT, TransactionRequest.ROLLBACK})


@dataclass(frozen=True, slots=True)
class TransactionManagerRequest:
    """``isolation`` and ``name`` of BEGIN; ``name`` of COMMIT, ROLLBACK or SAVE.

    ``begin_new``: COMMIT or ROLLBACK begins the next transaction at once, with
    ``new_isolation`` and ``new_name``. ``buffer``: of GET_DTC_ADDRESS and PROPAGATE.
    """

    kind: TransactionRequest
    name: str = ""
    isolation: int = 0
    begin_new: bool = False
    new_isolation: int = 0
    new_name: str = ""
    buffer: bytes = b""
    headers: RequestHeaders = AUTOCOMMIT

    def encode(self) -> bytes:
        """The payload. LocalProtocolError."""
        return encode_headers(self.headers) + U16.pack(self.kind) + self._body()

    def _body(self) -> bytes:
        name = b_varbyte(utf16(self.name))
        isolation = bytes((unsigned(self.isolation, 8, "isolation level"),))
        if self.kind in _BUFFERED:
            return us_varbyte(self.buffer)
        if self.kind is TransactionRequest.BEGIN:
            return isolation + name
        if self.kind in _ENDING:
            if not self.begin_new:
                return name + b"\x00"
            new_isolation = bytes((unsigned(self.new_isolation, 8, "isolation level"),))
            return name + b"\x01" + new_isolation + b_varbyte(utf16(self.new_name))
        if self.kind is TransactionRequest.SAVE:
            if not self.name:
                raise LocalProtocolError("a savepoint needs a name (MS-TDS 2.2.6.9)")
            return name
        return b""

    @classmethod
    def decode(cls, payload: bytes) -> TransactionManagerRequest:
        """RemoteProtocolError for anything but a transaction manager request."""
        cursor = Cursor(payload)
        headers = read_headers(cursor)
        number = cursor.u16()
        kind = _REQUESTS.get(number)
        if kind is None:
            raise RemoteProtocolError(f"transaction manager request {number} does not exist")
        request = _read_body(kind, cursor, headers)
        cursor.finish(f"transaction manager request {kind.name}")
        return request


def _name(cursor: Cursor) -> str:
    return remote_text(cursor.b_varbyte(), "transaction name")


def _read_body(
    kind: TransactionRequest, cursor: Cursor, headers: RequestHeaders
) -> TransactionManagerRequest:
    if kind in _BUFFERED:
        return TransactionManagerRequest(kind, buffer=cursor.us_varbyte(), headers=headers)
    if kind is TransactionRequest.BEGIN:
        isolation = cursor.u8()
        return TransactionManagerRequest(kind, _name(cursor), isolation, headers=headers)
    if kind in _ENDING:
        return _read_ending(kind, cursor, headers)
    name = _name(cursor) if kind is TransactionRequest.SAVE else ""
    return TransactionManagerRequest(kind, name, headers=headers)


def _read_ending(
    kind: TransactionRequest, cursor: Cursor, headers: RequestHeaders
) -> TransactionManagerRequest:
    name = _name(cursor)
    if not cursor.u8() & 1:
        return TransactionManagerRequest(kind, name, headers=headers)
    new_isolation = cursor.u8()
    return TransactionManagerRequest(
        kind,
        name,
        begin_new=True,
        new_isolation=new_isolation,
        new_name=_name(cursor),
        headers=headers,
    )
