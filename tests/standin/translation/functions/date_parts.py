"""The parts of a date: their names and what DATEPART, DATEADD, DATEDIFF and DATETRUNC make of them.

Sources: Microsoft Learn, DATEPART, DATEADD, DATEDIFF and DATETRUNC (Transact-SQL). Pure: nothing
here knows SQL. Each function takes the canonical name of a part.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable
from typing import Final

from tests.standin.translation.functions.instants import (
    TICKS_PER_DAY,
    TICKS_PER_MINUTE,
    TICKS_PER_SECOND,
    Instant,
    ticks_of,
)

_ABBREVIATIONS: Final = {
    "year": "yy yyyy",
    "quarter": "qq q",
    "month": "mm m",
    "dayofyear": "dy y",
    "day": "dd d",
    "week": "wk ww",
    "weekday": "dw",
    "hour": "hh",
    "minute": "mi n",
    "second": "ss s",
    "millisecond": "ms",
    "microsecond": "mcs",
    "nanosecond": "ns",
    "tzoffset": "tz",
    "iso_week": "isowk isoww",
}
#: Every accepted spelling, lower case, and the part it names.
PART_NAMES: Final = {
    spelling: part
    for part, abbreviations in _ABBREVIATIONS.items()
    for spelling in (part, *abbreviations.split())
} | {"w": "weekday"}

#: The parts of a clock with the ticks of their unit; nanosecond is a hundredth of a tick.
_CLOCK_UNITS: Final = {
    "hour": 60 * TICKS_PER_MINUTE,
    "minute": TICKS_PER_MINUTE,
    "second": TICKS_PER_SECOND,
    "millisecond": 10_000,
    "microsecond": 10,
}
TIME_PARTS: Final = frozenset({*_CLOCK_UNITS, "nanosecond"})
DATE_PARTS: Final = frozenset(PART_NAMES.values()) - TIME_PARTS - {"tzoffset"}


def part_of(part: str, instant: Instant, first_weekday: int) -> int:
    """DATEPART; ``first_weekday`` is @@DATEFIRST (1 Monday … 7 Sunday)."""
    if part == "tzoffset":
        return instant.offset
    if part in TIME_PARTS:
        return _clock_part(part, instant.time_ticks)
    if part == "weekday":
        return _weekday(instant.date, first_weekday)
    if part == "week":
        new_year = _weekday(instant.date.replace(month=1, day=1), first_weekday)
        return (_day_of_year(instant.date) + new_year - 2) // 7 + 1
    return _CALENDAR_PARTS[part](instant.date)


def name_of(part: str, instant: Instant, first_weekday: int) -> str:
    """DATENAME in us_english."""
    if part == "month":
        return calendar.month_name[instant.date.month]
    if part == "weekday":
        return calendar.day_name[instant.date.weekday()]
    number = part_of(part, instant, first_weekday)
    if part == "tzoffset":
        hours, minutes = divmod(abs(number), 60)
        return f"{'-' if number < 0 else '+'}{hours:02}:{minutes:02}"
    return str(number)


def added(part: str, number: int, instant: Instant) -> Instant:
    """DATEADD; the result may lie outside of the calendar, see ``instants.in_range``.

    A day that the month does not have becomes the month's last.
    """
    months = {"year": 12, "quarter": 3, "month": 1}.get(part)
    if months is not None:
        return Instant(_months_later(instant.ticks, number * months), instant.offset)
    # Half a tick of nanoseconds rounds up: the page's example adds 150 and gets 200.
    ticks = (number + 50) // 100 if part == "nanosecond" else number * _fixed_unit(part)
    return Instant(instant.ticks + ticks, instant.offset)


def difference(part: str, start: Instant, end: Instant) -> int:
    """DATEDIFF: how many boundaries of the part lie between the two.

    Weeks begin on Sunday whatever DATEFIRST says. Instants with an offset are compared in UTC
    (unconfirmed: the page does not say it).
    """
    return _boundary(part, end.utc_ticks) - _boundary(part, start.utc_ticks)


def truncated(part: str, instant: Instant, first_weekday: int) -> Instant:
    """DATETRUNC."""
    if part in _CLOCK_UNITS:
        unit = _CLOCK_UNITS[part]
        return Instant(instant.ticks // unit * unit, instant.offset)
    day = instant.date
    match part:
        case "year":
            day = day.replace(month=1, day=1)
        case "quarter":
            day = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case "month":
            day = day.replace(day=1)
        case "week":
            return Instant(
                ticks_of(day) - (_weekday(day, first_weekday) - 1) * TICKS_PER_DAY, instant.offset
            )
        case "iso_week":
            return Instant(ticks_of(day) - day.weekday() * TICKS_PER_DAY, instant.offset)
    return Instant(ticks_of(day), instant.offset)


def last_of_month(instant: Instant, months: int) -> Instant:
    """EOMONTH; like :func:`added`, the result may lie outside of the calendar."""
    ticks = _months_later(ticks_of(instant.date.replace(day=1)), months)
    if ticks < 0:
        return Instant(ticks)
    first = Instant(ticks).date
    return Instant(ticks_of(first.replace(day=calendar.monthrange(first.year, first.month)[1])))


def _day_of_year(day: dt.date) -> int:
    return day.timetuple().tm_yday


_CALENDAR_PARTS: Final[dict[str, Callable[[dt.date], int]]] = {
    "year": lambda day: day.year,
    "quarter": lambda day: (day.month + 2) // 3,
    "month": lambda day: day.month,
    "day": lambda day: day.day,
    "dayofyear": _day_of_year,
    "iso_week": lambda day: day.isocalendar().week,
}


def _clock_part(part: str, time_ticks: int) -> int:
    if part == "nanosecond":
        return time_ticks % TICKS_PER_SECOND * 100
    wraps = {"hour": 24, "minute": 60, "second": 60}
    if part in wraps:
        return time_ticks // _CLOCK_UNITS[part] % wraps[part]
    return time_ticks % TICKS_PER_SECOND // _CLOCK_UNITS[part]


def _weekday(day: dt.date, first_weekday: int) -> int:
    return (day.isoweekday() - first_weekday) % 7 + 1


def _fixed_unit(part: str) -> int:
    if part == "week":
        return 7 * TICKS_PER_DAY
    return _CLOCK_UNITS.get(part, TICKS_PER_DAY)


def _months_later(ticks: int, months: int) -> int:
    """Ticks of the same day so many months later; -1 where the calendar has no such month."""
    day = Instant(ticks).date
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    month += 1
    if not dt.MINYEAR <= years <= dt.MAXYEAR:
        return -1
    last = calendar.monthrange(years, month)[1]
    return ticks_of(dt.date(years, month, min(day.day, last)), ticks % TICKS_PER_DAY)


def _boundary(part: str, ticks: int) -> int:
    """The number of the part's period that the tick is in, counted from the calendar's start."""
    if part == "nanosecond":
        return ticks * 100
    if part in _CLOCK_UNITS:
        return ticks // _CLOCK_UNITS[part]
    days = ticks // TICKS_PER_DAY
    if part == "week":
        # 0001-01-01 was a Monday: with one day more, every Sunday is a multiple of seven.
        return (days + 1) // 7
    months = {"year": 12, "quarter": 3, "month": 1}.get(part)
    if months is None:
        return days
    day = dt.date.fromordinal(days + 1)
    return (day.year * 12 + day.month - 1) // months
