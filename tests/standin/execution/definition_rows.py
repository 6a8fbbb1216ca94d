"""The SQLite tables and indexes behind the tables of the catalogue.

SQLite alters little in place, so changes of columns and checks make the table anew. Keys and unique
indexes are SQLite's own; SQL Server takes NULLs for equal in them (Microsoft Learn, "Create unique
indexes"), which a second index sees to.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from tests.standin.catalog.model import Column, Index, Table
from tests.standin.errors import definition as errors
from tests.standin.execution.definition_values import compiled_condition, computed_value, key_text
from tests.standin.sqltypes import collated, column_sql
from tests.standin.translation.plan import Fragment
from tests.standin.tsql.names import quote

if TYPE_CHECKING:
    from tests.standin.storage.handle import Handle

#: Where rows wait while their table is made anew.
_COPY: Final = 'temp."standin copy"'


def quoted(name: str) -> str:
    """A name as SQLite's identifier."""
    return '"' + name.replace('"', '""') + '"'


def index_name(table: Table, index: Index) -> str:
    """The name of an index inside SQLite, without quotes."""
    return f"{table.schema}.{table.name}.{index.name}"


def nulls_index_name(table: Table, index: Index) -> str:
    """The name of the index that keeps rows with NULLs apart."""
    return f"{index_name(table, index)}.nulls"


def create_rows(handle: Handle, table: Table) -> None:
    """Make the SQLite table and its indexes."""
    handle.run(_create_sql(handle, table))
    for index in table.indexes:
        create_index_rows(handle, table, index)


def drop_rows(handle: Handle, table: Table) -> None:
    """Drop the SQLite table; its indexes go with it."""
    handle.run(f"DROP TABLE {table.rows}")


def change_rows(
    handle: Handle, old: Table, new: Table, values: Mapping[str, str] | None = None
) -> None:
    """Make ``new`` out of ``old``. ``values`` has SQL over the old rows for what is not a copy."""
    if _shape(old) == _shape(new) and not values:
        _change_indexes(handle, old, new)
    else:
        _rebuild(handle, old, new, values or {})


def _shape(table: Table) -> tuple[object, ...]:
    """What CREATE TABLE depends on; the names of columns and constraints belong to it."""
    columns = tuple((c.name, c.type, c.nullable, c.computed, c.persisted) for c in table.columns)
    checks = tuple((c.name, c.definition) for c in table.checks if not c.disabled)
    return table.rows, columns, checks


def _change_indexes(handle: Handle, old: Table, new: Table) -> None:
    before = {_index_shape(old, index): index for index in old.indexes}
    after = {_index_shape(new, index): index for index in new.indexes}
    for shape, index in before.items():
        if shape not in after:
            drop_index_rows(handle, old, index)
    for shape, index in after.items():
        if shape not in before:
            create_index_rows(handle, new, index)


def _index_shape(table: Table, index: Index) -> tuple[object, ...]:
    return index.name, index.columns, index.unique, index.filter, _null_columns(table, index)


def _rebuild(handle: Handle, old: Table, new: Table, values: Mapping[str, str]) -> None:
    """Copy the rows away and back: renaming a table costs SQLite a look at the whole schema."""
    stored = [column for column in new.columns if not column.computed]
    names = ", ".join(quoted(column.name) for column in stored)
    sources = ", ".join(values.get(column.name) or f"c.{quoted(column.name)}" for column in stored)
    handle.run(f"CREATE TABLE {_COPY} AS SELECT * FROM {old.rows} ORDER BY rowid")
    drop_rows(handle, old)
    handle.run(_create_sql(handle, new))
    # Rows that were there before a constraint WITH NOCHECK may break it.
    handle.run("PRAGMA ignore_check_constraints = ON")
    try:
        handle.run(
            f"INSERT INTO {new.rows} ({names}) SELECT {sources} FROM {_COPY} AS c ORDER BY c.rowid"
        )
    finally:
        handle.run("PRAGMA ignore_check_constraints = OFF")
    handle.run(f"DROP TABLE {_COPY}")
    for index in new.indexes:
        create_index_rows(handle, new, index)


