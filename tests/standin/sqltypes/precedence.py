"""The type that two values are brought to where they meet: CASE, UNION, comparisons.

Sources: Microsoft Learn, "Data type precedence" and "Precision, scale, and length".
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from tests.standin.engine import StatementFailed, not_supported
from tests.standin.sqltypes.families import (
    NUMERIC,
    TEMPORAL,
    UNICODE,
    Family,
    digits_of,
    family,
)
from tests.standin.sqltypes.permissions import check_implicit
from tests.standin.sqltypes.sql_type import INT, MAX, SqlType

#: Highest first.
_PRECEDENCE: Final = (
    "sql_variant",
    "xml",
    "json",
    "datetimeoffset",
    "datetime2",
    "datetime",
    "smalldatetime",
    "date",
    "time",
    "float",
    "real",
    "decimal",
    "numeric",
    "money",
    "smallmoney",
    "bigint",
    "int",
    "smallint",
    "tinyint",
    "bit",
    "ntext",
    "text",
    "image",
    "rowversion",
    "uniqueidentifier",
    "nvarchar",
    "nchar",
    "varchar",
    "char",
    "varbinary",
    "binary",
    "null",
)
_RANK: Final = {name: rank for rank, name in enumerate(_PRECEDENCE)}
MAX_PRECISION: Final = 38
#: The longest that is not a max type.
_LONGEST: Final = {"nchar": 4000, "nvarchar": 4000}
_LONGEST_BYTES: Final = 8000
#: Digits of a second that a type has, where it declares none.
_OWN_SCALE: Final = {"datetime": 3}
_LARGE: Final = frozenset({"text", "ntext", "image"})


@lru_cache(maxsize=4096)
def common_type(a: SqlType, b: SqlType) -> SqlType:
    """The type of higher precedence, wide enough for both; two NULLs are int.

    Raises StatementFailed with 206 or 257 where the other does not convert to it by itself.
    """
    if a == b:
        return INT if a.name == "null" else a
    for one in (a, b):
        if one.name not in _RANK:
            raise StatementFailed(not_supported(f"{one.name} beside another type"))
    higher, lower = sorted((a, b), key=lambda one: _RANK[one.name])
    if lower.name == "null":
        return higher
    check_implicit(lower, higher)
    return _merged(higher, lower)


def _merged(higher: SqlType, lower: SqlType) -> SqlType:
    kind, other = family(higher), family(lower)
    if kind is Family.DECIMAL and other in NUMERIC:
        return _merged_decimal(higher, lower)
    if kind is Family.TEXT and other is Family.TEXT and higher.name not in _LARGE:
        return _merged_text(higher, lower)
    if kind is other is Family.BINARY and higher.name in ("binary", "varbinary"):
        return SqlType(_varying(higher, lower), joint_length(higher, lower, _LONGEST_BYTES))
    if kind in TEMPORAL and other in TEMPORAL:
        return _merged_time(higher, lower)
    return higher


def _merged_decimal(higher: SqlType, lower: SqlType) -> SqlType:
    (p1, s1), (p2, s2) = digits_of(higher), digits_of(lower)
    name = "numeric" if "numeric" in (higher.name, lower.name) else "decimal"
    whole, scale = max(p1 - s1, p2 - s2), max(s1, s2)
    return capped_decimal(name, whole, scale)


def capped_decimal(name: str, whole: int, scale: int) -> SqlType:
    """The decimal with that many digits in front of the point and behind it; above 38 digits the
    scale gives way."""
    precision = min(whole + scale, MAX_PRECISION)
    return SqlType(name, precision=precision, scale=min(scale, max(precision - whole, 0)))


def joint_length(a: SqlType, b: SqlType, longest: int) -> int:
    """The longer one's length; MAX where one is a max type."""
    if MAX in (a.length, b.length):
        return MAX
    return min(max(a.length, b.length), longest)


def _varying(higher: SqlType, lower: SqlType) -> str:
    """The name of the common type: a fixed-length one only where both are (unconfirmed for nchar
    with varchar, which by precedence alone would be nchar)."""
    if family(higher) is Family.BINARY:
        return "binary" if {higher.name, lower.name} == {"binary"} else "varbinary"
    fixed = {higher.name, lower.name} <= {"char", "nchar"}
    unicode = higher.name in UNICODE or lower.name in UNICODE
    return ("n" if unicode else "") + ("char" if fixed else "varchar")


def _merged_text(higher: SqlType, lower: SqlType) -> SqlType:
    name = _varying(higher, lower)
    length = joint_length(higher, lower, _LONGEST.get(name, _LONGEST_BYTES))
    return SqlType(name, length, collation=higher.collation or lower.collation)


def _merged_time(higher: SqlType, lower: SqlType) -> SqlType:
    if higher.name in _OWN_SCALE or higher.name in ("smalldatetime", "date"):
        return higher
    return SqlType(higher.name, scale=max(time_scale(higher), time_scale(lower)))


def time_scale(sql_type: SqlType) -> int:
    """Digits of a second in the type's values."""
    return _OWN_SCALE.get(sql_type.name, sql_type.scale)
