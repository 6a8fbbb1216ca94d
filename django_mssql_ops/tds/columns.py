"""Columns: one entry of COLMETADATA.

Facts (MS-TDS 2.2.7.4, for TDS 7.2 and later):

- UserType DWORD, Flags USHORT, TYPE_INFO, the table's multi-part name for text, ntext and image
  (BYTE number of parts, US_VARCHAR each), [CryptoMetaData], name B_VARCHAR.
- CryptoMetaData comes with the flag fEncrypted, after the client asked for feature 04
  (COLUMNENCRYPTION); this codec does not ask and refuses such columns.
- Count 0xFFFF is "no metadata": the rows have the columns sent before.
"""

from __future__ import annotations

import struct

from django_mssql_ops.exceptions import LocalProtocolError, RemoteProtocolError
from django_mssql_ops.tds.grammar import U16, Cursor, Truncated, b_varchar, unsigned, us_varchar
from django_mssql_ops.tds.limits import MAX_COLUMNS, MAX_IDENTIFIER, MAX_TABLE_NAME_PARTS
from django_mssql_ops.tds.tokens import ColMetadata, Column
from django_mssql_ops.tds.type_info import decode_type_info, encode_type_info
from django_mssql_ops.tds.types import LONG_STRINGS

NO_METADATA = 0xFFFF
ENCRYPTED = 0x0800
_HEAD = struct.Struct("<IH")


def read_column(cursor: Cursor) -> Column:
    """One column. RemoteProtocolError, `Truncated` when bytes are missing."""
    if cursor.remaining < _HEAD.size:
        raise Truncated(cursor.pos - cursor.start + _HEAD.size, cursor.remaining)
    user_type, flags = _HEAD.unpack_from(cursor.data, cursor.pos)
    cursor.pos += _HEAD.size
    if flags & ENCRYPTED:
        raise RemoteProtocolError("not supported by this codec: Always Encrypted columns")
    info = decode_type_info(cursor)
    table = read_table_name(cursor) if info.type in LONG_STRINGS else ()
    return Column(cursor.b_varchar("column name"), info, user_type, flags, table)


def read_table_name(cursor: Cursor) -> tuple[str, ...]:
    """Server, database, schema and table, as many as were sent."""
    count = cursor.u8()
    if count > MAX_TABLE_NAME_PARTS:
        raise RemoteProtocolError(
            f"a table name of {count} parts; expected at most {MAX_TABLE_NAME_PARTS}"
        )
    return tuple(cursor.us_varchar("table name", MAX_IDENTIFIER) for _ in range(count))


def encode_table_name(parts: tuple[str, ...]) -> bytes:
    if len(parts) > MAX_TABLE_NAME_PARTS:
        raise LocalProtocolError(f"a table name of {len(parts)} parts")
    return bytes((len(parts),)) + b"".join(us_varchar(part) for part in parts)


def encode_column(column: Column) -> bytes:
    table = encode_table_name(column.table) if column.type.type in LONG_STRINGS else b""
    head = _HEAD.pack(
        unsigned(column.user_type, 32, "user type"), unsigned(column.flags, 16, "column flags")
    )
    return head + encode_type_info(column.type) + table + b_varchar(column.name)


def encode_columns(metadata: ColMetadata) -> bytes:
    """The body of COLMETADATA."""
    if metadata.columns is None:
        return U16.pack(NO_METADATA)
    if len(metadata.columns) > MAX_COLUMNS:
        raise LocalProtocolError(f"{len(metadata.columns)} columns; at most {MAX_COLUMNS}")
    return U16.pack(len(metadata.columns)) + b"".join(map(encode_column, metadata.columns))
