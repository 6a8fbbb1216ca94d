"""Dates and times in storage form, and the arithmetic of their scales.

Inside, a moment is a day (Python's ordinal, 1 is 0001-01-01) and ticks of 100 nanoseconds since
midnight: what a datetime2(7) holds, one digit more than Python's own times.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

TICKS_PER_SECOND: Final = 10_000_000
TICKS_PER_DAY: Final = 86_400 * TICKS_PER_SECOND
LAST_DAY: Final = dt.date.max.toordinal()
#: Day 0 of datetime and smalldatetime.
EPOCH: Final = dt.date(1900, 1, 1).toordinal()
FIRST_DATETIME_DAY: Final = dt.date(1753, 1, 1).toordinal()
LAST_SMALLDATETIME_DAY: Final = dt.date(2079, 6, 6).toordinal()
MIDNIGHT: Final = "00:00:00.0000000"
#: Characters of "YYYY-MM-DD hh:mm:ss.fffffff".
DATETIME_WIDTH: Final = 27
#: datetime counts in 300ths of a second.
_UNITS_PER_SECOND: Final = 300
_TICKS_PER_MINUTE: Final = 60 * TICKS_PER_SECOND
_TICKS_PER_MILLISECOND: Final = 10_000


class OutOfRange(ValueError):
    """A moment that the type cannot hold."""


def day_of(stored: str) -> int:
    """The day of "YYYY-MM-DD…"."""
    return dt.date(int(stored[:4]), int(stored[5:7]), int(stored[8:10])).toordinal()


def ticks_of(stored: str) -> int:
    """The ticks of "hh:mm:ss.fffffff"."""
    seconds = (int(stored[:2]) * 60 + int(stored[3:5])) * 60 + int(stored[6:8])
    return seconds * TICKS_PER_SECOND + int(stored[9:16])


def moment_of(stored: str) -> tuple[int, int]:
    """Day and ticks of "YYYY-MM-DD hh:mm:ss.fffffff…"."""
    return day_of(stored), ticks_of(stored[11:DATETIME_WIDTH])


def offset_of(stored: str) -> int:
    """The minutes of the offset of a datetimeoffset."""
    sign = -1 if stored[DATETIME_WIDTH] == "-" else 1
    return sign * (int(stored[28:30]) * 60 + int(stored[31:33]))


def stored_date(day: int) -> str:
    """The storage form of a date. Raises OutOfRange."""
    if not 1 <= day <= LAST_DAY:
        raise OutOfRange(day)
    return dt.date.fromordinal(day).isoformat()


def stored_time(ticks: int) -> str:
    """The storage form of a time."""
    seconds, fraction = divmod(ticks, TICKS_PER_SECOND)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:02}:{minute:02}:{second:02}.{fraction:07}"


def stored_datetime(day: int, ticks: int) -> str:
    """The storage form of a datetime2; ticks beyond the day are carried. Raises OutOfRange."""
    carried, ticks = divmod(ticks, TICKS_PER_DAY)
    return f"{stored_date(day + carried)} {stored_time(ticks)}"


def stored_offset(day: int, ticks: int, minutes: int) -> str:
    """The storage form of a datetimeoffset; ``day`` and ``ticks`` are UTC. Raises OutOfRange."""
    hours, rest = divmod(abs(minutes), 60)
    return f"{stored_datetime(day, ticks)}{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"


def rounded_ticks(ticks: int, scale: int) -> int:
    """To ``scale`` digits of a second, half up; the result may be a whole day."""
    step: int = 10 ** (7 - scale)
    return (ticks + step // 2) // step * step


def datetime_units(ticks: int) -> int:
    """Ticks in 300ths of a second, rounded (Microsoft Learn, datetime: .000, .003 or .007)."""
    return (ticks * _UNITS_PER_SECOND * 2 + TICKS_PER_SECOND) // (2 * TICKS_PER_SECOND)


def datetime_ticks(ticks: int) -> int:
    """Ticks as datetime shows them: 300ths of a second in whole milliseconds."""
    milliseconds = (datetime_units(ticks) * 10 + 1) // 3
    return milliseconds * _TICKS_PER_MILLISECOND


def minute_ticks(ticks: int) -> int:
    """Ticks as smalldatetime has them: from 29.999 seconds on up (Microsoft Learn)."""
    minutes, rest = divmod(ticks, _TICKS_PER_MINUTE)
    up = rest >= 29_999 * _TICKS_PER_MILLISECOND
    return (minutes + up) * _TICKS_PER_MINUTE


def widened_datetime_ticks(ticks: int) -> int:
    """The ticks of a datetime where it becomes a datetime2: .003 is .0033333 from compatibility
    level 130 on (Microsoft Learn, "Breaking changes to Database Engine features", 2016)."""
    return rounded_fraction(datetime_units(ticks) * TICKS_PER_SECOND, _UNITS_PER_SECOND)


def rounded_fraction(numerator: int, denominator: int) -> int:
    """numerator / denominator, rounded half up."""
    return (2 * numerator + denominator) // (2 * denominator)


def fitted(day: int, ticks: int, name: str, scale: int) -> str:
    """The storage form of a datetime2, datetime or smalldatetime. Raises OutOfRange."""
    if name == "datetime2":
        return stored_datetime(day, rounded_ticks(ticks, scale))
    if name == "datetime":
        first, last, ticks = FIRST_DATETIME_DAY, LAST_DAY, datetime_ticks(ticks)
    else:
        first, last, ticks = EPOCH, LAST_SMALLDATETIME_DAY, minute_ticks(ticks)
    carried, ticks = divmod(ticks, TICKS_PER_DAY)
    if not first <= day + carried <= last:
        raise OutOfRange(day)
    return stored_datetime(day + carried, ticks)


def fitted_time(ticks: int, scale: int) -> str:
    """The storage form of a time(scale). What rounds up to midnight begins anew (unconfirmed)."""
    return stored_time(rounded_ticks(ticks, scale) % TICKS_PER_DAY)


def fitted_offset(day: int, ticks: int, minutes: int, scale: int) -> str:
    """The storage form of a datetimeoffset(scale) of a UTC moment. Raises OutOfRange."""
    return stored_offset(day, rounded_ticks(ticks, scale), minutes)
