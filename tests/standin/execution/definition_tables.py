"""CREATE TABLE, DROP TABLE and TRUNCATE TABLE."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.standin.catalog.model import Table
from tests.standin.errors import definition as errors
from tests.standin.errors.constraints import truncate_referenced
from tests.standin.execution.definition_columns import with_columns
from tests.standin.execution.definition_constraints import (
    with_constraint,
    with_default,
    with_index,
)
from tests.standin.execution.definition_indexes import index_filter
from tests.standin.execution.definition_names import schema_for, table_for
from tests.standin.execution.definition_rows import create_rows, drop_rows
from tests.standin.tsql import nodes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.standin.storage.handle import Handle


def create_table(node: nodes.CreateTable, handle: Handle) -> None:
    """Raises StatementFailed with 2714, 2760 and whatever is wrong with a column or constraint."""
    schema = schema_for(handle, node.name)
    temporary = node.name.name.startswith(("#", "@"))
    exists = handle.catalog.find(node.name) is not None
    if exists or (not temporary and handle.catalog.object_exists(schema, node.name.name)):
        raise errors.object_exists(node.name.name)
    table = Table(
        handle.catalog.new_object_id(temporary=temporary),
        schema,
        node.name.name,
        (),
        temporary=temporary,
    )
    table = with_columns(handle, table, node.name, _keys_not_null(node))
    table = with_written(handle, table, node.columns, node.constraints)
    for index in node.indexes:
        table = with_index(table, index, index_filter(handle, table, index))
    handle.catalog.save(table)
    create_rows(handle, table)


def with_written(
    handle: Handle,
    table: Table,
    columns: Sequence[nodes.ColumnDefinition],
    constraints: Sequence[nodes.TableConstraint],
    *,
    with_check: bool = True,
) -> Table:
    """The table with all constraints, those written behind columns first."""
    for column in columns:
        if column.default:
            default = replace(column.default, column=column.name)
            table = with_default(handle, table, default)
        for constraint in column.constraints:
            table = with_constraint(
                handle, table, constraint, column=column.name, with_check=with_check
            )
    for constraint in constraints:
        table = with_constraint(handle, table, constraint, with_check=with_check)
    return table


def _keys_not_null(node: nodes.CreateTable) -> tuple[nodes.ColumnDefinition, ...]:
    """The columns of the table's PRIMARY KEY are NOT NULL where nothing else was written."""
    keys = {
        part.name.lower()
        for constraint in node.constraints
        if isinstance(constraint, nodes.KeyConstraint) and constraint.is_primary
        for part in constraint.columns
    }
    return tuple(
        replace(column, nullable=False)
        if column.name.lower() in keys and column.nullable is None
        else column
        for column in node.columns
    )


def drop_table(node: nodes.DropTable, handle: Handle) -> None:
    """Raises StatementFailed with 3701, 3705 or 3726."""
    for name in node.names:
        found = handle.catalog.find(name)
        if found is None and node.if_exists:
            continue
        if found is None:
            raise errors.cannot_drop("table", str(name))
        if not isinstance(found, Table):
            raise errors.wrong_drop("TABLE", str(name), "view")
        referencing = handle.catalog.referencing(found)
        if any(table.object_id != found.object_id for table in referencing):
            raise errors.referenced_table(str(name))
        handle.catalog.remove(found)
        drop_rows(handle, found)


def truncate_table(node: nodes.TruncateTable, handle: Handle) -> None:
    """Raises StatementFailed with 4701 or 4712."""
    table = table_for(handle, node.name, 4701)
    if any(t.object_id != table.object_id for t in handle.catalog.referencing(table)):
        raise truncate_referenced(str(node.name))
    handle.run(f"DELETE FROM {table.rows}")
    if table.identity_column:
        handle.identities.reset(handle, table)
