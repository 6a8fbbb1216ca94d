"""The texts of definitions."""

from __future__ import annotations

import pytest

from tests.standin.catalog.normal_form import columns_in, normal_form


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", "((0))"),
        ("((0))", "((0))"),
        ("-1", "((-1))"),
        ("'it''s'", "('it''s')"),
        ("N'x'", "(N'x')"),
        ("NULL", "(NULL)"),
        ("GETDATE()", "(getdate())"),
        ("CURRENT_TIMESTAMP", "(getdate())"),
        ("qty >= 0", "([qty]>=(0))"),
        ("[qty] >= 0 AND b <> 'a'", "([qty]>=(0) AND [b]<>'a')"),
        ("(a = 1 OR b = 2) AND c = 3", "(([a]=(1) OR [b]=(2)) AND [c]=(3))"),
        ("NOT (a = 1 AND b = 2)", "(NOT ([a]=(1) AND [b]=(2)))"),
        ("s IN ('a', 'b')", "([s]='b' OR [s]='a')"),
        ("s IN ('a', 'b') AND x > 1", "(([s]='b' OR [s]='a') AND [x]>(1))"),
        ("x BETWEEN 1 AND 5", "([x]>=(1) AND [x]<=(5))"),
        ("[a]]b] IS NOT NULL", "([a]]b] IS NOT NULL)"),
        ("ISJSON(data) = 1", "(isjson([data])=(1))"),
        ("a + (b - 1) * 2", "([a]+([b]-(1))*(2))"),
        ("DATEPART(Year, made)", "(datepart(year,[made]))"),
    ],
)
def test_normal_form(text: str, expected: str) -> None:
    assert normal_form(text) == expected
    assert normal_form(expected) == expected


@pytest.mark.parametrize(
    "text",
    ["a NOT LIKE 'x%'", "a LIKE 'x!%' ESCAPE '!'", "CONVERT(nvarchar(10), a)", "CURRENT_USER"],
)
def test_what_has_no_rule_keeps_its_text(text: str) -> None:
    assert normal_form(text) == f"({text})"


def test_columns_of_an_expression() -> None:
    assert columns_in("[b] > 1 AND len(A) < [b] AND 'c' = N'd'") == ("b", "A")


def test_a_part_of_a_date_is_no_column() -> None:
    assert columns_in("DATEDIFF(day, day, [made]) > 1 AND DATEPART(hour, GETDATE()) > 6") == (
        "day",
        "made",
    )
