"""Decoders for rows whose bytes are all there: one closure per column, chosen per COLMETADATA.

A decoder takes the bytes and a position and gives the value and the position behind it. It
trusts what it reads: on bytes that end early, or that are no value of its type, it raises
whatever Python raises, or gives a position behind the end. The reader then throws the row away
and reads it again the careful way (``rows``), which says what is wrong or waits for more. So the
common case costs no checks, and nothing here can decide that a message is bad.
"""

from __future__ import annotations

import codecs
import datetime as dt
import struct
from collections.abc import Callable, Mapping
from typing import Final

from django_mssql_ops.tds.contents import Decoder, sizes_of
from django_mssql_ops.tds.numerics import EXACT
from django_mssql_ops.tds.temporal import TIME_SIZES, TO_MICROSECONDS
from django_mssql_ops.tds.types import (
    DECIMALS,
    FIXED_SIZES,
    UNICODE,
    DataType,
    Framing,
    TypeInfo,
)
from django_mssql_ops.tds.values import (
    NULL_USHORT,
    PLP_NULL,
    PLP_UNKNOWN,
    TIMESTAMP_SIZE,
    content_decoder,
)

RowDecoder = Callable[[bytes, int], tuple[object, int]]
#: What a decoder may raise on bytes that are not (yet) a value.
UNREADABLE: Final = (LookupError, ValueError, ArithmeticError, TypeError, struct.error)

_U16: Final = struct.Struct("<H").unpack_from
_U32: Final = struct.Struct("<I").unpack_from
_U64: Final = struct.Struct("<Q").unpack_from
_INTEGERS: Final = {
    1: struct.Struct("<B").unpack_from,
    2: struct.Struct("<h").unpack_from,
    4: struct.Struct("<i").unpack_from,
    8: struct.Struct("<q").unpack_from,
}
_FLOATS: Final = {4: struct.Struct("<f").unpack_from, 8: struct.Struct("<d").unpack_from}
_UTF16: Final = codecs.utf_16_le_decode
_DAY_ZERO: Final = dt.datetime(1, 1, 1)


class Unready(ValueError):
    """Raised by a decoder that sees itself that bytes are missing or wrong."""


def row_decoder(info: TypeInfo, max_size: int) -> RowDecoder:
    """The decoder of one column; ``max_size`` bounds a value, in bytes."""
    kind = info.type
    if kind is DataType.INTN:
        return _numbers(_INTEGERS)
    if kind is DataType.FLTN:
        return _numbers(_FLOATS)
    if kind is DataType.BITN:
        return _bit
    if kind in DECIMALS:
        return _decimal(info)
    if kind is DataType.DATETIME2N:
        return _datetime2(info)
    framing = info.framing
    if kind in UNICODE and framing is Framing.USHORT:
        return _short_unicode
    return _BY_FRAMING[framing](info, content_decoder(info), max_size)


def _numbers(unpackers: Mapping[int, Callable[[bytes, int], tuple[object, ...]]]) -> RowDecoder:
    def decode(data: bytes, pos: int) -> tuple[object, int]:
        size = data[pos]
        if size:
            return unpackers[size](data, pos + 1)[0], pos + 1 + size
        return None, pos + 1

    return decode


def _bit(data: bytes, pos: int) -> tuple[object, int]:
    size = data[pos]
    if size == 1:
        return data[pos + 1] != 0, pos + 2
    if size:
        raise Unready
    return None, pos + 1


def _decimal(info: TypeInfo) -> RowDecoder:
    exponent = -(info.scale or 0)
    from_bytes = int.from_bytes
    scaleb = EXACT.scaleb

    def decode(data: bytes, pos: int) -> tuple[object, int]:
        size = data[pos]
        if not size:
            return None, pos + 1
        sign = data[pos + 1]
        if sign > 1 or not 2 <= size <= 17:
            raise Unready
        end = pos + 1 + size
        magnitude = from_bytes(data[pos + 2 : end], "little")
        return scaleb(magnitude if sign else -magnitude, exponent), end

    return decode


