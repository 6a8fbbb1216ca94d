"""Values on their way into columns: assigned, by default, or made by the server."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from tests.standin import sqltypes
from tests.standin.catalog.model import Column, SystemView, Table, View
from tests.standin.engine import StatementFailed, not_supported
from tests.standin.errors import binding
from tests.standin.errors.constraints import system_catalog_update
from tests.standin.sqltypes.sql_type import UNTYPED_NULL, SqlType
from tests.standin.translation.compiler import Compiler
from tests.standin.translation.dialect import parse_expression, parse_statement
from tests.standin.translation.plan import Fragment, Scope
from tests.standin.tsql.nodes import ObjectName

_NULL = Fragment("NULL", UNTYPED_NULL)


def target_table(name: ObjectName, scope: Scope) -> Table:
    """The table a modification names; error 208 where there is none."""
    found = scope.catalog.find(name)
    if isinstance(found, Table):
        return found
    if isinstance(found, SystemView):
        raise system_catalog_update()
    if isinstance(found, View):
        raise StatementFailed(not_supported(f"changing rows through the view {name}"))
    if name.name.startswith("@"):
        raise binding.table_variable_not_declared(name.name)
    raise binding.invalid_object(str(name))


def target_column(table: Table, name: str) -> Column:
    """A column of the table; error 207 where there is none."""
    column = table.column(name)
    if column is None:
        raise binding.invalid_column(name)
    return column


def full_name(table: Table, database: str) -> str:
    """``database.schema.table``, as errors name it; temporary tables belong to tempdb."""
    return f"{'tempdb' if table.temporary else database}.{table.schema}.{table.name}"


def compiled_values(texts: Sequence[str], compiler: Compiler) -> list[Fragment]:
    """Values written one by one; most are plain variables, which need no parser."""
    if all(map(is_variable, texts)):
        return [compiler.variable(text) for text in texts]
    nodes = listed_items(", ".join(texts))
    if len(nodes) != len(texts):
        raise StatementFailed(not_supported(", ".join(texts)))
    return [compiler.expression(node) for node in nodes]


def is_variable(text: str) -> bool:
    """Whether a value is a variable and nothing else."""
    return text.startswith("@") and text[1:].isidentifier()


def listed_items(text: str) -> list[exp.Expr]:
    """The items of a list such as OUTPUT's; anything but items in it is a syntax error."""
    node = parse_statement(f"SELECT {text}")
    if not isinstance(node, exp.Select) or parts_of(node) != {"expressions"}:
        raise binding.incorrect_syntax(text.split(maxsplit=1)[0])
    return list(node.expressions)


def parts_of(node: exp.Expr) -> set[str]:
    """Which clauses a query has."""
    return {name for name, value in node.args.items() if value}


def assigned(value: Fragment, column: Column, table: Table, compiler: Compiler) -> str:
    """The SQL of a value that goes into a column, converted and checked."""
    compiler.deduce(value, column.type)
    if value.type == UNTYPED_NULL:
        return value.sql
    sqltypes.check_implicit(value.type, column.type)
    return sqltypes.assignment_sql(
        value.sql,
        value.type,
        column.type,
        table=full_name(table, compiler.scope.catalog.database),
        column=column.name,
    )


def default_of(column: Column, table: Table, compiler: Compiler) -> str | None:
    """What goes into a column that a row has no value for; None where that is NULL."""
    if column.identity:
        return f"tsql_next_identity({table.object_id})"
    if is_rowversion(column.type):
        return "tsql_next_rowversion()"
    if column.default is None:
        return None
    value = compiler.expression(parse_expression(column.default.definition))
    return assigned(value, column, table, compiler)


def is_rowversion(kind: SqlType) -> bool:
    """Whether the server makes the values of the type itself."""
    return kind.name in ("rowversion", "timestamp")


def quoted(name: str) -> str:
    """A name as SQLite's identifier."""
    return '"' + name.replace('"', '""') + '"'
