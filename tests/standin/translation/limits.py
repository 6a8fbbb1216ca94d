"""TOP, OFFSET and FETCH."""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from tests.standin.engine import StatementFailed, not_supported
from tests.standin.errors import binding, clauses
from tests.standin.runtime import sqlite_function
from tests.standin.sqltypes.sql_type import BIGINT
from tests.standin.translation import handlers
from tests.standin.translation.compiler import Compiler
from tests.standin.translation.dialect import text_of
from tests.standin.translation.types import is_integer

_OPTIONS: Final = frozenset(("percent", "rows", "with_ties"))


@sqlite_function("tsql_top", 1)
def _top(value: object) -> object:
    """A row count of TOP: SQLite would read a negative LIMIT as none at all."""
    if value is None:
        raise clauses.row_count_not_integer()
    if int(str(value)) < 0:
        raise clauses.negative_row_count()
    return value


@sqlite_function("tsql_offset", 1)
def _offset(value: object) -> object:
    if value is None or int(str(value)) < 0:
        raise clauses.negative_offset()
    return value


@sqlite_function("tsql_fetch", 1)
def _fetch(value: object) -> object:
    if value is None or int(str(value)) < 1:
        raise clauses.fetch_not_positive()
    return value


def limit_sql(compiler: Compiler, node: exp.Expr) -> str:
    """``LIMIT … OFFSET …`` or ""; works on anything with ``limit``, ``offset`` and ``order``."""
    limit, offset = node.args.get("limit"), node.args.get("offset")
    if limit is None and offset is None:
        return ""
    if isinstance(limit, exp.Limit):
        if offset is not None:
            raise clauses.top_with_offset()
        return "LIMIT " + top_sql(compiler, limit)
    if node.args.get("order") is None or offset is None:
        raise binding.incorrect_syntax("OFFSET" if offset is not None else "FETCH")
    count = "-1" if limit is None else _fetch_sql(compiler, limit)
    handlers.check_arguments(offset, frozenset(("expression",)))
    return f"LIMIT {count} OFFSET {_count(compiler, offset.expression, 'tsql_offset')}"


def top_sql(compiler: Compiler, node: exp.Limit) -> str:
    """The row count of TOP as SQLite's LIMIT takes it."""
    handlers.check_arguments(node, frozenset(("expression", "limit_options")))
    _check_options(node)
    return _count(compiler, node.expression, "tsql_top")


def _fetch_sql(compiler: Compiler, node: exp.Expr) -> str:
    if not isinstance(node, exp.Fetch) or node.args.get("count") is None:
        raise StatementFailed(not_supported(text_of(node)))
    handlers.check_arguments(node, frozenset(("direction", "count", "limit_options")))
    _check_options(node)
    return _count(compiler, node.args["count"], "tsql_fetch")


def _check_options(node: exp.Expr) -> None:
    options = node.args.get("limit_options")
    if options is None:
        return
    handlers.check_arguments(options, _OPTIONS)
    for key, words in (("percent", "TOP … PERCENT"), ("with_ties", "WITH TIES")):
        if options.args.get(key):
            raise StatementFailed(not_supported(words))


def _count(compiler: Compiler, node: exp.Expr, check: str) -> str:
    value = compiler.expression(exp.Subquery(this=node) if isinstance(node, exp.Query) else node)
    if not is_integer(value.type):
        raise clauses.row_count_not_integer()
    if isinstance(node.unnest(), exp.Literal):
        minimum = 1 if check == "tsql_fetch" else 0
        if int(value.sql) >= minimum:
            return value.sql
    return f"{check}({compiler.coerce(value, BIGINT).sql})"
