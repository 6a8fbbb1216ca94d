"""A query as a value: it may give one row at most (512)."""

from __future__ import annotations

from sqlglot import exp

from tests.standin.errors import clauses
from tests.standin.runtime import Runtime, sqlite_aggregate
from tests.standin.translation import handlers
from tests.standin.translation.compiler import Compiler
from tests.standin.translation.plan import Fragment


@sqlite_aggregate("tsql_only_value", 1)
class OnlyValue:
    """SQLite takes the first of several rows in silence; this raises 512."""

    def __init__(self, runtime: Runtime) -> None:
        self._seen = False
        self._value: object = None

    def step(self, value: object) -> None:
        if self._seen:
            raise clauses.several_rows()
        self._seen = True
        self._value = value

    def finalize(self) -> object:
        return self._value


@handlers.value(exp.Subquery)
def _scalar_subquery(compiler: Compiler, node: exp.Subquery) -> Fragment:
    query = node.this
    if isinstance(query, exp.Subquery):
        return compiler.expression(query)
    compiled = compiler.query(query)
    if len(compiled.columns) != 1:
        raise clauses.one_column_in_subquery()
    column = compiled.columns[0]
    sql = compiled.sql
    if not compiled.single_row:
        sql = f"SELECT tsql_only_value({column.label}) FROM ({sql})"
    return Fragment(f"({sql})", column.type)
