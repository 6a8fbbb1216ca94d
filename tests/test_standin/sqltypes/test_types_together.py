"""The common type of two types, and arithmetic with its types."""

from __future__ import annotations

import decimal
import struct
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.standin.sqltypes import Fragment, arithmetic, common_type, complement, negation
from tests.standin.sqltypes.arithmetic import decimal_result
from tests.standin.sqltypes.arithmetic_functions import quotient, remainder
from tests.standin.sqltypes.sql_type import INT, UNTYPED_NULL
from tests.test_standin.sqltypes.conftest import Evaluate
from tests.test_standin.sqltypes.samples import failure_of, refused, typed


def fragment(sql: str, written: str) -> Fragment:
    return Fragment(sql, typed(written), nullable=False)


@pytest.mark.parametrize(
    ("one", "other", "common"),
    [
        ("int", "bigint", "bigint"),
        ("bit", "int", "int"),
        ("int", "decimal(5,2)", "decimal(12,2)"),
        ("decimal(5,2)", "numeric(7,4)", "numeric(7,4)"),
        ("decimal(38,0)", "decimal(10,10)", "decimal(38,0)"),
        ("decimal(5,2)", "float", "float"),
        ("money", "int", "money"),
        ("varchar(5)", "varchar(9)", "varchar(9)"),
        ("varchar(5)", "nvarchar(3)", "nvarchar(5)"),
        ("varchar(8000)", "nvarchar(3)", "nvarchar(4000)"),
        ("char(5)", "char(7)", "char(7)"),
        ("char(5)", "varchar(3)", "varchar(5)"),
        ("nvarchar(max)", "varchar(3)", "nvarchar(max)"),
        ("varchar(5)", "int", "int"),
        ("varchar(5)", "date", "date"),
        ("date", "datetime2(3)", "datetime2(3)"),
        ("datetime", "datetime2(0)", "datetime2(3)"),
        ("datetime2(3)", "datetimeoffset(0)", "datetimeoffset(3)"),
        ("datetime", "int", "datetime"),
        ("binary(3)", "varbinary(2)", "varbinary(3)"),
        ("uniqueidentifier", "varchar(50)", "uniqueidentifier"),
    ],
)
def test_common_type(one: str, other: str, common: str) -> None:
    assert common_type(typed(one), typed(other)) == typed(common)
    assert common_type(typed(other), typed(one)) == typed(common)


def test_null_takes_any_type() -> None:
    assert common_type(UNTYPED_NULL, typed("date")) == typed("date")
    assert common_type(UNTYPED_NULL, UNTYPED_NULL) == INT


@pytest.mark.parametrize(
    ("one", "other", "number"),
    [
        ("int", "date", 206),
        ("uniqueidentifier", "int", 206),
        ("date", "time(7)", 206),
        ("varchar(4)", "varbinary(4)", None),
    ],
)
def test_types_without_a_common_one(one: str, other: str, number: int | None) -> None:
    if number is None:
        assert common_type(typed(one), typed(other)) == typed(one)
    else:
        assert failure_of(lambda: common_type(typed(one), typed(other)))[0] == number


