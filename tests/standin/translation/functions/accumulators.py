"""The aggregates inside SQLite: exact decimals, SQL Server's overflows, sorted text.

Each is a window function for SQLite as well: ``inverse`` takes a row out of the frame again.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from functools import cmp_to_key
from typing import Any, Final

from tests.standin.errors import conversion as conversion_errors
from tests.standin.errors.functions import string_aggregate_too_long
from tests.standin.runtime import Runtime, collation, sqlite_aggregate
from tests.standin.sqltypes import exact_numbers
from tests.standin.sqltypes.families import INTEGER_RANGES
from tests.standin.sqltypes.sql_type import FLOAT, MAX, SqlType, decimal
from tests.standin.translation.functions import utf16

_MAX_PRECISION: Final = 38
_AVERAGE_SCALE: Final = 6


def _stored(number: Decimal, scale: int) -> str:
    return exact_numbers.stored_number(exact_numbers.rounded(number, scale))


def _cut(number: Decimal, scale: int) -> str:
    return exact_numbers.stored_number(exact_numbers.rounded(number, scale, truncate=True))


class _Accumulator:
    """Keeps a sum and the number of values; subclasses say what comes of them.

    NULLs do not count, and nothing at all is NULL.
    """

    def __init__(self, runtime: Runtime) -> None:
        self.total = Decimal(0)
        self.count = 0
        self.scale = 0

    def step(self, value: int | str | None) -> None:
        if value is not None:
            exact = Decimal(value)
            self.total = exact_numbers.EXACT.add(self.total, exact)
            self.count += 1
            self.scale = -int(exact.as_tuple().exponent)

    def inverse(self, value: int | str | None) -> None:
        if value is not None:
            self.total = exact_numbers.EXACT.subtract(self.total, Decimal(value))
            self.count -= 1

    def value(self) -> object:
        return self.result() if self.count else None

    finalize = value

    def result(self) -> object:
        raise NotImplementedError

    def checked(self, kind: SqlType, limits: tuple[Any, Any]) -> None:
        """The sum itself has to fit into the type, an average's as well (Microsoft Learn, AVG)."""
        if not limits[0] <= self.total <= limits[1]:
            raise conversion_errors.expression_overflow(kind)


def _integers(name: str) -> None:
    kind, limits = SqlType(name), INTEGER_RANGES[name]

    @sqlite_aggregate(f"tsql_sum_{name}", 1)
    class Sum(_Accumulator):
        def result(self) -> int:
            self.checked(kind, limits)
            return int(self.total)

    @sqlite_aggregate(f"tsql_avg_{name}", 1)
    class Average(_Accumulator):
        def result(self) -> int:
            """The whole part, towards zero, as of every division of integers."""
            self.checked(kind, limits)
            quotient = abs(int(self.total)) // self.count
            return -quotient if self.total < 0 else quotient


_integers("int")
_integers("bigint")


@sqlite_aggregate("tsql_sum_decimal", 1)
class _DecimalSum(_Accumulator):
    def result(self) -> str:
        if not exact_numbers.fits(self.total, _MAX_PRECISION, self.scale):
            raise conversion_errors.expression_overflow(decimal(_MAX_PRECISION, self.scale))
        return _stored(self.total, self.scale)


@sqlite_aggregate("tsql_avg_decimal", 1)
class _DecimalAverage(_Accumulator):
    def result(self) -> str:
        """Digits past the scale are cut off, as SQL Server's division does."""
        scale = max(self.scale, _AVERAGE_SCALE)
        if not exact_numbers.fits(self.total, _MAX_PRECISION, scale):
            raise conversion_errors.expression_overflow(decimal(_MAX_PRECISION, scale))
        return _cut(exact_numbers.EXACT.divide(self.total, self.count), scale)


@sqlite_aggregate("tsql_sum_money", 1)
class _MoneySum(_Accumulator):
    def result(self) -> str:
        self.checked(SqlType("money"), exact_numbers.MONEY_RANGES["money"])
        return _stored(self.total, 4)


@sqlite_aggregate("tsql_avg_money", 1)
class _MoneyAverage(_Accumulator):
    def result(self) -> str:
        """Rounding is unconfirmed: the page gives the type only."""
        self.checked(SqlType("money"), exact_numbers.MONEY_RANGES["money"])
        return _cut(exact_numbers.EXACT.divide(self.total, self.count), 4)


# --- float ----------------------------------------------------------------------------------------


class _Floats:
    """Keeps the values of a frame: taking one away from a sum of floats would not be exact."""

    def __init__(self, runtime: Runtime) -> None:
        self.values: list[float] = []

    def step(self, value: float | None) -> None:
        if value is not None:
            self.values.append(value)

    def inverse(self, value: float | None) -> None:
        if value is not None:
            self.values.remove(value)


def _of_floats(name: str, calculate: Callable[[list[float]], float], least: int = 1) -> None:
    @sqlite_aggregate(f"tsql_{name}", 1)
    class Aggregate(_Floats):
        def value(self) -> float | None:
            if len(self.values) < least:
                return None
            try:
                return calculate(self.values)
            except OverflowError:
                raise conversion_errors.expression_overflow(FLOAT) from None

        finalize = value


def _squares(values: list[float]) -> float:
    """The sum of the squared distances from the mean."""
    mean = math.fsum(values) / len(values)
    return math.fsum((value - mean) ** 2 for value in values)


_of_floats("sum_float", math.fsum)
_of_floats("avg_float", lambda values: math.fsum(values) / len(values))
_of_floats("varp", lambda values: _squares(values) / len(values))
_of_floats("stdevp", lambda values: math.sqrt(_squares(values) / len(values)))
# Of a single value there is no deviation of a sample: NULL.
_of_floats("var", lambda values: _squares(values) / (len(values) - 1), least=2)
_of_floats("stdev", lambda values: math.sqrt(_squares(values) / (len(values) - 1)), least=2)


# --- text -----------------------------------------------------------------------------------------


@sqlite_aggregate("tsql_string_agg", -1)
class _JoinedText:
    """Arguments: value, separator, length of the result's type, then for each sort key the key,
    its collation and whether it is descending."""

    def __init__(self, runtime: Runtime) -> None:
        self.rows: list[tuple[str, str, tuple[Any, ...]]] = []
        self.length = MAX

    def step(self, value: str | None, separator: str | None, length: int, *sorting: Any) -> None:
        """NULLs are left out; a separator of NULL is empty."""
        self.length = length
        if value is not None:
            self.rows.append((value, separator or "", sorting))

    def finalize(self) -> str | None:
        if not self.rows:
            return None
        rows = self.rows
        # Later keys first: sorting is stable.
        for position in reversed(range(0, len(rows[0][2]), 3)):
            rows = _sorted(rows, position)
        text = "".join(separator + value for value, separator, _ in rows)[len(rows[0][1]) :]
        if self.length != MAX and utf16.length(text) > self.length:
            raise string_aggregate_too_long()
        return text


def _sorted(
    rows: list[tuple[str, str, tuple[Any, ...]]], position: int
) -> list[tuple[str, str, tuple[Any, ...]]]:
    """By one key; NULL comes before everything."""
    _, name, descending = rows[0][2][position : position + 3]
    compare = collation(name) if name else None
    as_key: Callable[[Any], Any] = cmp_to_key(compare) if compare else lambda key: key
    empty = [row for row in rows if row[2][position] is None]
    filled = [row for row in rows if row[2][position] is not None]
    filled.sort(key=lambda row: as_key(row[2][position]), reverse=bool(descending))
    return [*filled, *empty] if descending else [*empty, *filled]
