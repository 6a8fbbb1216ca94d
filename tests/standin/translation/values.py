"""Columns, variables, parentheses and CASE."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Final

from sqlglot import exp

from tests.standin import sqltypes
from tests.standin.engine import StatementFailed, not_supported
from tests.standin.errors import binding, clauses
from tests.standin.sqltypes.sql_type import UNTYPED_NULL, SqlType
from tests.standin.translation import handlers
from tests.standin.translation.comparisons import comparison
from tests.standin.translation.compiler import Compiler
from tests.standin.translation.dialect import text_of
from tests.standin.translation.names import Names, resolve
from tests.standin.translation.parameters import SESSION_VALUES
from tests.standin.translation.plan import Fragment

#: What may be asked for as ``@@NAME``; the other session values are functions.
GLOBAL_VARIABLES: Final = SESSION_VALUES.keys() & {
    "trancount",
    "rowcount",
    "error",
    "spid",
    "identity",
    "nestlevel",
    "procid",
    "options",
    "lock_timeout",
    "datefirst",
    "language",
    "version",
    "servername",
    "servicename",
    "max_connections",
    "max_precision",
    "fetch_status",
    "dbts",
}
_UNGROUPED: Final = {
    "HAVING": clauses.not_grouped_in_having,
    "ORDER BY": clauses.not_grouped_in_order,
}


@handlers.value(exp.Column, accept=("this", "table", "db", "catalog"))
def _column(compiler: Compiler, node: exp.Column) -> Fragment:
    if isinstance(node.this, exp.Star):
        raise binding.incorrect_syntax("*")
    names, source, column = resolve(compiler.names, node)
    note_column(names, f"{source.written or source.exposed}.{column.name}", column.value)
    return column.value


def note_column(names: Names, name: str, value: Fragment) -> None:
    """Check a column against the GROUP BY of its query; errors 8120, 8121 and 8127."""
    if names.inside_aggregate:
        names.aggregates_column = True
        return
    if names.grouping is not None and value.sql not in names.grouping.values:
        raise _UNGROUPED.get(names.clause, clauses.not_grouped)(name)
    if names.clause in ("SELECT", "HAVING", "ORDER BY"):
        names.bare_column = names.bare_column or name
    names.has_column = True


@handlers.value(exp.Parameter)
def _variable(compiler: Compiler, node: exp.Parameter) -> Fragment:
    inner = node.this
    if not isinstance(inner, exp.Parameter):
        return compiler.variable(f"@{inner.name}")
    key = inner.this.name.lower()
    if key not in GLOBAL_VARIABLES:
        raise binding.variable_not_declared(f"@@{inner.this.name}")
    return compiler.session_value(key)


@handlers.value(exp.Paren)
def _parentheses(compiler: Compiler, node: exp.Paren) -> Fragment:
    return compiler.expression(node.this)


@handlers.value(exp.Case, accept=("this", "ifs", "default"))
def _case(compiler: Compiler, node: exp.Case) -> Fragment:
    """CASE; one with an input compares it again for each WHEN, as SQL Server does."""
    subject = node.args.get("this")
    conditions = []
    results = []
    for branch in node.args["ifs"]:
        handlers.check_arguments(branch, frozenset(("this", "true")))
        conditions.append(_when(compiler, subject, branch.this))
        results.append(compiler.expression(branch.args["true"]))
    default = node.args.get("default")
    if default is not None:
        results.append(compiler.expression(default))
    if not conditions:
        raise StatementFailed(not_supported(text_of(node)))
    return case(compiler, conditions, results)


def _when(compiler: Compiler, subject: exp.Expr | None, when: exp.Expr) -> str:
    if subject is None:
        return compiler.condition(when)
    return comparison(compiler, "=", subject, when)


def case(compiler: Compiler, conditions: Sequence[str], results: Sequence[Fragment]) -> Fragment:
    """``CASE WHEN`` conditions and results, and one result more where there is an ELSE.

    Error 8133 where every result is the constant NULL.
    """
    kind = common_type(results)
    if kind == UNTYPED_NULL:
        raise binding.case_of_nulls()
    values = [compiler.coerce(result, kind) for result in results]
    branches = "".join(
        f" WHEN {condition} THEN {value.sql}"
        for condition, value in zip(conditions, values, strict=False)
    )
    has_default = len(values) > len(conditions)
    otherwise = f" ELSE {values[-1].sql}" if has_default else ""
    nullable = not has_default or any(value.nullable for value in values)
    return Fragment(f"(CASE{branches}{otherwise} END)", kind, nullable)


def common_type(fragments: Sequence[Fragment]) -> SqlType:
    """The type that all of the values can take on; NULL alone stays without one."""
    kinds = [fragment.type for fragment in fragments if fragment.type != UNTYPED_NULL]
    return reduce(sqltypes.common_type, kinds) if kinds else UNTYPED_NULL
