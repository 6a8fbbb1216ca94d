"""Data definition: every statement of it changes the catalogue, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tests.standin.engine import Result, StatementFailed, not_supported
from tests.standin.errors.permissions import denied_in_database
from tests.standin.execution.batch import Batch
from tests.standin.execution.definition import execute_definition
from tests.standin.execution.handlers import executes
from tests.standin.tsql import nodes

#: The permission for what is made; everything else needs ALTER on it.
_PERMISSIONS: Final = {
    nodes.CreateSchema: "CREATE SCHEMA",
    nodes.CreateTable: "CREATE TABLE",
    nodes.CreateView: "CREATE VIEW",
}


@executes(
    nodes.AddToTable,
    nodes.AlterColumn,
    nodes.CreateIndex,
    nodes.CreateSchema,
    nodes.CreateTable,
    nodes.CreateType,
    nodes.CreateView,
    nodes.DropFromTable,
    nodes.DropIndex,
    nodes.DropSchema,
    nodes.DropTable,
    nodes.DropView,
    nodes.SwitchConstraints,
    nodes.TruncateTable,
)
def define(batch: Batch, node: nodes.Statement) -> Iterator[Result]:
    _refuse_without_rights(batch, node)
    if not _is_temporary(node):
        batch.state.refuse_if_read_only()
    batch.begin_implicitly()
    with batch.changing() as handle:
        execute_definition(node, handle)
    yield batch.done()


def _is_temporary(node: nodes.Statement) -> bool:
    """Whether a statement is about temporary tables alone."""
    if isinstance(node, nodes.DropTable):
        names = node.names
    else:
        target = getattr(node, "table", None) or getattr(node, "name", None)
        names = (target,) if isinstance(target, nodes.ObjectName) else ()
    return bool(names) and all(name.name.startswith("#") for name in names)


def _refuse_without_rights(batch: Batch, node: nodes.Statement) -> None:
    """262 for what is made; how the rest is refused differs from statement to statement."""
    if isinstance(node, nodes.CreateTable) and _is_temporary(node):
        return
    permission = _PERMISSIONS.get(type(node), "ALTER")
    rights = batch.state.rights
    if rights.may(permission) and rights.may("ALTER"):
        return
    if permission == "ALTER":
        name = type(node).__name__
        raise StatementFailed(not_supported(f"{name} by a user without the permission"))
    raise denied_in_database(permission, batch.session.database)


@executes(nodes.DeclareTable)
def declare_table(batch: Batch, node: nodes.DeclareTable) -> Iterator[Result]:
    """A table variable is a temporary table under its own name, gone with the batch."""
    name = nodes.ObjectName(node.name)
    with batch.changing() as handle:
        execute_definition(
            nodes.CreateTable(name, node.columns, node.constraints, line=node.line), handle
        )
    batch.table_variables.append(name)
    yield batch.done()
