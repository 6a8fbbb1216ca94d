"""Types on the wire, to SqlType and back (MS-TDS 2.2.5.4 to 2.2.5.6).

What goes out is always of a nullable family, as in a server's result sets.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from django_mssql_ops import tds
from django_mssql_ops.tds import Collation, DataType, TypeInfo
from tests.standin.engine import StatementFailed, not_supported
from tests.standin.sqltypes.collation_names import named_collation
from tests.standin.sqltypes.sql_type import MAX, SqlType

#: The length of a max type, and of text, ntext and image, on the wire.
_WIRE_MAX: Final = 0xFFFF
_LONG: Final = 0x7FFFFFFF
_LONG_UNICODE: Final = 0x7FFFFFFE

_FIXED_OUT: Final = {
    "bit": tds.bit_type(),
    "tinyint": tds.int_type(1),
    "smallint": tds.int_type(2),
    "int": tds.int_type(4),
    "bigint": tds.int_type(8),
    "float": tds.float_type(8),
    "real": tds.float_type(4),
    "money": tds.money_type(8),
    "smallmoney": tds.money_type(4),
    "datetime": tds.datetime_type(8),
    "smalldatetime": tds.datetime_type(4),
    "date": tds.date_type(),
    "uniqueidentifier": tds.guid_type(),
    "image": TypeInfo(DataType.IMAGE, _LONG),
    "rowversion": tds.binary(8),
    "xml": tds.xml_type(),
    "json": tds.nvarchar(None),
    "sql_variant": tds.variant_type(),
    "null": tds.int_type(4),
}
_SCALED_OUT: Final[dict[str, Callable[[int], TypeInfo]]] = {
    "time": tds.time_type,
    "datetime2": tds.datetime2,
    "datetimeoffset": tds.datetimeoffset,
}
_TEXT_OUT: Final[dict[str, Callable[[int, Collation], TypeInfo]]] = {
    "char": tds.char,
    "nchar": tds.nchar,
    "text": lambda _, collation: TypeInfo(DataType.TEXT, _LONG, collation=collation),
    "ntext": lambda _, collation: TypeInfo(DataType.NTEXT, _LONG_UNICODE, collation=collation),
}


@lru_cache(maxsize=1024)
def to_type_info(sql_type: SqlType) -> TypeInfo:
    """How a result's column of that type is announced. The untyped NULL is an int, as SQL
    Server has it; json travels as nvarchar(max) to clients that did not ask for JSON."""
    name = sql_type.name
    if name in _FIXED_OUT:
        return _FIXED_OUT[name]
    if name in _SCALED_OUT:
        return _SCALED_OUT[name](sql_type.scale)
    if name in ("decimal", "numeric"):
        return _decimal_out(sql_type)
    length = None if sql_type.length == MAX else sql_type.length
    if name == "binary":
        return tds.binary(sql_type.length)
    if name == "varbinary":
        return tds.varbinary(length)
    collation = named_collation(sql_type.collation).wire
    if name in _TEXT_OUT:
        return _TEXT_OUT[name](sql_type.length, collation)
    if name == "varchar":
        return tds.varchar(length, collation)
    if name == "nvarchar":
        return tds.nvarchar(length, collation)
    raise StatementFailed(not_supported(f"values of {name} in a result"))


def _decimal_out(sql_type: SqlType) -> TypeInfo:
    info = tds.decimal(sql_type.precision, sql_type.scale)
    if sql_type.name == "decimal":
        return info
    return TypeInfo(DataType.NUMERICN, info.length, info.precision, info.scale)


_BY_SIZE_IN: Final = {
    DataType.INTN: {1: "tinyint", 2: "smallint", 4: "int", 8: "bigint"},
    DataType.BITN: {1: "bit"},
    DataType.FLTN: {4: "real", 8: "float"},
    DataType.MONEYN: {4: "smallmoney", 8: "money"},
    DataType.DATETIMN: {4: "smalldatetime", 8: "datetime"},
}
_FIXED_IN: Final = {
    DataType.NULLTYPE: "null",
    DataType.INT1: "tinyint",
    DataType.BIT: "bit",
    DataType.INT2: "smallint",
    DataType.INT4: "int",
    DataType.INT8: "bigint",
    DataType.DATETIME4: "smalldatetime",
    DataType.DATETIME: "datetime",
    DataType.FLT4: "real",
    DataType.FLT8: "float",
    DataType.MONEY: "money",
    DataType.MONEY4: "smallmoney",
    DataType.GUID: "uniqueidentifier",
    DataType.DATEN: "date",
    DataType.IMAGE: "image",
    DataType.TEXT: "text",
    DataType.NTEXT: "ntext",
    DataType.XML: "xml",
    DataType.JSON: "json",
    DataType.SSVARIANT: "sql_variant",
}
_SCALED_IN: Final = {
    DataType.DECIMAL: "decimal",
    DataType.DECIMALN: "decimal",
    DataType.NUMERIC: "numeric",
    DataType.NUMERICN: "numeric",
    DataType.TIMEN: "time",
    DataType.DATETIME2N: "datetime2",
    DataType.DATETIMEOFFSETN: "datetimeoffset",
}
#: Type and bytes for each unit of its length.
_SIZED_IN: Final = {
    DataType.BIGCHAR: ("char", 1),
    DataType.BIGVARCHAR: ("varchar", 1),
    DataType.NCHAR: ("nchar", 2),
    DataType.NVARCHAR: ("nvarchar", 2),
    DataType.BIGBINARY: ("binary", 1),
    DataType.BIGVARBINARY: ("varbinary", 1),
    DataType.LEGACY_CHAR: ("char", 1),
    DataType.LEGACY_VARCHAR: ("varchar", 1),
    DataType.LEGACY_BINARY: ("binary", 1),
    DataType.LEGACY_VARBINARY: ("varbinary", 1),
}


@lru_cache(maxsize=1024)
def from_type_info(info: TypeInfo) -> SqlType:
    """The type of a parameter. Its collation is the database's, whatever a driver sends along:
    drivers repeat the one they got at login."""
    if info.type in _BY_SIZE_IN:
        return SqlType(_BY_SIZE_IN[info.type][info.length or 0])
    if info.type in _FIXED_IN:
        return SqlType(_FIXED_IN[info.type])
    if info.type in _SCALED_IN:
        return SqlType(_SCALED_IN[info.type], precision=info.precision or 0, scale=info.scale or 0)
    if info.type in _SIZED_IN:
        name, unit = _SIZED_IN[info.type]
        # A driver announces an empty value with a length of 0, which no declaration may have.
        length = MAX if info.length == _WIRE_MAX else max((info.length or 0) // unit, 1)
        return SqlType(name, length)
    raise StatementFailed(not_supported(f"parameters of type {info.type.name}"))
