"""FROM: tables, views, derived tables, VALUES and the joins between them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

from sqlglot import exp

from tests.standin.catalog.model import Table, View
from tests.standin.catalog.system_views import is_of_the_system
from tests.standin.engine import StatementFailed, not_supported
from tests.standin.errors import binding, clauses
from tests.standin.sqltypes.sql_type import INT, UNTYPED_NULL
from tests.standin.translation import handlers
from tests.standin.translation.compiler import (
    CommonTable,
    CompiledQuery,
    Compiler,
    QueryColumn,
)
from tests.standin.translation.dialect import parse_statement, text_of
from tests.standin.translation.hints import note_hints
from tests.standin.translation.names import BoundColumn, Names, Source, relation_source
from tests.standin.translation.plan import Fragment, Scope
from tests.standin.translation.rights import require, require_state
from tests.standin.translation.values import common_type
from tests.standin.tsql.nodes import ObjectName

_JOIN: Final = frozenset(("this", "side", "kind", "on"))
_TABLE: Final = frozenset(("this", "db", "catalog", "alias", "hints"))
#: RIGHT and FULL JOIN are SQLite's own since then.
_SQLITE_WITH_ALL_JOINS: Final = (3, 39)


def from_sql(compiler: Compiler, names: Names, first: exp.Expr, joins: Sequence[exp.Join]) -> str:
    """What stands behind FROM; its sources are added to ``names``."""
    sql = source_sql(compiler, names, first)
    comma = any(not (join.side or join.kind or join.args.get("on")) for join in joins)
    for join in joins:
        handlers.check_arguments(join, _JOIN)
        if comma and join.side in ("RIGHT", "FULL"):
            raise StatementFailed(not_supported("RIGHT or FULL JOIN beside a comma"))
        sql += _join_sql(compiler, names, join)
    return sql


def _join_sql(compiler: Compiler, names: Names, join: exp.Join) -> str:
    side, kind = str(join.side).upper(), str(join.kind).upper()
    on = join.args.get("on")
    if kind not in ("", "INNER", "CROSS", "OUTER") or (kind == "CROSS" and on):
        raise StatementFailed(not_supported(text_of(join)))
    if side in ("RIGHT", "FULL") and sqlite3.sqlite_version_info < _SQLITE_WITH_ALL_JOINS:
        raise StatementFailed(not_supported(f"{side} JOIN with this SQLite"))
    before = len(names.sources)
    source = source_sql(compiler, names, join.this)
    if on is None:
        if side or kind in ("INNER", "OUTER"):
            raise binding.incorrect_syntax("JOIN")
        # SQLite's CROSS JOIN is a hint to its planner; a plain one is the same without it.
        return f" JOIN {source}"
    condition = compiler.condition(on)
    if side in ("RIGHT", "FULL"):
        _make_nullable(names.sources[:before])
    if side in ("LEFT", "FULL"):
        _make_nullable(names.sources[before:])
    return f" {side} JOIN {source} ON {condition}".replace("  ", " ", 1)


def _make_nullable(sources: Sequence[Source]) -> None:
    for source in sources:
        source.make_nullable()


def source_sql(compiler: Compiler, names: Names, node: exp.Expr) -> str:
    """One source, added to ``names``."""
    if isinstance(node, exp.Table):
        return _table_sql(compiler, names, node)
    if isinstance(node, exp.Subquery):
        return _derived_sql(compiler, names, node)
    if isinstance(node, exp.Values):
        return _values_sql(compiler, names, node)
    raise StatementFailed(not_supported(text_of(node)))


def object_name(node: exp.Table) -> ObjectName:
    """``database.schema.name`` of a table's node; ``@t`` and ``#t`` keep their signs."""
    return ObjectName(_part(node, "this"), _part(node, "db"), _part(node, "catalog"))


