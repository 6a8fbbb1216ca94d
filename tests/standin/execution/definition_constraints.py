"""Keys, checks and defaults as parts of a table: each function gives a new Table.

Nothing here touches rows. Sources: Microsoft Learn, "CREATE TABLE (Transact-SQL)", "ALTER TABLE
table_constraint" and "CREATE INDEX".
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tests.standin.catalog.model import Check, Column, Default, Index, IndexColumn, Table
from tests.standin.catalog.normal_form import columns_in, normal_form
from tests.standin.engine import StatementFailed, not_supported
from tests.standin.errors import definition as errors
from tests.standin.execution.definition_foreign_keys import with_foreign_key
from tests.standin.execution.definition_names import constraint_name, names_in, new_id
from tests.standin.execution.definition_values import compiled_condition
from tests.standin.sqltypes.sql_type import MAX
from tests.standin.tsql import nodes

if TYPE_CHECKING:
    from tests.standin.storage.handle import Handle

#: Types that no index can have as its key, besides max types.
_NO_KEYS: Final = frozenset({"text", "ntext", "image", "xml", "json"})


def with_constraint(
    handle: Handle,
    table: Table,
    node: nodes.TableConstraint,
    *,
    column: str = "",
    with_check: bool = True,
) -> Table:
    """The table with one more constraint; ``column`` is the one it was written behind."""
    if isinstance(node, nodes.KeyConstraint):
        return _with_key(handle, table, node)
    if isinstance(node, nodes.ForeignKeyConstraint):
        return with_foreign_key(handle, table, node, column=column, with_check=with_check)
    if isinstance(node, nodes.CheckConstraint):
        return _with_check(handle, table, node, column, with_check=with_check)
    return with_default(handle, table, node)


def with_index(table: Table, node: nodes.CreateIndex, definition: str) -> Table:
    """The table with one more index; ``definition`` is its filter."""
    if node.name.lower() in names_in(table):
        raise errors.index_exists(node.name, str(node.table))
    if node.clustered:
        _refuse_second_clustered(table)
    key = _key_columns(table, node.columns)
    return _with_index(
        table,
        Index(
            0,
            node.name,
            key,
            unique=node.unique,
            clustered=node.clustered,
            included=tuple(_key_column(table, name).name for name in node.included),
            filter=definition,
        ),
    )


def with_default(handle: Handle, table: Table, node: nodes.DefaultConstraint) -> Table:
    """The table with a default for ``node.column``."""
    column = table.column(node.column)
    if column is None or column.computed or column.type.name in ("rowversion", "timestamp"):
        raise errors.no_default_column(node.column, table.name)
    if column.identity:
        raise errors.identity_default(table.name, column.name)
    if column.default:
        raise errors.default_exists()
    object_id = new_id(handle, table)
    name = constraint_name(handle, table, "DF", node.name, object_id, column.name)
    if columns_in(node.value.text):
        raise errors.name_not_permitted(columns_in(node.value.text)[0])
    default = Default(object_id, name, normal_form(node.value.text), system_named=not node.name)
    return with_column(table, replace(column, default=default))


def with_column(table: Table, changed: Column) -> Table:
    """The table with a column in place of the one with the same column_id."""
    return replace(
        table,
        columns=tuple(changed if c.column_id == changed.column_id else c for c in table.columns),
    )


def _with_key(handle: Handle, table: Table, node: nodes.KeyConstraint) -> Table:
    if node.is_primary and any(index.is_primary for index in table.indexes):
        raise errors.second_primary_key(table.name)
    key = _key_columns(table, node.columns)
    if node.is_primary and any(_key_column(table, part.name).nullable for part in key):
        raise errors.nullable_primary_key(table.name)
    object_id = new_id(handle, table)
    kind = "PK" if node.is_primary else "UQ"
    name = constraint_name(handle, table, kind, node.name, object_id)
    has_clustered = any(index.clustered for index in table.indexes)
    if node.clustered:
        _refuse_second_clustered(table)
    return _with_index(
        table,
        Index(
            0,
            name,
            key,
            unique=True,
            clustered=node.clustered
            if node.clustered is not None
            else node.is_primary and not has_clustered,
            is_primary=node.is_primary,
            is_constraint=not node.is_primary,
            object_id=object_id,
            system_named=not node.name,
        ),
    )


def _with_check(
    handle: Handle, table: Table, node: nodes.CheckConstraint, column: str, *, with_check: bool
) -> Table:
    """A condition on one column belongs to it, wherever it was written: 547 names the column of
    one that ALTER TABLE added (shown in stackoverflow.com/questions/18557113)."""
    object_id = new_id(handle, table)
    found = map(table.column, columns_in(node.condition.text))
    columns = tuple(dict.fromkeys(c.name for c in found if c is not None))
    name = constraint_name(handle, table, "CK", node.name, object_id, column)
    check = Check(
        object_id,
        name,
        normal_form(node.condition.text),
        column=column or (columns[0] if len(columns) == 1 else ""),
        columns=columns,
        not_trusted=not with_check,
        system_named=not node.name,
    )
    compiled_condition(handle, check.definition, table)  # raises what is wrong with it
    return replace(table, checks=(*table.checks, check))


def _with_index(table: Table, index: Index) -> Table:
    """Give the index its id: 1 is the clustered one's, the others count from 2."""
    used = {existing.index_id for existing in table.indexes}
    free = next(i for i in range(2, len(used) + 3) if i not in used)
    numbered = replace(index, index_id=1 if index.clustered else free)
    return replace(
        table, indexes=tuple(sorted((*table.indexes, numbered), key=lambda i: i.index_id))
    )


def _refuse_second_clustered(table: Table) -> None:
    existing = next((index for index in table.indexes if index.clustered), None)
    if existing:
        raise errors.second_clustered_index(table.name, existing.name)


def _key_columns(table: Table, columns: tuple[nodes.IndexColumn, ...]) -> tuple[IndexColumn, ...]:
    key: list[IndexColumn] = []
    for written in columns:
        column = _key_column(table, written.name)
        if any(part.name == column.name for part in key):
            raise errors.key_column_twice(column.name)
        if column.type.name in _NO_KEYS or column.type.length == MAX:
            raise errors.invalid_key_type(column.name, table.name)
        key.append(IndexColumn(column.name, written.descending))
    if not key:
        raise StatementFailed(not_supported("an index without columns"))
    return tuple(key)


def _key_column(table: Table, name: str) -> Column:
    column = table.column(name)
    if column is None:
        raise errors.no_key_column(name)
    return column
