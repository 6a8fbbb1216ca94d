"""Functions that change the offset of a datetimeoffset.

Sources: Microsoft Learn, SWITCHOFFSET and TODATETIMEOFFSET (Transact-SQL).
"""

from __future__ import annotations

import re
from typing import Final

from tests.standin.errors.functions import date_overflow, invalid_time_zone
from tests.standin.runtime import sqlite_function
from tests.standin.sqltypes.sql_type import SqlType, datetime2
from tests.standin.translation.functions import arguments, dates, instants
from tests.standin.translation.functions.arguments import passing_null
from tests.standin.translation.functions.instants import Instant
from tests.standin.translation.functions.registry import FunctionCall, function
from tests.standin.translation.plan import Fragment

_OFFSET: Final = re.compile(r"([+-])(\d\d):(\d\d)")
_MOST_MINUTES: Final = 14 * 60


@function("SWITCHOFFSET", 2, 2)
def _switchoffset(call: FunctionCall) -> Fragment:
    """The same instant, shown in another offset."""
    value = call.argument(0)
    if value.type.name != "datetimeoffset":
        value = call.compiler.coerce(value, SqlType("datetimeoffset", scale=7))
    sql = f"tsql_switchoffset({value.sql}, {_offset(call).sql})"
    return Fragment(sql, value.type)


@sqlite_function("tsql_switchoffset", 2)
@passing_null
def _switched(stored: str, offset: str | int) -> str:
    minutes = _minutes(offset, "SWITCHOFFSET")
    utc = instants.read(stored).utc_ticks
    return _with_offset(utc + minutes * instants.TICKS_PER_MINUTE, minutes)


@function("TODATETIMEOFFSET", 2, 2)
def _todatetimeoffset(call: FunctionCall) -> Fragment:
    """The same wall clock, said to be in an offset."""
    value = dates.instant(call, 0, datetime2(7))
    if value.type.name != "datetime2":
        value = call.compiler.coerce(value, datetime2(7))
    sql = f"tsql_todatetimeoffset({value.sql}, {_offset(call).sql})"
    return Fragment(sql, SqlType("datetimeoffset", scale=value.type.scale))


@sqlite_function("tsql_todatetimeoffset", 2)
@passing_null
def _placed(stored: str, offset: str | int) -> str:
    return _with_offset(instants.read(stored).ticks, _minutes(offset, "TODATETIMEOFFSET"))


def _offset(call: FunctionCall) -> Fragment:
    if call.argument(1).type.name in arguments.TEXT:
        return call.argument(1)
    return arguments.integer(call, 1)


def _minutes(offset: str | int, function_name: str) -> int:
    if isinstance(offset, str):
        found = _OFFSET.fullmatch(offset)
        if found is None or int(found[3]) > 59:
            raise invalid_time_zone(function_name)
        offset = (int(found[2]) * 60 + int(found[3])) * (-1 if found[1] == "-" else 1)
    if abs(offset) > _MOST_MINUTES:
        raise invalid_time_zone(function_name)
    return offset


def _with_offset(ticks: int, offset: int) -> str:
    instant = Instant(ticks, offset)
    if not instants.in_range(instant, "datetimeoffset"):
        raise date_overflow("datetimeoffset")
    return instants.write(instant, "datetimeoffset")
