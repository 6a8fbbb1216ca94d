"""Functions that exist only with an OVER clause.

Sources: Microsoft Learn, "Ranking Functions" and "Analytic Functions (Transact-SQL)": types and
which of them want an ORDER BY.
"""

from __future__ import annotations

from tests.standin.errors.functions import invalid_argument_type
from tests.standin.sqltypes.sql_type import BIGINT, FLOAT, UNTYPED_NULL, SqlType
from tests.standin.translation.functions import arguments
from tests.standin.translation.functions.registry import FunctionCall, window
from tests.standin.translation.plan import Fragment


def _ranking(name: str, kind: SqlType) -> None:
    @window(name, 0, 0)
    def rule(call: FunctionCall) -> Fragment:
        return Fragment(f"({name.lower()}(){call.over})", kind, nullable=False)


_ranking("ROW_NUMBER", BIGINT)
_ranking("RANK", BIGINT)
_ranking("DENSE_RANK", BIGINT)
_ranking("PERCENT_RANK", FLOAT)
_ranking("CUME_DIST", FLOAT)


@window("NTILE", 1, 1)
def _ntile(call: FunctionCall) -> Fragment:
    groups = arguments.integer(call, 0)
    return Fragment(f"(ntile({groups.sql}){call.over})", BIGINT, nullable=False)


def _neighbour(name: str) -> None:
    @window(name, 1, 3)
    def rule(call: FunctionCall) -> Fragment:
        """The default is converted to the type of the value."""
        value = call.argument(0)
        if value.type == UNTYPED_NULL:
            raise invalid_argument_type("NULL", 1, name)
        passed = [value.sql]
        if call.count > 1:
            passed.append(arguments.any_integer(call, 1).sql)
        if call.count > 2:
            passed.append(call.compiler.coerce(call.argument(2), value.type).sql)
        return Fragment(f"({name.lower()}({', '.join(passed)}){call.over})", value.type)


_neighbour("LAG")
_neighbour("LEAD")


def _edge(name: str) -> None:
    @window(name, 1, 1)
    def rule(call: FunctionCall) -> Fragment:
        value = call.argument(0)
        return Fragment(f"({name.lower()}({value.sql}){call.over})", value.type, value.nullable)


_edge("FIRST_VALUE")
_edge("LAST_VALUE")
