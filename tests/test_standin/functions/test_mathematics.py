"""Mathematical functions: results, result types, and where they overflow."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.standin.catalog.model import Column, Table
from tests.standin.engine import NOT_SUPPORTED
from tests.standin.runtime import collation
from tests.standin.sqltypes.sql_type import GUID
from tests.standin.translation import column_expression
from tests.standin.translation.functions import accumulators, mathematics
from tests.standin.translation.plan import Scope
from tests.test_standin.functions.evaluation import Evaluation


@pytest.mark.parametrize(
    ("expression", "value", "declared"),
    [
        ("ABS(-5)", 5, "int"),
        ("ABS(CAST(-5 AS smallint))", 5, "int"),
        ("ABS(CAST(-5 AS bigint))", 5, "bigint"),
        ("ABS(-5.25)", "5.25", "numeric(3,2)"),
        ("ABS(-5e0)", 5.0, "float"),
        ("ABS(CAST(-1.5 AS money))", "1.5000", "money"),
        ("ABS(NULL)", None, "float"),
        ("SIGN(-2.5)", "-1.0", "decimal(38,1)"),
        ("SIGN(0)", 0, "int"),
        ("FLOOR(-5.25)", "-6", "decimal(3,0)"),
        ("CEILING(-5.25)", "-5", "decimal(3,0)"),
        ("FLOOR(2.7e0)", 2.0, "float"),
        ("CEILING(CAST(2.1 AS money))", "3.0000", "money"),
        ("ROUND(2.567, 2)", "2.570", "numeric(4,3)"),
        ("ROUND(-2.5, 0)", "-3.0", "numeric(2,1)"),
        ("ROUND(150.75, 0, 1)", "150.00", "numeric(5,2)"),
        ("ROUND(748, -1)", 750, "int"),
        ("ROUND(2.5e0, 0)", 3.0, "float"),
        ("ROUND(-0.4, 0)", "0.0", "numeric(1,1)"),
        ("POWER(2, 3)", 8, "int"),
        ("POWER(2, -1)", 0, "int"),
        ("POWER(CAST(2 AS bigint), 40)", 1099511627776, "bigint"),
        ("POWER(2.0, 3)", "8.0", "decimal(38,1)"),
        ("POWER(CONVERT(float, 2), 0.5)", math.sqrt(2), "float"),
        ("SQRT(16)", 4.0, "float"),
        ("SQUARE('3')", 9.0, "float"),
        ("EXP(0)", 1.0, "float"),
        ("LOG(8, 2)", 3.0, "float"),
        ("LOG10(1000)", math.log10(1000), "float"),
        ("ATN2(1, 1)", math.pi / 4, "float"),
        ("PI()", math.pi, "float"),
        ("DEGREES(CONVERT(float, PI()))", 180.0, "float"),
        ("RADIANS(180)", 3, "int"),
        ("COS(NULL)", None, "float"),
    ],
)
def test_calculates(sql: Evaluation, expression: str, value: object, declared: str) -> None:
    assert (sql.value(expression), sql.type(expression)) == (value, declared)


@pytest.mark.parametrize(
    ("expression", "number", "message"),
    [
        (
            "ROUND(748.58, -3)",
            8115,
            "Arithmetic overflow error converting expression to data type numeric.",
        ),
        (
            "ABS(CAST(-2147483648 AS int))",
            8115,
            "Arithmetic overflow error converting expression to data type int.",
        ),
        (
            "POWER(2, 40)",
            232,
            "Arithmetic overflow error for type int, value = 1099511627776.000000.",
        ),
        ("POWER(0, -1)", 8134, "Divide by zero error encountered."),
        ("SQRT(-1)", 3623, "An invalid floating point operation occurred."),
        ("LOG(0)", 3623, "An invalid floating point operation occurred."),
        ("ACOS(2)", 3623, "An invalid floating point operation occurred."),
        (
            "EXP(1000)",
            8115,
            "Arithmetic overflow error converting expression to data type float.",
        ),
        ("RAND(1)", NOT_SUPPORTED, "not supported by the stand-in: RAND(1)"),
        (
            "ABS(GETDATE())",
            8116,
            "Argument data type datetime is invalid for argument 1 of abs function.",
        ),
    ],
)
def test_fails(sql: Evaluation, expression: str, number: int, message: str) -> None:
    failure = sql.failure(expression)
    assert (failure.number, failure.message) == (number, message)


def test_modulo_as_mssql_django_asks(sql: Evaluation) -> None:
    # mssql/functions.py, sqlserver_mod.
    modulo = "(ABS({0}) - FLOOR(ABS({0}) / ABS({1})) * ABS({1})) * SIGN({0}) * SIGN({1})"
    assert sql.value(modulo.format("7", "3")) == 1
    assert sql.value(modulo.format("-7e0", "3e0")) == -1.0


def test_rand_is_one_value_for_all_rows_and_newid_is_not(sql: Evaluation) -> None:
    rows = sql.rows("SELECT RAND(), NEWID() FROM (VALUES (1), (2), (3)) AS t(v)")
    assert len({row[0] for row in rows}) == 1
    assert len({row[1] for row in rows}) == 3


def test_sequential_ids_are_for_defaults_alone(sql: Evaluation) -> None:
    assert sql.failure("SELECT NEWSEQUENTIALID()").number == 302
    table = Table(1, "dbo", "t", (Column(1, "id", GUID),))
    default = column_expression("NEWSEQUENTIALID()", table, Scope(sql.catalog))
    first, second = (
        sql.connection.execute(f"SELECT {default.sql}").fetchone()[0] for _ in range(2)
    )
    assert collation("TSQL_GUID")(first, second) < 0


@settings(max_examples=40)
@given(st.decimals(-(10**9), 10**9, places=4), st.integers(-3, 3))
def test_rounding_moves_at_most_half_a_unit(value: Decimal, digits: int) -> None:
    rounded = mathematics._rounded(value, digits)
    assert abs(rounded - value) <= Decimal(5).scaleb(-digits - 1)
    assert mathematics._rounded(-value, digits) == -rounded


@settings(max_examples=40)
@given(st.lists(st.decimals(-(10**9), 10**9, places=2), min_size=1))
def test_sums_of_decimals_are_exact(values: list[Decimal]) -> None:
    aggregate = accumulators._DecimalSum(None)  # type: ignore[arg-type]
    for value in values:
        aggregate.step(f"{value:.2f}")
    assert Decimal(str(aggregate.value())) == sum(values)
    for value in values[1:]:
        aggregate.inverse(f"{value:.2f}")
    assert Decimal(str(aggregate.value())) == values[0]
