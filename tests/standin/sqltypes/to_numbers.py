"""Conversions whose result is a number.

Sources: Microsoft Learn, "CAST and CONVERT" ("Truncating and rounding results": to an integer,
decimals and floats are cut and money is rounded; everything else rounds) and the pages of the
types. What a value that does not fit is told for decimals and money as an integer, and floats as a
decimal, is unconfirmed.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from tests.standin.engine import StatementFailed, not_supported
from tests.standin.errors import conversion as errors
from tests.standin.sqltypes import exact_numbers, moments, number_text
from tests.standin.sqltypes.families import (
    INTEGER_BYTES,
    INTEGER_RANGES,
    MONEY_SCALE,
    Family,
    family,
)
from tests.standin.sqltypes.sql_type import SqlType

_SMALL: Final = frozenset({"tinyint", "smallint"})


def unsupported(source: SqlType, target: SqlType) -> StatementFailed:
    """For conversions that SQL Server has and nothing here needs."""
    return StatementFailed(not_supported(f"conversion of {source.name} to {target.name}"))


def to_integer(value: object, source: SqlType, target: SqlType, style: int) -> object:
    """bit, tinyint, smallint, int or bigint."""
    kind = family(source)
    if kind is Family.TEXT:
        return number_text.integer_from(str(value), source, target)
    number = _whole(value, source, target)
    if target.name == "bit":
        return int(number != 0) if kind is Family.BINARY else int(exact(value, source) != 0)
    low, high = INTEGER_RANGES[target.name]
    if low <= number <= high:
        return number
    if kind is Family.FLOAT and target.name != "bigint":
        raise errors.float_overflow(target, float(str(value)))
    if kind is Family.INTEGER and target.name in _SMALL and source.name != "bigint":
        raise errors.small_integer_overflow(target, number)
    raise errors.expression_overflow(target)


def _whole(value: object, source: SqlType, target: SqlType) -> int:
    kind = family(source)
    if isinstance(value, int):
        return value
    if isinstance(value, bytes):
        tail = value[-INTEGER_BYTES[target.name] :]
        signed = target.name not in ("bit", "tinyint") and len(tail) == INTEGER_BYTES[target.name]
        return int.from_bytes(tail, "big", signed=signed)
    if kind is Family.DATETIME:
        day, ticks = moments.moment_of(str(value))
        return day - moments.EPOCH + (2 * ticks >= moments.TICKS_PER_DAY)
    if kind is Family.MONEY:
        return int(exact_numbers.rounded(exact_numbers.parsed(str(value)), 0))
    return int(exact(value, source))


def exact(value: object, source: SqlType) -> Decimal:
    """A stored number as a Decimal: a float with its 17 digits ("decimal and numeric")."""
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        return Decimal(format(value, ".17g"))
    if family(source) is Family.DATETIME:
        raise unsupported(source, SqlType("decimal"))
    return exact_numbers.parsed(str(value))


def to_decimal(value: object, source: SqlType, target: SqlType, style: int) -> object:
    """decimal or numeric."""
    if isinstance(value, bytes):
        raise unsupported(source, target)
    if family(source) is Family.TEXT:
        number = number_text.decimal_from(str(value), source, target)
    else:
        number = exact(value, source)
    if number.adjusted() > 40:
        raise errors.overflow(source, target)
    result = exact_numbers.rounded(number, target.scale)
    if not exact_numbers.fits(result, target.precision, target.scale):
        raise errors.overflow(source, target)
    return exact_numbers.stored_number(result)


def to_money(value: object, source: SqlType, target: SqlType, style: int) -> object:
    """money or smallmoney."""
    if isinstance(value, bytes):
        raise unsupported(source, target)
    if family(source) is Family.TEXT:
        number = number_text.money_from(str(value))
    else:
        number = exact(value, source)
    low, high = exact_numbers.MONEY_RANGES[target.name]
    if number.adjusted() > 40:
        raise errors.overflow(source, target)
    result = exact_numbers.rounded(number, MONEY_SCALE)
    if not low <= result <= high:
        raise errors.overflow(source, target)
    return exact_numbers.stored_number(result)


def to_float(value: object, source: SqlType, target: SqlType, style: int) -> object:
    """float or real."""
    kind = family(source)
    if kind is Family.TEXT:
        return number_text.float_from(str(value), source, target)
    if kind is Family.DATETIME:
        day, ticks = moments.moment_of(str(value))
        number = day - moments.EPOCH + ticks / moments.TICKS_PER_DAY
    else:
        number = float(str(value))
    return number_text.single(number, target) if target.name == "real" else number
