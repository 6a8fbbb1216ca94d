"""sp_columns and sp_columns_100, which ODBC's SQLColumns calls.

Source: Microsoft Learn, "sp_columns (Transact-SQL)": columns and their types; what sp_columns_100
has between (SS_IS_SPARSE to SS_XML_SCHEMACOLLECTION_NAME) from SQLColumns of the ODBC driver.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from django_mssql_ops.tds import int_type, nvarchar, varchar
from tests.standin.catalog.column_facts import system_type
from tests.standin.catalog.model import Column
from tests.standin.columns import INT, column
from tests.standin.engine import Result, ResultSet
from tests.standin.execution.odbc_types import odbc_type
from tests.standin.execution.system_procedures_tables import check_database, matcher, relations

if TYPE_CHECKING:
    from tests.standin.storage.handle import Handle

_SMALLINT: Final = int_type(2)
_FRONT: Final = (
    column("TABLE_QUALIFIER"),
    column("TABLE_OWNER"),
    column("TABLE_NAME"),
    column("COLUMN_NAME"),
    column("DATA_TYPE", _SMALLINT),
    column("TYPE_NAME"),
    column("PRECISION", INT),
    column("LENGTH", INT),
    column("SCALE", _SMALLINT),
    column("RADIX", _SMALLINT),
    column("NULLABLE", _SMALLINT),
    column("REMARKS", varchar(254)),
    column("COLUMN_DEF", nvarchar(4000)),
    column("SQL_DATA_TYPE", _SMALLINT),
    column("SQL_DATETIME_SUB", _SMALLINT),
    column("CHAR_OCTET_LENGTH", INT),
    column("ORDINAL_POSITION", INT),
    column("IS_NULLABLE", varchar(254)),
)
_MIDDLE: Final = (
    column("SS_IS_SPARSE", _SMALLINT),
    column("SS_IS_COLUMN_SET", _SMALLINT),
    column("SS_IS_COMPUTED", _SMALLINT),
    column("SS_IS_IDENTITY", _SMALLINT),
    column("SS_UDT_CATALOG_NAME"),
    column("SS_UDT_SCHEMA_NAME"),
    column("SS_UDT_ASSEMBLY_TYPE_NAME", nvarchar(4000)),
    column("SS_XML_SCHEMACOLLECTION_CATALOG_NAME"),
    column("SS_XML_SCHEMACOLLECTION_SCHEMA_NAME"),
    column("SS_XML_SCHEMACOLLECTION_NAME"),
)
_END: Final = (column("SS_DATA_TYPE", int_type(1)),)


def columns(arguments: Mapping[str, object], handle: Handle) -> Iterable[Result]:
    """sp_columns."""
    rows = (front + end for front, _, end in _rows(arguments, handle))
    return [ResultSet((*_FRONT, *_END), tuple(rows))]


def columns_100(arguments: Mapping[str, object], handle: Handle) -> Iterable[Result]:
    """sp_columns_100."""
    rows = (front + middle + end for front, middle, end in _rows(arguments, handle))
    return [ResultSet((*_FRONT, *_MIDDLE, *_END), tuple(rows))]


_Row = tuple[object, ...]


def _rows(arguments: Mapping[str, object], handle: Handle) -> Iterator[tuple[_Row, _Row, _Row]]:
    check_database(arguments.get("table_qualifier"), handle)
    wanted = matcher(arguments.get("column_name"))
    database = handle.catalog.database
    for relation in relations(arguments, handle):
        for position, each in enumerate(relation.columns, start=1):
            if wanted.fullmatch(each.name):
                owner = (database, relation.schema, relation.name)
                yield owner + _front(each, position), _middle(each), (_tds_type(each),)


def _front(column: Column, position: int) -> _Row:
    facts = odbc_type(column.type)
    return (
        column.name,
        facts.data_type,
        _type_name(column),
        facts.precision,
        facts.length,
        facts.scale,
        facts.radix,
        int(column.nullable),
        None,
        column.default.definition if column.default else None,
        facts.data_type if facts.sql_data_type is None else facts.sql_data_type,
        facts.datetime_sub,
        facts.octets,
        position,
        "YES" if column.nullable else "NO",
    )


def _type_name(column: Column) -> str:
    """The user's name of the type where there is one; an identity says so behind it."""
    name = column.user_type.rpartition(".")[2] or system_type(column.type).name
    return f"{name} identity" if column.identity else name


def _middle(column: Column) -> _Row:
    return 0, 0, int(bool(column.computed)), int(column.identity is not None), *(None,) * 6


def _tds_type(column: Column) -> int:
    return odbc_type(column.type).tds[column.nullable]
