"""=, <, IN, BETWEEN and LIKE: both sides become one type, then SQLite compares.

Storage forms are made so that SQLite's own comparison, with the right collation, is SQL Server's
(see ``sqltypes.sql_type``). The collation is always written out on the left side: there it wins.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sqlglot import exp

from tests.standin import sqltypes
from tests.standin.engine import StatementFailed, not_supported
from tests.standin.errors import binding, clauses
from tests.standin.errors.conversion import operands_incompatible
from tests.standin.sqltypes.sql_type import SqlType
from tests.standin.translation import handlers
from tests.standin.translation.compiler import Compiler
from tests.standin.translation.conditions import either
from tests.standin.translation.dialect import text_of
from tests.standin.translation.plan import Fragment
from tests.standin.translation.types import is_exact, is_integer, is_text

_OPERATORS: Final[dict[type[exp.Expr], tuple[str, str]]] = {
    exp.EQ: ("=", "equal to"),
    exp.NEQ: ("<>", "not equal to"),
    exp.LT: ("<", "less than"),
    exp.LTE: ("<=", "less than or equal to"),
    exp.GT: (">", "greater than"),
    exp.GTE: (">=", "greater than or equal to"),
}
_WORDS: Final = dict(_OPERATORS.values())
_EQUALITY: Final = frozenset({"equal to", "not equal to"})
_INCOMPARABLE: Final = frozenset({"text", "ntext", "image", "xml"})
_CHARACTERS: Final = frozenset({"char", "varchar", "nchar", "nvarchar"})


@handlers.condition(*_OPERATORS, accept=handlers.BINARY)
def _comparison(compiler: Compiler, node: exp.Binary) -> str:
    operator = _OPERATORS[type(node)][0]
    return comparison(compiler, operator, node.left, node.right)


def comparison(compiler: Compiler, operator: str, left: exp.Expr, right: exp.Expr) -> str:
    """``left operator right`` for two nodes."""
    values = compiler.expression(left), compiler.expression(right)
    first, second = comparable(compiler, (left, right), values, _WORDS[operator])
    return f"({sqltypes.collated(first)} {operator} {second.sql})"


def comparable(
    compiler: Compiler,
    nodes: tuple[exp.Expr, exp.Expr],
    values: tuple[Fragment, Fragment],
    operation: str,
) -> tuple[Fragment, Fragment]:
    """Two values as SQLite can compare them, the collation of both settled (468)."""
    left, right = values
    for value, other in ((left, right), (right, left)):
        compiler.deduce(value, other.type, in_general=operation not in _EQUALITY)
    if left.type.name in _INCOMPARABLE or right.type.name in _INCOMPARABLE:
        raise _incomparable(left.type, right.type, operation)
    if not _compare_as_stored(left.type, right.type):
        kind = sqltypes.common_type(left.type, right.type)
        left, right = compiler.coerce(left, kind), compiler.coerce(right, kind)
    if is_text(values[0].type) and is_text(values[1].type):
        collation = common_collation(compiler, nodes, values, operation)
        left = replace(left, type=replace(left.type, collation=collation))
    return left, right


def _incomparable(left: SqlType, right: SqlType, operation: str) -> StatementFailed:
    """402 for two types, as long texts are told that pyodbc sends as ntext (seen in mssql-django
    issue 118); 306 for one with itself (unconfirmed)."""
    if left.name == right.name:
        return binding.incomparable_types()
    return operands_incompatible(left, right, operation)


def _compare_as_stored(left: SqlType, right: SqlType) -> bool:
    """Whether the storage forms of two types compare right without converting either.

    Leaving columns alone also leaves SQLite their indexes.
    """
    if left == right or "null" in (left.name, right.name):
        return True
    if is_integer(left) and is_integer(right):
        return True
    if is_exact(left) and is_exact(right):
        return True
    return left.name in _CHARACTERS and right.name in _CHARACTERS


def common_collation(
    compiler: Compiler,
    nodes: tuple[exp.Expr, exp.Expr],
    values: tuple[Fragment, Fragment],
    operation: str,
) -> str:
    """The collation of two texts together, by Microsoft Learn's "Collation Precedence"."""
    left, right = (value.type.collation for value in values)
    if left == right:
        return left
    strengths = tuple(_strength(node) for node in nodes)
    if strengths[0] == strengths[1] and strengths[0] != _COERCIBLE:
        default = compiler.scope.catalog.collation
        raise binding.collation_conflict(left or default, right or default, operation)
    return left if strengths[0] > strengths[1] else right


