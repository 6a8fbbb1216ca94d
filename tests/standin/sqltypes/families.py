"""Which types belong together: what decides how a value is stored, compared and converted."""

from __future__ import annotations

import enum
from typing import Final

from tests.standin.sqltypes.sql_type import SqlType


class Family(enum.Enum):
    """Types of one family have one storage form."""

    NULL = "null"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MONEY = "money"
    FLOAT = "float"
    TEXT = "text"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    OFFSET = "datetimeoffset"
    GUID = "uniqueidentifier"
    BINARY = "binary"
    MARKUP = "markup"
    VARIANT = "sql_variant"
    OPAQUE = "opaque"


_MEMBERS: Final = {
    Family.NULL: ("null",),
    Family.INTEGER: ("bit", "tinyint", "smallint", "int", "bigint"),
    Family.DECIMAL: ("decimal", "numeric"),
    Family.MONEY: ("money", "smallmoney"),
    Family.FLOAT: ("float", "real"),
    Family.TEXT: ("char", "varchar", "nchar", "nvarchar", "text", "ntext"),
    Family.DATE: ("date",),
    Family.TIME: ("time",),
    Family.DATETIME: ("datetime2", "datetime", "smalldatetime"),
    Family.OFFSET: ("datetimeoffset",),
    Family.GUID: ("uniqueidentifier",),
    Family.BINARY: ("binary", "varbinary", "image", "rowversion"),
    Family.MARKUP: ("xml", "json"),
    Family.VARIANT: ("sql_variant",),
    Family.OPAQUE: ("hierarchyid", "geometry", "geography"),
}
_FAMILIES: Final = {name: family for family, names in _MEMBERS.items() for name in names}

#: Text in UTF-16; char, varchar and text are in the code page of their collation.
UNICODE: Final = frozenset({"nchar", "nvarchar", "ntext"})
#: Types whose values are filled up to their length.
PADDED: Final = frozenset({"char", "nchar", "binary"})
TEMPORAL: Final = frozenset({Family.DATE, Family.TIME, Family.DATETIME, Family.OFFSET})
#: Families whose values are exact numbers with a fixed number of decimals.
SCALED: Final = frozenset({Family.DECIMAL, Family.MONEY})
NUMERIC: Final = frozenset({Family.INTEGER, Family.FLOAT}) | SCALED

#: The smallest and the largest value.
INTEGER_RANGES: Final = {
    "bit": (0, 1),
    "tinyint": (0, 255),
    "smallint": (-(2**15), 2**15 - 1),
    "int": (-(2**31), 2**31 - 1),
    "bigint": (-(2**63), 2**63 - 1),
}
INTEGER_BYTES: Final = {"bit": 1, "tinyint": 1, "smallint": 2, "int": 4, "bigint": 8}
#: Digits of an integer type where it meets a decimal (Microsoft Learn, "Precision, scale, and
#: length" and the precisions of sys.types).
INTEGER_DIGITS: Final = {"bit": 1, "tinyint": 3, "smallint": 5, "int": 10, "bigint": 19}
#: Precision of money types; their scale is 4.
MONEY_DIGITS: Final = {"money": 19, "smallmoney": 10}
MONEY_SCALE: Final = 4


def family(sql_type: SqlType) -> Family:
    """The family of a type."""
    return _FAMILIES[sql_type.name]


def known(name: str) -> bool:
    """Whether a system type has that name."""
    return name in _FAMILIES and name != "null"


def is_opaque(name: str) -> bool:
    """Whether the system type's values mean nothing to the stand-in."""
    return name in _MEMBERS[Family.OPAQUE]


def is_text(sql_type: SqlType) -> bool:
    """Whether values are character strings, xml and json left out."""
    return family(sql_type) is Family.TEXT


def digits_of(sql_type: SqlType) -> tuple[int, int]:
    """Precision and scale of an exact number."""
    if sql_type.name in INTEGER_DIGITS:
        return INTEGER_DIGITS[sql_type.name], 0
    if sql_type.name in MONEY_DIGITS:
        return MONEY_DIGITS[sql_type.name], MONEY_SCALE
    return sql_type.precision, sql_type.scale
