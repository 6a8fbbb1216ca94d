"""TYPE_INFO on the wire (MS-TDS 2.2.5.6).

Facts:

- Fixed types: the id alone. Nullable families: a BYTE length. DATE: nothing; the other times a
  BYTE scale. Decimals: length, precision, scale. Short strings: USHORT length. text, ntext,
  image, sql_variant: LONG length. Collated types add the 5 bytes of a collation.
- XML: a BYTE that says whether a schema's three names follow.
- UDT: in COLMETADATA and RETURNVALUE a USHORT size, three names and the assembly-qualified name
  (2.2.5.5.2); in an RPC parameter the three names only.
- A TVP's TYPE_INFO and rows are one structure: see ``table_values``.
"""

from __future__ import annotations

from functools import lru_cache

from django_mssql_ops.exceptions import LocalProtocolError, RemoteProtocolError
from django_mssql_ops.tds.collation import COLLATION_SIZE, DEFAULT_COLLATION, Collation
from django_mssql_ops.tds.grammar import U16, U32, Cursor, b_varchar, us_varchar
from django_mssql_ops.tds.limits import MAX_TYPE_NAME
from django_mssql_ops.tds.types import (
    COLLATED,
    DECIMALS,
    FIXED_SIZES,
    LEGACY_STRINGS,
    LONG_STRINGS,
    MAX_LENGTH,
    NULLABLE_SIZES,
    SCALED_TIMES,
    SHORT_STRINGS,
    DataType,
    TypeInfo,
    UserType,
    XmlSchema,
)

_TYPES = {int(member): member for member in DataType}
#: A fixed type, or any that its id says everything about, is the same object every time.
_BARE = {member: TypeInfo(member) for member in (*FIXED_SIZES, DataType.DATEN, DataType.JSON)}
_MAX_STRING = 8000
_UNSUPPORTED = {DataType.NULLTYPE: "NULLTYPE", DataType.TVP: "a table-valued type here"}


#: Bytes of a TYPE_INFO, its id included, where the id alone decides that.
_LENGTHS: dict[int, int] = {
    **dict.fromkeys(map(int, NULLABLE_SIZES), 2),
    **dict.fromkeys(map(int, SCALED_TIMES), 2),
    **dict.fromkeys(map(int, LEGACY_STRINGS), 2),
    **dict.fromkeys(map(int, DECIMALS), 4),
    **dict.fromkeys(map(int, SHORT_STRINGS - COLLATED), 3),
    **dict.fromkeys(map(int, SHORT_STRINGS & COLLATED), 3 + COLLATION_SIZE),
    int(DataType.VECTOR): 4,
}
#: Types remembered, so that a wide result describes each of them once.
_REMEMBERED_TYPES = 1024


def data_type(value: int) -> DataType:
    """The type with this id. RemoteProtocolError when there is none."""
    found = _TYPES.get(value)
    if found is None:
        raise RemoteProtocolError(f"data type 0x{value:02X} does not exist in MS-TDS 2.2.5.4")
    return found


def decode_type_info(cursor: Cursor, *, in_rpc: bool = False) -> TypeInfo:
    """Reads one TYPE_INFO. Raises RemoteProtocolError, `Truncated` when its bytes end early."""
    kind = data_type(cursor.peek())
    length = _LENGTHS.get(kind)
    if length is not None:
        return _decode_short(cursor.take(length))
    cursor.pos += 1
    bare = _BARE.get(kind)
    return bare if bare is not None else _rare(kind, cursor, in_rpc)


@lru_cache(_REMEMBERED_TYPES)
def _decode_short(raw: bytes) -> TypeInfo:
    kind = _TYPES[raw[0]]
    cursor = Cursor(raw, 1)
    if kind in SHORT_STRINGS:
        return _short_string(kind, cursor)
    if kind in NULLABLE_SIZES:
        return _nullable(kind, cursor.u8())
    if kind in DECIMALS:
        return _decimal(kind, cursor)
    if kind in SCALED_TIMES:
        return _scaled(kind, cursor.u8())
    return _vector(cursor) if kind is DataType.VECTOR else TypeInfo(kind, cursor.u8())


def _rare(kind: DataType, cursor: Cursor, in_rpc: bool) -> TypeInfo:
    if kind in LONG_STRINGS:
        length = cursor.u32()
        return TypeInfo(kind, length, collation=_collation(kind, cursor))
    if kind is DataType.SSVARIANT:
        return TypeInfo(kind, cursor.u32())
    if kind is DataType.XML:
        return TypeInfo(kind, xml_schema=_xml_schema(cursor))
    if kind is DataType.UDT:
        return _user_type(cursor, in_rpc)
    raise RemoteProtocolError(f"not supported by this codec: {_UNSUPPORTED[kind]}")


