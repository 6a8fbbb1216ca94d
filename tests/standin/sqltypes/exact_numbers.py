"""Exact numbers in storage form: text with a fixed number of decimals, and nothing superfluous."""

from __future__ import annotations

import decimal
from decimal import Decimal
from functools import lru_cache
from typing import Final

#: 38 digits times 38 digits, and some to spare: nothing rounds but where we say so.
EXACT: Final = decimal.Context(prec=120, rounding=decimal.ROUND_HALF_UP, Emax=9999, Emin=-9999)


@lru_cache(maxsize=16384)
def parsed(stored: str) -> Decimal:
    """The number behind a storage form."""
    return Decimal(stored)


@lru_cache(maxsize=64)
def unit(scale: int) -> Decimal:
    """10 to the power of -scale: what quantize wants."""
    return Decimal(1).scaleb(-scale)


def rounded(number: Decimal, scale: int, *, truncate: bool = False) -> Decimal:
    """To that many decimals, half away from zero; ``truncate`` cuts instead."""
    rounding = decimal.ROUND_DOWN if truncate else decimal.ROUND_HALF_UP
    return number.quantize(unit(scale), rounding=rounding, context=EXACT)


def stored_number(number: Decimal) -> str:
    """The storage form of a number that has its decimals already."""
    return format(number if number else abs(number), "f")


def fits(number: Decimal, precision: int, scale: int) -> bool:
    """Whether a decimal(precision, scale) has room for the number."""
    return not number or number.adjusted() < precision - scale


MONEY_RANGES: Final = {
    "money": (Decimal("-922337203685477.5808"), Decimal("922337203685477.5807")),
    "smallmoney": (Decimal("-214748.3648"), Decimal("214748.3647")),
}
