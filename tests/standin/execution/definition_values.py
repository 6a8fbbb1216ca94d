"""The expressions inside of definitions: defaults, computed columns, checks, filters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.standin import sqltypes
from tests.standin.catalog.model import Column, Table
from tests.standin.sqltypes.sql_type import UNTYPED_NULL, SqlType
from tests.standin.translation import column_condition, column_expression
from tests.standin.translation.plan import Fragment, Scope

if TYPE_CHECKING:
    from tests.standin.storage.handle import Handle


def compiled_condition(handle: Handle, definition: str, table: Table) -> str:
    """SQLite's SQL of a check or of an index's filter."""
    return column_condition(definition, table, Scope(handle.catalog))


def computed_value(handle: Handle, definition: str, table: Table) -> Fragment:
    """SQLite's SQL of a computed column, with its type."""
    return column_expression(definition, table, Scope(handle.catalog))


def default_sql(handle: Handle, table: Table, column: Column) -> str:
    """The SQL of a column's default as it goes into the column."""
    assert column.default is not None
    value = column_expression(column.default.definition, table, Scope(handle.catalog))
    return assigned_sql(handle, value, table, column)


def assigned_sql(handle: Handle, value: Fragment, table: Table, column: Column) -> str:
    """The SQL of a value that goes into a column, converted and checked."""
    if value.type == UNTYPED_NULL:
        return value.sql
    sqltypes.check_implicit(value.type, column.type)
    return sqltypes.assignment_sql(
        value.sql,
        value.type,
        column.type,
        table=three_part_name(handle, table),
        column=column.name,
    )


def three_part_name(handle: Handle, table: Table) -> str:
    """``database.schema.table``, as errors say it; temporary tables belong to tempdb."""
    database = "tempdb" if table.temporary else handle.catalog.database
    return f"{database}.{table.schema}.{table.name}"


def key_text(stored: object, data_type: SqlType) -> str:
    """A key's value as errors about duplicates show it."""
    if stored is None:
        return "<NULL>"
    if isinstance(stored, bytes):
        return "0x" + stored.hex().upper()
    if data_type.name == "uniqueidentifier":
        return str(stored).lower()
    return str(stored).rstrip()
