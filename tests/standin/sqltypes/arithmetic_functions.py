"""The arithmetic that SQLite's own operators do not get right: overflow, decimals, money, dates.

Sources: Microsoft Learn, "/ (Division)" (integers are cut), "% (Modulus)" (the sign is the
dividend's), "money and smallmoney". Decimal quotients are cut at the scale of the result, products
are rounded, as widely shown (2.0 / 3 is 0.666666); money likewise (unconfirmed).
"""

from __future__ import annotations

import decimal
import math
import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from tests.standin.errors import conversion as errors
from tests.standin.runtime import sqlite_function
from tests.standin.sqltypes import exact_numbers, moments, number_text
from tests.standin.sqltypes.exact_numbers import EXACT
from tests.standin.sqltypes.families import INTEGER_RANGES, MONEY_SCALE
from tests.standin.sqltypes.sql_type import DATETIME, SqlType


def quotient(a: int, b: int) -> int:
    """a / b, cut towards zero."""
    whole = abs(a) // abs(b)
    return whole if (a < 0) == (b < 0) else -whole


def remainder(a: int, b: int) -> int:
    """What is left of a; it has the sign of a."""
    return int(math.copysign(1, a)) * (abs(a) % abs(b))


_INTEGER: Final[dict[str, Callable[[int, int], int]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": quotient,
    "%": remainder,
    "^": operator.xor,
}
_EXACT: Final[dict[str, Callable[[Decimal, Decimal], Decimal]]] = {
    "+": EXACT.add,
    "-": EXACT.subtract,
    "*": EXACT.multiply,
    "/": EXACT.divide,
    "%": EXACT.remainder,
}
_FLOAT: Final[dict[str, Callable[[float, float], float]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


@sqlite_function("tsql_integer", 4)
def _integer(operation: str, a: int | None, b: int | None, name: str) -> int | None:
    if a is None or b is None:
        return None
    if not b and operation in "/%":
        raise errors.divide_by_zero()
    result = _INTEGER[operation](a, b)
    low, high = INTEGER_RANGES[name]
    if low <= result <= high:
        return result
    raise errors.expression_overflow(SqlType(name))


@sqlite_function("tsql_float", 4)
def _float(operation: str, a: float | str | None, b: float | str | None, name: str) -> float | None:
    if a is None or b is None:
        return None
    left, right = float(a), float(b)
    if name == "real":
        left, right = (number_text.single(one, SqlType(name)) for one in (left, right))
    if not right and operation == "/":
        raise errors.divide_by_zero()
    result = _FLOAT[operation](left, right)
    if not math.isfinite(result):
        raise errors.expression_overflow(SqlType(name))
    return number_text.single(result, SqlType(name)) if name == "real" else result


def _exact(operation: str, a: int | str, b: int | str, scale: int) -> Decimal:
    """The result with its decimals."""
    left, right = exact_numbers.parsed(str(a)), exact_numbers.parsed(str(b))
    if not right and operation in "/%":
        raise errors.divide_by_zero()
    if operation == "/":
        # Cut, not rounded, so the division itself must not round up either.
        with decimal.localcontext(EXACT) as context:
            context.rounding = decimal.ROUND_DOWN
            return exact_numbers.rounded(left / right, scale, truncate=True)
    return exact_numbers.rounded(_EXACT[operation](left, right), scale)


@sqlite_function("tsql_decimal", 5)
def _decimal(
    operation: str, a: int | str | None, b: int | str | None, precision: int, scale: int
) -> str | None:
    if a is None or b is None:
        return None
    result = _exact(operation, a, b, scale)
    if not exact_numbers.fits(result, precision, scale):
        raise errors.expression_overflow(SqlType("numeric"))
    return exact_numbers.stored_number(result)


@sqlite_function("tsql_money", 4)
def _money(operation: str, a: int | str | None, b: int | str | None, name: str) -> str | None:
    if a is None or b is None:
        return None
    result = _exact(operation, a, b, MONEY_SCALE)
    low, high = exact_numbers.MONEY_RANGES[name]
    if not low <= result <= high:
        raise errors.expression_overflow(SqlType(name))
    return exact_numbers.stored_number(result)


@sqlite_function("tsql_negative", 1)
def _negative(stored: str | None) -> str | None:
    if stored is None:
        return None
    return exact_numbers.stored_number(-exact_numbers.parsed(stored))


@sqlite_function("tsql_datetime", 4)
def _datetime(operation: str, a: str | None, b: str | None, name: str) -> str | None:
    """Days and times added as the numbers they are: 1900-01-01 is 0."""
    if a is None or b is None:
        return None
    sign = -1 if operation == "-" else 1
    (day, ticks), (days, more_ticks) = moments.moment_of(a), moments.moment_of(b)
    total = day + sign * (days - moments.EPOCH), ticks + sign * more_ticks
    try:
        return moments.fitted(*total, name, DATETIME.scale)
    except moments.OutOfRange:
        raise errors.expression_overflow(SqlType(name)) from None
