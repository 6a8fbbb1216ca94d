"""Aggregates and window functions: values, types, DISTINCT, frames, overflow."""

from __future__ import annotations

import pytest

from tests.standin.engine import NOT_SUPPORTED
from tests.test_standin.functions.evaluation import Evaluation


def over_values(selected: str, values: str) -> str:
    """A query over a table of values."""
    return f"SELECT {selected} FROM (VALUES {values}) AS t(v, g)"


@pytest.mark.parametrize(
    ("aggregate", "values", "value", "declared"),
    [
        ("COUNT(*)", "1, NULL", 2, "int"),
        ("COUNT(v)", "1, NULL", 1, "int"),
        ("COUNT_BIG(v)", "1, NULL", 1, "bigint"),
        ("COUNT(DISTINCT v)", "'a', 'A ', 'b'", 2, "int"),
        ("SUM(v)", "1, 2, NULL", 3, "int"),
        ("SUM(v)", "NULL, CAST(NULL AS int)", None, "int"),
        ("SUM(CAST(v AS bigint))", "2147483647, 1", 2147483648, "bigint"),
        ("SUM(CAST(v AS tinyint))", "200, 200", 400, "int"),
        ("SUM(v)", "1.5, 2.25", "3.75", "decimal(38,2)"),
        ("SUM(DISTINCT v)", "1.5, 1.50, 3", "4.50", "decimal(38,2)"),
        ("SUM(CAST(v AS money))", "1.5, 2", "3.5000", "money"),
        ("SUM(v)", "0.1e0, 0.2e0", 0.30000000000000004, "float"),
        ("AVG(v)", "1, 2, 4", 2, "int"),
        ("AVG(v)", "-1, -2", -1, "int"),
        ("AVG(v)", "1.0, 1.0, 0.0", "0.666666", "decimal(38,6)"),
        ("AVG(CONVERT(float, v))", "1, 2", 1.5, "float"),
        ("MIN(v)", "'b', 'A'", "A", "varchar(1)"),
        ("MAX(v)", "10.0, 9.5", "10.0", "numeric(3,1)"),
        ("MAX(DATALENGTH(v))", "'ab', 'abc'", 3, "int"),
        ("STDEV(v)", "1, 3", 2**0.5, "float"),
        ("STDEV(v)", "1, NULL", None, "float"),
        ("STDEVP(v)", "1, 3", 1.0, "float"),
        ("VAR(v)", "1.0, 2.0, 3.0", 1.0, "float"),
        ("VARP(v)", "1, 3", 1.0, "float"),
        ("STRING_AGG(v, ',')", "'a', NULL, 'b'", "a,b", "varchar(8000)"),
        ("STRING_AGG(v, N'-')", "1, 2", "1-2", "nvarchar(4000)"),
        (
            "STRING_AGG(v, ',') WITHIN GROUP (ORDER BY v DESC)",
            "'b', 'A', 'c'",
            "c,b,A",
            "varchar(8000)",
        ),
        (
            "STRING_AGG(v, ',') WITHIN GROUP (ORDER BY LEN(v), v DESC)",
            "'bb', 'a', 'c'",
            "c,a,bb",
            "varchar(8000)",
        ),
    ],
)
def test_aggregates(
    sql: Evaluation, aggregate: str, values: str, value: object, declared: str
) -> None:
    query = over_values(aggregate, ", ".join(f"({one}, 1)" for one in values.split(", ")))
    assert sql.rows(query) == [(value,)]
    assert sql.column_type(query) == declared


