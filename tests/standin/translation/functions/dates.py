"""Functions that calculate with dates and times; ``date_parts`` has the calculations.

Sources: Microsoft Learn, DATEADD, DATEDIFF, DATEPART, DATENAME, DATETRUNC, EOMONTH, YEAR, MONTH,
DAY (Transact-SQL).
"""

from __future__ import annotations

from typing import Final

from tests.standin.errors import conversion as conversion_errors
from tests.standin.errors.functions import (
    date_difference_overflow,
    date_overflow,
    datepart_not_supported,
    invalid_parameter,
    unknown_option,
)
from tests.standin.runtime import sqlite_function
from tests.standin.sqltypes.families import INTEGER_RANGES
from tests.standin.sqltypes.sql_type import (
    BIGINT,
    DATE,
    DATETIME,
    INT,
    UNTYPED_NULL,
    SqlType,
    datetime2,
    nvarchar,
)
from tests.standin.translation.functions import arguments, date_parts, instants
from tests.standin.translation.functions.arguments import passing_null
from tests.standin.translation.functions.date_parts import DATE_PARTS, PART_NAMES, TIME_PARTS
from tests.standin.translation.functions.instants import Instant
from tests.standin.translation.functions.registry import FunctionCall, function
from tests.standin.translation.plan import Fragment

_FINE_PARTS: Final = frozenset({"microsecond", "nanosecond"})


# --- arguments ------------------------------------------------------------------------------------


def _part(call: FunctionCall, *unsupported: str) -> str:
    """The first argument: a date part as a bare word."""
    word = call.keyword(0)
    if not word:
        raise invalid_parameter(1, call.name)
    part = PART_NAMES.get(word)
    if part is None:
        raise unknown_option(word, call.name)
    if part in unsupported:
        raise datepart_not_supported(part, call.name)
    return part


def instant(call: FunctionCall, index: int, text_becomes: SqlType) -> Fragment:
    """A date and time; text is taken as ``text_becomes`` and a number as datetime."""
    value = call.argument(index)
    name = value.type.name
    if name in arguments.CLOCKS:
        return value
    if value.type == UNTYPED_NULL:
        return Fragment("NULL", DATETIME)
    if name in arguments.TEXT:
        return call.compiler.coerce(value, text_becomes)
    if name in arguments.NUMBERS:
        return call.compiler.coerce(value, DATETIME)
    raise arguments.invalid(call, index)


def _check_part(call: FunctionCall, part: str, kind: SqlType) -> None:
    """A date has no hours and a time no days."""
    lacking = {"date": TIME_PARTS, "time": DATE_PARTS}.get(kind.name, frozenset())
    if part in lacking:
        raise datepart_not_supported(part, call.name, kind.name)


def _widened(call: FunctionCall, value: Fragment) -> Fragment:
    """A datetime with all the digits of its 300ths of a second."""
    return call.compiler.coerce(value, datetime2(7)) if value.type == DATETIME else value


def _first_weekday(call: FunctionCall, part: str) -> str:
    """@@DATEFIRST, asked for only where it matters."""
    return call.compiler.session_value("datefirst").sql if part in {"week", "weekday"} else "7"


# --- parts ----------------------------------------------------------------------------------------


@function("DATEPART", 2, 2)
def _datepart(call: FunctionCall) -> Fragment:
    return _part_of(call, _part(call), 1)


@function("YEAR", 1, 1)
def _year(call: FunctionCall) -> Fragment:
    return _part_of(call, "year", 0)


@function("MONTH", 1, 1)
def _month(call: FunctionCall) -> Fragment:
    return _part_of(call, "month", 0)


@function("DAY", 1, 1)
def _day(call: FunctionCall) -> Fragment:
    return _part_of(call, "day", 0)


def _part_of(call: FunctionCall, part: str, index: int) -> Fragment:
    value = _checked_value(call, part, index)
    sql = f"tsql_datepart('{part}', {value.sql}, {_first_weekday(call, part)})"
    return Fragment(sql, INT, value.nullable)


@function("DATENAME", 2, 2)
def _datename(call: FunctionCall) -> Fragment:
    part = _part(call)
    value = _checked_value(call, part, 1)
    sql = f"tsql_datename('{part}', {value.sql}, {_first_weekday(call, part)})"
    return Fragment(sql, nvarchar(30), value.nullable)


def _checked_value(call: FunctionCall, part: str, index: int) -> Fragment:
    value = instant(call, index, datetime2(7))
    _check_part(call, part, value.type)
    if part in _FINE_PARTS:
        value = _widened(call, value)
    if part == "tzoffset" and value.type.name not in {"datetimeoffset", "datetime2"}:
        raise datepart_not_supported(part, call.name, value.type.name)
    return value


