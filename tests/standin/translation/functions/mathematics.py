"""Mathematical functions.

Source of result types: the table "Return types" on each function's page on Microsoft Learn,
"Mathematical Functions (Transact-SQL)": those that keep exact numbers exact widen small integers to
int and take text and bit as float; the others calculate in float.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from tests.standin.errors import conversion as conversion_errors
from tests.standin.errors.functions import invalid_floating_point, value_overflow
from tests.standin.runtime import sqlite_function
from tests.standin.sqltypes import exact_numbers
from tests.standin.sqltypes.families import INTEGER_RANGES
from tests.standin.sqltypes.sql_type import BIGINT, FLOAT, INT, SqlType, decimal, varchar
from tests.standin.translation.functions import arguments
from tests.standin.translation.functions.arguments import passing_null
from tests.standin.translation.functions.registry import FunctionCall, function
from tests.standin.translation.plan import Fragment

_MONEY: Final = SqlType("money")
_MAX_PRECISION: Final = 38


def _number(call: FunctionCall, index: int) -> Fragment:
    """An argument in the type that the exact functions calculate in."""
    value = call.argument(index)
    name = value.type.name
    if name in arguments.INTEGERS:
        return call.compiler.coerce(value, BIGINT if name == "bigint" else INT)
    if name in arguments.DECIMALS:
        return value
    if name in arguments.MONEY:
        return call.compiler.coerce(value, _MONEY)
    return arguments.floating(call, index)


def _exact(call: FunctionCall, operation: str, value: Fragment, kind: SqlType) -> Fragment:
    """A call of ``tsql_<operation>`` that also gets the result's type."""
    others = [arguments.any_integer(call, index).sql for index in range(1, call.count)]
    sql = ", ".join([value.sql, *others, f"'{kind.name}'", str(kind.precision), str(_scale(kind))])
    return Fragment(f"tsql_{operation}({sql})", kind, value.nullable)


def _scale(kind: SqlType) -> int:
    return 4 if kind.name == "money" else kind.scale


# --- functions that keep exact numbers exact ------------------------------------------------------


@function("ABS", 1, 1)
def _abs(call: FunctionCall) -> Fragment:
    value = _number(call, 0)
    return _exact(call, "abs", value, value.type)


@function("SIGN", 1, 1)
def _sign(call: FunctionCall) -> Fragment:
    value = _number(call, 0)
    kind = value.type
    if kind.name in arguments.DECIMALS:
        kind = decimal(_MAX_PRECISION, kind.scale)
    return _exact(call, "sign", value, kind)


@function("FLOOR", 1, 1)
def _floor(call: FunctionCall) -> Fragment:
    return _whole(call, "floor")


@function("CEILING", 1, 1)
def _ceiling(call: FunctionCall) -> Fragment:
    return _whole(call, "ceiling")


def _whole(call: FunctionCall, operation: str) -> Fragment:
    value = _number(call, 0)
    kind = value.type
    if kind.name in arguments.DECIMALS:
        kind = decimal(kind.precision, 0)
    return _exact(call, operation, value, kind)


@function("ROUND", 2, 3)
def _round(call: FunctionCall) -> Fragment:
    value = _number(call, 0)
    return _exact(call, "round", value, value.type)


@function("POWER", 2, 2)
def _power(call: FunctionCall) -> Fragment:
    value, exponent = _number(call, 0), arguments.floating(call, 1)
    kind = value.type
    if kind.name in arguments.DECIMALS:
        kind = decimal(_MAX_PRECISION, kind.scale)
    base = call.compiler.coerce(value, FLOAT)
    sql = f"tsql_power({base.sql}, {exponent.sql}, '{kind.name}', {_scale(kind)})"
    return Fragment(sql, kind, arguments.nullable(value, exponent))


def _stored(value: Decimal, name: str, precision: int, scale: int) -> object:
    """An exact result in storage form; 8115 where its type is too small for it."""
    if name in INTEGER_RANGES:
        low, high = INTEGER_RANGES[name]
        if not low <= value <= high:
            raise conversion_errors.expression_overflow(SqlType(name))
        return int(value)
    if name == "money":
        low_money, high_money = exact_numbers.MONEY_RANGES["money"]
        if not low_money <= value <= high_money:
            raise conversion_errors.expression_overflow(SqlType(name))
    rounded = exact_numbers.rounded(value, scale)
    if name != "money" and not exact_numbers.fits(rounded, precision, scale):
        raise conversion_errors.expression_overflow(decimal(precision, scale))
    return exact_numbers.stored_number(rounded)


def _on_numbers(
    name: str, exactly: Callable[..., Decimal], on_float: Callable[..., float], extra: int = 0
) -> None:
    @sqlite_function(name, 4 + extra)
    @passing_null
    def operation(value: int | float | str, *rest: object) -> object:
        *options, kind, precision, scale = rest
        if isinstance(value, float):
            return _finite(lambda: on_float(value, *options))
        assert isinstance(kind, str) and isinstance(precision, int) and isinstance(scale, int)
        return _stored(exactly(Decimal(value), *options), kind, precision, scale)


def _rounded(value: Decimal, digits: int, cut: int = 0) -> Decimal:
    return exact_numbers.rounded(value, max(min(digits, 60), -60), truncate=cut != 0)


def _rounded_float(value: float, digits: int, cut: int = 0) -> float:
    """Rounds the shortest decimal that is the float (unconfirmed for values near a half)."""
    return float(_rounded(Decimal(repr(value)), digits, cut)) if math.isfinite(value) else value


def _sign_of(value: Decimal | float) -> int:
    return (value > 0) - (value < 0)


