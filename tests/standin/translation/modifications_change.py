"""UPDATE and DELETE: a query finds the rows and the new values, SQLite changes them by rowid.

All new values are worked out before the first row changes, as SQL Server's statements do: SQLite
puts the result of UPDATE … FROM aside first (SQLite, "UPDATE FROM", measured).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from sqlglot import exp

from tests.standin.catalog.model import Column, Relation, Table
from tests.standin.engine import StatementFailed, not_supported
from tests.standin.errors import binding
from tests.standin.errors import constraints as errors
from tests.standin.sqltypes.sql_type import BIGINT
from tests.standin.translation.compiler import CompiledQuery, Compiler
from tests.standin.translation.dialect import parse_statement
from tests.standin.translation.modifications_columns import (
    assigned,
    default_of,
    is_rowversion,
    is_variable,
    parts_of,
    quoted,
    target_column,
    target_table,
)
from tests.standin.translation.modifications_reading import DEFAULT, Assignment, ChangeText
from tests.standin.translation.plan import CatalogView, Fragment, Scope
from tests.standin.tsql.names import quote
from tests.standin.tsql.nodes import ObjectName

#: What the query of a modification may have, TOP being "limit".
_CLAUSES: Final = frozenset(
    {"expressions", "from_", "joins", "laterals", "limit", "where", "with_"}
)
#: SQLite's own number of a row.
ROWID: Final = "_rowid_"


class _WithRowId:
    """A catalogue in which the changed table shows its rowid."""

    def __init__(self, inner: CatalogView, target: Table) -> None:
        self.database = inner.database
        self.collation = inner.collation
        self._inner = inner
        self._target = target

    def find(self, name: ObjectName) -> Relation | None:
        found = self._inner.find(name)
        if not isinstance(found, Table) or found.object_id != self._target.object_id:
            return found
        rowid = Column(0, ROWID, BIGINT, nullable=False)
        return replace(found, columns=(*found.columns, rowid))

    def referencing(self, table: Table) -> tuple[Table, ...]:
        return self._inner.referencing(table)

    def by_id(self, object_id: int) -> Table | None:
        return self._inner.by_id(object_id)


@dataclass(frozen=True, slots=True)
class Target:
    """The changed table; ``name`` is what the statement's query calls it, ``source`` its FROM."""

    table: Table
    name: str
    source: str


def find_target(change: ChangeText, scope: Scope) -> Target:
    """What the statement changes: a table, or the alias of one in FROM."""
    written = change.target
    if _is_common_table(change, written):
        raise StatementFailed(not_supported("changing rows through a common table expression"))
    if change.source:
        for node in _tables(change.source):
            name = _name_of(node)
            if node.alias and not written.schema and node.alias.lower() == written.name.lower():
                return Target(target_table(name, scope), quote(node.alias), change.source)
            if not node.alias and _same(name, written):
                return Target(target_table(name, scope), quote(name.name), change.source)
    table = target_table(written, scope)
    reference = _reference(written)
    aliased = [node for node in _tables(change.source) if _same(_name_of(node), written)]
    if len(aliased) == 1:  # UPDATE t SET … FROM t AS x: x is what changes
        return Target(table, quote(aliased[0].alias), change.source)
    if aliased:
        raise StatementFailed(not_supported(f"{written} with several aliases in FROM"))
    source = f"{change.source}, {reference}" if change.source else reference
    return Target(table, quote(written.name), source)


def compiler_for(target: Target, scope: Scope) -> Compiler:
    """A compiler for the statement's query, in which the target's rowid has a name."""
    return Compiler(replace(scope, catalog=_WithRowId(scope.catalog, target.table)))


def delete_sql(change: ChangeText, target: Target, compiler: Compiler) -> str:
    """The SQLite DELETE, without RETURNING."""
    query = _query(change, target, (), compiler)
    rows = f'SELECT "{query.columns[0].label}" FROM ({query.sql})'
    return f'DELETE FROM {target.table.rows} WHERE "{ROWID}" IN ({rows})'


def update_sql(change: ChangeText, target: Target, compiler: Compiler) -> str:
    """The SQLite UPDATE, without RETURNING."""
    table = target.table
    columns = _settable(change, table)
    values = tuple(
        _value(assignment, target) for assignment in change.assignments if _is_read(assignment)
    )
    query = _query(change, target, values, compiler)
    read = iter(query.columns[1:])
    settings = []
    for column, assignment in zip(columns, change.assignments, strict=True):
        if _is_read(assignment):
            given = next(read)
            fragment = Fragment(f"n.{quoted(given.label)}", given.type, given.nullable)
            value = assigned(fragment, column, table, compiler)
        elif is_variable(assignment.value):
            value = assigned(compiler.variable(assignment.value), column, table, compiler)
        elif assignment.value == DEFAULT:
            value = default_of(column, table, compiler) or "NULL"
        else:
            value = "NULL"
        settings.append(f"{quoted(column.name)} = {value}")
    settings += [
        f"{quoted(column.name)} = tsql_next_rowversion()"
        for column in table.columns
        if is_rowversion(column.type)
    ]
    return (
        f"UPDATE {table.rows} SET {', '.join(settings)} FROM ({query.sql}) AS n"
        f' WHERE {table.rows}."{ROWID}" = n.{quoted(query.columns[0].label)}'
    )


