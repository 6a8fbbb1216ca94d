"""Contents of bit, integer, float, money and decimal values.

Facts (MS-TDS 2.2.5.5.1):

- tinyint is unsigned; the other integers are signed; floats are IEEE 754.
- money is a count of ten-thousandths: 8 bytes with the high DWORD first, or 4 bytes.
- decimal is a sign byte (1 is positive, 0 negative) and a little-endian magnitude of 4 to 16
  bytes; the scale is the type's.

A decoder takes the bytes of one value without its length; an encoder gives them.
"""

from __future__ import annotations

import decimal
import math
import struct
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from django_mssql_ops.exceptions import LocalProtocolError, RemoteProtocolError
from django_mssql_ops.tds.types import TypeInfo, decimal_size

FLT4: Final = struct.Struct("<f")
FLT8: Final = struct.Struct("<d")
#: A magnitude of 128 bits has 39 digits; nothing may round.
EXACT: Final = decimal.Context(prec=64, Emax=999, Emin=-999)
MONEY_SCALE: Final = 4
_POSITIVE: Final = 1
_FLOATS = {4: FLT4, 8: FLT8}


def decode_integer(raw: bytes) -> int:
    """1, 2, 4 or 8 bytes; one byte is unsigned."""
    return int.from_bytes(raw, "little", signed=len(raw) > 1)


def decode_bit(raw: bytes) -> bool:
    return raw != b"\x00"


def decode_float(raw: bytes) -> float:
    value: float = _FLOATS[len(raw)].unpack(raw)[0]
    return value


def decode_money(raw: bytes) -> Decimal:
    if len(raw) == 8:
        raw = raw[4:] + raw[:4]
    return EXACT.scaleb(int.from_bytes(raw, "little", signed=True), -MONEY_SCALE)


def decimal_decoder(info: TypeInfo) -> Callable[[bytes], Decimal]:
    """A decoder that knows the type's scale."""
    exponent = -(info.scale or 0)

    def decode(raw: bytes) -> Decimal:
        if not 2 <= len(raw) <= 17 or raw[0] > _POSITIVE:
            raise RemoteProtocolError(f"a decimal of {len(raw)} bytes, sign byte {raw[0]}")
        magnitude = int.from_bytes(raw[1:], "little")
        return EXACT.scaleb(magnitude if raw[0] else -magnitude, exponent)

    return decode


def encode_bit(info: TypeInfo, value: object) -> bytes:
    if not isinstance(value, int) or value not in (0, 1):
        raise unfit(info, value, "True or False")
    return b"\x01" if value else b"\x00"


def encode_integer(info: TypeInfo, value: object, size: int) -> bytes:
    if isinstance(value, int):
        try:
            return value.to_bytes(size, "little", signed=size > 1)
        except OverflowError:
            pass
    raise unfit(info, value, f"an integer of {size} bytes")


def encode_float(info: TypeInfo, value: object, size: int) -> bytes:
    if isinstance(value, (int, float)) and math.isfinite(value):
        try:
            return _FLOATS[size].pack(value)
        except (OverflowError, struct.error):
            pass
    raise unfit(info, value, f"a finite number of {size} bytes")


def encode_money(info: TypeInfo, value: object, size: int) -> bytes:
    scaled = _scaled(info, value, MONEY_SCALE)
    try:
        raw = scaled.to_bytes(size, "little", signed=True)
    except OverflowError:
        raise unfit(info, value, f"money of {size} bytes") from None
    return raw[4:] + raw[:4] if size == 8 else raw


def encode_decimal(info: TypeInfo, value: object) -> bytes:
    """Sign and magnitude, as long as the type's precision asks."""
    precision = info.precision or 38
    scaled = _scaled(info, value, info.scale or 0)
    if abs(scaled) >= 10**precision:
        raise unfit(info, value, f"at most {precision} digits, {info.scale or 0} of them decimals")
    size = (info.length or decimal_size(precision)) - 1
    sign = b"\x00" if scaled < 0 else b"\x01"
    try:
        return sign + abs(scaled).to_bytes(size, "little")
    except OverflowError:
        raise unfit(info, value, f"a magnitude of {size} bytes") from None


def _scaled(info: TypeInfo, value: object, scale: int) -> int:
    """The value times 10**scale; digits that do not fit are refused, not rounded."""
    if isinstance(value, (int, Decimal)):
        number = Decimal(value)
        if number.is_finite() and number.adjusted() < 40:
            scaled = EXACT.scaleb(number, scale)
            if scaled == scaled.to_integral_value(context=EXACT):
                return int(scaled)
    raise unfit(info, value, f"a Decimal or int with at most {scale} decimals")


def unfit(info: TypeInfo, value: object, expected: str) -> LocalProtocolError:
    """The error for a value its type cannot hold. The value itself may be a secret: not shown."""
    return LocalProtocolError(
        f"{type(value).__name__} value for {info.type.name}; expected {expected}"
    )