@pytest.mark.parametrize(
    ("left", "operator", "right", "value", "result"),
    [
        (("7", "int"), "/", ("2", "int"), 3, "int"),
        (("-7", "int"), "/", ("2", "int"), -3, "int"),
        (("-7", "int"), "%", ("3", "int"), -1, "int"),
        (("7", "int"), "+", ("2", "bigint"), 9, "bigint"),
        (("5", "int"), "&", ("4", "int"), 4, "int"),
        (("5", "int"), "^", ("1", "int"), 4, "int"),
        (("1", "bit"), "|", ("0", "bit"), 1, "bit"),
        (("'1.50'", "numeric(3,2)"), "+", ("'2.5'", "numeric(2,1)"), "4.00", "numeric(4,2)"),
        (("'2.0'", "numeric(2,1)"), "*", ("3", "int"), "6.0", "numeric(4,1)"),
        (("'2.0'", "numeric(2,1)"), "/", ("x", "int"), "0.66666666666666", None),
        (("'7.5'", "decimal(5,1)"), "%", ("'2.00'", "decimal(5,2)"), "1.50", "decimal(5,2)"),
        (
            ("'0.0000009000'", "decimal(30,10)"),
            "*",
            ("'1.0000000000'", "decimal(30,10)"),
            "0.000001",
            "decimal(38,6)",
        ),
        (("'1.0000'", "money"), "/", ("3", "int"), "0.3333", "money"),
        (("'1.0000'", "money"), "*", ("'1.5'", "decimal(2,1)"), "1.50000", "decimal(22,5)"),
        (("1.5", "float"), "*", ("2", "int"), 3.0, "float"),
        (("0.1", "real"), "+", ("0.2", "real"), 0.30000001192092896, "real"),
        (("'1'", "varchar(1)"), "+", ("2", "int"), 3, "int"),
        (("'a'", "varchar(1)"), "+", ("'b'", "nvarchar(3)"), "ab", "nvarchar(4)"),
        (("'a'", "varchar(8000)"), "+", ("'b'", "varchar(10)"), "ab", "varchar(8000)"),
        (("'a'", "varchar(max)"), "+", ("'b'", "char(1)"), "ab", "varchar(max)"),
        (("x'01'", "binary(1)"), "+", ("x'02'", "varbinary(2)"), b"\1\2", "varbinary(3)"),
        (
            ("'2024-01-31 12:00:00.0000000'", "datetime"),
            "+",
            ("1", "int"),
            "2024-02-01 12:00:00.0000000",
            "datetime",
        ),
        (
            ("'2024-01-31 12:00:00.0000000'", "datetime"),
            "-",
            ("0.5", "float"),
            "2024-01-31 00:00:00.0000000",
            "datetime",
        ),
    ],
)
def test_arithmetic(
    evaluate: Evaluate,
    left: tuple[str, str],
    operator: str,
    right: tuple[str, str],
    value: object,
    result: str | None,
) -> None:
    if result is None:
        # An int that is no literal counts with ten digits: scale 1 + 10 + 1.
        right, value, result = ("(1 + 2)", "int"), "0.666666666666", "numeric(13,12)"
    done = arithmetic(operator, fragment(*left), fragment(*right))
    assert done.type == typed(result)
    assert not done.nullable
    assert evaluate(done.sql) == value


@pytest.mark.parametrize(
    ("left", "operator", "right", "number", "text"),
    [
        (("2147483647", "int"), "+", ("1", "int"), 8115, "expression to data type int."),
        (("200", "tinyint"), "*", ("2", "tinyint"), 8115, "to data type tinyint."),
        (("9223372036854775807", "bigint"), "+", ("1", "int"), 8115, "to data type bigint."),
        (("1e308", "float"), "*", ("10.0", "float"), 8115, "to data type float."),
        (("1", "int"), "/", ("0", "int"), 8134, "Divide by zero error encountered."),
        (("1", "int"), "%", ("0", "int"), 8134, ""),
        (("1.0", "float"), "/", ("0.0", "float"), 8134, ""),
        (("'1.0'", "decimal(2,1)"), "/", ("'0'", "decimal(1,0)"), 8134, ""),
        (("'x'", "varchar(1)"), "+", ("1", "int"), 245, "varchar value 'x' to data type int."),
        (("'9999-12-31 00:00:00.0000000'", "datetime"), "+", ("1", "int"), 8115, "datetime."),
    ],
)
def test_values_that_do_not_calculate(
    evaluate: Evaluate,
    left: tuple[str, str],
    operator: str,
    right: tuple[str, str],
    number: int,
    text: str,
) -> None:
    done = arithmetic(operator, fragment(*left), fragment(*right))
    found = failure_of(lambda: evaluate(done.sql))
    assert found[0] == number
    assert text in found[1]


@pytest.mark.parametrize(
    ("left", "operator", "right", "number", "text"),
    [
        (
            "varchar(1)",
            "-",
            "varchar(1)",
            8117,
            "Operand data type varchar is invalid for subtract",
        ),
        ("date", "+", "date", 8117, "Operand data type date is invalid for add operator."),
        ("date", "+", "int", 206, "Operand type clash: date is incompatible with int"),
        (
            "time(7)",
            "+",
            "datetime",
            402,
            "The data types time and datetime are incompatible in the add operator.",
        ),
        (
            "bit",
            "+",
            "bit",
            402,
            "The data types bit and bit are incompatible in the add operator.",
        ),
        ("float", "%", "int", 402, "incompatible in the modulo operator."),
        ("decimal(5,2)", "&", "int", 402, "incompatible in the '&' operator."),
        ("varchar(1)", "+", "varbinary(1)", 402, "varchar and varbinary are incompatible"),
    ],
)
def test_types_that_do_not_calculate(
    left: str, operator: str, right: str, number: int, text: str
) -> None:
    found = failure_of(lambda: arithmetic(operator, fragment("a", left), fragment("b", right)))
    assert found[0] == number
    assert text in found[1]


def test_arithmetic_of_smalldatetime_is_refused() -> None:
    days = fragment("1", "int")
    assert refused(lambda: arithmetic("+", fragment("a", "smalldatetime"), days))


