"""UNION, UNION ALL, INTERSECT and EXCEPT."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sqlglot import exp

from tests.standin import sqltypes
from tests.standin.engine import StatementFailed, not_supported
from tests.standin.errors import clauses
from tests.standin.sqltypes.sql_type import UNTYPED_NULL, SqlType
from tests.standin.translation import handlers
from tests.standin.translation.compiler import CompiledQuery, Compiler, QueryColumn
from tests.standin.translation.dialect import text_of
from tests.standin.translation.hints import check_options
from tests.standin.translation.limits import limit_sql
from tests.standin.translation.ordering import set_order_sql
from tests.standin.translation.plan import Fragment
from tests.standin.translation.select import common_tables
from tests.standin.translation.select_items import Item

_WORDS: Final[dict[type[exp.Expr], str]] = {
    exp.Union: "UNION",
    exp.Intersect: "INTERSECT",
    exp.Except: "EXCEPT",
}
_ACCEPTED: Final = (
    "this",
    "expression",
    "distinct",
    "order",
    "offset",
    "limit",
    "with_",
    "options",
)


@handlers.query(*_WORDS, accept=_ACCEPTED)
def _set_operation(compiler: Compiler, node: exp.SetOperation) -> CompiledQuery:
    """A set operation inside of something: no order without a limit (1033)."""
    order = node.args.get("order")
    if order is not None and node.args.get("offset") is None:
        raise clauses.order_in_subquery()
    return set_statement(compiler, node)


def set_statement(compiler: Compiler, node: exp.SetOperation) -> CompiledQuery:
    """A set operation as a statement, ORDER BY included."""
    handlers.check_arguments(node, frozenset(_ACCEPTED))
    check_options(node.args.get("options"))
    with common_tables(compiler, node):
        left = compiler.raw_query(node.this)
        right = compiler.raw_query(node.expression)
    columns = _columns(node, left, right)
    every = isinstance(node, exp.Union) and not node.args.get("distinct")
    sql = (
        f"{_arm(compiler, left, columns, collate=not every)} {_word(node, every=every)} "
        f"{_arm(compiler, right, columns, collate=not every)}"
    )
    items = [Item(c.name, Fragment(c.label, c.type, c.nullable)) for c in columns]
    order = set_order_sql(node.args.get("order"), items, _names_behind(node))
    limit = limit_sql(compiler, node)
    return CompiledQuery(" ".join(filter(None, (sql, order, limit))), columns)


def _names_behind(node: exp.Expr) -> tuple[str, ...]:
    """The names of the first SELECT's columns that have another name now, "" for the others."""
    first = node
    while isinstance(first, (exp.SetOperation, exp.Subquery)):
        first = first.this
    items = first.expressions
    if any(item.is_star for item in items):
        return ()
    renamed = (item.this if isinstance(item, exp.Alias) else None for item in items)
    return tuple(item.name if isinstance(item, exp.Column) else "" for item in renamed)


@handlers.query(exp.Subquery, accept=("this",))
def _parenthesised(compiler: Compiler, node: exp.Subquery) -> CompiledQuery:
    return compiler.raw_query(node.this)


def _word(node: exp.SetOperation, *, every: bool) -> str:
    word = _WORDS[type(node)]
    if every:
        return f"{word} ALL"
    if not node.args.get("distinct"):
        raise StatementFailed(not_supported(f"{word} ALL: {text_of(node)}"))
    return word


def _columns(
    node: exp.SetOperation, left: CompiledQuery, right: CompiledQuery
) -> tuple[QueryColumn, ...]:
    """The columns of both sides together: names of the left, types of both (205)."""
    if len(left.columns) != len(right.columns):
        raise clauses.set_operation_counts()
    return tuple(
        QueryColumn(
            first.name,
            sqltypes.common_type(first.type, second.type),
            _nullable(node, first, second),
            first.label,
        )
        for first, second in zip(left.columns, right.columns, strict=True)
    )


def _nullable(node: exp.SetOperation, left: QueryColumn, right: QueryColumn) -> bool:
    if isinstance(node, exp.Union):
        return left.nullable or right.nullable
    if isinstance(node, exp.Intersect):
        return left.nullable and right.nullable
    return left.nullable


def _arm(
    compiler: Compiler, query: CompiledQuery, columns: Sequence[QueryColumn], *, collate: bool
) -> str:
    """One side, its columns in the common types; SQLite compares by the collations of the left."""
    targets = [column.type for column in columns]
    values = [
        _converted(compiler, column, target)
        for column, target in zip(query.columns, targets, strict=True)
    ]
    written = [sqltypes.collated(value) if collate else value.sql for value in values]
    labels = [column.label for column in query.columns]
    if written == labels and query.is_plain:
        return query.sql
    columns_sql = ", ".join(
        f"{value} AS {label}" for value, label in zip(written, labels, strict=True)
    )
    return f"SELECT {columns_sql} FROM ({query.sql})"


def _converted(compiler: Compiler, column: QueryColumn, target: SqlType) -> Fragment:
    value = Fragment(column.label, column.type, column.nullable)
    if UNTYPED_NULL in (column.type, target):
        return replace(value, type=target)
    return compiler.coerce(value, target)