def _create_sql(handle: Handle, table: Table) -> str:
    parts = [_column_definition(handle, table, column) for column in table.columns]
    parts += [
        f"CONSTRAINT {quoted(check.name)} CHECK"
        f" ({compiled_condition(handle, check.definition, table)})"
        for check in table.checks
        if not check.disabled
    ]
    return f"CREATE TABLE {table.rows} ({', '.join(parts)})"


def _column_definition(handle: Handle, table: Table, column: Column) -> str:
    words = [quoted(column.name), column_sql(column.type)]
    if column.computed:
        value = computed_value(handle, column.computed, table)
        words.append(f"AS ({value.sql}) {'STORED' if column.persisted else 'VIRTUAL'}")
    if not column.nullable:
        words.append("NOT NULL")
    return " ".join(words)


# --- indexes --------------------------------------------------------------------------------------


def create_index_rows(handle: Handle, table: Table, index: Index) -> None:
    """Make an index. Raises StatementFailed with 1505 where rows have the same key."""
    prefix = "temp." if table.temporary else ""
    target = quoted(f"{table.schema}.{table.name}")
    unique = "UNIQUE " if index.unique else ""
    keys = ", ".join(
        f"{quoted(key.name)}{' DESC' if key.descending else ''}" for key in index.columns
    )
    where = f" WHERE {compiled_condition(handle, index.filter, table)}" if index.filter else ""
    try:
        handle.run(
            f"CREATE {unique}INDEX {prefix}{quoted(index_name(table, index))}"
            f" ON {target} ({keys}){where}"
        )
        nulls = _nulls_sql(table, index)
        if nulls:
            name = quoted(nulls_index_name(table, index))
            handle.run(
                f"CREATE UNIQUE INDEX {prefix}{name} ON {target} {nulls}{where and _and(where)}"
            )
    except sqlite3.IntegrityError as error:
        found = errors.duplicate_found(
            f"{table.schema}.{table.name}", index.name, _duplicate(handle, table, index, where)
        )
        of_constraint = index.is_primary or index.is_constraint
        raise (errors.not_created(found) if of_constraint else found) from error


def drop_index_rows(handle: Handle, table: Table, index: Index) -> None:
    """Drop an index."""
    prefix = "temp." if table.temporary else ""
    handle.run(f"DROP INDEX {prefix}{quoted(index_name(table, index))}")
    if _null_columns(table, index):
        handle.run(f"DROP INDEX {prefix}{quoted(nulls_index_name(table, index))}")


def _and(where: str) -> str:
    return where.replace(" WHERE ", " AND (", 1) + ")"


def _null_columns(table: Table, index: Index) -> tuple[str, ...]:
    """The key columns whose NULLs must be told apart: none for what SQLite does itself."""
    if not index.unique:
        return ()
    columns = (table.column(key.name) for key in index.columns)
    return tuple(
        column.name
        for column in columns
        if column is not None
        and column.nullable
        and f"{quote(column.name)} IS NOT NULL" not in index.filter
    )


def _nulls_sql(table: Table, index: Index) -> str:
    """The key and the filter of the index over rows with a NULL in their key."""
    nullable = _null_columns(table, index)
    if not nullable:
        return ""
    keys = []
    for key in index.columns:
        column = table.column(key.name)
        assert column is not None
        name = quoted(key.name)
        if column.name in nullable:
            filled = Fragment(f"ifnull({name}, 0)", column.type)
            keys += [f"({name} IS NULL)", collated(filled)]
        else:
            keys.append(name)
    some_null = " OR ".join(f"{quoted(name)} IS NULL" for name in nullable)
    return f"({', '.join(keys)}) WHERE ({some_null})"


def _duplicate(handle: Handle, table: Table, index: Index, where: str) -> str:
    """The first key that several rows have, as an error shows it."""
    keys = [table.column(key.name) for key in index.columns]
    names = ", ".join(quoted(key.name) for key in index.columns)
    row = handle.run(
        f"SELECT {names} FROM {table.rows}{where} GROUP BY {names} HAVING count(*) > 1 LIMIT 1"
    ).fetchone()
    if row is None:
        return ""
    return ", ".join(
        key_text(value, column.type)
        for value, column in zip(row, keys, strict=True)
        if column is not None
    )
