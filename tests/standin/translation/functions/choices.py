"""Functions that choose one of their arguments, and those that test one.

Sources: Microsoft Learn, ISNULL, COALESCE, NULLIF, IIF, CHOOSE, GREATEST, LEAST, ISNUMERIC, ISDATE.
Where the page defines a function by CASE, it is compiled as that CASE.
"""

from __future__ import annotations

import re
from functools import reduce
from typing import Final

from sqlglot import exp

from tests.standin.errors.functions import null_choices
from tests.standin.runtime import sqlite_function
from tests.standin.sqltypes import collated, common_type, conversion_sql
from tests.standin.sqltypes.sql_type import DATETIME, INT, UNTYPED_NULL, SqlType
from tests.standin.translation.functions import arguments
from tests.standin.translation.functions.arguments import passing_null
from tests.standin.translation.functions.registry import UNLIMITED, FunctionCall, function
from tests.standin.translation.plan import Fragment

#: Text that converts to at least one numeric type; commas are for money, and a sign, a point or a
#: currency sign alone count as well (Microsoft Learn, ISNUMERIC).
_NUMERIC: Final = re.compile(
    r"\s*(?:[+-]?\s*[$£€¥]?|[$£€¥]\s*[+-]?)\s*(?:[\d,]*\.?[\d,]*)(?:(?<=[\d.])[eEdD][+-]?\d{1,3})?\s*"
)


@function("ISNULL", 2, 2)
def _isnull(call: FunctionCall) -> Fragment:
    """The type of the first argument, also where that cuts the second one off."""
    first, second = call.values()
    if first.type == UNTYPED_NULL:
        return second if second.type != UNTYPED_NULL else Fragment("NULL", INT)
    by = call.compiler.coerce(second, first.type)
    may_be_null = first.nullable and second.nullable
    return Fragment(f"ifnull({first.sql}, {by.sql})", first.type, may_be_null)


@function("COALESCE", 2, UNLIMITED)
def _coalesce(call: FunctionCall) -> Fragment:
    values = call.values()
    if _only_nulls(values):
        raise null_choices(call.name)
    kind = _common(values)
    sql = ", ".join(call.compiler.coerce(value, kind).sql for value in values)
    return Fragment(f"coalesce({sql})", kind, all(value.nullable for value in values))


@function("NULLIF", 2, 2)
def _nullif(call: FunctionCall) -> Fragment:
    if call.argument(0).type == UNTYPED_NULL:
        raise null_choices(call.name)
    first, second = call.arguments
    equal = exp.EQ(this=first.copy(), expression=second.copy())
    return Fragment(
        f"(CASE WHEN {call.compiler.condition(equal)} THEN NULL ELSE {call.argument(0).sql} END)",
        call.argument(0).type,
    )


@function("IIF", 3, 3)
def _iif(call: FunctionCall) -> Fragment:
    condition, yes, no = call.arguments
    choice = exp.If(this=condition.copy(), true=yes.copy())
    return call.compiler.expression(exp.Case(ifs=[choice], default=no.copy()))


@function("CHOOSE", 2, 254)
def _choose(call: FunctionCall) -> Fragment:
    index, values = arguments.integer(call, 0), call.values()[1:]
    if _only_nulls(values):
        raise call.refuse()
    kind = _common(values)
    branches = " ".join(
        f"WHEN {position} THEN {call.compiler.coerce(value, kind).sql}"
        for position, value in enumerate(values, start=1)
    )
    return Fragment(f"(CASE {index.sql} {branches} END)", kind)


def _extreme(name: str, aggregate: str) -> None:
    @function(name, 1, 254)
    def rule(call: FunctionCall) -> Fragment:
        """NULLs are left out; the result is NULL where all are."""
        values = call.values()
        if _only_nulls(values):
            raise call.refuse()
        kind = _common(values)
        converted = [call.compiler.coerce(value, kind).sql for value in values]
        rows = " UNION ALL ".join(f"SELECT {value} AS m" for value in converted)
        found = collated(Fragment("m", kind))
        sql = f"(SELECT {aggregate}({found}) FROM ({rows}))"
        return Fragment(sql, kind, all(value.nullable for value in values))


_extreme("GREATEST", "max")
_extreme("LEAST", "min")


def _only_nulls(values: tuple[Fragment, ...]) -> bool:
    return all(value.type == UNTYPED_NULL for value in values)


def _common(values: tuple[Fragment, ...]) -> SqlType:
    return reduce(common_type, (value.type for value in values))


# --- tests ----------------------------------------------------------------------------------------


@function("ISNUMERIC", 1, 1)
def _isnumeric(call: FunctionCall) -> Fragment:
    value = call.argument(0)
    name = value.type.name
    if name in arguments.NUMBERS:
        return Fragment(f"({value.sql} IS NOT NULL)", INT, nullable=False)
    if name not in arguments.TEXT:
        return Fragment("0", INT, nullable=False)
    return Fragment(f"ifnull(tsql_isnumeric({value.sql}), 0)", INT, nullable=False)


@sqlite_function("tsql_isnumeric", 1)
@passing_null
def _looks_numeric(value: str) -> int:
    return int(bool(value.strip()) and _NUMERIC.fullmatch(value) is not None)


@function("ISDATE", 1, 1)
def _isdate(call: FunctionCall) -> Fragment:
    value = arguments.text(call, 0)
    attempt = conversion_sql(value.sql, value.type, DATETIME, attempt=True)
    return Fragment(f"({attempt} IS NOT NULL)", INT, nullable=False)
