"""Points in time as the date functions calculate with them: ticks of 100 ns since 0001-01-01.

Python's datetime ends at microseconds; datetime2(7), time(7) and datetimeoffset(7) do not.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from tests.standin.sqltypes import moments
from tests.standin.sqltypes.sql_type import SqlType

TICKS_PER_SECOND: Final = moments.TICKS_PER_SECOND
TICKS_PER_MINUTE: Final = 60 * TICKS_PER_SECOND
TICKS_PER_DAY: Final = moments.TICKS_PER_DAY

#: 1900-01-01, the date of a value that is only a time.
_BASE_DATE: Final = (dt.date(1900, 1, 1).toordinal() - 1) * TICKS_PER_DAY
#: The first day past the calendar.
END: Final = dt.date.max.toordinal() * TICKS_PER_DAY

#: Where the calendar of a type begins, where that is not 0001-01-01, and ends (exclusive), where
#: that is not after 9999-12-31 (Microsoft Learn, "datetime", "smalldatetime").
_FIRST_YEAR: Final = {"datetime": 1753, "smalldatetime": 1900}
_SMALL_END: Final = dt.date(2079, 6, 7).toordinal() - 1


@dataclass(frozen=True, slots=True)
class Instant:
    """``ticks`` are local time; ``offset`` is minutes, only datetimeoffset has one."""

    ticks: int
    offset: int = 0

    @property
    def date(self) -> dt.date:
        """The calendar day."""
        return dt.date.fromordinal(self.ticks // TICKS_PER_DAY + 1)

    @property
    def time_ticks(self) -> int:
        """Ticks since midnight."""
        return self.ticks % TICKS_PER_DAY

    @property
    def utc_ticks(self) -> int:
        """The same instant in UTC."""
        return self.ticks - self.offset * TICKS_PER_MINUTE


def ticks_of(day: dt.date, time_ticks: int = 0) -> int:
    """A day and the ticks since its midnight."""
    return (day.toordinal() - 1) * TICKS_PER_DAY + time_ticks


def read(stored: str) -> Instant:
    """The instant of a value in storage form, of any date and time type."""
    if stored[2] == ":":
        return Instant(_BASE_DATE + moments.ticks_of(stored))
    ticks = ticks_of(dt.date.fromisoformat(stored[:10]))
    if len(stored) == 10:
        return Instant(ticks)
    ticks += moments.ticks_of(stored[11:27])
    if len(stored) == 27:
        return Instant(ticks)
    offset = moments.offset_of(stored)
    return Instant(ticks + offset * TICKS_PER_MINUTE, offset)


def write(instant: Instant, type_name: str) -> str:
    """The storage form of an instant; its digits are those of the type already."""
    if type_name == "date":
        return instant.date.isoformat()
    if type_name == "time":
        return moments.stored_time(instant.time_ticks)
    if type_name == "datetimeoffset":
        day, ticks = divmod(instant.utc_ticks, TICKS_PER_DAY)
        return moments.stored_offset(day + 1, ticks, instant.offset)
    return f"{instant.date.isoformat()} {moments.stored_time(instant.time_ticks)}"


def in_range(instant: Instant, type_name: str) -> bool:
    """Whether a type can have this instant."""
    if not (0 <= instant.ticks < END and 0 <= instant.utc_ticks < END):
        return False
    if type_name == "smalldatetime" and instant.ticks >= _SMALL_END * TICKS_PER_DAY:
        return False
    return instant.date.year >= _FIRST_YEAR.get(type_name, 1)


def rounded(ticks: int, kind: SqlType) -> int:
    """``ticks`` to the type's digits."""
    day, time_ticks = divmod(ticks, TICKS_PER_DAY)
    if kind.name == "datetime":
        time_ticks = moments.datetime_ticks(time_ticks)
    elif kind.name == "smalldatetime":
        time_ticks = moments.minute_ticks(time_ticks)
    elif kind.name != "date":
        time_ticks = moments.rounded_ticks(time_ticks, kind.scale)
    return day * TICKS_PER_DAY + time_ticks


def from_python(moment: dt.datetime) -> Instant:
    """A Python datetime; an aware one keeps its offset."""
    time_ticks = (
        moment.hour * 3600 + moment.minute * 60 + moment.second
    ) * TICKS_PER_SECOND + moment.microsecond * 10
    offset = moment.utcoffset()
    minutes = round(offset.total_seconds() / 60) if offset is not None else 0
    return Instant(ticks_of(moment.date(), time_ticks), minutes)
