"""Functions of dates: parts, arithmetic, types and limits; examples are mostly those of Learn."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.standin.translation.functions import date_parts, instants
from tests.standin.translation.functions.instants import Instant
from tests.test_standin.functions.evaluation import Evaluation

FULL = "CAST('2007-10-30 12:15:32.1234567' AS datetime2)"


@pytest.mark.parametrize(
    ("expression", "value", "declared"),
    [
        ("GETDATE()", "2024-02-29 13:14:15.6800000", "datetime"),
        ("CURRENT_TIMESTAMP", "2024-02-29 13:14:15.6800000", "datetime"),
        ("GETUTCDATE()", "2024-02-29 11:14:15.6800000", "datetime"),
        ("SYSDATETIME()", "2024-02-29 13:14:15.6789010", "datetime2(7)"),
        ("SYSUTCDATETIME()", "2024-02-29 11:14:15.6789010", "datetime2(7)"),
        ("SYSDATETIMEOFFSET()", "2024-02-29 11:14:15.6789010+02:00", "datetimeoffset(7)"),
    ],
)
def test_reads_the_clock_of_the_statement(
    sql: Evaluation, expression: str, value: object, declared: str
) -> None:
    assert (sql.value(expression), sql.type(expression)) == (value, declared)


@pytest.mark.parametrize(
    ("part", "value", "name"),
    [
        ("year", 2007, "2007"),
        ("yy", 2007, "2007"),
        ("quarter", 4, "4"),
        ("month", 10, "October"),
        ("dayofyear", 303, "303"),
        ("day", 30, "30"),
        ("week", 44, "44"),
        ("weekday", 3, "Tuesday"),
        ("hour", 12, "12"),
        ("mi", 15, "15"),
        ("ss", 32, "32"),
        ("ms", 123, "123"),
        ("microsecond", 123456, "123456"),
        ("ns", 123456700, "123456700"),
        ("iso_week", 44, "44"),
    ],
)
def test_takes_dates_apart(sql: Evaluation, part: str, value: int, name: str) -> None:
    # The tables of DATEPART and DATENAME.
    assert sql.value(f"DATEPART({part}, {FULL})") == value
    assert sql.value(f"DATENAME({part}, {FULL})") == name


def test_weekday_and_week_follow_datefirst(sql: Evaluation) -> None:
    sunday = "CAST('2007-04-22' AS date)"
    assert sql.value(f"DATEPART(weekday, {sunday})") == 1
    sql.session["datefirst"] = 1
    assert sql.value(f"DATEPART(weekday, {sunday})") == 7
    assert sql.value(f"DATEPART(week, {sunday})") == 16


@pytest.mark.parametrize(
    ("expression", "value", "declared"),
    [
        ("YEAR('2024-03-01')", 2024, "int"),
        ("MONTH(0)", 1, "int"),
        ("DAY(CAST('2024-02-29' AS date))", 29, "int"),
        ("DATEPART(tzoffset, SYSDATETIMEOFFSET())", 120, "int"),
        ("DATENAME(tz, SYSDATETIMEOFFSET())", "+02:00", "nvarchar(30)"),
        ("DATEPART(hour, CAST('01:02:03' AS time))", 1, "int"),
        ("DATEPART(microsecond, CAST('2024-01-01T00:00:00.003' AS datetime))", 3333, "int"),
        ("DATEADD(month, 1, '2024-01-31')", "2024-02-29 00:00:00.0000000", "datetime"),
        ("DATEADD(year, -1, CAST('2024-02-29' AS date))", "2023-02-28", "date"),
        ("DATEADD(week, 2, CAST('2024-02-29' AS date))", "2024-03-14", "date"),
        (f"DATEADD(ns, 150, {FULL})", "2007-10-30 12:15:32.1234569", "datetime2(7)"),
        (f"DATEADD(microsecond, 5 * -1, {FULL})", "2007-10-30 12:15:32.1234517", "datetime2(7)"),
        ("DATEADD(minute, 70, CAST('23:30:00' AS time(0)))", "00:40:00.0000000", "time(0)"),
        (
            "DATEADD(ms, 2, CAST('2024-01-01' AS datetime))",
            "2024-01-01 00:00:00.0030000",
            "datetime",
        ),
        ("DATEADD(day, NULL, '2024-01-01')", None, "datetime"),
        ("DATEADD(day, DATEDIFF(day, 0, GETDATE()), 0)", "2024-02-29 00:00:00.0000000", "datetime"),
        ("DATEDIFF(day, '2024-01-01', '2024-03-01')", 60, "int"),
        ("DATEDIFF(year, '2005-12-31 23:59:59.9999999', '2006-01-01')", 1, "int"),
        ("DATEDIFF(week, '2024-03-02', '2024-03-03')", 1, "int"),
        ("DATEDIFF(month, '2024-03-31', '2024-02-01')", -1, "int"),
        ("DATEDIFF(hour, CAST('10:00' AS time), CAST('12:30' AS time))", 2, "int"),
        ("DATEDIFF_BIG(ms, '1900-01-01', '2024-03-01')", 3918240000000, "bigint"),
        ("EOMONTH('2024-01-31', 1)", "2024-02-29", "date"),
        ("EOMONTH('9999-12-01')", "9999-12-31", "date"),
        ("DATETRUNC(week, '2024-03-02')", "2024-02-25 00:00:00.0000000", "datetime2(7)"),
        ("DATETRUNC(hour, CAST('10:11:12' AS time))", "10:00:00.0000000", "time(7)"),
        ("DATETRUNC(quarter, CAST('2024-05-06' AS date))", "2024-04-01", "date"),
        ("DATEFROMPARTS(2024, 2, 29)", "2024-02-29", "date"),
        ("TIMEFROMPARTS(23, 59, 59, 5, 1)", "23:59:59.5000000", "time(1)"),
        (
            "DATETIME2FROMPARTS(2011, 8, 15, 14, 23, 44, 50, 2)",
            "2011-08-15 14:23:44.5000000",
            "datetime2(2)",
        ),
        (
            "DATETIMEFROMPARTS(2010, 12, 31, 23, 59, 59, 999)",
            "2011-01-01 00:00:00.0000000",
            "datetime",
        ),
        (
            "SWITCHOFFSET(SYSDATETIMEOFFSET(), '-05:00')",
            "2024-02-29 11:14:15.6789010-05:00",
            "datetimeoffset(7)",
        ),
        (
            "TODATETIMEOFFSET(SYSDATETIME(), 60)",
            "2024-02-29 12:14:15.6789010+01:00",
            "datetimeoffset(7)",
        ),
    ],
)
def test_calculates(sql: Evaluation, expression: str, value: object, declared: str) -> None:
    assert (sql.value(expression), sql.type(expression)) == (value, declared)


@pytest.mark.parametrize(
    ("expression", "number", "message"),
    [
        ("DATEPART(foo, GETDATE())", 155, "'foo' is not a recognized datepart option."),
        ("DATEADD('day', 1, GETDATE())", 1023, "Invalid parameter 1 specified for dateadd."),
        (
            "DATEADD(iso_week, 1, GETDATE())",
            9806,
            "The datepart iso_week is not supported by date function dateadd.",
        ),
        (
            "DATEADD(hh, 1, CAST('2024-02-29' AS date))",
            9810,
            "The datepart hour is not supported by date function dateadd for data type date.",
        ),
        (
            "DATEADD(microsecond, 1, GETDATE())",
            9810,
            "The datepart microsecond is not supported by date function dateadd for data type "
            "datetime.",
        ),
        (
            "DATEPART(year, CAST('10:00' AS time))",
            9810,
            "The datepart year is not supported by date function datepart for data type time.",
        ),
        (
            "DATEADD(year, 8000, '2024-01-01')",
            517,
            "Adding a value to a 'datetime' column caused an overflow.",
        ),
        (
            "DATEADD(year, -272, CAST('2024-01-01' AS datetime))",
            517,
            "Adding a value to a 'datetime' column caused an overflow.",
        ),
        (
            "DATEDIFF(second, '1900-01-01', '2024-03-01')",
            535,
            "The datediff function resulted in an overflow. The number of dateparts separating two "
            "date/time instances is too large. Try to use datediff with a less precise datepart.",
        ),
        (
            "DATEFROMPARTS(2023, 2, 29)",
            289,
            "Cannot construct data type date, some of the arguments have values which are not "
            "valid.",
        ),
        (
            "SWITCHOFFSET(SYSDATETIMEOFFSET(), '+15:00')",
            9812,
            "The timezone provided to builtin function switchoffset is invalid.",
        ),
    ],
)
def test_fails(sql: Evaluation, expression: str, number: int, message: str) -> None:
    failure = sql.failure(expression)
    assert (failure.number, failure.message) == (number, message)


def test_iso_year_as_mssql_django_asks(sql: Evaluation) -> None:
    # mssql/operations.py, date_extract_sql.
    day = "CAST('2024-12-30' AS date)"
    assert sql.value(f"YEAR(DATEADD(day, 26 - DATEPART(isoww, {day}), {day}))") == 2025


def test_truncates_to_weeks_as_mssql_django_does(sql: Evaluation) -> None:
    # mssql/operations.py, date_trunc_sql.
    day = "CAST('2024-03-03' AS date)"
    monday = f"DATEADD(DAY, (DATEPART(weekday, {day}) + 5) % 7 * -1, {day})"
    truncated = sql.value(f"CONVERT(datetime2, CONVERT(varchar, {monday}, 112))")
    assert truncated == "2024-02-26 00:00:00.0000000"


moments = st.datetimes(min_value=dt.datetime(1, 1, 1), max_value=dt.datetime(9999, 12, 31))


@settings(max_examples=40)
@given(moments)
def test_instants_survive_storage(moment: dt.datetime) -> None:
    instant = instants.from_python(moment)
    assert instants.read(instants.write(instant, "datetime2")) == instant


@settings(max_examples=40)
@given(moments, st.integers(-14 * 60, 14 * 60))
def test_offsets_survive_storage(moment: dt.datetime, minutes: int) -> None:
    instant = Instant(instants.from_python(moment).ticks, minutes)
    if instants.in_range(instant, "datetimeoffset"):
        assert instants.read(instants.write(instant, "datetimeoffset")) == instant


@settings(max_examples=40)
@given(moments, st.integers(1, 7))
def test_parts_agree_with_python(moment: dt.datetime, first_weekday: int) -> None:
    instant = instants.from_python(moment)
    parts = {
        part: date_parts.part_of(part, instant, first_weekday)
        for part in ("year", "month", "day", "hour", "minute", "second", "iso_week", "weekday")
    }
    for part in ("year", "month", "day", "hour", "minute", "second"):
        assert parts[part] == getattr(moment, part)
    assert parts["iso_week"] == moment.isocalendar().week
    assert (parts["weekday"] + first_weekday - 2) % 7 == moment.weekday()


@settings(max_examples=40)
@given(moments, st.sampled_from(sorted(set(date_parts.PART_NAMES.values()))))
def test_truncation_stays_inside_the_part(moment: dt.datetime, part: str) -> None:
    if part in {"tzoffset", "weekday", "nanosecond"}:
        return
    instant = instants.from_python(moment)
    start = date_parts.truncated(part, instant, 7)
    assert start.ticks <= instant.ticks
    counted = {"iso_week": "day", "dayofyear": "day"}.get(part, part)
    if part != "iso_week":
        assert date_parts.difference(counted, start, instant) == 0
    assert date_parts.truncated(part, start, 7) == start


@settings(max_examples=40)
@given(
    moments, moments, st.sampled_from(["year", "quarter", "month", "week", "day", "hour", "second"])
)
def test_differences_add_up(first: dt.datetime, second: dt.datetime, part: str) -> None:
    start, end = instants.from_python(first), instants.from_python(second)
    count = date_parts.difference(part, start, end)
    assert count == -date_parts.difference(part, end, start)
    later = date_parts.added(part, count, start)
    if instants.in_range(later, "datetime2"):
        assert date_parts.difference(part, later, end) == 0
