"""Contents of date and time values.

Facts (MS-TDS 2.2.5.5.1):

- date: days since 0001-01-01, 3 bytes.
- time(n): units of 10**-n seconds since midnight in 3 (n 0-2), 4 (3-4) or 5 (5-7) bytes.
- datetime2(n): a time(n), then a date. datetimeoffset(n): the same in UTC, then the offset in
  minutes (-840 to 840).
- datetime: days since 1900-01-01 (signed DWORD), then 1/300 seconds since midnight (DWORD);
  SQL Server shows it with milliseconds, rounded, and so does this codec.
- smalldatetime: days since 1900-01-01 and minutes since midnight, a USHORT each.

Python's times end at microseconds: the seventh digit of a time(7) is cut off, never rounded, so
that 23:59:59.9999999 stays on its day. A value Python cannot hold is a RemoteProtocolError.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

from django_mssql_ops.exceptions import RemoteProtocolError
from django_mssql_ops.tds.numerics import unfit
from django_mssql_ops.tds.types import TypeInfo

EPOCH_1900: Final = dt.date(1900, 1, 1).toordinal()
MICROSECONDS_PER_DAY: Final = 86_400_000_000
_TICKS_PER_DAY: Final = 300 * 86_400
_MINUTES_PER_DAY: Final = 1440
_MAX_OFFSET_MINUTES: Final = 840
_DATETIME_FROM: Final = dt.date(1753, 1, 1).toordinal()
_SMALLDATETIME_DAYS: Final = 0xFFFF
#: Bytes of a time for each scale.
TIME_SIZES: Final = (3, 3, 3, 4, 4, 5, 5, 5)
#: Numerator and denominator that turn units of each scale into microseconds.
TO_MICROSECONDS: Final[tuple[tuple[int, int], ...]] = tuple(
    (10 ** max(0, 6 - scale), 10 ** max(0, scale - 6)) for scale in range(8)
)


def decode_date(raw: bytes) -> dt.date:
    if len(raw) != 3:
        raise RemoteProtocolError(f"a date of {len(raw)} bytes; expected 3")
    return _date(int.from_bytes(raw, "little") + 1)


def _date(ordinal: int) -> dt.date:
    try:
        return dt.date.fromordinal(ordinal)
    except (ValueError, OverflowError):
        raise RemoteProtocolError(f"day {ordinal} is outside the years 1 to 9999") from None


def time_of(microseconds: int) -> dt.time:
    """Microseconds since midnight as a time. RemoteProtocolError from a whole day on."""
    if microseconds >= MICROSECONDS_PER_DAY:
        raise RemoteProtocolError(f"a time of {microseconds} microseconds is a day or more")
    seconds, microsecond = divmod(microseconds, 1_000_000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return dt.time(hour, minute, second, microsecond)


def time_decoder(info: TypeInfo) -> Callable[[bytes], dt.time]:
    scale = info.scale or 0
    size = TIME_SIZES[scale]
    times, parts = TO_MICROSECONDS[scale]

    def decode(raw: bytes) -> dt.time:
        if len(raw) != size:
            raise RemoteProtocolError(f"a time({scale}) of {len(raw)} bytes; expected {size}")
        return time_of(int.from_bytes(raw, "little") * times // parts)

    return decode


def datetime2_decoder(info: TypeInfo) -> Callable[[bytes], dt.datetime]:
    decode_time = time_decoder(info)

    def decode(raw: bytes) -> dt.datetime:
        return dt.datetime.combine(decode_date(raw[-3:]), decode_time(raw[:-3]))

    return decode


def datetimeoffset_decoder(info: TypeInfo) -> Callable[[bytes], dt.datetime]:
    decode_datetime = datetime2_decoder(info)

    def decode(raw: bytes) -> dt.datetime:
        minutes = int.from_bytes(raw[-2:], "little", signed=True)
        if abs(minutes) > _MAX_OFFSET_MINUTES:
            raise RemoteProtocolError(f"an offset of {minutes} minutes; expected -840 to 840")
        utc = decode_datetime(raw[:-2]).replace(tzinfo=dt.UTC)
        try:
            return utc.astimezone(dt.timezone(dt.timedelta(minutes=minutes)))
        except OverflowError:
            raise RemoteProtocolError("a datetimeoffset outside the years 1 to 9999") from None

    return decode


def decode_datetime(raw: bytes) -> dt.datetime:
    """datetime (8 bytes) or smalldatetime (4 bytes)."""
    if len(raw) == 4:
        days, minutes = int.from_bytes(raw[:2], "little"), int.from_bytes(raw[2:], "little")
        microseconds = minutes * 60_000_000
    else:
        days = int.from_bytes(raw[:4], "little", signed=True)
        ticks = int.from_bytes(raw[4:], "little")
        microseconds = (ticks * 10 + 1) // 3 * 1000
    return dt.datetime.combine(_date(EPOCH_1900 + days), time_of(microseconds))


def encode_date(info: TypeInfo, value: object) -> bytes:
    if not isinstance(value, dt.date):
        raise unfit(info, value, "a date")
    return (value.toordinal() - 1).to_bytes(3, "little")


def _microseconds(value: dt.time | dt.datetime) -> int:
    seconds = (value.hour * 60 + value.minute) * 60 + value.second
    return seconds * 1_000_000 + value.microsecond


def _encode_time(scale: int, value: dt.time | dt.datetime) -> bytes:
    times, parts = TO_MICROSECONDS[scale]
    units: int = _microseconds(value) * parts // times
    return units.to_bytes(TIME_SIZES[scale], "little")


def encode_time(info: TypeInfo, value: object) -> bytes:
    if not isinstance(value, dt.time) or value.tzinfo is not None:
        raise unfit(info, value, "a time without a time zone")
    return _encode_time(info.scale or 0, value)


def encode_datetime2(info: TypeInfo, value: object) -> bytes:
    if not isinstance(value, dt.datetime) or value.tzinfo is not None:
        raise unfit(info, value, "a datetime without a time zone")
    return _encode_time(info.scale or 0, value) + encode_date(info, value)


def encode_datetimeoffset(info: TypeInfo, value: object) -> bytes:
    offset = value.utcoffset() if isinstance(value, dt.datetime) else None
    if not isinstance(value, dt.datetime) or offset is None:
        raise unfit(info, value, "a datetime with a time zone")
    minutes, rest = divmod(offset, dt.timedelta(minutes=1))
    if rest or abs(minutes) > _MAX_OFFSET_MINUTES:
        raise unfit(info, value, "an offset of whole minutes up to 14 hours")
    try:
        utc = value.astimezone(dt.UTC)
    except OverflowError:
        raise unfit(info, value, "a moment in the years 1 to 9999 in UTC") from None
    day = encode_date(info, utc)
    return _encode_time(info.scale or 0, utc) + day + minutes.to_bytes(2, "little", signed=True)


def encode_datetime(info: TypeInfo, value: object, size: int) -> bytes:
    """datetime (8 bytes, rounded to 1/300 s) or smalldatetime (4 bytes, cut to the minute)."""
    if not isinstance(value, dt.datetime) or value.tzinfo is not None:
        raise unfit(info, value, "a datetime without a time zone")
    ordinal = value.toordinal()
    if size == 4:
        days = ordinal - EPOCH_1900
        if not 0 <= days <= _SMALLDATETIME_DAYS:
            raise unfit(info, value, "a day from 1900-01-01 to 2079-06-06")
        minutes = value.hour * 60 + value.minute
        return days.to_bytes(2, "little") + minutes.to_bytes(2, "little")
    if ordinal < _DATETIME_FROM:
        raise unfit(info, value, "a day from 1753-01-01 on")
    carried, ticks = divmod(round(_microseconds(value) * 3 / 10_000), _TICKS_PER_DAY)
    days = ordinal - EPOCH_1900 + carried
    return days.to_bytes(4, "little", signed=True) + ticks.to_bytes(4, "little")
