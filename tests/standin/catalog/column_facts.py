"""What the catalogue views say of a type: ids, lengths, precision.

Sources: Microsoft Learn, sys.types, sys.columns and INFORMATION_SCHEMA.COLUMNS (Transact-SQL);
the bytes of each type from the pages of the types. json (244) and vector are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tests.standin.catalog.model import Column
from tests.standin.sqltypes.sql_type import MAX, SqlType


@dataclass(frozen=True, slots=True)
class SystemType:
    """A row of sys.types for a system type; ``user_type_id`` differs for sysname alone."""

    name: str
    system_type_id: int
    max_length: int
    precision: int = 0
    scale: int = 0
    has_collation: bool = False
    user_type_id: int = 0
    nullable: bool = True


#: sys.types of SQL Server 2022, the CLR types (hierarchyid, geometry, geography) left out.
SYSTEM_TYPES: Final = (
    SystemType("image", 34, 16),
    SystemType("text", 35, 16, has_collation=True),
    SystemType("uniqueidentifier", 36, 16),
    SystemType("date", 40, 3, 10),
    SystemType("time", 41, 5, 16, 7),
    SystemType("datetime2", 42, 8, 27, 7),
    SystemType("datetimeoffset", 43, 10, 34, 7),
    SystemType("tinyint", 48, 1, 3),
    SystemType("smallint", 52, 2, 5),
    SystemType("int", 56, 4, 10),
    SystemType("smalldatetime", 58, 4, 16),
    SystemType("real", 59, 4, 24),
    SystemType("money", 60, 8, 19, 4),
    SystemType("datetime", 61, 8, 23, 3),
    SystemType("float", 62, 8, 53),
    SystemType("sql_variant", 98, 8016),
    SystemType("ntext", 99, 16, has_collation=True),
    SystemType("bit", 104, 1, 1),
    SystemType("decimal", 106, 17, 38, 38),
    SystemType("numeric", 108, 17, 38, 38),
    SystemType("smallmoney", 122, 4, 10, 4),
    SystemType("bigint", 127, 8, 19),
    SystemType("varbinary", 165, 8000),
    SystemType("varchar", 167, 8000, has_collation=True),
    SystemType("binary", 173, 8000),
    SystemType("char", 175, 8000, has_collation=True),
    SystemType("timestamp", 189, 8, nullable=False),
    SystemType("nvarchar", 231, 8000, has_collation=True),
    SystemType("sysname", 231, 256, has_collation=True, user_type_id=256, nullable=False),
    SystemType("nchar", 239, 8000, has_collation=True),
    SystemType("xml", 241, MAX),
)
_BY_NAME: Final = {known.name: known for known in SYSTEM_TYPES}

_WIDE: Final = frozenset({"nchar", "nvarchar"})
_SIZED: Final = frozenset({"char", "varchar", "binary", "varbinary"}) | _WIDE
#: What INFORMATION_SCHEMA says of types whose length nobody declares.
_LONG_CHARACTERS: Final = {"text": 2**31 - 1, "ntext": 2**30 - 1, "image": 2**31 - 1, "xml": MAX}
_EXACT: Final = frozenset({"decimal", "numeric", "money", "smallmoney"})
_WHOLE: Final = frozenset({"tinyint", "smallint", "int", "bigint"})
_DATETIME_PRECISION: Final = {"date": 0, "datetime": 3, "smalldatetime": 0}


def system_type(data_type: SqlType) -> SystemType:
    """The row of sys.types; rowversion is called timestamp there."""
    return _BY_NAME["timestamp" if data_type.name == "rowversion" else data_type.name]


def max_length(data_type: SqlType) -> int:
    """Bytes, -1 for max types: sys.columns.max_length."""
    name = data_type.name
    if name in _SIZED:
        if data_type.length == MAX:
            return MAX
        return data_type.length * (2 if name in _WIDE else 1)
    if name in ("decimal", "numeric"):
        return _decimal_bytes(data_type.precision)
    if name in ("time", "datetime2", "datetimeoffset"):
        return _time_bytes(data_type.scale) + {"time": 0, "datetime2": 3, "datetimeoffset": 5}[name]
    return system_type(data_type).max_length


def precision_and_scale(data_type: SqlType) -> tuple[int, int]:
    """sys.columns.precision and scale."""
    name, scale = data_type.name, data_type.scale
    if name in ("decimal", "numeric"):
        return data_type.precision, scale
    if name in ("time", "datetime2", "datetimeoffset"):
        whole = {"time": 8, "datetime2": 19, "datetimeoffset": 26}[name]
        return whole + (scale + 1 if scale else 0), scale
    known = system_type(data_type)
    return known.precision, known.scale


def character_length(data_type: SqlType) -> int | None:
    """INFORMATION_SCHEMA.COLUMNS.CHARACTER_MAXIMUM_LENGTH."""
    if data_type.name in _SIZED:
        return data_type.length
    return _LONG_CHARACTERS.get(data_type.name)


def octet_length(data_type: SqlType) -> int | None:
    """INFORMATION_SCHEMA.COLUMNS.CHARACTER_OCTET_LENGTH."""
    if data_type.name in _SIZED:
        return max_length(data_type)
    length = _LONG_CHARACTERS.get(data_type.name)
    return length * 2 if data_type.name == "ntext" and length else length


def facts_of(column: Column, collation: str) -> dict[str, object]:
    """Everything the views show of a column's type."""
    data_type = column.type
    known = system_type(data_type)
    precision, scale = precision_and_scale(data_type)
    return {
        "type_name": known.name,
        "system_type_id": known.system_type_id,
        "max_length": max_length(data_type),
        "precision": precision,
        "scale": scale,
        "collation": (data_type.collation or collation) if known.has_collation else None,
        "character_length": character_length(data_type),
        "octet_length": octet_length(data_type),
        **_numeric_facts(data_type, precision, scale),
        "datetime_precision": _datetime_precision(data_type),
    }


def _numeric_facts(data_type: SqlType, precision: int, scale: int) -> dict[str, object]:
    name = data_type.name
    if name in _EXACT or name in _WHOLE:
        return {"numeric_precision": precision, "radix": 10, "numeric_scale": scale}
    if name in ("float", "real"):
        return {"numeric_precision": precision, "radix": 2, "numeric_scale": None}
    return {"numeric_precision": None, "radix": None, "numeric_scale": None}


def _datetime_precision(data_type: SqlType) -> int | None:
    if data_type.name in ("time", "datetime2", "datetimeoffset"):
        return data_type.scale
    return _DATETIME_PRECISION.get(data_type.name)


def _decimal_bytes(precision: int) -> int:
    return next(
        size for digits, size in ((9, 5), (19, 9), (28, 13), (38, 17)) if precision <= digits
    )


def _time_bytes(scale: int) -> int:
    return 3 if scale <= 2 else 4 if scale <= 4 else 5
