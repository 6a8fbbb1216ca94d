"""The data types of SQL Server as the engine knows them.

Values exist in three forms. On the wire and in Python they are what the codec takes (int, Decimal,
str, datetime, …). In SQLite they have a *storage form*, in which SQLite itself can compare and
sort them:

===================================  =============================================================
type                                 storage form
===================================  =============================================================
bit, tinyint, smallint, int, bigint  INTEGER
float, real                          REAL
decimal, numeric, money, smallmoney  TEXT, exactly ``scale`` digits after the point, no exponent, no
                                     superfluous zero in front ("-0" never), collation TSQL_DECIMAL
char, varchar, nchar, nvarchar,      TEXT; char and nchar padded with blanks to their length;
text, ntext, xml, json, sysname      collation TSQL_CI_AS, TSQL_CS_AS, TSQL_BIN… by ``collation``
date                                 TEXT "YYYY-MM-DD"
time                                 TEXT "hh:mm:ss.fffffff"
datetime2, datetime, smalldatetime   TEXT "YYYY-MM-DD hh:mm:ss.fffffff", rounded to the type's scale
datetimeoffset                       TEXT "YYYY-MM-DD hh:mm:ss.fffffff±hh:mm", the time in UTC, the
                                     offset behind it; collation TSQL_INSTANT compares the UTC part
uniqueidentifier                     TEXT, upper case, 36 characters; collation TSQL_GUID
binary, varbinary, image,            BLOB
rowversion
sql_variant                          INTEGER, REAL, TEXT or BLOB: bigint, float, nvarchar and
                                     varbinary; other base types are refused
===================================  =============================================================

NULL is NULL in all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

#: The length of a max type.
MAX: Final = -1


@dataclass(frozen=True, slots=True)
class SqlType:
    """One type with its parameters; ``name`` is the system type's, lower case.

    ``length`` counts characters for text types and bytes for binary ones (MAX for max types), 0
    elsewhere. ``scale`` is also the fractional digits of time, datetime2 and datetimeoffset.
    ``collation`` is empty for what has none and for the database's default.
    """

    name: str
    length: int = 0
    precision: int = 0
    scale: int = 0
    collation: str = ""


BIT: Final = SqlType("bit")
TINYINT: Final = SqlType("tinyint")
SMALLINT: Final = SqlType("smallint")
INT: Final = SqlType("int")
BIGINT: Final = SqlType("bigint")
FLOAT: Final = SqlType("float")
REAL: Final = SqlType("real")
DATE: Final = SqlType("date")
DATETIME: Final = SqlType("datetime")
SYSNAME: Final = SqlType("nvarchar", 128)
GUID: Final = SqlType("uniqueidentifier")
#: The type of the literal NULL, which takes on whatever type is wanted.
UNTYPED_NULL: Final = SqlType("null")


def decimal(precision: int = 18, scale: int = 0) -> SqlType:
    """decimal(precision, scale); numeric is the same type under another name."""
    return SqlType("decimal", precision=precision, scale=scale)


def numeric(precision: int = 18, scale: int = 0) -> SqlType:
    """numeric(precision, scale), which is what constants have."""
    return SqlType("numeric", precision=precision, scale=scale)


def nvarchar(length: int = MAX, collation: str = "") -> SqlType:
    """nvarchar(length)."""
    return SqlType("nvarchar", length, collation=collation)


def varchar(length: int = MAX, collation: str = "") -> SqlType:
    """varchar(length)."""
    return SqlType("varchar", length, collation=collation)


def varbinary(length: int = MAX) -> SqlType:
    """varbinary(length)."""
    return SqlType("varbinary", length)


def datetime2(scale: int = 7) -> SqlType:
    """datetime2(scale)."""
    return SqlType("datetime2", scale=scale)