@sqlite_function("tsql_datepart", 3)
@passing_null
def _datepart_of(part: str, stored: str, first_weekday: int) -> int:
    return date_parts.part_of(part, instants.read(stored), first_weekday)


@sqlite_function("tsql_datename", 3)
@passing_null
def _datename_of(part: str, stored: str, first_weekday: int) -> str:
    return date_parts.name_of(part, instants.read(stored), first_weekday)


# --- arithmetic -----------------------------------------------------------------------------------


@function("DATEADD", 3, 3)
def _dateadd(call: FunctionCall) -> Fragment:
    """The type of the date, datetime for text."""
    part = _part(call, "tzoffset", "iso_week")
    number, value = arguments.integer(call, 1), instant(call, 2, DATETIME)
    kind = value.type
    _check_part(call, part, kind)
    if part in _FINE_PARTS and kind.name in {"datetime", "smalldatetime"}:
        raise datepart_not_supported(part, call.name, kind.name)
    sql = f"tsql_dateadd('{part}', {number.sql}, {value.sql}, '{kind.name}', {kind.scale})"
    return Fragment(sql, kind, arguments.nullable(number, value))


@sqlite_function("tsql_dateadd", 5)
@passing_null
def _added(part: str, number: int, stored: str, type_name: str, scale: int) -> str:
    later = date_parts.added(part, number, instants.read(stored))
    later = _rounded(later, SqlType(type_name, scale=scale))
    if type_name != "time" and not instants.in_range(later, type_name):
        raise date_overflow(type_name)
    return instants.write(later, type_name)


def _rounded(instant: Instant, kind: SqlType) -> Instant:
    return Instant(instants.rounded(instant.ticks, kind), instant.offset)


@function("DATEDIFF", 3, 3)
def _datediff(call: FunctionCall) -> Fragment:
    return _difference(call, INT)


@function("DATEDIFF_BIG", 3, 3)
def _datediff_big(call: FunctionCall) -> Fragment:
    return _difference(call, BIGINT)


def _difference(call: FunctionCall, kind: SqlType) -> Fragment:
    part = _part(call, "tzoffset", "iso_week")
    start, end = (instant(call, index, datetime2(7)) for index in (1, 2))
    if part in _FINE_PARTS:
        start, end = _widened(call, start), _widened(call, end)
    sql = f"tsql_datediff('{part}', {start.sql}, {end.sql}, '{kind.name}')"
    return Fragment(sql, kind, arguments.nullable(start, end))


@sqlite_function("tsql_datediff", 4)
@passing_null
def _counted(part: str, start: str, end: str, type_name: str) -> int:
    count = date_parts.difference(part, instants.read(start), instants.read(end))
    low, high = INTEGER_RANGES[type_name]
    if not low <= count <= high:
        raise date_difference_overflow("DATEDIFF" if type_name == "int" else "DATEDIFF_BIG")
    return count


@function("DATETRUNC", 2, 2)
def _datetrunc(call: FunctionCall) -> Fragment:
    part = _part(call, "tzoffset", "weekday", "nanosecond")
    value = instant(call, 1, datetime2(7))
    kind = value.type
    _check_part(call, part, kind)
    sql = (
        f"tsql_datetrunc('{part}', {value.sql}, {_first_weekday(call, part)}, "
        f"'{kind.name}', {kind.scale})"
    )
    return Fragment(sql, kind, value.nullable)


@sqlite_function("tsql_datetrunc", 5)
@passing_null
def _truncated(part: str, stored: str, first_weekday: int, type_name: str, scale: int) -> str:
    start = date_parts.truncated(part, instants.read(stored), first_weekday)
    start = _rounded(start, SqlType(type_name, scale=scale))
    if not instants.in_range(start, type_name):
        raise conversion_errors.expression_overflow(SqlType(type_name))
    return instants.write(start, type_name)


@function("EOMONTH", 1, 2)
def _eomonth(call: FunctionCall) -> Fragment:
    """A missing or NULL number of months is none."""
    value = instant(call, 0, datetime2(7))
    months = arguments.integer(call, 1).sql if call.count == 2 else "0"
    return Fragment(f"tsql_eomonth({value.sql}, ifnull({months}, 0))", DATE)


@sqlite_function("tsql_eomonth", 2)
@passing_null
def _last_of_month(stored: str, months: int) -> str:
    last = date_parts.last_of_month(instants.read(stored), months)
    if not instants.in_range(last, "date"):
        raise date_overflow("date")
    return instants.write(last, "date")
