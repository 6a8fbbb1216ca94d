"""Table-valued parameters: a TYPE_INFO that describes columns and a value that is rows.

Facts (MS-TDS 2.2.5.5.5 and 2.2.7.24):

- After the type id: three names (database, schema, type; B_VARCHAR), USHORT number of columns
  (0xFFFF for NULL), per column UserType, Flags, TYPE_INFO and an empty name.
- Then, in any order and each at most once: TVP_ORDER_UNIQUE 0x10 and TVP_COLUMN_ORDERING 0x11;
  TVP_END 0x00; rows of TVP_ROW 0x01 and values; TVP_END.
- A column with flag 0x0200 (default) has no value in the rows. text, ntext, image, xml, UDT and
  another table cannot be columns of older servers; whatever has a TYPE_INFO is read here.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from django_mssql_ops.exceptions import LocalProtocolError, RemoteProtocolError
from django_mssql_ops.tds.columns import NO_METADATA
from django_mssql_ops.tds.grammar import U16, Cursor, b_varchar
from django_mssql_ops.tds.limits import MAX_TABLE_VALUE_COLUMNS
from django_mssql_ops.tds.tokens import Column
from django_mssql_ops.tds.type_info import decode_type_info, encode_type_info
from django_mssql_ops.tds.types import DataType, TypeInfo, UserType
from django_mssql_ops.tds.values import encode_value, read_value

_END = 0x00
_ROW = 0x01
_ORDER_UNIQUE = 0x10
_COLUMN_ORDERING = 0x11
_DEFAULT = 0x0200
_COLUMN_HEAD = struct.Struct("<IH")
#: Bytes per entry of the two optional parts.
_ENTRY_SIZES = {_ORDER_UNIQUE: 3, _COLUMN_ORDERING: 2}


@dataclass(frozen=True, slots=True)
class TableValue:
    """The rows of a table-valued parameter. ``order_unique`` and ``column_ordering`` are raw."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[object, ...], ...] = field(repr=False)
    order_unique: bytes = b""
    column_ordering: bytes = b""


def table_type(schema: str, name: str) -> TypeInfo:
    """The type of a parameter whose value is a `TableValue`, or None for no rows."""
    return TypeInfo(DataType.TVP, user_type=UserType("", schema, name))


def read_table_value(cursor: Cursor) -> tuple[TypeInfo, TableValue | None]:
    """What follows the type id 0xF3. RemoteProtocolError."""
    names = [cursor.b_varchar("table type name") for _ in range(3)]
    info = TypeInfo(DataType.TVP, user_type=UserType(*names))
    count = cursor.u16()
    if count != NO_METADATA and not 0 < count <= MAX_TABLE_VALUE_COLUMNS:
        raise RemoteProtocolError(f"a table-valued parameter of {count} columns")
    columns = () if count == NO_METADATA else tuple(_read_column(cursor) for _ in range(count))
    optional = _read_optional(cursor)
    rows = tuple(_read_rows(cursor, columns))
    if count == NO_METADATA:
        return info, None
    value = TableValue(
        columns, rows, optional.get(_ORDER_UNIQUE, b""), optional.get(_COLUMN_ORDERING, b"")
    )
    return info, value


def _read_column(cursor: Cursor) -> Column:
    user_type, flags = _COLUMN_HEAD.unpack(cursor.take(_COLUMN_HEAD.size))
    info = decode_type_info(cursor, in_rpc=True)
    return Column(cursor.b_varchar("column name"), info, user_type, flags)


def _read_optional(cursor: Cursor) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    while (token := cursor.u8()) != _END:
        if token not in _ENTRY_SIZES or token in found:
            raise RemoteProtocolError(f"token 0x{token:02X} in a table-valued parameter")
        found[token] = cursor.take(cursor.u16() * _ENTRY_SIZES[token])
    return found


def _read_rows(cursor: Cursor, columns: tuple[Column, ...]) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    while (token := cursor.u8()) != _END:
        if token != _ROW or not columns:
            raise RemoteProtocolError(
                f"token 0x{token:02X} in the rows of a table-valued parameter"
            )
        start = cursor.pos
        rows.append(tuple(_read_cell(cursor, column) for column in columns))
        if cursor.pos == start:
            raise RemoteProtocolError("a row of a table-valued parameter without any byte")
    return rows


def _read_cell(cursor: Cursor, column: Column) -> object:
    return None if column.flags & _DEFAULT else read_value(cursor, column.type, in_rpc=True)


def encode_table_value(info: TypeInfo, value: object) -> bytes:
    """TYPE_INFO and value in one. LocalProtocolError."""
    udt = info.user_type or UserType()
    head = bytes((DataType.TVP,)) + b_varchar(udt.database)
    head += b_varchar(udt.schema) + b_varchar(udt.name)
    if value is None:
        return head + U16.pack(NO_METADATA) + bytes((_END, _END))
    if not isinstance(value, TableValue) or not 0 < len(value.columns) <= MAX_TABLE_VALUE_COLUMNS:
        raise LocalProtocolError("a table-valued parameter needs a TableValue with columns")
    columns = b"".join(map(_encode_column, value.columns))
    optional = _encode_optional(_ORDER_UNIQUE, value.order_unique)
    optional += _encode_optional(_COLUMN_ORDERING, value.column_ordering)
    rows = b"".join(_encode_row(value.columns, row) for row in value.rows)
    end = bytes((_END,))
    return head + U16.pack(len(value.columns)) + columns + optional + end + rows + end


def _encode_column(column: Column) -> bytes:
    head = _COLUMN_HEAD.pack(column.user_type, column.flags)
    return head + encode_type_info(column.type, in_rpc=True) + b_varchar(column.name)


def _encode_optional(token: int, content: bytes) -> bytes:
    if not content:
        return b""
    count, rest = divmod(len(content), _ENTRY_SIZES[token])
    if rest or count > 0xFFFF:
        raise LocalProtocolError(f"{len(content)} bytes for part 0x{token:02X} of a table value")
    return bytes((token,)) + U16.pack(count) + content


def _encode_row(columns: tuple[Column, ...], row: tuple[object, ...]) -> bytes:
    if len(row) != len(columns):
        raise LocalProtocolError(f"{len(row)} values for {len(columns)} columns")
    cells = [
        encode_value(column.type, value, in_rpc=True)
        for column, value in zip(columns, row, strict=True)
        if not column.flags & _DEFAULT
    ]
    return bytes((_ROW,)) + b"".join(cells)