_COERCIBLE: Final = 0
_IMPLICIT: Final = 1
_EXPLICIT: Final = 2


def _strength(node: exp.Expr) -> int:
    """How firmly an expression has its collation: by COLLATE, by a column, or by default only."""
    strength = _COERCIBLE
    for inner in node.walk():
        if isinstance(inner, exp.Collate):
            return _EXPLICIT
        if isinstance(inner, exp.Column):
            strength = _IMPLICIT
    return strength


@handlers.condition(exp.Between, accept=("this", "low", "high"))
def _between(compiler: Compiler, node: exp.Between) -> str:
    low = comparison(compiler, ">=", node.this, node.args["low"])
    high = comparison(compiler, "<=", node.this, node.args["high"])
    return f"({low} AND {high})"


@handlers.condition(exp.In, accept=("this", "expressions", "query"))
def _in(compiler: Compiler, node: exp.In) -> str:
    """IN means one "=" for each item; items that convert alike share one IN of SQLite."""
    query = node.args.get("query")
    if query is not None:
        return _in_query(compiler, node.this, query)
    subject = compiler.expression(node.this)
    groups: dict[str, list[str]] = {}
    for item in node.expressions:
        values = subject, compiler.expression(item)
        left, right = comparable(compiler, (node.this, item), values, "equal to")
        groups.setdefault(sqltypes.collated(left), []).append(right.sql)
    return either(f"({left} IN ({', '.join(items)}))" for left, items in groups.items())


def _in_query(compiler: Compiler, subject: exp.Expr, query: exp.Expr) -> str:
    value = compiler.expression(subject)
    compiled = compiler.query(query.this if isinstance(query, exp.Subquery) else query)
    if len(compiled.columns) != 1:
        raise clauses.one_column_in_subquery()
    column = compiled.columns[0]
    item = Fragment(column.label, column.type, column.nullable)
    left, right = comparable(compiler, (subject, query), (value, item), "equal to")
    sql = compiled.sql
    if right.sql != item.sql:
        sql = f"SELECT {right.sql} FROM ({sql})"
    return f"({sqltypes.collated(left)} IN ({sql}))"


@handlers.condition(exp.Like, accept=("this", "expression", "negate"))
def _like(compiler: Compiler, node: exp.Like) -> str:
    return _like_sql(compiler, node, None)


@handlers.condition(exp.Escape, accept=handlers.BINARY)
def _like_with_escape(compiler: Compiler, node: exp.Escape) -> str:
    if not isinstance(node.this, exp.Like):
        raise StatementFailed(not_supported(text_of(node)))
    handlers.check_arguments(node.this, frozenset(("this", "expression", "negate")))
    return _like_sql(compiler, node.this, node.expression)


def _like_sql(compiler: Compiler, node: exp.Like, escape: exp.Expr | None) -> str:
    value = _as_text(compiler, compiler.expression(node.this))
    pattern = _as_text(compiler, compiler.expression(node.expression))
    nodes = (node.this, node.expression)
    collation = common_collation(compiler, nodes, (value, pattern), "like")
    value = replace(value, type=replace(value.type, collation=collation))
    escape_sql = compiler.expression(escape).sql if escape is not None else "NULL"
    sql = sqltypes.like_sql(value, pattern, escape_sql)
    return f"(NOT {sql})" if node.args.get("negate") else sql


def _as_text(compiler: Compiler, fragment: Fragment) -> Fragment:
    """LIKE reads anything that is implicitly text."""
    if is_text(fragment.type):
        return fragment
    return compiler.coerce(fragment, SqlType("nvarchar", 4000))
