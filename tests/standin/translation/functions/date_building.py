"""Functions that put dates and times together from numbers.

Sources: Microsoft Learn, DATEFROMPARTS, TIMEFROMPARTS, DATETIMEFROMPARTS, DATETIME2FROMPARTS.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.standin.errors.functions import invalid_date_parts
from tests.standin.runtime import sqlite_function
from tests.standin.sqltypes.sql_type import DATE, DATETIME, SqlType, datetime2
from tests.standin.translation.functions import arguments, instants
from tests.standin.translation.functions.arguments import passing_null
from tests.standin.translation.functions.instants import Instant
from tests.standin.translation.functions.registry import FunctionCall, function
from tests.standin.translation.plan import Fragment

_MOST_DIGITS = 7


@function("DATEFROMPARTS", 3, 3)
def _datefromparts(call: FunctionCall) -> Fragment:
    return Fragment(f"tsql_date_of({_numbers(call, 3)})", DATE)


@function("TIMEFROMPARTS", 5, 5)
def _timefromparts(call: FunctionCall) -> Fragment:
    kind = SqlType("time", scale=_digits(call, 4))
    return Fragment(f"tsql_time_of({_numbers(call, 4)}, {kind.scale}, 'time')", kind)


@function("DATETIME2FROMPARTS", 8, 8)
def _datetime2fromparts(call: FunctionCall) -> Fragment:
    kind = datetime2(_digits(call, 7))
    return Fragment(f"tsql_datetime_of({_numbers(call, 7)}, {kind.scale}, 'datetime2')", kind)


@function("DATETIMEFROMPARTS", 7, 7)
def _datetimefromparts(call: FunctionCall) -> Fragment:
    return Fragment(f"tsql_datetime_of({_numbers(call, 7)}, 3, 'datetime')", DATETIME)


def _numbers(call: FunctionCall, count: int) -> str:
    return ", ".join(arguments.integer(call, index).sql for index in range(count))


def _digits(call: FunctionCall, index: int) -> int:
    """The precision, which has to be a constant: it is part of the type."""
    literal = call.literal(index)
    if literal is None or not literal.isdecimal() or int(literal) > _MOST_DIGITS:
        raise call.refuse()
    return int(literal)


@sqlite_function("tsql_date_of", 3)
@passing_null
def _date(year: int, month: int, day: int) -> str:
    return _day(year, month, day, "date").isoformat()


@sqlite_function("tsql_time_of", 6)
@passing_null
def _time(hour: int, minute: int, second: int, fraction: int, digits: int, kind: str) -> str:
    ticks = _ticks(hour, minute, second, fraction, digits, kind)
    return instants.write(Instant(ticks), "time")


@sqlite_function("tsql_datetime_of", 9)
@passing_null
def _datetime(*parts: Any) -> str:
    year, month, day, hour, minute, second, fraction, digits, kind = parts
    ticks = instants.ticks_of(_day(year, month, day, kind))
    ticks += _ticks(hour, minute, second, fraction, digits, kind)
    if kind == "datetime":
        ticks = instants.rounded(ticks, DATETIME)
    instant = Instant(ticks)
    if not instants.in_range(instant, kind):
        raise invalid_date_parts(kind)
    return instants.write(instant, kind)


def _day(year: int, month: int, day: int, kind: str) -> dt.date:
    try:
        return dt.date(year, month, day)
    except (ValueError, OverflowError):
        raise invalid_date_parts(kind) from None


def _ticks(hour: int, minute: int, second: int, fraction: int, digits: int, kind: str) -> int:
    """Ticks since midnight; ``fraction`` counts in units of the last digit."""
    in_clock = 0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60
    if not in_clock or not 0 <= fraction < 10**digits:
        raise invalid_date_parts(kind)
    seconds = hour * 3600 + minute * 60 + second
    return int(seconds * instants.TICKS_PER_SECOND + fraction * 10 ** (_MOST_DIGITS - digits))
