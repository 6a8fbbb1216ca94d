"""SELECT … INTO: a new table from a query's columns, filled with its rows."""

from __future__ import annotations

from tests.standin.errors import failure
from tests.standin.execution.batch import Batch
from tests.standin.execution.definition import execute_definition
from tests.standin.sqltypes import declaration
from tests.standin.translation.plan import OutputColumn, Plan
from tests.standin.tsql import nodes


def select_into(batch: Batch, plan: Plan) -> int:
    """Make the table and fill it; the number of rows. Raises StatementFailed with 1038 or 2714."""
    assert plan.into is not None
    columns = tuple(_column(column, plan) for column in plan.columns)
    if not plan.into.name.startswith("#"):
        batch.state.refuse_if_read_only()
    with batch.changing() as handle:
        execute_definition(nodes.CreateTable(plan.into, columns), handle)
        table = handle.catalog.find_table(plan.into)
        assert table is not None
        names = ", ".join('"' + column.name.replace('"', '""') + '"' for column in columns)
        cursor = handle.run(
            f"INSERT INTO {table.rows} ({names}) {plan.sql}",
            batch.bind(plan.parameters),
        )
        return cursor.rowcount


def _column(column: OutputColumn, plan: Plan) -> nodes.ColumnDefinition:
    if not column.name:
        raise failure(
            1038,
            "An object or column name is missing or empty. For SELECT INTO statements, verify each "
            "column has a name. For other statements, look for empty alias names. Aliases defined "
            'as "" or [] are not allowed. Change the alias to a valid name.',
            severity=15,
            state=5,
        )
    name, _, arguments = declaration(column.type).partition("(")
    written = tuple(part.strip() for part in arguments.rstrip(")").split(",") if part.strip())
    identity = nodes.Identity() if column.name == plan.identity_column else None
    return nodes.ColumnDefinition(
        column.name, nodes.TypeName(name, written), nullable=column.nullable, identity=identity
    )