def _part(node: exp.Table, key: str) -> str:
    part = node.args.get(key)
    if not part:
        return ""
    if isinstance(part, exp.Parameter) and isinstance(part.this, exp.Var):
        return f"@{part.this.name}"
    if not isinstance(part, exp.Identifier):
        raise StatementFailed(not_supported(text_of(node)))
    if part.args.get("global_"):
        raise StatementFailed(not_supported(f"the global temporary table ##{part.name}"))
    return f"#{part.name}" if part.args.get("temporary") else part.name


def _table_sql(compiler: Compiler, names: Names, node: exp.Table) -> str:
    joins = node.args.get("joins")
    handlers.check_arguments(node, _TABLE | {"joins"})
    name = object_name(node)
    exposed = node.alias or name.name
    common = _common_table(compiler, name)
    if common is not None:
        query = _compile_common_table(compiler, common)
        sql = add_query(compiler, names, query, exposed, node.args.get("alias"), common.columns)
    else:
        sql = _relation_sql(compiler, names, node, name, exposed)
    note_hints(compiler, node.args.get("hints"))
    if joins:
        raise StatementFailed(not_supported(text_of(node)))
    return sql


def _relation_sql(
    compiler: Compiler, names: Names, node: exp.Table, name: ObjectName, exposed: str
) -> str:
    relation = compiler.scope.catalog.find(name)
    if relation is None:
        if name.name.startswith("@"):
            raise binding.table_variable_not_declared(name.name)
        if is_of_the_system(name):
            raise StatementFailed(not_supported(f"the system view {name}"))
        raise binding.invalid_object(str(name))
    if node.args.get("alias") and node.args["alias"].columns:
        raise StatementFailed(not_supported(f"a column list behind a table: {text_of(node)}"))
    if isinstance(relation, View):
        require(compiler.scope, "SELECT", relation)
        query = _compile_view(compiler, relation)
        columns = tuple(column.name for column in relation.columns)
        return add_query(compiler, names, query, exposed, None, columns)
    if isinstance(relation, Table):
        require(compiler.scope, "SELECT", relation)
    else:
        require_state(compiler.scope, relation, str(name))
    alias = compiler.new_alias()
    qualifiers = (relation.schema.lower(), compiler.scope.catalog.database.lower())
    names.add(
        relation_source(
            relation,
            exposed=exposed,
            alias=alias,
            qualifiers=() if node.alias else qualifiers,
            written=node.alias or str(name),
        )
    )
    return f"{relation.rows} AS {alias}"


def _common_table(compiler: Compiler, name: ObjectName) -> CommonTable | None:
    if name.schema or name.database:
        return None
    wanted = name.name.lower()
    return next((c for c in reversed(compiler.common_tables) if c.name.lower() == wanted), None)


def _compile_common_table(compiler: Compiler, common: CommonTable) -> CompiledQuery:
    if common.recursive:
        raise StatementFailed(not_supported(f"the recursive common table expression {common.name}"))
    outside = compiler.common_tables
    compiler.common_tables = (*common.visible, common.within_itself())
    try:
        with compiler.within(None):
            return compiler.query(common.query)
    finally:
        compiler.common_tables = outside


def _compile_view(compiler: Compiler, view: View) -> CompiledQuery:
    """A view's query, in place of its name: it sees the tables and nothing of this statement."""
    outside = compiler.scope, compiler.common_tables
    compiler.scope, compiler.common_tables = Scope(compiler.scope.catalog), ()
    try:
        with compiler.within(None):
            return compiler.query(parse_statement(view.query))
    finally:
        compiler.scope, compiler.common_tables = outside


def _derived_sql(compiler: Compiler, names: Names, node: exp.Subquery) -> str:
    if isinstance(node.this, exp.Table):
        return _parenthesised_joins(compiler, names, node)
    handlers.check_arguments(node, frozenset(("this", "alias")))
    if not node.alias:
        raise binding.incorrect_syntax(")")
    # A derived table sees the queries around, but not its neighbours in FROM.
    with compiler.within(names.outer):
        query = compiler.query(node.this)
    return add_query(compiler, names, query, node.alias, node.args.get("alias"), ())


