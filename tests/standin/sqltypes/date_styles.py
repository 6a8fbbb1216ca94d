"""Dates and times to text: the styles of CONVERT.

Source: Microsoft Learn, "CAST and CONVERT", date and time styles. How the newer types print their
decimals in the styles 9, 13, 14 (here behind a point, as many as the type has) and that style 126
leaves them out where they are zero for datetime2 too is unconfirmed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tests.standin.engine import StatementFailed, not_supported
from tests.standin.sqltypes import moments
from tests.standin.sqltypes.families import Family, family
from tests.standin.sqltypes.sql_type import SqlType

_MONTHS: Final = (
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
)
#: The style of a type that is converted without one.
_DEFAULT_OLD: Final = 0
_DEFAULT_NEW: Final = 121


@dataclass(frozen=True, slots=True)
class _Moment:
    """What is printed; ``decimals`` has the point, or the colon of the old types, in front."""

    date: dt.date
    hour: int
    minute: int
    second: int
    decimals: str
    is_old: bool

    @property
    def month(self) -> str:
        return _MONTHS[self.date.month - 1]

    @property
    def clock(self) -> str:
        return f"{self.hour:02}:{self.minute:02}:{self.second:02}"

    @property
    def half(self) -> str:
        return "AM" if self.hour < 12 else "PM"

    @property
    def precise_clock(self) -> str:
        """With decimals behind a point."""
        return f"{self.clock}.{self.decimals}" if self.decimals else self.clock

    @property
    def colon_clock(self) -> str:
        """With milliseconds behind a colon; the newer types have a point."""
        return f"{self.clock}:{self.decimals}" if self.is_old else self.precise_clock

    @property
    def short_clock(self) -> str:
        """ " 3:04PM"."""
        return f"{(self.hour + 11) % 12 + 1:2}:{self.minute:02}{self.half}"

    @property
    def long_clock(self) -> str:
        """ " 3:04:05:000PM"."""
        hour = f"{(self.hour + 11) % 12 + 1:2}"
        return f"{hour}{self.colon_clock[2:]}{self.half}"

    @property
    def iso_clock(self) -> str:
        return self.precise_clock if self.decimals.strip("0") else self.clock


_Printer = Callable[[_Moment], str]


def _day(form: str) -> _Printer:
    return lambda m: m.date.strftime(form) if m.date.year > 999 else _early(m.date, form)


def _early(date: dt.date, form: str) -> str:
    """strftime of the C library does not fill years before 1000 with zeros."""
    return date.strftime(form.replace("%Y", f"{date.year:04}"))


#: The date of each style, with a century.
_DATE_PARTS: Final[dict[int, _Printer]] = {
    100: lambda m: f"{m.month} {m.date.day:2} {m.date.year:04}",
    101: _day("%m/%d/%Y"),
    102: _day("%Y.%m.%d"),
    103: _day("%d/%m/%Y"),
    104: _day("%d.%m.%Y"),
    105: _day("%d-%m-%Y"),
    106: lambda m: f"{m.date.day:02} {m.month} {m.date.year:04}",
    107: lambda m: f"{m.month} {m.date.day:02}, {m.date.year:04}",
    109: lambda m: f"{m.month} {m.date.day:2} {m.date.year:04}",
    110: _day("%m-%d-%Y"),
    111: _day("%Y/%m/%d"),
    112: _day("%Y%m%d"),
    113: lambda m: f"{m.date.day:02} {m.month} {m.date.year:04}",
    23: lambda m: m.date.isoformat(),
    120: lambda m: m.date.isoformat(),
    121: lambda m: m.date.isoformat(),
    126: lambda m: m.date.isoformat(),
}
_TIME_PARTS: Final[dict[int, _Printer]] = {
    100: lambda m: m.short_clock,
    108: lambda m: m.clock,
    109: lambda m: m.long_clock,
    113: lambda m: m.colon_clock,
    114: lambda m: m.colon_clock,
    120: lambda m: m.clock,
    121: lambda m: m.precise_clock,
    126: lambda m: m.iso_clock,
}
#: Styles that are the same as another.
_SAME: Final = {0: 100, 8: 108, 9: 109, 13: 113, 14: 114, 20: 120, 21: 121, 24: 108, 25: 121}


def text_of(stored: str, source: SqlType, style: int | None) -> str:
    """A date or time in storage form, printed; None is the type's own style."""
    is_old = source.name in ("datetime", "smalldatetime")
    if style is None:
        style = _DEFAULT_OLD if is_old else _DEFAULT_NEW
    known = _SAME.get(style, style)
    if known == 127:
        raise StatementFailed(not_supported("style 127 for text"))
    date, time = _DATE_PARTS.get(known), _TIME_PARTS.get(known)
    kind = family(source)
    # A style for dates prints nothing of a time, nor the other way round: error 9809.
    if (
        (date is None and time is None)
        or (kind is Family.DATE and date is None)
        or (kind is Family.TIME and time is None)
    ):
        raise StatementFailed(not_supported(f"style {style} for {source.name}"))
    moment, offset = _moment(stored, source, is_old)
    parts = (
        date(moment) if date and kind is not Family.TIME else "",
        time(moment) if time and kind is not Family.DATE else "",
    )
    separator = "T" if known == 126 else " "
    text = separator.join(part for part in parts if part)
    if offset and time:
        return text + ("" if known == 126 else " ") + offset
    return text


def _moment(stored: str, source: SqlType, is_old: bool) -> tuple[_Moment, str]:
    kind, offset = family(source), ""
    day, ticks = moments.EPOCH, 0
    if kind is Family.TIME:
        ticks = moments.ticks_of(stored)
    elif kind is Family.DATE:
        day = moments.day_of(stored)
    else:
        day, ticks = moments.moment_of(stored)
    if kind is Family.OFFSET:
        offset = stored[moments.DATETIME_WIDTH :]
        ticks += moments.offset_of(stored) * 60 * moments.TICKS_PER_SECOND
        carried, ticks = divmod(ticks, moments.TICKS_PER_DAY)
        day += carried
    seconds, fraction = divmod(ticks, moments.TICKS_PER_SECOND)
    digits = 3 if is_old else source.scale
    minutes, second = divmod(seconds, 60)
    return (
        _Moment(
            date=dt.date.fromordinal(day),
            hour=minutes // 60,
            minute=minutes % 60,
            second=second,
            decimals=f"{fraction:07}"[:digits],
            is_old=is_old,
        ),
        offset,
    )