def _datetime2(info: TypeInfo) -> RowDecoder:
    scale = info.scale or 0
    time_size = TIME_SIZES[scale]
    size = time_size + 3
    times, parts = TO_MICROSECONDS[scale]
    limit = 86_400 * 10**scale
    from_bytes = int.from_bytes
    delta = dt.timedelta

    def decode(data: bytes, pos: int) -> tuple[object, int]:
        if data[pos] != size:
            if data[pos]:
                raise Unready
            return None, pos + 1
        middle = pos + 1 + time_size
        units = from_bytes(data[pos + 1 : middle], "little")
        if units >= limit:
            raise Unready
        days = from_bytes(data[middle : middle + 3], "little")
        return _DAY_ZERO + delta(days, 0, units * times // parts), middle + 3

    return decode


def _short_unicode(data: bytes, pos: int) -> tuple[object, int]:
    size: int = _U16(data, pos)[0]
    if size == NULL_USHORT:
        return None, pos + 2
    end = pos + 2 + size
    return _UTF16(data[pos + 2 : end], "surrogatepass", True)[0], end


def _fixed(info: TypeInfo, convert: Decoder, max_size: int) -> RowDecoder:
    size = FIXED_SIZES[info.type]

    def decode(data: bytes, pos: int) -> tuple[object, int]:
        end = pos + size
        return convert(data[pos:end]), end

    return decode


def _byte(info: TypeInfo, convert: Decoder, max_size: int) -> RowDecoder:
    sizes = sizes_of(info) or range(1, 256)

    def decode(data: bytes, pos: int) -> tuple[object, int]:
        size = data[pos]
        if not size:
            return None, pos + 1
        if size not in sizes:
            raise Unready
        end = pos + 1 + size
        return convert(data[pos + 1 : end]), end

    return decode


def _ushort(info: TypeInfo, convert: Decoder, max_size: int) -> RowDecoder:
    def decode(data: bytes, pos: int) -> tuple[object, int]:
        size: int = _U16(data, pos)[0]
        if size == NULL_USHORT:
            return None, pos + 2
        end = pos + 2 + size
        return convert(data[pos + 2 : end]), end

    return decode


def _long(info: TypeInfo, convert: Decoder, max_size: int) -> RowDecoder:
    def decode(data: bytes, pos: int) -> tuple[object, int]:
        size: int = _U32(data, pos)[0]
        if not size:
            return None, pos + 4
        end = pos + 4 + size
        if end > len(data):
            raise Unready
        return convert(data[pos + 4 : end]), end

    return decode


def _pointer(info: TypeInfo, convert: Decoder, max_size: int) -> RowDecoder:
    def decode(data: bytes, pos: int) -> tuple[object, int]:
        pointer = data[pos]
        if not pointer:
            return None, pos + 1
        start = pos + 1 + pointer + TIMESTAMP_SIZE + 4
        end = start + _U32(data, start - 4)[0]
        if end > len(data) or end - start > max_size:
            raise Unready
        return convert(data[start:end]), end

    return decode


def _plp(info: TypeInfo, convert: Decoder, max_size: int) -> RowDecoder:
    def decode(data: bytes, pos: int) -> tuple[object, int]:
        total: int = _U64(data, pos)[0]
        if total == PLP_NULL:
            return None, pos + 8
        pos += 8
        content = bytearray()
        while size := _U32(data, pos)[0]:
            end = pos + 4 + size
            if end > len(data) or len(content) + size > max_size:
                raise Unready
            content += data[pos + 4 : end]
            pos = end
        if total not in (PLP_UNKNOWN, len(content)):
            raise Unready
        return convert(bytes(content)), pos + 4

    return decode


_BY_FRAMING: Final = {
    Framing.FIXED: _fixed,
    Framing.BYTE: _byte,
    Framing.USHORT: _ushort,
    Framing.LONG: _long,
    Framing.POINTER: _pointer,
    Framing.PLP: _plp,
}