def _parenthesised_joins(compiler: Compiler, names: Names, node: exp.Subquery) -> str:
    handlers.check_arguments(node, frozenset(("this",)))
    table = node.this.copy()
    joins = table.args.pop("joins", None) or ()
    return f"({from_sql(compiler, names, table, joins)})"


def _values_sql(compiler: Compiler, names: Names, node: exp.Values) -> str:
    handlers.check_arguments(node, frozenset(("expressions", "alias")))
    if not node.alias:
        raise binding.incorrect_syntax(")")
    # Names of its own: an aggregate here would be one of the query around, which SQLite refuses.
    with compiler.within(Names(names.outer, clause="VALUES")):
        rows = [[compiler.expression(item) for item in row.expressions] for row in node.expressions]
    query = _rows_query(compiler, rows)
    return add_query(compiler, names, query, node.alias, node.args["alias"], ())


def _rows_query(compiler: Compiler, rows: list[list[Fragment]]) -> CompiledQuery:
    """The rows of VALUES; the first is a SELECT, for SQLite's own names of them do not always hold.

    (SQLite 3.40 does not find ``column1`` where a row has a column of a query around it.)
    """
    if len({len(row) for row in rows}) != 1:
        raise clauses.values_count()
    columns = []
    for number, values in enumerate(zip(*rows, strict=True), 1):
        kind = common_type(values)
        kind = INT if kind == UNTYPED_NULL else kind
        columns.append(QueryColumn("", kind, any(v.nullable for v in values), f"c{number}"))
    written = [
        [compiler.coerce(v, c.type).sql for v, c in zip(row, columns, strict=True)] for row in rows
    ]
    first = ", ".join(f"{v} AS {c.label}" for v, c in zip(written[0], columns, strict=True))
    rest = ", ".join(f"({', '.join(row)})" for row in written[1:])
    sql = f"SELECT {first}" + (f" UNION ALL VALUES {rest}" if rest else "")
    return CompiledQuery(sql, tuple(columns), single_row=not rest)


def add_query(
    compiler: Compiler,
    names: Names,
    query: CompiledQuery,
    exposed: str,
    alias_node: exp.TableAlias | None,
    columns: tuple[str, ...],
) -> str:
    """A query as a source called ``exposed``; ``columns`` are given names, where there are any."""
    given = columns or tuple(column.name for column in query.columns)
    if len(given) != len(query.columns):
        raise binding.column_count(exposed, too_many=len(given) < len(query.columns))
    written = _column_list(alias_node, given, exposed)
    alias = compiler.new_alias()
    values = tuple(
        Fragment(f"{alias}.{column.label}", column.type, column.nullable)
        for column in query.columns
    )
    names.add(_source(exposed, alias, written, values))
    return f"({query.sql}) AS {alias}"


def _column_list(
    alias_node: exp.TableAlias | None, columns: tuple[str, ...], exposed: str
) -> tuple[str, ...]:
    """The names of a derived table's columns; errors 8155, 8156, 8158 and 8159."""
    if alias_node is not None and alias_node.columns:
        written = tuple(identifier.name for identifier in alias_node.columns)
        if len(written) != len(columns):
            raise binding.column_count(exposed, too_many=len(written) < len(columns))
        columns = written
    seen: set[str] = set()
    for position, name in enumerate(columns, 1):
        if not name:
            raise binding.column_without_name(position, exposed)
        if name.lower() in seen:
            raise binding.column_twice(name, exposed)
        seen.add(name.lower())
    return columns


def _source(
    exposed: str, alias: str, columns: tuple[str, ...], values: tuple[Fragment, ...]
) -> Source:
    bound = (BoundColumn(name, value) for name, value in zip(columns, values, strict=True))
    return Source(exposed, tuple(bound), (), alias)
