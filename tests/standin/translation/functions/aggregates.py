"""The aggregates' types; what SQLite cannot sum exactly is in ``accumulators``.

Sources: Microsoft Learn, "Aggregate Functions (Transact-SQL)" and the page of each function:
"Return types".
"""

from __future__ import annotations

import re
from typing import Final

from tests.standin.engine import StatementFailed, not_supported
from tests.standin.errors import conversion as conversion_errors
from tests.standin.errors.functions import invalid_argument_type
from tests.standin.sqltypes import collated
from tests.standin.sqltypes.sql_type import (
    BIGINT,
    FLOAT,
    INT,
    MAX,
    UNTYPED_NULL,
    SqlType,
    decimal,
    nvarchar,
)
from tests.standin.translation.functions import arguments
from tests.standin.translation.functions.registry import FunctionCall, aggregate
from tests.standin.translation.plan import Fragment

_MAX_PRECISION: Final = 38
_AVERAGE_SCALE: Final = 6


#: Frames that may have no row at all. Python's sqlite3 crashes when SQLite asks an aggregate for
#: the value of such a frame before its first row (measured: CPython 3.11, create_window_function).
_EMPTY_FRAME: Final = re.compile(r"PRECEDING AND \S+ PRECEDING|FOLLOWING AND \S+ FOLLOWING")


def _distinct(call: FunctionCall) -> str:
    return "DISTINCT " if call.distinct else ""


def _over(call: FunctionCall) -> str:
    """The OVER clause of an aggregate that is written in Python."""
    if _EMPTY_FRAME.search(call.over.upper()):
        raise StatementFailed(not_supported(f"{call.name} {call.over}"))
    return call.over


# --- counting -------------------------------------------------------------------------------------


@aggregate("COUNT", 1, 1)
def _count(call: FunctionCall) -> Fragment:
    return _counted(call, INT)


@aggregate("COUNT_BIG", 1, 1)
def _count_big(call: FunctionCall) -> Fragment:
    return _counted(call, BIGINT)


def _counted(call: FunctionCall, kind: SqlType) -> Fragment:
    if call.is_star:
        return Fragment(f"count(*){call.over}", kind, nullable=False)
    value = call.argument(0)
    if value.type == UNTYPED_NULL:
        raise conversion_errors.operand_invalid(value.type, call.name.lower())
    sql = f"count({_distinct(call)}{collated(value)}){call.over}"
    return Fragment(sql, kind, nullable=False)


# --- extremes -------------------------------------------------------------------------------------


def _extreme(name: str) -> None:
    @aggregate(name, 1, 1)
    def rule(call: FunctionCall) -> Fragment:
        value = call.argument(0)
        if value.type.name in arguments.LEGACY | {"bit", "null"}:
            raise conversion_errors.operand_invalid(value.type, name.lower())
        sql = f"{name.lower()}({_distinct(call)}{collated(value)}){call.over}"
        return Fragment(sql, value.type)


_extreme("MIN")
_extreme("MAX")


# --- sums -----------------------------------------------------------------------------------------


def _summed_type(call: FunctionCall) -> SqlType:
    """The type that a sum is of; 8117 for what cannot be added up."""
    kind = call.argument(0).type
    name = kind.name
    if name in arguments.INTEGERS:
        return BIGINT if name == "bigint" else INT
    if name in arguments.DECIMALS:
        return decimal(_MAX_PRECISION, kind.scale)
    if name in arguments.MONEY:
        return SqlType("money")
    if name in arguments.FLOATS:
        return FLOAT
    raise conversion_errors.operand_invalid(kind, call.name.lower())


@aggregate("SUM", 1, 1)
def _sum(call: FunctionCall) -> Fragment:
    return _accumulated(call, "sum", _summed_type(call))


@aggregate("AVG", 1, 1)
def _avg(call: FunctionCall) -> Fragment:
    kind = _summed_type(call)
    if kind.name in arguments.DECIMALS:
        kind = decimal(_MAX_PRECISION, max(kind.scale, _AVERAGE_SCALE))
    return _accumulated(call, "avg", kind)


def _accumulated(call: FunctionCall, operation: str, kind: SqlType) -> Fragment:
    suffix = "decimal" if kind.name in arguments.DECIMALS else kind.name
    name = f"tsql_{operation}_{suffix}"
    return Fragment(f"{name}({_distinct(call)}{call.argument(0).sql}){_over(call)}", kind)


def _deviation(name: str) -> None:
    @aggregate(name, 1, 1)
    def rule(call: FunctionCall) -> Fragment:
        kind = call.argument(0).type
        if kind.name not in arguments.NUMBERS - {"bit"}:
            raise conversion_errors.operand_invalid(kind, name.lower())
        value = call.compiler.coerce(call.argument(0), FLOAT)
        return Fragment(f"tsql_{name.lower()}({_distinct(call)}{value.sql}){_over(call)}", FLOAT)


_deviation("STDEV")
_deviation("STDEVP")
_deviation("VAR")
_deviation("VARP")


# --- text -----------------------------------------------------------------------------------------


@aggregate("STRING_AGG", 2, 2)
def _string_agg(call: FunctionCall) -> Fragment:
    """Every row brings its sort keys along: SQLite before 3.44 cannot sort inside an aggregate."""
    if call.distinct or call.over:
        raise call.refuse()
    value, separator = call.argument(0), call.argument(1)
    if separator.type.name not in arguments.TEXT:
        raise invalid_argument_type(arguments.type_name(separator.type), 2, call.name)
    if value.type.name in arguments.TEXT:
        kind = arguments.text_type(call, MAX if arguments.is_max(value) else 8000, value)
    else:
        kind = nvarchar(4000)
        value = arguments.text(call, 0)
    passed = [value.sql, separator.sql, str(kind.length)]
    for term in call.within_group:
        passed += [term.key.sql, arguments.sorting(term.key), "1" if term.descending else "0"]
    return Fragment(f"tsql_string_agg({', '.join(passed)})", kind)
