"""What ODBC's catalogue functions say of a column's type.

Sources: Microsoft Learn, "sp_columns (Transact-SQL)", the ODBC reference's "SQLColumns" and
appendix D, SQL Server Native Client's "Large value types" (a max type has the size 0), "Data type
support for ODBC date and time improvements". SS_DATA_TYPE is the TDS type of extended procedures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tests.standin.sqltypes.sql_type import MAX, SqlType

#: The verbose type of all dates and times, and the sub-codes of date and timestamp.
_DATETIME: Final = 9
_DATE_CODE: Final = 1
_TIMESTAMP_CODE: Final = 3


@dataclass(frozen=True, slots=True)
class OdbcType:
    """A column's type; ``tds`` is the type's token where the column takes no NULL, and where."""

    data_type: int
    precision: int
    length: int
    scale: int | None = None
    radix: int | None = None
    octets: int | None = None
    sql_data_type: int | None = None
    datetime_sub: int | None = None
    tds: tuple[int, int] = (0, 0)


_FIXED: Final = {
    "bit": OdbcType(-7, 1, 1, tds=(50, 50)),
    "tinyint": OdbcType(-6, 3, 1, 0, 10, tds=(48, 38)),
    "smallint": OdbcType(5, 5, 2, 0, 10, tds=(52, 38)),
    "int": OdbcType(4, 10, 4, 0, 10, tds=(56, 38)),
    "bigint": OdbcType(-5, 19, 8, 0, 10, tds=(63, 108)),
    "float": OdbcType(6, 53, 8, None, 2, tds=(62, 109)),
    "real": OdbcType(7, 24, 4, None, 2, tds=(59, 109)),
    "money": OdbcType(3, 19, 21, 4, 10, tds=(60, 110)),
    "smallmoney": OdbcType(3, 10, 12, 4, 10, tds=(122, 110)),
    "date": OdbcType(91, 10, 6, sql_data_type=_DATETIME, datetime_sub=_DATE_CODE),
    "datetime": OdbcType(
        93, 23, 16, 3, sql_data_type=_DATETIME, datetime_sub=_TIMESTAMP_CODE, tds=(61, 111)
    ),
    "smalldatetime": OdbcType(
        93, 16, 16, 0, sql_data_type=_DATETIME, datetime_sub=_TIMESTAMP_CODE, tds=(58, 111)
    ),
    "uniqueidentifier": OdbcType(-11, 36, 16, tds=(37, 37)),
    "text": OdbcType(-1, 2**31 - 1, 2**31 - 1, octets=2**31 - 1, tds=(35, 35)),
    "ntext": OdbcType(-10, 2**30 - 1, 2**31 - 2, octets=2**31 - 2, tds=(35, 35)),
    "image": OdbcType(-4, 2**31 - 1, 2**31 - 1, octets=2**31 - 1, tds=(34, 34)),
    "xml": OdbcType(-152, 0, 0, octets=0),
    "rowversion": OdbcType(-2, 8, 8, octets=8, tds=(45, 37)),
    "sql_variant": OdbcType(-150, 8000, 8000, tds=(39, 39)),
}
_SIZED: Final = {
    "char": (1, 1, (47, 39)),
    "varchar": (12, 1, (39, 39)),
    "nchar": (-8, 2, (39, 39)),
    "nvarchar": (-9, 2, (39, 39)),
    "binary": (-2, 1, (45, 37)),
    "varbinary": (-3, 1, (37, 37)),
}
_TIMES: Final = {"time": (-154, 8, 12), "datetime2": (93, 19, 16), "datetimeoffset": (-155, 26, 20)}


def odbc_type(data_type: SqlType) -> OdbcType:
    """The facts of a type, for ODBC 3."""
    name = data_type.name
    if name in _SIZED:
        code, size, tds = _SIZED[name]
        length = 0 if data_type.length == MAX else data_type.length
        return OdbcType(code, length, length * size, octets=length * size, tds=tds)
    if name in ("decimal", "numeric"):
        digits = data_type.precision
        code = 3 if name == "decimal" else 2
        return OdbcType(code, digits, digits + 2, data_type.scale, 10, tds=(55, 106))
    if name in _TIMES:
        code, whole, length = _TIMES[name]
        digits = whole + (data_type.scale + 1 if data_type.scale else 0)
        is_timestamp = name == "datetime2"
        return OdbcType(
            code,
            digits,
            length,
            data_type.scale,
            sql_data_type=_DATETIME if is_timestamp else None,
            datetime_sub=_TIMESTAMP_CODE if is_timestamp else None,
        )
    return _FIXED[name]
