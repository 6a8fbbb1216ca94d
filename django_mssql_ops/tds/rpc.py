"""RPC requests: one or more procedure calls with typed parameters.

Facts (MS-TDS 2.2.6.6, since TDS 7.2):

- ALL_HEADERS, then calls separated by BatchFlag 0xFF (or NoExecFlag 0xFE); one may follow the
  last call.
- A call: the name (US_VARCHAR), or 0xFFFF and a USHORT procedure id; USHORT option flags
  (1 recompile, 2 no metadata, 4 reuse metadata); parameters until a flag or the end.
- A parameter: name B_VARCHAR (empty for a positional one), status BYTE (1 by reference,
  2 default, 8 encrypted), TYPE_INFO, value. Names have at most 128 characters, so the two flags
  cannot be mistaken for the length of a name.
- Drivers call the special procedures by id: 10 sp_executesql, 12 sp_execute, 13 sp_prepexec,
  15 sp_unprepare.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from django_mssql_ops.exceptions import LocalProtocolError, RemoteProtocolError
from django_mssql_ops.tds.grammar import U16, Cursor, b_varchar, unsigned, us_varchar
from django_mssql_ops.tds.headers import AUTOCOMMIT, RequestHeaders, encode_headers, read_headers
from django_mssql_ops.tds.limits import MAX_IDENTIFIER, MAX_RPC_CALLS, MAX_RPC_PARAMETERS
from django_mssql_ops.tds.table_values import encode_table_value, read_table_value
from django_mssql_ops.tds.type_info import decode_type_info, encode_type_info
from django_mssql_ops.tds.types import DataType, TypeInfo
from django_mssql_ops.tds.values import encode_value, read_value

_BY_ID = 0xFFFF
_BATCH_FLAG = 0xFF
_NO_EXEC_FLAG = 0xFE
_ENCRYPTED = 0x08


class ProcedureId(enum.IntEnum):
    """The special stored procedures of 2.2.6.6."""

    CURSOR = 1
    CURSOR_OPEN = 2
    CURSOR_PREPARE = 3
    CURSOR_EXECUTE = 4
    CURSOR_PREP_EXEC = 5
    CURSOR_UNPREPARE = 6
    CURSOR_FETCH = 7
    CURSOR_OPTION = 8
    CURSOR_CLOSE = 9
    EXECUTE_SQL = 10
    PREPARE = 11
    EXECUTE = 12
    PREP_EXEC = 13
    PREP_EXEC_RPC = 14
    UNPREPARE = 15


class ParameterStatus(enum.IntFlag):
    INPUT = 0
    BY_REFERENCE = 1
    DEFAULT = 2


_PROCEDURES = {int(member): member for member in ProcedureId}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter; its value may be anything, so it is not shown."""

    name: str
    type: TypeInfo
    value: object = field(repr=False)
    status: ParameterStatus | int = ParameterStatus.INPUT


@dataclass(frozen=True, slots=True)
class RpcCall:
    """One call. ``procedure`` is a name, a `ProcedureId`, or an int that has no name here.

    ``no_execute``: a NoExecFlag, not a BatchFlag, stands between this call and the next.
    """

    procedure: str | ProcedureId | int
    parameters: tuple[Parameter, ...] = ()
    flags: int = 0
    no_execute: bool = False


@dataclass(frozen=True, slots=True)
class RpcRequest:
    calls: tuple[RpcCall, ...]
    headers: RequestHeaders = AUTOCOMMIT

    def encode(self) -> bytes:
        """The payload. LocalProtocolError."""
        if not self.calls:
            raise LocalProtocolError("an RPC request without a call")
        parts = [encode_headers(self.headers)]
        for index, call in enumerate(self.calls):
            if index:
                flag = _NO_EXEC_FLAG if self.calls[index - 1].no_execute else _BATCH_FLAG
                parts.append(bytes((flag,)))
            parts.append(_encode_call(call))
        return b"".join(parts)

    @classmethod
    def decode(cls, payload: bytes) -> RpcRequest:
        """RemoteProtocolError for anything but an RPC request of TDS 7.2 or later."""
        cursor = Cursor(payload)
        headers = read_headers(cursor)
        calls: list[RpcCall] = []
        while cursor.remaining or not calls:
            if len(calls) >= MAX_RPC_CALLS:
                raise RemoteProtocolError(f"more than {MAX_RPC_CALLS} calls in one RPC request")
            calls.append(_read_call(cursor))
        return cls(tuple(calls), headers)


def _encode_call(call: RpcCall) -> bytes:
    if isinstance(call.procedure, str):
        head = us_varchar(call.procedure)
    else:
        head = U16.pack(_BY_ID) + U16.pack(unsigned(call.procedure, 16, "procedure id"))
    if len(call.parameters) > MAX_RPC_PARAMETERS:
        raise LocalProtocolError(
            f"{len(call.parameters)} parameters in one call; at most {MAX_RPC_PARAMETERS}"
        )
    flags = U16.pack(unsigned(call.flags, 16, "RPC flags"))
    return head + flags + b"".join(map(_encode_parameter, call.parameters))


def _encode_parameter(parameter: Parameter) -> bytes:
    name = b_varchar(parameter.name)
    if name[0] >= _NO_EXEC_FLAG:
        raise LocalProtocolError(f"parameter name of {name[0]} characters; at most 253")
    head = name + bytes((unsigned(parameter.status, 8, "parameter status"),))
    if parameter.type.type is DataType.TVP:
        return head + encode_table_value(parameter.type, parameter.value)
    info = encode_type_info(parameter.type, in_rpc=True)
    return head + info + encode_value(parameter.type, parameter.value, in_rpc=True)


def _read_call(cursor: Cursor) -> RpcCall:
    procedure = _read_procedure(cursor)
    flags = cursor.u16()
    parameters: list[Parameter] = []
    while cursor.remaining:
        if cursor.data[cursor.pos] >= _NO_EXEC_FLAG:
            return RpcCall(procedure, tuple(parameters), flags, cursor.u8() == _NO_EXEC_FLAG)
        if len(parameters) >= MAX_RPC_PARAMETERS:
            raise RemoteProtocolError(f"more than {MAX_RPC_PARAMETERS} parameters in one call")
        parameters.append(read_parameter(cursor))
    return RpcCall(procedure, tuple(parameters), flags)


def _read_procedure(cursor: Cursor) -> str | ProcedureId | int:
    if cursor.remaining >= 2 and cursor.data[cursor.pos : cursor.pos + 2] == b"\xff\xff":
        cursor.pos += 2
        number = cursor.u16()
        return _PROCEDURES.get(number, number)
    return cursor.us_varchar("procedure name", MAX_IDENTIFIER)


def read_parameter(cursor: Cursor) -> Parameter:
    """The next parameter of a call. RemoteProtocolError, `Truncated`."""
    name = cursor.b_varchar("parameter name")
    status = cursor.u8()
    if status & _ENCRYPTED:
        raise RemoteProtocolError("not supported by this codec: Always Encrypted parameters")
    known = ParameterStatus(status & 0x03)
    if cursor.remaining and cursor.data[cursor.pos] == DataType.TVP:
        cursor.pos += 1
        info, table = read_table_value(cursor)
        return Parameter(name, info, table, known)
    info = decode_type_info(cursor, in_rpc=True)
    return Parameter(name, info, read_value(cursor, info, in_rpc=True), known)