def before_sql(
    change: ChangeText, target: Target, names: tuple[str, ...], compiler: Compiler
) -> str:
    """A SELECT of the rowid and these columns of the rows that will change."""
    query = _query(change, target, (), compiler)
    columns = ", ".join(quoted(name) for name in names)
    rows = f'SELECT "{query.columns[0].label}" FROM ({query.sql})'
    return f'SELECT "{ROWID}", {columns} FROM {target.table.rows} WHERE "{ROWID}" IN ({rows})'


def _query(
    change: ChangeText, target: Target, values: tuple[str, ...], compiler: Compiler
) -> CompiledQuery:
    """The rows to be changed: their rowid, then the new values."""
    items = ", ".join((f"{target.name}.{quote(ROWID)}", *values))
    where = f" WHERE {change.where}" if change.where else ""
    text = f"{change.common} SELECT {change.top} {items} FROM {target.source}{where}"
    node = parse_statement(text)
    if not isinstance(node, exp.Select) or not parts_of(node) <= _CLAUSES:
        raise binding.incorrect_syntax((change.where or change.source).split()[-1])
    return compiler.query(node)


def _settable(change: ChangeText, table: Table) -> tuple[Column, ...]:
    """The columns of the SET clause. Raises StatementFailed with 207, 264, 271, 272 or 8102."""
    columns = tuple(target_column(table, assignment.column) for assignment in change.assignments)
    seen: set[int] = set()
    for column in columns:
        if column.column_id in seen:
            raise errors.column_twice(column.name)
        if column.computed:
            raise errors.computed_column(column.name)
        if column.identity:
            raise errors.identity_update(column.name)
        if is_rowversion(column.type):
            raise errors.timestamp_update()
        seen.add(column.column_id)
    return columns


def _is_read(assignment: Assignment) -> bool:
    """What does not depend on the row is put into the SET clause as it is.

    DEFAULT, NULL and an undeclared parameter have no type of their own either.
    """
    if assignment.operator != "=":
        return True
    return assignment.value.upper() not in (DEFAULT, "NULL") and not is_variable(assignment.value)


def _value(assignment: Assignment, target: Target) -> str:
    if assignment.operator == "=":
        return f"({assignment.value})"
    column = f"{target.name}.{quote(assignment.column)}"
    return f"({column} {assignment.operator[0]} ({assignment.value}))"


def _tables(source: str) -> list[exp.Table]:
    """The tables that FROM names itself, not those in its subqueries."""
    if not source:
        return []
    query = parse_statement(f"SELECT 1 FROM {source}")
    sources = [query.args.get("from_"), *(query.args.get("joins") or ())]
    nodes = [node.this for node in sources if node is not None]
    found = [node for node in nodes if isinstance(node, exp.Table)]
    return found + [
        join.this
        for node in found
        for join in node.args.get("joins") or ()
        if isinstance(join.this, exp.Table)
    ]


def _name_of(node: exp.Table) -> ObjectName:
    if isinstance(node.this, exp.Parameter):
        return ObjectName(f"@{node.this.name}")
    temporary = isinstance(node.this, exp.Identifier) and node.this.args.get("temporary")
    return ObjectName(f"#{node.name}" if temporary else node.name, node.db, node.catalog)


def _same(name: ObjectName, other: ObjectName) -> bool:
    if name.name.lower() != other.name.lower():
        return False
    return (name.schema or "dbo").lower() == (other.schema or "dbo").lower()


def _reference(name: ObjectName) -> str:
    """The name in a FROM clause; a table variable needs an alias to be called anything there."""
    if name.name.startswith("@"):
        return f"{name.name} AS {quote(name.name)}"
    return ".".join(quote(part) for part in (name.database, name.schema, name.name) if part)


def _is_common_table(change: ChangeText, name: ObjectName) -> bool:
    if not change.common or name.schema:
        return False
    query = parse_statement(f"{change.common} SELECT 1")
    common = query.args.get("with_")
    names = {table.alias.lower() for table in common.expressions} if common else set()
    return name.name.lower() in names
