"""Numbers from text and to text, as SQL Server reads and prints them.

Sources: Microsoft Learn, "CAST and CONVERT" (float and real styles, money styles), "Constants";
an empty text is 0 for integers, bit, float and money but an error for decimal.
"""

from __future__ import annotations

import math
import re
import struct
from decimal import Decimal
from typing import Final

from tests.standin.engine import StatementFailed, not_supported
from tests.standin.errors import conversion as errors
from tests.standin.sqltypes import exact_numbers
from tests.standin.sqltypes.families import INTEGER_RANGES
from tests.standin.sqltypes.sql_type import SqlType

_INTEGER: Final = re.compile(r"[+-]?[0-9]+")
_DECIMAL: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
_FLOAT: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_MONEY: Final = re.compile(r"[+-]?\$?[+-]?(?P<digits>(?:[0-9][0-9,]*)?(?:\.[0-9]*)?)")
_BIT_WORDS: Final = {"true": 1, "false": 0}
_SMALL_BYTES: Final = {"tinyint": 1, "smallint": 2}


def integer_from(text: str, source: SqlType, target: SqlType) -> int:
    """A whole number. 245 for what is none (bigint: 8114), 244, 248 or 8115 for one too large."""
    stripped = text.strip(" ")
    if not stripped:
        return 0
    if target.name == "bit" and stripped.lower() in _BIT_WORDS:
        return _BIT_WORDS[stripped.lower()]
    if not _INTEGER.fullmatch(stripped):
        if target.name == "bigint":
            raise errors.conversion_error(source, target)
        raise errors.conversion_failed(text, source, target)
    number = int(stripped) if len(stripped) <= 40 else 10**40
    if target.name == "bit":
        return int(number != 0)
    low, high = INTEGER_RANGES[target.name]
    if not low <= number <= high:
        raise _integer_overflow(text, source, target)
    return number


def _integer_overflow(text: str, source: SqlType, target: SqlType) -> StatementFailed:
    if target.name in _SMALL_BYTES:
        return errors.text_overflows_small_integer(text, source, _SMALL_BYTES[target.name])
    if target.name == "int":
        return errors.text_overflows_int(text, source)
    return errors.expression_overflow(target)


def decimal_from(text: str, source: SqlType, target: SqlType) -> Decimal:
    """An exact number without exponent, not yet rounded. 8114 for what is none."""
    stripped = text.strip(" ")
    if not _DECIMAL.fullmatch(stripped):
        raise errors.conversion_error(source, target)
    return Decimal(stripped)


def float_from(text: str, source: SqlType, target: SqlType) -> float:
    """A number with or without exponent. 8114 for what is none, 8115 beyond the range."""
    stripped = text.strip(" ")
    if not stripped:
        return 0.0
    if not _FLOAT.fullmatch(stripped):
        raise errors.conversion_error(source, target)
    number = float(stripped)
    if math.isinf(number):
        raise errors.overflow(source, target)
    return single(number, target) if target.name == "real" else number


def money_from(text: str) -> Decimal:
    """Money with dollar sign and commas, not yet rounded. 235 for what is none."""
    stripped = text.strip(" ")
    match = _MONEY.fullmatch(stripped)
    if match is None:
        raise errors.invalid_money()
    digits = match["digits"].replace(",", "")
    number = Decimal(digits) if digits.strip(".") else Decimal(0)
    return -number if "-" in stripped else number


def single(number: float, target: SqlType) -> float:
    """The nearest value that real can hold. 232 beyond its range."""
    try:
        rounded: float = struct.unpack("<f", struct.pack("<f", number))[0]
    except OverflowError:
        raise errors.float_overflow(target, number) from None
    return rounded


def text_of_float(number: float, style: int) -> str:
    """Style 0 prints at most 6 digits, 1 and 2 print 8 and 16 in scientific notation."""
    if style == 0:
        text = format(number, ".6g")
    elif style in (1, 2):
        text = format(number, ".7e" if style == 1 else ".15e")
    else:
        raise StatementFailed(not_supported(f"style {style} for float"))
    mantissa, e, exponent = text.partition("e")
    if not e:
        return mantissa
    return f"{mantissa}e{exponent[0]}{exponent[1:]:0>3}"


def text_of_money(stored: str, style: int) -> str:
    """Style 0 prints 2 decimals, 1 the same with commas, 2 (and 126) 4 decimals."""
    number = exact_numbers.parsed(stored)
    if style in (2, 126):
        return stored
    if style not in (0, 1):
        raise StatementFailed(not_supported(f"style {style} for money"))
    return format(exact_numbers.rounded(number, 2), ",f" if style == 1 else "f")
