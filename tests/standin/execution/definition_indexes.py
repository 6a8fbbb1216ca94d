"""CREATE INDEX and DROP INDEX."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.standin.catalog.model import Table
from tests.standin.catalog.normal_form import normal_form
from tests.standin.errors import definition as errors
from tests.standin.execution.definition_constraints import with_index
from tests.standin.execution.definition_names import table_for
from tests.standin.execution.definition_rows import change_rows
from tests.standin.execution.definition_values import compiled_condition
from tests.standin.tsql import nodes

if TYPE_CHECKING:
    from tests.standin.storage.handle import Handle


def index_filter(handle: Handle, table: Table, node: nodes.CreateIndex) -> str:
    """The index's filter as the catalogue shows it; raises what is wrong with it."""
    if node.filter is None:
        return ""
    definition = normal_form(node.filter.text)
    compiled_condition(handle, definition, table)
    return definition


def create_index(node: nodes.CreateIndex, handle: Handle) -> None:
    """Raises StatementFailed with 1088, 1505, 1902, 1911, 1913 or 1919."""
    table = table_for(handle, node.table, 1088)
    changed = with_index(table, node, index_filter(handle, table, node))
    handle.catalog.save(changed)
    change_rows(handle, table, changed)


def drop_index(node: nodes.DropIndex, handle: Handle) -> None:
    """Raises StatementFailed with 3701 or 3723."""
    table = handle.catalog.find_table(node.table)
    full_name = f"{node.table}.{node.name}"
    wanted = node.name.lower()
    index = next((i for i in table.indexes if i.name.lower() == wanted), None) if table else None
    if table is None or index is None:
        if node.if_exists:
            return
        raise errors.cannot_drop("index", full_name)
    if index.is_primary or index.is_constraint:
        raise errors.key_index(full_name, "PRIMARY KEY" if index.is_primary else "UNIQUE KEY")
    for other in handle.catalog.referencing(table):
        for key in other.foreign_keys:
            if key.referenced_id == table.object_id and key.key_index_id == index.index_id:
                raise errors.key_index(full_name, "FOREIGN KEY")
    changed = replace(table, indexes=tuple(i for i in table.indexes if i is not index))
    handle.catalog.save(changed)
    change_rows(handle, table, changed)
