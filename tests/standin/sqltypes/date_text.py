"""Dates and times from text.

Sources: Microsoft Learn, "date", "time", "datetime2", "datetimeoffset" and "datetime" (supported
string literal formats), "CAST and CONVERT" (styles). Forms whose meaning hangs on DATEFORMAT or on
the two-digit year cutoff are refused.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from tests.standin.engine import StatementFailed, not_supported
from tests.standin.sqltypes import moments

_MONTHS: Final = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_MONTH_NUMBERS: Final = {
    name: index + 1 for index, month in enumerate(_MONTHS) for name in (month, month[:3])
}
_NAMED: Final = "|".join(sorted(_MONTH_NUMBERS, key=len, reverse=True))
#: Year, month and day in the forms that have one meaning.
_DATES: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?P<year>\d{4})(?P<separator>[-/.])(?P<month>\d{1,2})(?P=separator)(?P<day>\d{1,2})",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
        r"(?P<year>\d{4})",
        rf"(?P<name>{_NAMED})\.? +(?P<day>\d{{1,2}}),? +(?P<year>\d{{4}})",
        rf"(?P<day>\d{{1,2}}) +(?P<name>{_NAMED}),? +(?P<year>\d{{4}})",
    )
)
#: What a style makes of three numbers (styles with a century alone).
_STYLED: Final = {
    **dict.fromkeys((101, 110), r"(?P<month>\d{1,2})[-/.](?P<day>\d{1,2})[-/.](?P<year>\d{4})"),
    **dict.fromkeys(
        (103, 104, 105), r"(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})[-/.](?P<year>\d{4})"
    ),
}
#: Styles that read nothing but what is unambiguous anyway.
_PLAIN_STYLES: Final = frozenset(
    {0, 20, 21, 23, 25, 100, 102, 106, 107, 109, 111, 112, 113, 120, 121, 126, 127}
)
_AMBIGUOUS: Final = re.compile(r"\d{1,2}[-/. ]\d{1,2}[-/. ]\d{1,4}|\d{6}|\d{2}[-/.]\w+[-/.]\d+")
_TIME: Final = re.compile(
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d{1,2})(?::(?P<second>\d{1,2})"
    r"(?:\.(?P<fraction>\d{1,9})|:(?P<milliseconds>\d{3}))?)?)? ?(?P<half>[AP]M)?",
    re.IGNORECASE,
)
#: The time and the offset at the end of a text.
_TIME_TAIL: Final = re.compile(
    r"(?:^|\s+|(?<=\d)T)(?P<time>\d{1,2}(?::\d{1,2}(?::\d{1,2}(?:[.:]\d+)?)?(?: ?[AP]M)?| ?[AP]M))"
    r"\s*(?P<offset>Z|[+-]\d{2}:\d{2})?$",
    re.IGNORECASE,
)
_MAX_OFFSET: Final = 14 * 60


class NoDate(ValueError):
    """The text is no date and no time."""


class NoSuchDate(NoDate):
    """The text has the form of one, but there is no such day or time."""


@dataclass(frozen=True, slots=True)
class DateText:
    """What a text says. ``day`` and ``ticks`` are local; ``digits`` is how many decimals of a
    second were written, ``offset`` minutes or None."""

    day: int | None
    ticks: int | None
    digits: int = 0
    offset: int | None = None


@lru_cache(maxsize=4096)
def read(text: str, style: int = 0) -> DateText:
    """Read a date, a time or both. Raises NoDate, NoSuchDate; StatementFailed when ambiguous."""
    if style not in _PLAIN_STYLES and style not in _STYLED and style not in (108, 114):
        raise StatementFailed(not_supported(f"style {style} for dates in text"))
    stripped = text.strip(" ")
    if not stripped:
        return DateText(moments.EPOCH, 0)
    date_text, time_text, offset_text = _parts(stripped)
    day = _day(date_text, style) if date_text else None
    ticks, digits = _time(time_text) if time_text else (None, 0)
    return DateText(day, ticks, digits, _offset(offset_text) if offset_text else None)


def _parts(text: str) -> tuple[str, str, str]:
    """Date, time and offset, each empty where the text has none."""
    tail = _TIME_TAIL.search(text)
    if tail is None:
        return text, "", ""
    return text[: tail.start()].strip(" "), tail["time"], tail["offset"] or ""


def _day(text: str, style: int) -> int:
    patterns = _DATES
    if style in _STYLED:
        patterns = (re.compile(_STYLED[style]),)
    for pattern in patterns:
        match = pattern.fullmatch(text)
        if match:
            return _ordinal(match.groupdict())
    if _AMBIGUOUS.fullmatch(text):
        raise StatementFailed(not_supported(f"the date '{text}', whose order is ambiguous"))
    raise NoDate(text)


def _ordinal(found: dict[str, str | None]) -> int:
    name = found.get("name")
    month = _MONTH_NUMBERS[name.lower()] if name else int(found.get("month") or 1)
    try:
        return dt.date(int(found["year"] or 0), month, int(found.get("day") or 1)).toordinal()
    except ValueError:
        raise NoSuchDate from None


def _time(text: str) -> tuple[int, int]:
    match = _TIME.fullmatch(text)
    if match is None:
        raise NoDate(text)
    hour, minute = _hour(int(match["hour"]), match["half"]), int(match["minute"] or 0)
    second, fraction = int(match["second"] or 0), match["fraction"] or match["milliseconds"] or ""
    if hour > 23 or minute > 59 or second > 59:
        raise NoSuchDate(text)
    if len(fraction) > 7:
        raise NoDate(text)
    seconds = (hour * 60 + minute) * 60 + second
    return seconds * moments.TICKS_PER_SECOND + int(f"{fraction:0<7}"), len(fraction)


def _hour(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    if half.upper() == "PM":
        return hour if hour > 12 else hour % 12 + 12
    if hour > 12:
        raise NoSuchDate
    return hour % 12


def _offset(text: str) -> int:
    if text in ("Z", "z"):
        return 0
    minutes = int(text[1:3]) * 60 + int(text[4:6])
    if minutes > _MAX_OFFSET or int(text[4:6]) > 59:
        raise NoSuchDate(text)
    return -minutes if text[0] == "-" else minutes