@pytest.mark.parametrize(
    ("aggregate", "number", "message"),
    [
        (
            "SUM(v)",
            8115,
            "Arithmetic overflow error converting expression to data type int.",
        ),
        ("AVG(v)", 8115, "Arithmetic overflow error converting expression to data type int."),
        (
            "SUM(v) OVER (ORDER BY v)",
            8115,
            "Arithmetic overflow error converting expression to data type int.",
        ),
        ("SUM(CAST(v AS bit))", 8117, "Operand data type bit is invalid for sum operator."),
        ("MAX(CAST(v AS bit))", 8117, "Operand data type bit is invalid for max operator."),
        ("AVG('a')", 8117, "Operand data type varchar is invalid for avg operator."),
        (
            "STRING_AGG(CAST(REPLICATE('x', 5000) AS varchar(8000)), ',')",
            9829,
            "STRING_AGG aggregation result exceeded the limit of 8000 bytes. Use LOB types to "
            "avoid result truncation.",
        ),
        (
            "GROUPING(v)",
            NOT_SUPPORTED,
            "not supported by the stand-in: the function GROUPING",
        ),
    ],
)
def test_fails(sql: Evaluation, aggregate: str, number: int, message: str) -> None:
    failure = sql.failure(over_values(aggregate, "(2147483647, 1), (1, 1)"))
    assert (failure.number, failure.message) == (number, message)


@pytest.mark.parametrize(
    ("window", "values", "declared"),
    [
        ("ROW_NUMBER() OVER (ORDER BY v DESC)", [4, 3, 2, 1], "bigint"),
        ("RANK() OVER (ORDER BY g)", [1, 1, 3, 3], "bigint"),
        ("DENSE_RANK() OVER (ORDER BY g)", [1, 1, 2, 2], "bigint"),
        ("NTILE(2) OVER (ORDER BY v)", [1, 1, 2, 2], "bigint"),
        ("LAG(v) OVER (ORDER BY v)", [None, "1.5", "2.0", "3.0"], "numeric(2,1)"),
        ("LEAD(v, 2, 0) OVER (ORDER BY v)", ["3.0", "4.0", "0.0", "0.0"], "numeric(2,1)"),
        (
            "FIRST_VALUE(v) OVER (PARTITION BY g ORDER BY v)",
            ["1.5", "1.5", "3.0", "3.0"],
            "numeric(2,1)",
        ),
        ("PERCENT_RANK() OVER (ORDER BY g)", [0.0, 0.0, 2 / 3, 2 / 3], "float"),
        ("CUME_DIST() OVER (ORDER BY g)", [0.5, 0.5, 1.0, 1.0], "float"),
        ("SUM(v) OVER (ORDER BY v)", ["1.5", "3.5", "6.5", "10.5"], "decimal(38,1)"),
        ("SUM(v) OVER (PARTITION BY g)", ["3.5", "3.5", "7.0", "7.0"], "decimal(38,1)"),
        (
            "SUM(v) OVER (ORDER BY v ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)",
            ["1.5", "3.5", "5.0", "7.0"],
            "decimal(38,1)",
        ),
        (
            "AVG(CONVERT(float, v)) OVER (ORDER BY v ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING)",
            [1.75, 2.5, 3.5, 4.0],
            "float",
        ),
        ("COUNT(*) OVER (PARTITION BY g)", [2, 2, 2, 2], "int"),
        ("MAX(v) OVER (PARTITION BY g)", ["2.0", "2.0", "4.0", "4.0"], "numeric(2,1)"),
    ],
)
def test_windows(sql: Evaluation, window: str, values: list[object], declared: str) -> None:
    query = over_values(window, "(1.5, 'a'), (2.0, 'A'), (3.0, 'b'), (4.0, 'b')") + " ORDER BY v"
    assert [row[0] for row in sql.rows(query)] == values
    assert sql.column_type(query) == declared


@pytest.mark.parametrize(
    "frame",
    [
        "1 PRECEDING AND 1 PRECEDING",
        "UNBOUNDED PRECEDING AND 1 PRECEDING",
        "1 FOLLOWING AND UNBOUNDED FOLLOWING",
    ],
)
def test_frames_that_can_be_empty_are_refused(sql: Evaluation, frame: str) -> None:
    # Python's sqlite3 would end the whole process.
    query = over_values(f"SUM(v) OVER (ORDER BY v ROWS BETWEEN {frame})", "(1, 1), (2, 1)")
    assert sql.failure(query).number == NOT_SUPPORTED
