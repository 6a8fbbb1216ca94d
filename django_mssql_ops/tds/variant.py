"""sql_variant: a value that carries its own type.

Facts (MS-TDS 2.2.5.5.4):

- DWORD length (0 is NULL), base type BYTE, number of property bytes BYTE, properties, value.
- Properties: none for fixed types, guid and date; scale for the other times; precision and scale
  for decimals; USHORT maximum length for binary; collation and USHORT length for characters.
- The value has no length of its own: it is what is left. Max types, text, xml, UDT and another
  variant cannot be in one.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from django_mssql_ops.exceptions import LocalProtocolError, RemoteProtocolError
from django_mssql_ops.tds import sql_types, types
from django_mssql_ops.tds.collation import COLLATION_SIZE, DEFAULT_COLLATION, Collation
from django_mssql_ops.tds.contents import Decoder, decoded, encode_scalar, scalar_decoder
from django_mssql_ops.tds.grammar import U16, Cursor
from django_mssql_ops.tds.type_info import data_type
from django_mssql_ops.tds.types import DataType, TypeInfo

#: Base types remembered: a column of variants has few.
_REMEMBERED_TYPES = 256
_BINARY = frozenset({DataType.BIGVARBINARY, DataType.BIGBINARY})
_CHARACTER = frozenset({DataType.BIGVARCHAR, DataType.BIGCHAR, DataType.NVARCHAR, DataType.NCHAR})
_PLAIN = frozenset({*types.FIXED_SIZES, DataType.GUID, DataType.DATEN})


@dataclass(frozen=True, slots=True)
class Variant:
    """A sql_variant's base type, described as a column would be, and its value."""

    type: TypeInfo
    value: object


def decode_variant(raw: bytes) -> Variant:
    """The bytes behind a sql_variant's length. RemoteProtocolError."""
    if len(raw) < 2:
        raise RemoteProtocolError(f"a sql_variant of {len(raw)} bytes; expected at least 2")
    start = 2 + raw[1]
    info, decoder, size = _described(raw[:start])
    content = raw[start:]
    if size is not None and len(content) != size:
        raise RemoteProtocolError(f"a {info.type.name} variant of {len(content)} bytes; not {size}")
    return Variant(info, decoded(decoder, content, info))


@lru_cache(_REMEMBERED_TYPES)
def _described(head: bytes) -> tuple[TypeInfo, Decoder, int | None]:
    """From type, property count and properties: the type, its decoder, its size if fixed."""
    kind = data_type(head[0])
    properties = Cursor(head, 2)
    info = _base_type(kind, properties)
    properties.finish(f"properties of a {kind.name} variant")
    size = types.FIXED_SIZES.get(kind) or (16 if kind is DataType.GUID else None)
    return info, scalar_decoder(info), size


def _base_type(kind: DataType, properties: Cursor) -> TypeInfo:
    if kind in _PLAIN:
        return TypeInfo(kind, 16 if kind is DataType.GUID else None)
    if kind in _CHARACTER:
        collation = Collation.decode(properties.take(COLLATION_SIZE))
        return TypeInfo(kind, properties.u16(), collation=collation)
    if kind in _BINARY:
        return TypeInfo(kind, properties.u16())
    if kind in types.DECIMALS:
        precision, scale = properties.take(2)
        if scale <= precision <= 38 and precision:
            return TypeInfo(kind, types.decimal_size(precision), precision, scale)
        raise RemoteProtocolError(f"a decimal({precision}, {scale}) variant")
    if kind in types.SCALED_TIMES:
        scale = properties.u8()
        if scale <= 7:
            return TypeInfo(kind, scale=scale)
        raise RemoteProtocolError(f"a {kind.name} variant with scale {scale}; expected 0 to 7")
    raise RemoteProtocolError(f"a sql_variant cannot hold {kind.name}")


def encode_variant(value: object) -> bytes:
    """From a `Variant`, or from a plain Python value in the type that holds it best."""
    variant = value if isinstance(value, Variant) else _wrap(value)
    info = variant.type
    properties = _properties(info)
    return bytes((info.type, len(properties))) + properties + encode_scalar(info, variant.value)


def _properties(info: TypeInfo) -> bytes:
    kind = info.type
    if kind in _PLAIN:
        return b""
    if kind in _CHARACTER:
        collation = (info.collation or DEFAULT_COLLATION).encode()
        return collation + U16.pack(info.length or 0)
    if kind in _BINARY:
        return U16.pack(info.length or 0)
    if kind in types.DECIMALS:
        return bytes((info.precision or 38, info.scale or 0))
    if kind in types.SCALED_TIMES:
        return bytes((info.scale or 0,))
    raise LocalProtocolError(f"a sql_variant cannot hold {kind.name}")


def _wrap(value: object) -> Variant:
    if isinstance(value, bool):
        return Variant(TypeInfo(DataType.BIT), value)
    if isinstance(value, int):
        return Variant(
            TypeInfo(DataType.INT4 if -(2**31) <= value < 2**31 else DataType.INT8), value
        )
    if isinstance(value, Decimal):
        return Variant(_decimal_of(value), value)
    if isinstance(value, dt.datetime):
        aware = value.tzinfo is not None
        return Variant(sql_types.datetimeoffset() if aware else sql_types.datetime2(), value)
    for python_type, info in _WRAPPERS:
        if isinstance(value, python_type):
            return Variant(info, value)
    raise LocalProtocolError(f"a sql_variant cannot hold {type(value).__name__}")


def _decimal_of(value: Decimal) -> TypeInfo:
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int):
        raise LocalProtocolError("a sql_variant cannot hold a Decimal that is not finite")
    return replace(sql_types.decimal(38, min(38, max(0, -exponent))), type=DataType.NUMERICN)


_WRAPPERS: tuple[tuple[type, TypeInfo], ...] = (
    (float, TypeInfo(DataType.FLT8)),
    (dt.date, sql_types.date_type()),
    (dt.time, sql_types.time_type()),
    (uuid.UUID, sql_types.guid_type()),
    (str, sql_types.nvarchar(4000)),
    (bytes, sql_types.varbinary(8000)),
)
