"""ISNULL and its kin: which type they give, and which argument."""

from __future__ import annotations

import pytest

from tests.standin.translation import translate_value
from tests.standin.translation.plan import Scope
from tests.test_standin.functions.evaluation import Evaluation


@pytest.mark.parametrize(
    ("expression", "value", "declared"),
    [
        ("ISNULL(NULL, 1)", 1, "int"),
        ("ISNULL(CAST(NULL AS varchar(2)), 'abcdef')", "ab", "varchar(2)"),
        ("ISNULL(CAST(NULL AS int), '7')", 7, "int"),
        ("COALESCE(NULL, 1, 2.5)", "1.0", "numeric(11,1)"),
        ("COALESCE(NULL, 'a', N'bcd')", "a", "nvarchar(3)"),
        ("NULLIF(1, 1)", None, "int"),
        ("NULLIF('a', 'A ')", None, "varchar(1)"),
        ("NULLIF(2, 1)", 2, "int"),
        ("IIF(1 > 2, 'a', 'bcd')", "bcd", "varchar(3)"),
        ("CHOOSE(2, 'a', 'bc')", "bc", "varchar(2)"),
        ("CHOOSE(5, 1, 2)", None, "int"),
        ("GREATEST(1, 2.5, NULL)", "2.5", "numeric(11,1)"),
        ("GREATEST(9.0, 10.0)", "10.0", "numeric(3,1)"),
        ("LEAST('b', 'A')", "A", "varchar(1)"),
        ("ISNUMERIC('1.5')", 1, "int"),
        ("ISNUMERIC('$1,000.50')", 1, "int"),
        ("ISNUMERIC('-')", 1, "int"),
        ("ISNUMERIC('1e5')", 1, "int"),
        ("ISNUMERIC('e5')", 0, "int"),
        ("ISNUMERIC('abc')", 0, "int"),
        ("ISNUMERIC('')", 0, "int"),
        ("ISNUMERIC(NULL)", 0, "int"),
        ("ISNUMERIC(1.5)", 1, "int"),
        ("ISNUMERIC(GETDATE())", 0, "int"),
        ("ISDATE('2024-01-01')", 1, "int"),
        ("ISDATE('2024-02-30')", 0, "int"),
    ],
)
def test_chooses(sql: Evaluation, expression: str, value: object, declared: str) -> None:
    assert (sql.value(expression), sql.type(expression)) == (value, declared)


@pytest.mark.parametrize(
    ("expression", "nullable"),
    [
        ("ISNULL(NULLIF(1, 2), 0)", False),
        ("COALESCE(NULLIF(1, 2), 0)", False),
        ("NULLIF(1, 2)", True),
    ],
)
def test_says_whether_it_can_be_null(sql: Evaluation, expression: str, nullable: bool) -> None:
    (column,) = translate_value(expression, Scope(sql.catalog)).columns
    assert column.nullable is nullable


@pytest.mark.parametrize(
    ("expression", "number"), [("COALESCE(NULL, NULL)", 4127), ("NULLIF(NULL, 1)", 4151)]
)
def test_needs_a_known_type(sql: Evaluation, expression: str, number: int) -> None:
    assert sql.failure(expression).number == number


def test_takes_columns_of_the_query(sql: Evaluation) -> None:
    rows = sql.rows("SELECT GREATEST(a, b) FROM (VALUES (1, 2), (4, 3)) AS t(a, b) ORDER BY a")
    assert rows == [(2,), (4,)]
