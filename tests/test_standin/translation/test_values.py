"""CASE, subqueries as values, conversions, operators and windows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.standin.sqltypes.sql_type import INT, SqlType, decimal, numeric, nvarchar, varchar
from tests.test_standin.translation.shop import Shop, refused, types


@pytest.mark.parametrize(
    ("text", "value", "sql_type"),
    [
        ("CASE WHEN 1 = 1 THEN 'a' ELSE 'bcd' END", "a", varchar(3)),
        ("CASE WHEN 1 = 0 THEN 1 END", None, INT),
        ("CASE WHEN NULL = 1 THEN 1 ELSE 2 END", 2, INT),
        ("CASE WHEN 1 = 1 THEN 1 ELSE 2.5 END", "1.0", numeric(11, 1)),
        ("CASE WHEN 1 = 1 THEN NULL ELSE N'x' END", None, nvarchar(1)),
        ("CASE 'A' WHEN 'a' THEN 1 WHEN 'A' THEN 2 END", 1, INT),
        ("CASE NULL WHEN NULL THEN 1 ELSE 2 END", 2, INT),
        ("CASE 2 WHEN 1 THEN 'x' WHEN 2.0 THEN 'y' END", "y", varchar(1)),
        ("(SELECT 5)", 5, INT),
        ("((SELECT 5))", 5, INT),
        ("(SELECT NULL)", None, INT),
        ("(SELECT 1 WHERE 1 = 0)", None, INT),
        ("CAST('12' AS int)", 12, INT),
        ("CAST(NULL AS varchar(5))", None, varchar(5)),
        ("CAST('abc' AS varchar)", "abc", varchar(30)),
        ("CONVERT(nvarchar(2), 'abc')", "ab", nvarchar(2)),
        ("TRY_CAST('x' AS int)", None, INT),
        ("TRY_CONVERT(decimal(5, 2), '1.239')", "1.24", decimal(5, 2)),
        ("CAST(1 AS double precision)", 1.0, SqlType("float")),
        ("1 + 2 * 3", 7, INT),
        ("5 & 3 + 1", 2, INT),
        ("1 | 2 ^ 3", 0, INT),
        ("7 % 4 * 2", 6, INT),
        ("10 - 2 - 3", 5, INT),
        ("-5 + 2", -3, INT),
        ("- - 5", 5, INT),
        ("~5", -6, INT),
        ("7 / 2", 3, INT),
        ("1.0 / 3", "0.333333", numeric(7, 6)),
        ("1.0 / CAST(3 AS int)", "0.333333333333", numeric(13, 12)),
        ("CAST(7 AS money) / 2", "3.5000", SqlType("money")),
        ("'a' + 'b' COLLATE Latin1_General_BIN2", "ab", None),
    ],
)
def test_value(shop: Shop, text: str, value: object, sql_type: SqlType | None) -> None:
    assert shop.value(text) == value
    if sql_type is not None:
        assert types(f"SELECT {text}") == [sql_type]


def test_a_conversion_keeps_the_collation_of_text() -> None:
    (kind,) = types("SELECT CAST(code AS nvarchar(9)) FROM product")
    assert kind == nvarchar(9, "Latin1_General_BIN2")


_NUMBERS = st.integers(0, 9).map(str)


@given(first=_NUMBERS, rest=st.lists(st.tuples(st.sampled_from("+-&^|*"), _NUMBERS), max_size=6))
def test_precedence(shop: Shop, first: str, rest: list[tuple[str, str]]) -> None:
    """* before the others, and those from left to right."""
    text = first + "".join(f" {operator} {number}" for operator, number in rest)
    products: list[tuple[str, int]] = [("+", int(first))]
    for operator, number in rest:
        if operator == "*":
            sign, product = products[-1]
            products[-1] = (sign, product * int(number))
        else:
            products.append((operator, int(number)))
    expected = 0
    for operator, number_ in products:
        expected = {
            "+": expected + number_,
            "-": expected - number_,
            "&": expected & number_,
            "^": expected ^ number_,
            "|": expected | number_,
        }[operator]
    assert shop.value(text) == expected


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("SELECT CASE WHEN 1 = 1 THEN NULL END", 8133),
        ("SELECT CASE WHEN 1 = 1 THEN NULL ELSE NULL END", 8133),
        ("SELECT (SELECT id FROM product)", 512),
        ("SELECT 1 WHERE 1 = (SELECT id FROM product)", 512),
        ("SELECT (SELECT 1, 2)", 116),
        ("SELECT 1 COLLATE Latin1_General_BIN2", 447),
        ("SELECT id FROM product WHERE id = 'x'", 245),
        ("SELECT ROW_NUMBER() FROM product", 10753),
        ("SELECT ROW_NUMBER() OVER () FROM product", 4112),
        ("SELECT RANK() OVER (ORDER BY 1) FROM product", 5308),
        ("SELECT RANK() OVER (ORDER BY id ROWS UNBOUNDED PRECEDING) FROM product", 10752),
        ("SELECT LEN(name) OVER (ORDER BY id) FROM product", 4113),
        ("SELECT MAX(RANK() OVER (ORDER BY id)) FROM product", 4109),
        ("SELECT MAX(id) OVER (ROWS UNBOUNDED PRECEDING) FROM product", 10756),
        ("SELECT foo(name) OVER (ORDER BY id) FROM product", 195),
        ("SELECT id FROM product WHERE ROW_NUMBER() OVER (ORDER BY id) = 1", 4108),
        ("SELECT 'a", 105),
        ("SELECT 1 +", 102),
        ("SELECT 1 1", 102),
        ("SELEC 1", 102),
    ],
)
def test_error(shop: Shop, text: str, number: int) -> None:
    assert shop.error(text)[0] == number


def test_a_subquery_with_one_row_at_a_time(shop: Shop) -> None:
    text = (
        "SELECT id, (SELECT quantity FROM line WHERE line.id = product.id) FROM product ORDER BY id"
    )
    assert shop.rows(text) == [(1, 5), (2, 6), (3, 7), (4, 8)]


@pytest.mark.parametrize(
    ("window", "values"),
    [
        ("ROW_NUMBER() OVER (ORDER BY id DESC)", [4, 3, 2, 1]),
        ("ROW_NUMBER() OVER (PARTITION BY name ORDER BY id)", [1, 2, 1, 1]),
        ("RANK() OVER (ORDER BY name)", [2, 2, 4, 1]),
        ("COUNT(*) OVER ()", [4, 4, 4, 4]),
        ("COUNT(*) OVER (PARTITION BY name)", [2, 2, 1, 1]),
        ("SUM(id) OVER (ORDER BY id)", [1, 3, 6, 10]),
        ("SUM(id) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)", [1, 3, 5, 7]),
        (
            "SUM(id) OVER (ORDER BY id ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)",
            [10, 9, 7, 4],
        ),
        ("SUM(id) OVER (ORDER BY id ROWS UNBOUNDED PRECEDING)", [1, 3, 6, 10]),
        ("COUNT(*) OVER (ORDER BY (SELECT NULL))", [4, 4, 4, 4]),
    ],
)
def test_window(shop: Shop, window: str, values: list[int]) -> None:
    assert shop.values(f"SELECT {window}, id FROM product ORDER BY id") == values


def test_a_window_over_groups(shop: Shop) -> None:
    text = (
        "SELECT product_id, SUM(SUM(quantity)) OVER (ORDER BY product_id) "
        "FROM line WHERE product_id > 0 GROUP BY product_id ORDER BY product_id"
    )
    assert shop.rows(text) == [(1, 11), (3, 18)]


@pytest.mark.parametrize(
    "expression",
    [
        "CONVERT(varchar(30), GETDATE(), @n)",
        "SUM(id) OVER (ORDER BY id RANGE BETWEEN 1 PRECEDING AND CURRENT ROW)",
        "SUM(id) OVER (ORDER BY id GROUPS 1 PRECEDING)",
        "MAX(id) FILTER (WHERE id > 1)",
        "'a' 'b'",
        "'a' || 'b'",
        "made AT TIME ZONE 'UTC'",
        "id::int",
        "DATE '2024-01-01'",
        "TRUE",
        "{d '2024-01-01'}",
        "NEXT VALUE FOR dbo.numbers",
        "INTERVAL '1' DAY",
        "[1, 2]",
        "id ** 2",
    ],
)
def test_never_a_guess(shop: Shop, expression: str) -> None:
    """What T-SQL does not know or the stand-in cannot do is an error, whichever it is."""
    assert shop.error(f"SELECT {expression} FROM product")[0] in (102, 207, 50000)


@pytest.mark.parametrize(
    "clause",
    [
        "FOR JSON PATH",
        "FOR XML PATH('')",
        "OPTION (MAXRECURSION 10)",
        "OPTION (USE PLAN N'')",
        "QUALIFY ROW_NUMBER() OVER (ORDER BY id) = 1",
        "WINDOW w AS (ORDER BY id)",
    ],
)
def test_refused_clauses(shop: Shop, clause: str) -> None:
    assert shop.error(f"SELECT id FROM product WHERE id = 1 {clause}")[0] in (102, 50000)


def test_plan_hints_change_nothing(shop: Shop) -> None:
    assert shop.values("SELECT id FROM product WHERE id = 1 OPTION (RECOMPILE, MAXDOP 1)") == [1]


def test_nesting_has_an_end() -> None:
    assert "deeply" in refused("SELECT " + "(" * 5000 + "1" + ")" * 5000)
