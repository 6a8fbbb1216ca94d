"""Data definition: every statement of it changes the catalogue, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator

from tests.standin.engine import Result
from tests.standin.execution.batch import Batch
from tests.standin.execution.definition import execute_definition
from tests.standin.execution.handlers import executes
from tests.standin.tsql import nodes


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
    batch.begin_implicitly()
    with batch.changing() as handle:
        execute_definition(node, handle)
    yield batch.done()


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
