"""The answer to ``sp_datatype_info_100``, which ODBC's SQLGetTypeInfo calls on each new connection.

Columns and values: Microsoft Learn, sp_datatype_info (Transact-SQL) and the ODBC reference,
SQLGetTypeInfo. Only the types that drivers ask for on their own account are here.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from django_mssql_ops.tds import int_type
from tests.standin.columns import INT, SYSNAME, column
from tests.standin.engine import ResultSet, StatementFailed, not_supported

_SMALLINT: Final = int_type(2)

_COLUMNS: Final = (
    column("TYPE_NAME", SYSNAME),
    column("DATA_TYPE", _SMALLINT),
    column("PRECISION", INT),
    column("LITERAL_PREFIX", SYSNAME),
    column("LITERAL_SUFFIX", SYSNAME),
    column("CREATE_PARAMS", SYSNAME),
    column("NULLABLE", _SMALLINT),
    column("CASE_SENSITIVE", _SMALLINT),
    column("SEARCHABLE", _SMALLINT),
    column("UNSIGNED_ATTRIBUTE", _SMALLINT),
    column("MONEY", _SMALLINT),
    column("AUTO_INCREMENT", _SMALLINT),
    column("LOCAL_TYPE_NAME", SYSNAME),
    column("MINIMUM_SCALE", _SMALLINT),
    column("MAXIMUM_SCALE", _SMALLINT),
    column("SQL_DATA_TYPE", _SMALLINT),
    column("SQL_DATETIME_SUB", _SMALLINT),
    column("NUM_PREC_RADIX", INT),
    column("INTERVAL_PRECISION", _SMALLINT),
    column("USERTYPE", _SMALLINT),
)


class _Type(NamedTuple):
    name: str
    data_type: int
    precision: int
    prefix: str
    suffix: str | None
    parameters: str | None
    case_sensitive: int
    searchable: int
    sql_data_type: int
    datetime_sub: int | None
    scales: tuple[int, int] | None
    user_type: int

    def row(self) -> tuple[object, ...]:
        minimum, maximum = self.scales or (None, None)
        return (
            self.name,
            self.data_type,
            self.precision,
            self.prefix,
            self.suffix,
            self.parameters,
            1,
            self.case_sensitive,
            self.searchable,
            None,
            0,
            None,
            self.name,
            minimum,
            maximum,
            self.sql_data_type,
            self.datetime_sub,
            None,
            None,
            self.user_type,
        )


_TYPES: Final = (
    _Type("nvarchar", -9, 4000, "N'", "'", "max length", 0, 3, -9, None, None, 0),
    _Type("varbinary", -3, 8000, "0x", None, "max length", 0, 2, -3, None, None, 3),
    _Type("varchar", 12, 8000, "'", "'", "max length", 0, 3, 12, None, None, 2),
    _Type("datetime2", 93, 27, "'", "'", "scale", 0, 3, 9, 3, (0, 7), 0),
)


def datatype_info(wanted: object) -> ResultSet:
    """The rows for an ODBC type code. Raises StatementFailed for a type that is not here, and for
    0, which asks for all types."""
    rows = tuple(known.row() for known in _TYPES if known.data_type == wanted)
    if not rows:
        raise StatementFailed(not_supported(f"sp_datatype_info for the type {wanted}"))
    return ResultSet(_COLUMNS, rows)
