"""Walks sqlglot's tree and gives SQLite's SQL with the types of SQL Server.

The compiler itself only knows the state of a translation: names, parameters, locks. What each node
becomes is the business of the modules that register handlers (see ``handlers``).
Everything that :meth:`Compiler.expression` and :meth:`Compiler.condition` return stands on its own:
a name, a call, a literal or something in parentheses.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sqlglot import exp

from tests.standin import sqltypes
from tests.standin.engine import StatementFailed, not_supported
from tests.standin.errors import binding
from tests.standin.sqltypes.sql_type import INT, UNTYPED_NULL, SqlType
from tests.standin.translation import handlers
from tests.standin.translation.dialect import text_of
from tests.standin.translation.names import Names
from tests.standin.translation.parameters import (
    SESSION_VALUES,
    session_parameter,
    variable_parameter,
)
from tests.standin.translation.plan import Fragment, OutputColumn, Scope
from tests.standin.tsql.nodes import ObjectName


@dataclass(frozen=True, slots=True)
class QueryColumn:
    """A column of a compiled query, called ``label`` in its SQL."""

    name: str
    type: SqlType
    nullable: bool
    label: str
    identity: bool = False

    @property
    def output(self) -> OutputColumn:
        return OutputColumn(self.name, self.type, self.nullable)


@dataclass(frozen=True, slots=True)
class CompiledQuery:
    """A query as SQLite's SELECT, without parentheses around it.

    ``single_row`` says that it can never give more than one row, ``is_plain`` that it may stand in
    a compound SELECT of SQLite as it is. ``assigns`` and ``into`` are set
    on a whole statement only.
    """

    sql: str
    columns: tuple[QueryColumn, ...]
    single_row: bool = False
    is_plain: bool = False
    assigns: tuple[str, ...] = ()
    into: ObjectName | None = None


@dataclass(frozen=True, slots=True)
class CommonTable:
    """A common table expression: it is compiled anew wherever it is named, as SQL Server does."""

    name: str
    query: exp.Expr
    columns: tuple[str, ...] = ()
    visible: tuple[CommonTable, ...] = ()
    recursive: bool = False

    def within_itself(self) -> CommonTable:
        """What its name means inside of its own query."""
        return replace(self, recursive=True)


def settled(query: CompiledQuery) -> CompiledQuery:
    """The query with a type for every column."""
    if all(column.type != UNTYPED_NULL for column in query.columns):
        return query
    columns = tuple(
        replace(column, type=INT) if column.type == UNTYPED_NULL else column
        for column in query.columns
    )
    return replace(query, columns=columns)


class Compiler:
    """One translation. It is used once and thrown away."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.names: Names | None = None
        self.common_tables: tuple[CommonTable, ...] = ()
        self.locks = False
        self.nowait = False
        self._parameters: dict[str, None] = {}
        self._aliases = 0

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters used so far, in the order of their first use."""
        return tuple(self._parameters)

    def expression(self, node: exp.Expr) -> Fragment:
        """A node as a value."""
        kind = type(node)
        if kind not in handlers.value:
            if kind in handlers.condition:
                raise binding.incorrect_syntax(text_of(node))
            raise StatementFailed(not_supported(text_of(node)))
        return self._grouped_value(node) or handlers.value.run(self, node)

    def condition(self, node: exp.Expr) -> str:
        """A node as a condition: SQL that is 1, 0 or NULL."""
        kind = type(node)
        if kind not in handlers.condition:
            if kind in handlers.value:
                raise binding.not_a_condition(text_of(node))
            raise StatementFailed(not_supported(text_of(node)))
        return handlers.condition.run(self, node)

    def coerce(self, fragment: Fragment, target: SqlType) -> Fragment:
        """A value implicitly converted to a type; errors 206 and 257."""
        self.deduce(fragment, target, in_general=True)
        sqltypes.check_implicit(fragment.type, target)
        sql = sqltypes.conversion_sql(fragment.sql, fragment.type, target)
        return Fragment(sql, target, fragment.nullable)

    def deduce(self, value: Fragment, kind: SqlType, *, in_general: bool = False) -> None:
        """Note that an undeclared parameter stands where a value of that type is wanted."""
        deductions = self.scope.deductions
        if deductions is None or value.type != UNTYPED_NULL:
            return
        if in_general:
            deductions.note_in_general(value.sql, kind)
        else:
            deductions.note(value.sql, kind)

    def query(self, node: exp.Expr) -> CompiledQuery:
        """A SELECT or a set operation, as a part of something else.

        Its columns have types: a column of NULL alone is int, as SQL Server makes it.
        """
        return settled(self.raw_query(node))

    def raw_query(self, node: exp.Expr) -> CompiledQuery:
        """The same, with the types of columns of NULL alone left open for a set operation."""
        if type(node) not in handlers.query:
            raise StatementFailed(not_supported(text_of(node)))
        return handlers.query.run(self, node)

    def parameter(self, name: str) -> str:
        """Note that the SQL uses a parameter of SQLite; gives ``:name``."""
        self._parameters[name] = None
        return f":{name}"

    def variable(self, name: str) -> Fragment:
        """The value of ``@name``; error 137."""
        kind = self.variable_type(name)
        return Fragment(self.parameter(variable_parameter(name)), kind)

    def variable_type(self, name: str) -> SqlType:
        """The type of ``@name``, which is not read; error 137."""
        kind = self.scope.variables.get(name.lower())
        if kind is None:
            raise binding.variable_not_declared(name)
        return kind

    def session_value(self, key: str) -> Fragment:
        """The value of something that only the session knows."""
        return Fragment(self.parameter(session_parameter(key)), SESSION_VALUES[key])

    def new_alias(self) -> str:
        """A name for a source that no other source of the statement has."""
        self._aliases += 1
        return f"t{self._aliases}"

    @contextmanager
    def within(self, names: Names | None) -> Iterator[None]:
        """Compile with other names in scope."""
        outer, self.names = self.names, names
        try:
            yield
        finally:
            self.names = outer

    def _grouped_value(self, node: exp.Expr) -> Fragment | None:
        """The value of a node that is one of the expressions of a GROUP BY."""
        for names in self.names.chain() if self.names else ():
            grouping = names.grouping
            if grouping is None or type(node) not in grouping.kinds:
                continue
            names.grouping = None
            try:
                fragment = handlers.value.run(self, node)
            except StatementFailed:
                continue
            finally:
                names.grouping = grouping
            if fragment.sql in grouping.values:
                return fragment
        return None
