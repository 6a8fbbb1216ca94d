"""Whole texts to plans: what the interpreter calls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlglot import exp

from tests.standin.catalog.model import Table
from tests.standin.engine import StatementFailed, not_supported
from tests.standin.errors import clauses
from tests.standin.sqltypes.sql_type import INT
from tests.standin.translation.compiler import CompiledQuery, Compiler, settled
from tests.standin.translation.dialect import parse_expression, parse_statement
from tests.standin.translation.names import Names, relation_source
from tests.standin.translation.plan import Fragment, OutputColumn, Plan, Scope
from tests.standin.translation.select import select_statement
from tests.standin.translation.set_operations import set_statement


def translate_select(text: str, scope: Scope) -> Plan:
    """SELECT, with INTO or ``@variable = …`` too, and the set operations."""
    compiler = Compiler(scope)
    with _bounded_depth(text):
        node = parse_statement(text)
        query = settled(compile_statement(compiler, node))
    return Plan(
        query.sql,
        tuple(column.output for column in query.columns),
        compiler.parameters,
        compiler.locks,
        compiler.nowait,
        query.assigns,
        query.into,
        _identity_column(node, query) if query.into else "",
    )


@contextmanager
def _bounded_depth(text: str) -> Iterator[None]:
    """Parser and compiler call themselves for what is nested; Python bounds how deep."""
    try:
        yield
    except RecursionError:
        raise StatementFailed(not_supported(f"nested this deeply: {text}")) from None


def compile_statement(compiler: Compiler, node: exp.Expr) -> CompiledQuery:
    """A query as a statement of its own, where ORDER BY needs no TOP."""
    if isinstance(node, exp.Subquery) and not node.alias:
        return compile_statement(compiler, node.this)
    if isinstance(node, exp.Select):
        return select_statement(compiler, node)
    if isinstance(node, exp.SetOperation):
        return set_statement(compiler, node)
    raise StatementFailed(not_supported(type(node).__name__))


def _identity_column(node: exp.Expr, query: CompiledQuery) -> str:
    """The column whose IDENTITY a SELECT … INTO takes over.

    Microsoft Learn, "INTO clause": none with a join, a set operation, GROUP BY, or where the column
    is listed twice or part of an expression.
    """
    if node.args.get("joins") or node.args.get("group"):
        return ""
    columns = [column.name for column in query.columns if column.identity]
    return columns[0] if len(columns) == 1 else ""


def translate_value(text: str, scope: Scope) -> Plan:
    """One value. NULL alone keeps its open type: the variable it goes to decides."""
    compiler = Compiler(scope)
    with _bounded_depth(text):
        value = compiler.expression(parse_expression(text))
    return _single_value(compiler, value)


def translate_condition(text: str, scope: Scope) -> Plan:
    """A condition of IF or WHILE: one column that is 1, 0 or NULL."""
    compiler = Compiler(scope)
    with _bounded_depth(text):
        sql = compiler.condition(parse_expression(text))
    return _single_value(compiler, Fragment(sql, INT))


def _single_value(compiler: Compiler, value: Fragment) -> Plan:
    column = OutputColumn("", value.type, value.nullable)
    return Plan(
        f"SELECT {value.sql} AS c1", (column,), compiler.parameters, compiler.locks, compiler.nowait
    )


def column_expression(text: str, table: Table, scope: Scope) -> Fragment:
    """A computed column or a default; the table's columns appear by their bare names."""
    compiler, node = _inside_table(text, table, scope)
    return _without_parameters(compiler, compiler.expression(node), text)


def column_condition(text: str, table: Table, scope: Scope) -> str:
    """A CHECK constraint or an index filter."""
    compiler, node = _inside_table(text, table, scope)
    sql = compiler.condition(node)
    return _without_parameters(compiler, Fragment(sql, INT), text).sql


def _inside_table(text: str, table: Table, scope: Scope) -> tuple[Compiler, exp.Expr]:
    node = parse_expression(text)
    if node.find(exp.Query) is not None:
        raise clauses.subquery_not_allowed()
    compiler = Compiler(scope)
    names = Names(clause="TABLE")
    names.add(relation_source(table, exposed=table.name, alias=""))
    compiler.names = names
    return compiler, node


def _without_parameters(compiler: Compiler, value: Fragment, text: str) -> Fragment:
    """SQLite keeps these in its schema, where no session can give a value."""
    if compiler.parameters:
        raise StatementFailed(not_supported(f"a value of the session in {text}"))
    return value