def _short_string(kind: DataType, cursor: Cursor) -> TypeInfo:
    length = cursor.u16()
    if length > _MAX_STRING and length != MAX_LENGTH:
        raise RemoteProtocolError(f"{kind.name} of {length} bytes; expected at most 8000, or max")
    return TypeInfo(kind, length, collation=_collation(kind, cursor))


def _collation(kind: DataType, cursor: Cursor) -> Collation | None:
    return Collation.decode(cursor.take(COLLATION_SIZE)) if kind in COLLATED else None


def _nullable(kind: DataType, size: int) -> TypeInfo:
    if size not in NULLABLE_SIZES[kind]:
        raise RemoteProtocolError(
            f"{kind.name} of {size} bytes; expected one of {NULLABLE_SIZES[kind]}"
        )
    return TypeInfo(kind, size)


def _decimal(kind: DataType, cursor: Cursor) -> TypeInfo:
    size, precision, scale = cursor.take(3)
    if not (1 <= precision <= 38 and scale <= precision and 2 <= size <= 17):
        raise RemoteProtocolError(f"{kind.name}({precision}, {scale}) of {size} bytes")
    return TypeInfo(kind, size, precision, scale)


def _scaled(kind: DataType, scale: int) -> TypeInfo:
    if scale > 7:
        raise RemoteProtocolError(f"{kind.name} with scale {scale}; expected 0 to 7")
    return TypeInfo(kind, scale=scale)


def _xml_schema(cursor: Cursor) -> XmlSchema | None:
    present = cursor.u8()
    if present > 1:
        raise RemoteProtocolError(f"XML schema flag is {present}; expected 0 or 1")
    if not present:
        return None
    return XmlSchema(
        cursor.b_varchar("xml database"),
        cursor.b_varchar("xml schema owner"),
        cursor.us_varchar("xml schema collection", MAX_TYPE_NAME),
    )


def _user_type(cursor: Cursor, in_rpc: bool) -> TypeInfo:
    length = None if in_rpc else cursor.u16()
    database = cursor.b_varchar("CLR type database")
    schema, name = cursor.b_varchar("CLR type schema"), cursor.b_varchar("CLR type name")
    assembly = "" if in_rpc else cursor.us_varchar("CLR assembly name", MAX_TYPE_NAME)
    return TypeInfo(DataType.UDT, length, user_type=UserType(database, schema, name, assembly))


def _vector(cursor: Cursor) -> TypeInfo:
    length, base = cursor.u16(), cursor.u8()
    if base > 1:
        raise RemoteProtocolError(f"not supported by this codec: vector of base type {base}")
    return TypeInfo(DataType.VECTOR, length, scale=base)


def encode_type_info(info: TypeInfo, *, in_rpc: bool = False) -> bytes:
    """One TYPE_INFO. LocalProtocolError when a bound it needs is missing or impossible."""
    kind = info.type
    head = bytes((kind,))
    if kind in _BARE:
        return head
    if kind in SHORT_STRINGS:
        return head + U16.pack(_bound(info, info.length, MAX_LENGTH)) + _collation_bytes(info)
    if kind in LONG_STRINGS or kind is DataType.SSVARIANT:
        return head + U32.pack(_bound(info, info.length, 0xFFFFFFFF)) + _collation_bytes(info)
    if kind in NULLABLE_SIZES or kind in LEGACY_STRINGS:
        return head + bytes((_bound(info, info.length, 0xFF),))
    if kind in DECIMALS:
        return head + bytes(
            (
                _bound(info, info.length, 17),
                _bound(info, info.precision, 38),
                _bound(info, info.scale, 38),
            )
        )
    if kind in SCALED_TIMES:
        return head + bytes((_bound(info, info.scale, 7),))
    return head + _encode_rare(info, in_rpc)


def _encode_rare(info: TypeInfo, in_rpc: bool) -> bytes:
    if info.type is DataType.XML:
        schema = info.xml_schema
        if schema is None:
            return b"\x00"
        names = b_varchar(schema.database) + b_varchar(schema.owner)
        return b"\x01" + names + us_varchar(schema.collection)
    if info.type is DataType.UDT:
        udt = info.user_type or UserType()
        names = b_varchar(udt.database) + b_varchar(udt.schema) + b_varchar(udt.name)
        if in_rpc:
            return names
        return U16.pack(_bound(info, info.length, 0xFFFF)) + names + us_varchar(udt.assembly)
    if info.type is DataType.VECTOR:
        return U16.pack(_bound(info, info.length, 0xFFFF)) + bytes((_bound(info, info.scale, 1),))
    raise LocalProtocolError(f"not supported by this codec: TYPE_INFO of {info.type.name}")


def _bound(info: TypeInfo, value: int | None, limit: int) -> int:
    if value is None or not 0 <= value <= limit:
        raise LocalProtocolError(f"{info.type.name} with bound {value!r}; expected 0 to {limit}")
    return value


def _collation_bytes(info: TypeInfo) -> bytes:
    if info.type not in COLLATED:
        return b""
    return (info.collation or DEFAULT_COLLATION).encode()
