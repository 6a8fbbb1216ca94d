"""SELECT, clause by clause, in the order in which SQL Server gives them meaning."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from sqlglot import exp

from tests.standin import sqltypes
from tests.standin.engine import StatementFailed, not_supported
from tests.standin.errors import binding, clauses
from tests.standin.translation import handlers
from tests.standin.translation.compiler import CommonTable, CompiledQuery, Compiler
from tests.standin.translation.dialect import text_of
from tests.standin.translation.hints import check_options
from tests.standin.translation.limits import limit_sql
from tests.standin.translation.names import Grouping, Names
from tests.standin.translation.ordering import order_sql
from tests.standin.translation.plan import Fragment
from tests.standin.translation.select_items import Item, select_items
from tests.standin.translation.sources import from_sql, object_name
from tests.standin.tsql.nodes import ObjectName

_SELECT: Final = (
    "expressions",
    "distinct",
    "limit",
    "from_",
    "joins",
    "where",
    "group",
    "having",
    "order",
    "offset",
    "with_",
    "into",
    "options",
)


#: HAVING without GROUP BY came then.
_SQLITE_WITH_HAVING_ALONE: Final = (3, 39)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a SELECT consists of, once everything in it means something."""

    items: Sequence[Item]
    source: str
    where: str
    group: str
    having: str
    order: str
    limit: str

    def sql(self, *, distinct: bool) -> str:
        columns = ", ".join(
            f"{sqltypes.collated(item.value) if distinct else item.value.sql} AS c{position}"
            for position, item in enumerate(self.items, 1)
        )
        word = "SELECT DISTINCT" if distinct else "SELECT"
        clauses = (self.source, self.where, self.group, self.having, self.order, self.limit)
        return " ".join((word, columns, *filter(None, clauses)))


@handlers.query(exp.Select, accept=_SELECT)
def _select(compiler: Compiler, node: exp.Select) -> CompiledQuery:
    """A SELECT that is part of something: it has no variables to set and no order of its own."""
    order, offset = node.args.get("order"), node.args.get("offset")
    if order is not None and node.args.get("limit") is None and offset is None:
        raise clauses.order_in_subquery()
    if node.args.get("into") is not None:
        raise StatementFailed(not_supported("INTO inside of a set operation or a subquery"))
    query = select_statement(compiler, node)
    if query.assigns:
        raise binding.incorrect_syntax("=")
    return query


def select_statement(compiler: Compiler, node: exp.Select) -> CompiledQuery:
    """A SELECT as a statement: ORDER BY, INTO and ``@variable = …`` included."""
    handlers.check_arguments(node, frozenset(_SELECT))
    check_options(node.args.get("options"))
    names = Names(outer=compiler.names)
    with common_tables(compiler, node), compiler.within(names):
        parts = _parts(compiler, names, node)
    distinct = node.args.get("distinct") is not None
    aggregated = names.has_aggregate and not parts.group
    bare = not (parts.order or parts.limit)
    return CompiledQuery(
        parts.sql(distinct=distinct),
        tuple(item.column(position) for position, item in enumerate(parts.items, 1)),
        single_row=aggregated or parts.limit in ("LIMIT 0", "LIMIT 1") or not parts.source,
        is_plain=bare and not distinct,
        assigns=tuple(item.assigns for item in parts.items if item.assigns),
        into=_into(node),
    )


def _parts(compiler: Compiler, names: Names, node: exp.Select) -> _Parts:
    source = _from(compiler, names, node)
    where = _where(compiler, names, node)
    group = _group(compiler, names, node)
    grouping = names.grouping
    names.clause = "SELECT"
    items = select_items(compiler, names, node)
    having = _having(compiler, names, node)
    names.clause = "ORDER BY"
    distinct = _is_distinct(node)
    order = order_sql(compiler, node.args.get("order"), items, distinct=distinct)
    if grouping is None and names.has_aggregate and names.bare_column:
        raise clauses.not_grouped(names.bare_column)
    names.clause = "TOP"
    limit = limit_sql(compiler, node)
    return _Parts(items, source, where, group, having, order, limit)


def _is_distinct(node: exp.Select) -> bool:
    distinct = node.args.get("distinct")
    if distinct is not None:
        handlers.check_arguments(distinct, frozenset())
    return distinct is not None


def _from(compiler: Compiler, names: Names, node: exp.Select) -> str:
    clause = node.args.get("from_")
    if clause is None:
        return ""
    names.clause = "FROM"
    return "FROM " + from_sql(compiler, names, clause.this, node.args.get("joins") or ())


def _where(compiler: Compiler, names: Names, node: exp.Select) -> str:
    clause = node.args.get("where")
    if clause is None:
        return ""
    names.clause = "WHERE"
    return "WHERE " + compiler.condition(clause.this)


def _group(compiler: Compiler, names: Names, node: exp.Select) -> str:
    """GROUP BY; from here on only grouped values and aggregates count."""
    clause = node.args.get("group")
    if clause is None:
        if node.args.get("having") is not None:
            names.grouping = Grouping({}, frozenset())
        return ""
    handlers.check_arguments(clause, frozenset(("expressions",)))
    names.clause = "GROUP BY"
    keys = [_group_key(compiler, names, key) for key in clause.expressions]
    if not keys:
        raise StatementFailed(not_supported(text_of(clause)))
    names.grouping = Grouping(
        {key.sql: key for key in keys},
        frozenset(type(key.unnest()) for key in clause.expressions),
    )
    return "GROUP BY " + ", ".join(sqltypes.collated(key) for key in keys)


def _group_key(compiler: Compiler, names: Names, node: exp.Expr) -> Fragment:
    """One expression of GROUP BY; errors 144 and 164."""
    if node.find(exp.Query) is not None:
        raise clauses.aggregate_in_group_by()
    names.has_column = False
    key = compiler.expression(node)
    if not names.has_column:
        raise clauses.group_by_without_column()
    return key


def _having(compiler: Compiler, names: Names, node: exp.Select) -> str:
    clause = node.args.get("having")
    if clause is None:
        return ""
    names.clause = "HAVING"
    condition = compiler.condition(clause.this)
    if node.args.get("group") is None and (
        not names.has_aggregate or sqlite3.sqlite_version_info < _SQLITE_WITH_HAVING_ALONE
    ):
        raise StatementFailed(not_supported("HAVING without GROUP BY"))
    return f"HAVING {condition}"


@contextmanager
def common_tables(compiler: Compiler, node: exp.Expr) -> Iterator[None]:
    """Bring the common table expressions of a statement into scope."""
    clause = node.args.get("with_")
    outside = compiler.common_tables
    if clause is not None:
        handlers.check_arguments(clause, frozenset(("expressions",)))
        for table in clause.expressions:
            _add_common_table(compiler, table)
    try:
        yield
    finally:
        compiler.common_tables = outside


def _add_common_table(compiler: Compiler, node: exp.CTE) -> None:
    handlers.check_arguments(node, frozenset(("this", "alias")))
    columns = tuple(identifier.name for identifier in node.args["alias"].columns)
    common = CommonTable(node.alias, node.this, columns, compiler.common_tables)
    compiler.common_tables = (*compiler.common_tables, common)


def _into(node: exp.Select) -> ObjectName | None:
    clause = node.args.get("into")
    if clause is None:
        return None
    handlers.check_arguments(clause, frozenset(("this", "temporary")))
    return object_name(clause.this)
