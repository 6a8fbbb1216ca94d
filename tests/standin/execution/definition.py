"""Executes data definition: CREATE, ALTER, DROP and TRUNCATE of everything but databases."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from tests.standin.engine import StatementFailed, not_supported
from tests.standin.execution.definition_changes import (
    add_to_table,
    alter_column,
    drop_from_table,
    switch_constraints,
)
from tests.standin.execution.definition_indexes import create_index, drop_index
from tests.standin.execution.definition_schemas import (
    create_schema,
    create_type,
    create_view,
    drop_schema,
    drop_view,
)
from tests.standin.execution.definition_tables import create_table, drop_table, truncate_table
from tests.standin.tsql import nodes

if TYPE_CHECKING:
    from tests.standin.storage.handle import Handle

_STATEMENTS: Final[dict[type[nodes.Statement], Callable[[Any, Handle], None]]] = {
    nodes.AddToTable: add_to_table,
    nodes.AlterColumn: alter_column,
    nodes.CreateIndex: create_index,
    nodes.CreateSchema: create_schema,
    nodes.CreateTable: create_table,
    nodes.CreateType: create_type,
    nodes.CreateView: create_view,
    nodes.DropFromTable: drop_from_table,
    nodes.DropIndex: drop_index,
    nodes.DropSchema: drop_schema,
    nodes.DropTable: drop_table,
    nodes.DropView: drop_view,
    nodes.SwitchConstraints: switch_constraints,
    nodes.TruncateTable: truncate_table,
}


def execute_definition(node: nodes.Statement, handle: Handle, context: object = None) -> None:
    """Execute one statement inside the open SQLite transaction.

    Raises StatementFailed; whoever opened the transaction then undoes what was done of it.
    """
    statement = _STATEMENTS.get(type(node))
    if statement is None:
        raise StatementFailed(not_supported(type(node).__name__))
    statement(node, handle)
