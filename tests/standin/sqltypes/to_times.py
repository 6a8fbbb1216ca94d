"""Conversions whose result is a date or a time.

Sources: Microsoft Learn, the pages of date, time, datetime2, datetimeoffset, datetime and
smalldatetime ("Converting … data"): a date without time is midnight, a time without date is
1900-01-01, an instant without offset is at +00:00, and datetimeoffset gives its local time.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from tests.standin.engine import StatementFailed, not_supported
from tests.standin.errors import conversion as errors
from tests.standin.sqltypes import date_text, exact_numbers, moments
from tests.standin.sqltypes.families import Family, family
from tests.standin.sqltypes.sql_type import SqlType
from tests.standin.sqltypes.to_numbers import exact, unsupported

_OLD: Final = frozenset({"datetime", "smalldatetime"})
_MILLISECOND_DIGITS: Final = 3
#: No date is a number of days that has more of them.
_DIGITS_OF_DAYS: Final = 7
_TICKS_PER_MINUTE: Final = 60 * moments.TICKS_PER_SECOND


def to_time(value: object, source: SqlType, target: SqlType, style: int) -> object:
    """date, time, datetime2, datetime, smalldatetime or datetimeoffset."""
    kind = family(source)
    if isinstance(value, bytes):
        raise unsupported(source, target)
    if kind is Family.TEXT:
        return _from_text(str(value), source, target, style)
    if kind in (Family.INTEGER, Family.DECIMAL, Family.MONEY, Family.FLOAT):
        return _from_number(exact(value, source), target)
    try:
        return _fitted(*_parts(str(value), source, target), target)
    except moments.OutOfRange:
        raise errors.datetime_out_of_range(source, target) from None


def _parts(stored: str, source: SqlType, target: SqlType) -> tuple[int, int, int]:
    """Local day, ticks and offset."""
    kind = family(source)
    if kind is Family.DATE:
        return moments.day_of(stored), 0, 0
    if kind is Family.TIME:
        return moments.EPOCH, moments.ticks_of(stored), 0
    day, ticks = moments.moment_of(stored)
    if kind is Family.OFFSET:
        offset = moments.offset_of(stored)
        return day, ticks + offset * _TICKS_PER_MINUTE, offset
    if source.name == "datetime" and target.name not in _OLD:
        ticks = moments.widened_datetime_ticks(ticks)
    return day, ticks, 0


def _fitted(day: int, ticks: int, offset: int, target: SqlType) -> str:
    kind = family(target)
    carried, ticks = divmod(ticks, moments.TICKS_PER_DAY)
    day += carried
    if kind is Family.DATE:
        return moments.stored_date(day)
    if kind is Family.TIME:
        return moments.fitted_time(ticks, target.scale)
    if kind is Family.OFFSET:
        return moments.fitted_offset(day, ticks - offset * _TICKS_PER_MINUTE, offset, target.scale)
    return moments.fitted(day, ticks, target.name, target.scale)


def _from_number(days: Decimal, target: SqlType) -> str:
    """datetime and smalldatetime count days from 1900-01-01."""
    if days.adjusted() >= _DIGITS_OF_DAYS:
        raise errors.expression_overflow(target)
    ticks = exact_numbers.rounded(days * moments.TICKS_PER_DAY, 0)
    day, rest = divmod(int(ticks), moments.TICKS_PER_DAY)
    try:
        return moments.fitted(moments.EPOCH + day, rest, target.name, target.scale)
    except moments.OutOfRange:
        raise errors.expression_overflow(target) from None


def _from_text(text: str, source: SqlType, target: SqlType, style: int) -> str:
    try:
        read = date_text.read(text, style)
        return _from_date_text(read, target, style)
    except (date_text.NoSuchDate, moments.OutOfRange):
        if target.name in _OLD:
            raise errors.datetime_out_of_range(source, target) from None
        raise errors.invalid_date_text() from None
    except date_text.NoDate:
        if target.name == "smalldatetime":
            raise errors.invalid_smalldatetime_text() from None
        raise errors.invalid_date_text() from None


def _from_date_text(read: date_text.DateText, target: SqlType, style: int) -> str:
    """The newer types take the local time of a text with an offset (Microsoft, blog of Qingsong
    Yao, "Conversion from string to datetime2, time, date is timezone un-awared").
    """
    if target.name in _OLD and read.digits > _MILLISECOND_DIGITS:
        raise date_text.NoDate
    has_other_rules = target.name in _OLD or style
    if read.offset is not None and family(target) is not Family.OFFSET and has_other_rules:
        raise StatementFailed(not_supported(f"text with an offset as {target.name}"))
    day = moments.EPOCH if read.day is None else read.day
    return _fitted(day, read.ticks or 0, read.offset or 0, target)