def test_null_in_arithmetic(evaluate: Evaluate) -> None:
    null = Fragment("NULL", UNTYPED_NULL)
    assert arithmetic("+", null, null).type == INT
    done = arithmetic("*", fragment("'1.5'", "decimal(2,1)"), null)
    assert done.nullable
    assert evaluate(done.sql) is None
    assert negation(null).type == complement(null).type == INT


@pytest.mark.parametrize(
    ("operand", "value", "result"),
    [
        (("5", "int"), -5, "int"),
        (("(-5)", "int"), 5, "int"),
        (("(2 + 3)", "int"), -5, "int"),
        (("5", "tinyint"), -5, "smallint"),
        (("'1.50'", "decimal(3,2)"), "-1.50", "decimal(3,2)"),
        (("'0.00'", "decimal(3,2)"), "0.00", "decimal(3,2)"),
        (("2.5", "float"), -2.5, "float"),
    ],
)
def test_negation(evaluate: Evaluate, operand: tuple[str, str], value: object, result: str) -> None:
    done = negation(fragment(*operand))
    assert evaluate(done.sql) == value
    assert done.type == typed(result)


def test_unary_operators_that_do_not_exist() -> None:
    assert failure_of(lambda: negation(fragment("a", "varchar(1)")))[0] == 8117
    assert failure_of(lambda: negation(fragment("a", "bit")))[0] == 8117
    assert failure_of(lambda: complement(fragment("1.5", "float")))[0] == 8117


def test_the_smallest_int_has_no_negation(evaluate: Evaluate) -> None:
    done = negation(fragment("(-2147483647 - 1)", "int"))
    assert failure_of(lambda: evaluate(done.sql))[0] == 8115


@pytest.mark.parametrize(
    ("operand", "value"), [(("5", "int"), -6), (("5", "tinyint"), 250), (("1", "bit"), 0)]
)
def test_complement(evaluate: Evaluate, operand: tuple[str, str], value: int) -> None:
    assert evaluate(complement(fragment(*operand)).sql) == value


_INTS = st.integers(-(2**31), 2**31 - 1)


@given(_INTS, _INTS.filter(bool))
def test_quotient_and_remainder_make_up_the_dividend(a: int, b: int) -> None:
    assert quotient(a, b) * b + remainder(a, b) == a
    assert abs(remainder(a, b)) < abs(b)


_DIGITS = st.integers(1, 38).flatmap(lambda p: st.tuples(st.just(p), st.integers(0, p)))


@given(st.sampled_from("+-*/%"), _DIGITS, _DIGITS)
def test_the_type_of_a_decimal_result_exists(
    operator: str, left: tuple[int, int], right: tuple[int, int]
) -> None:
    result = decimal_result(operator, "decimal", left, right)
    assert 1 <= result.precision <= 38
    assert 0 <= result.scale <= result.precision


_DECIMALS = st.decimals("-99999.9999", "99999.9999", places=4)
_EXACT = decimal.Context(prec=80, rounding=decimal.ROUND_DOWN)


@given(st.sampled_from("+-*/"), _DECIMALS, _DECIMALS)
def test_decimals_calculate_as_pythons_do(
    evaluate: Evaluate, operator: str, a: Decimal, b: Decimal
) -> None:
    """Exactly, and a quotient cut to its scale."""
    assume(b or operator != "/")
    result = arithmetic(operator, *(fragment(f"'{value:.4f}'", "decimal(9,4)") for value in (a, b)))
    exact = {
        "+": _EXACT.add,
        "-": _EXACT.subtract,
        "*": _EXACT.multiply,
        "/": _EXACT.divide,
    }[operator](a, b)
    cut = exact.quantize(Decimal(1).scaleb(-result.type.scale), context=_EXACT)
    assert Decimal(str(evaluate(result.sql))) == cut
    assert operator == "/" or cut == exact


@given(st.sampled_from("+-*"), st.floats(width=32, min_value=-1e6, max_value=1e6), _DECIMALS)
def test_a_real_and_a_decimal_calculate_as_reals(
    evaluate: Evaluate, operator: str, a: float, b: Decimal
) -> None:
    result = arithmetic(operator, fragment(repr(a), "real"), fragment(f"'{b:.4f}'", "decimal(9,4)"))
    other = _single(float(b))
    exact = {"+": a + other, "-": a - other, "*": a * other}[operator]
    assert result.type.name == "real"
    assert evaluate(result.sql) == _single(exact)


def _single(number: float) -> float:
    rounded: float = struct.unpack("<f", struct.pack("<f", number))[0]
    return rounded
