"""What a driver said in one message, read from its beginning: enough for a trigger, no more.

A message may be far longer than what is looked at, and what cannot be read here (a parameter that
is encrypted, a type of tomorrow) passes all the same: then it is a request without a text.

Facts: MS-TDS 2.2.6.6 (RPC), 2.2.6.7 (SQL batch), 2.2.6.9 (transaction manager request).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from django_mssql_ops.exceptions import ProtocolError
from django_mssql_ops.faultproxy.moments import Point
from django_mssql_ops.faultproxy.statements import point_of, verb_of
from django_mssql_ops.faultproxy.triggers import MAX_SEARCHED
from django_mssql_ops.tds import PacketType, ProcedureId, TransactionRequest
from django_mssql_ops.tds.grammar import Cursor
from django_mssql_ops.tds.headers import read_headers
from django_mssql_ops.tds.limits import MAX_IDENTIFIER
from django_mssql_ops.tds.rpc import Parameter, read_parameter

_BY_ID: Final = b"\xff\xff"
#: Bytes of a batch's text that are looked at: what a trigger searches, in UTF-16.
_TEXT_SIZE: Final = 2 * MAX_SEARCHED

#: Which parameter of a procedure is the statement, counted from 0.
_STATEMENT_AT: Final[dict[int, int]] = {
    ProcedureId.EXECUTE_SQL: 0,
    ProcedureId.CURSOR_OPEN: 1,
    ProcedureId.CURSOR_PREPARE: 2,
    ProcedureId.CURSOR_PREP_EXEC: 3,
    ProcedureId.PREPARE: 2,
    ProcedureId.PREP_EXEC: 2,
    ProcedureId.PREP_EXEC_RPC: 1,
}
#: Those that answer with a handle (in their first parameter), and those that take one.
_PREPARING: Final = frozenset(
    {
        ProcedureId.PREPARE,
        ProcedureId.PREP_EXEC,
        ProcedureId.PREP_EXEC_RPC,
        ProcedureId.CURSOR_PREPARE,
        ProcedureId.CURSOR_PREP_EXEC,
    }
)
_EXECUTING: Final = frozenset({ProcedureId.EXECUTE, ProcedureId.CURSOR_EXECUTE})
_UNPREPARING: Final = frozenset({ProcedureId.UNPREPARE, ProcedureId.CURSOR_UNPREPARE})
#: Said without a statement of the application.
_KEEPING: Final = _UNPREPARING | {
    ProcedureId.PREPARE,
    ProcedureId.CURSOR_PREPARE,
    ProcedureId.CURSOR_OPTION,
    ProcedureId.CURSOR_CLOSE,
}
#: Procedures that drivers call on their own, without their schema.
_KEEPING_NAMES: Final = frozenset(
    {
        "sp_datatype_info",
        "sp_datatype_info_90",
        "sp_datatype_info_100",
        "sp_describe_first_result_set",
        "sp_describe_undeclared_parameters",
        "sp_reset_connection",
    }
)
_BY_NAME: Final[dict[str, int]] = {
    "sp_executesql": ProcedureId.EXECUTE_SQL,
    "sp_prepare": ProcedureId.PREPARE,
    "sp_execute": ProcedureId.EXECUTE,
    "sp_prepexec": ProcedureId.PREP_EXEC,
    "sp_unprepare": ProcedureId.UNPREPARE,
}
_TRANSACTION_POINTS: Final[dict[int, tuple[Point, str]]] = {
    TransactionRequest.BEGIN: (Point.BEGIN, "BEGIN"),
    TransactionRequest.COMMIT: (Point.COMMIT, "COMMIT"),
    TransactionRequest.ROLLBACK: (Point.ROLLBACK, "ROLLBACK"),
    TransactionRequest.SAVE: (Point.HOUSEKEEPING, "SAVE"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """``sql`` may hold literals. ``handle`` is that of the prepared statement it executes or frees.

    ``prepares``: the answer holds a handle for ``sql``. ``executes``, ``frees``: what it does with
    ``handle``.
    """

    point: Point
    verb: str = ""
    sql: str = field(default="", repr=False)
    descriptor: int = 0
    handle: int | None = None
    prepares: bool = False
    executes: bool = False
    frees: bool = False


def read_said(packet_type: int, payload: bytes) -> Said:
    """What a message says; ``payload`` is its beginning at least. Never raises."""
    if packet_type == PacketType.ATTENTION:
        return Said(Point.ATTENTION)
    if packet_type == PacketType.BULK_LOAD:
        return Said(Point.REQUEST, "BULK")
    reading = _READERS.get(packet_type)
    if reading is None:
        return Said(Point.HOUSEKEEPING)
    cursor = Cursor(payload)
    try:
        descriptor = read_headers(cursor).transaction_descriptor
    except ProtocolError:
        return Said(Point.REQUEST)
    return reading(cursor, descriptor)


def _batch(cursor: Cursor, descriptor: int) -> Said:
    raw = cursor.data[cursor.pos : cursor.pos + _TEXT_SIZE]
    sql = raw.decode("utf-16-le", errors="replace")
    return Said(point_of(sql), verb_of(sql), sql, descriptor)


def _transaction(cursor: Cursor, descriptor: int) -> Said:
    number = -1
    with contextlib.suppress(ProtocolError):
        number = cursor.u16()
    point, verb = _TRANSACTION_POINTS.get(number, (Point.HOUSEKEEPING, ""))
    return Said(point, verb, descriptor=descriptor)


def _rpc(cursor: Cursor, descriptor: int) -> Said:
    try:
        procedure = _procedure(cursor)
        cursor.u16()
    except ProtocolError:
        return Said(Point.REQUEST, descriptor=descriptor)
    if isinstance(procedure, str):
        bare = procedure.rpartition(".")[2].strip("[]").lower()
        if bare in _KEEPING_NAMES:
            return Said(Point.HOUSEKEEPING, descriptor=descriptor)
        if bare not in _BY_NAME:
            return Said(Point.REQUEST, "EXEC", f"EXEC {procedure}", descriptor)
        procedure = _BY_NAME[bare]
    return _call(cursor, procedure, descriptor)


def _procedure(cursor: Cursor) -> str | int:
    if cursor.data[cursor.pos : cursor.pos + 2] == _BY_ID:
        cursor.pos += 2
        return cursor.u16()
    return cursor.us_varchar("procedure name", MAX_IDENTIFIER)


def _call(cursor: Cursor, procedure: int, descriptor: int) -> Said:
    point = Point.HOUSEKEEPING if procedure in _KEEPING else Point.REQUEST
    executes, frees = procedure in _EXECUTING, procedure in _UNPREPARING
    if executes or frees:
        handle = _handle(cursor)
        return Said(point, "", descriptor=descriptor, handle=handle, executes=executes, frees=frees)
    at = _STATEMENT_AT.get(procedure)
    if at is None:
        return Said(point, "FETCH" if procedure == ProcedureId.CURSOR_FETCH else "", "", descriptor)
    sql = _statement(cursor, at)
    verb = "" if point is Point.HOUSEKEEPING else verb_of(sql)
    if point is Point.REQUEST:
        point = point_of(sql)
    return Said(point, verb, sql, descriptor, prepares=procedure in _PREPARING)


def _handle(cursor: Cursor) -> int | None:
    first = _parameter(cursor)
    return first.value if first is not None and isinstance(first.value, int) else None


def _statement(cursor: Cursor, at: int) -> str:
    """The text in the parameter ``at``; "" where it cannot be read."""
    for _ in range(at):
        if _parameter(cursor) is None:
            return ""
    parameter = _parameter(cursor)
    value = None if parameter is None else parameter.value
    return value[:MAX_SEARCHED] if isinstance(value, str) else ""


def _parameter(cursor: Cursor) -> Parameter | None:
    """The next parameter; None where there is none, or not the whole of it."""
    if not cursor.remaining:
        return None
    try:
        return read_parameter(cursor)
    except ProtocolError:
        return None


_READERS: Final[dict[int, Callable[[Cursor, int], Said]]] = {
    int(PacketType.SQL_BATCH): _batch,
    int(PacketType.RPC): _rpc,
    int(PacketType.TRANSACTION_MANAGER): _transaction,
}