_on_numbers("tsql_abs", abs, abs)
_on_numbers("tsql_sign", lambda v: Decimal(_sign_of(v)), lambda v: float(_sign_of(v)))
_on_numbers("tsql_floor", lambda v: Decimal(math.floor(v)), lambda v: float(math.floor(v)))
_on_numbers("tsql_ceiling", lambda v: Decimal(math.ceil(v)), lambda v: float(math.ceil(v)))
_on_numbers("tsql_round", _rounded, _rounded_float, extra=1)
_on_numbers("tsql_round", _rounded, _rounded_float, extra=2)


@sqlite_function("tsql_power", 4)
@passing_null
def _raised(base: float, exponent: float, kind: str, scale: int) -> object:
    """232 where the result does not fit; digits past an integer's or a decimal's are cut off."""
    if base == 0 and exponent < 0:
        raise conversion_errors.divide_by_zero()
    result = _finite(lambda: math.pow(base, exponent))
    if kind == "float":
        return result
    exact = Decimal(result)
    if kind in INTEGER_RANGES:
        low, high = INTEGER_RANGES[kind]
        if not low <= exact <= high:
            raise value_overflow(kind, f"{result:.6f}")
        return int(exact)
    rounded = exact_numbers.rounded(Decimal(repr(result)), scale)
    if not exact_numbers.fits(rounded, _MAX_PRECISION, scale):
        raise value_overflow("numeric" if kind != "money" else kind, f"{result:.6f}")
    return exact_numbers.stored_number(rounded)


# --- functions of float ---------------------------------------------------------------------------


def _finite(calculate: Callable[[], float]) -> float:
    """A calculation with SQL Server's errors: 3623 outside of the domain, 8115 for what is too
    large."""
    try:
        result = calculate()
    except (ValueError, ZeroDivisionError):
        raise invalid_floating_point() from None
    except OverflowError:
        raise conversion_errors.expression_overflow(FLOAT) from None
    if math.isnan(result):
        raise invalid_floating_point()
    if math.isinf(result):
        raise conversion_errors.expression_overflow(FLOAT)
    return result


def _in_float(name: str, calculate: Callable[..., float], most: int = 1, least: int = 0) -> None:
    """Register a function whose arguments and result are float."""
    sqlite_name = f"tsql_{name.lower()}"

    @function(name, least or most, most)
    def rule(call: FunctionCall) -> Fragment:
        values = [arguments.floating(call, index) for index in range(call.count)]
        sql = ", ".join(value.sql for value in values)
        return Fragment(f"{sqlite_name}({sql})", FLOAT, arguments.nullable(*values))

    @sqlite_function(sqlite_name, -1)
    @passing_null
    def implementation(*values: float) -> float:
        return _finite(lambda: calculate(*values))


def _atn2(y: float, x: float) -> float:
    """Both zero have no angle (that this is error 3623 is unconfirmed)."""
    if x == 0 and y == 0:
        raise ValueError
    return math.atan2(y, x)


_in_float("SQRT", math.sqrt)
_in_float("SQUARE", lambda x: x * x)
_in_float("EXP", math.exp)
_in_float("LOG", math.log, most=2, least=1)
_in_float("LOG10", math.log10)
_in_float("SIN", math.sin)
_in_float("COS", math.cos)
_in_float("TAN", math.tan)
_in_float("COT", lambda x: 1 / math.tan(x))
_in_float("ASIN", math.asin)
_in_float("ACOS", math.acos)
_in_float("ATAN", math.atan)
_in_float("ATN2", _atn2, most=2)


@function("PI", 0, 0)
def _pi(call: FunctionCall) -> Fragment:
    return Fragment(repr(math.pi), FLOAT, nullable=False)


def _angle(name: str, calculate: Callable[[float], float]) -> None:
    """DEGREES and RADIANS give the type they get; of integers they give the whole part."""
    sqlite_name = f"tsql_{name.lower()}"

    @function(name, 1, 1)
    def rule(call: FunctionCall) -> Fragment:
        value = _number(call, 0)
        if value.type.name in arguments.DECIMALS | arguments.MONEY:
            raise call.refuse()
        base = call.compiler.coerce(value, FLOAT)
        return Fragment(f"{sqlite_name}({base.sql}, '{value.type.name}')", value.type)

    @sqlite_function(sqlite_name, 2)
    @passing_null
    def implementation(value: float, kind: str) -> object:
        result = _finite(lambda: calculate(value))
        return result if kind == "float" else _stored(Decimal(math.trunc(result)), kind, 0, 0)


_angle("DEGREES", math.degrees)
_angle("RADIANS", math.radians)


# --- text -----------------------------------------------------------------------------------------


@function("STR", 1, 3)
def _str(call: FunctionCall) -> Fragment:
    """The length is part of the type, so it has to be written out."""
    value = arguments.floating(call, 0)
    length = call.literal(1) if call.count > 1 else "10"
    if length is None or not length.isdecimal() or not int(length):
        raise call.refuse()
    decimals = arguments.any_integer(call, 2).sql if call.count > 2 else "0"
    return Fragment(f"tsql_str({value.sql}, {length}, {decimals})", varchar(int(length)))


@sqlite_function("tsql_str", 3)
@passing_null
def _as_text(value: float, length: int, decimals: int) -> str | None:
    """On the right; with fewer decimals where there is no room, asterisks where there is none at
    all."""
    if decimals < 0:
        return None
    for digits in range(min(decimals, 16), -1, -1):
        rounded = exact_numbers.rounded(Decimal(value), digits)
        text = exact_numbers.stored_number(rounded)
        if len(text) <= length:
            return text.rjust(length)
    return "*" * length
