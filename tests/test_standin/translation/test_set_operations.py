"""UNION, INTERSECT and EXCEPT: their types, names, precedence and order."""

from __future__ import annotations

import pytest

from tests.standin.sqltypes.sql_type import INT, SqlType, numeric, nvarchar, varchar
from tests.test_standin.translation.shop import Shop, refused, translate, types


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("SELECT 1 UNION SELECT 1", [1]),
        ("SELECT 1 UNION ALL SELECT 1", [1, 1]),
        ("SELECT 1 UNION SELECT NULL UNION SELECT NULL", [None, 1]),
        ("SELECT 1 AS a UNION ALL SELECT 2 INTERSECT SELECT 3 ORDER BY a", [1]),
        ("(SELECT 1 UNION ALL SELECT 2) INTERSECT SELECT 2", [2]),
        ("SELECT 1 UNION SELECT 2 EXCEPT SELECT 1", [2]),
        ("SELECT 1 AS a UNION SELECT 2.5 ORDER BY a DESC", ["2.5", "1.0"]),
        ("SELECT 'a' AS a UNION SELECT N'A ' UNION SELECT 'b' ORDER BY 1 DESC", ["b", "A "]),
        ("SELECT 9 AS a UNION SELECT 10.0 ORDER BY a", ["9.0", "10.0"]),
        ("SELECT 'x' EXCEPT SELECT 'X'", []),
        ("SELECT TOP 1 id FROM product ORDER BY id", [1]),
        ("SELECT * FROM (SELECT TOP 1 1 AS a UNION ALL SELECT 2) AS q", [1, 2]),
        ("SELECT id FROM product UNION ALL SELECT 9 ORDER BY id OFFSET 3 ROWS", [4, 9]),
    ],
)
def test_rows(shop: Shop, text: str, rows: list[object]) -> None:
    found = shop.values(text)
    assert [v.lower() if isinstance(v, str) else v for v in found] == [
        v.lower() if isinstance(v, str) else v for v in rows
    ]


@pytest.mark.parametrize(
    ("text", "sql_type"),
    [
        ("SELECT 1 UNION SELECT 2", INT),
        ("SELECT 1 UNION SELECT 2.5", numeric(11, 1)),
        ("SELECT 'a' UNION ALL SELECT 'abc'", varchar(3)),
        ("SELECT 'abc' UNION ALL SELECT N'a'", nvarchar(3)),
        ("SELECT NULL UNION ALL SELECT 'a'", varchar(1)),
        ("SELECT NULL UNION ALL SELECT NULL", INT),
    ],
)
def test_type(text: str, sql_type: SqlType) -> None:
    assert types(text) == [sql_type]


def test_names_are_those_of_the_first(shop: Shop) -> None:
    plan = translate("SELECT id AS a, name FROM product UNION SELECT id, 'x' AS y FROM line")
    assert [column.name for column in plan.columns] == ["a", "name"]
    assert shop.error("SELECT 1 AS a UNION SELECT 2 AS b ORDER BY b")[0] == 104


def test_nullability() -> None:
    def nullable(text: str) -> bool:
        return translate(text).columns[0].nullable

    assert nullable("SELECT 1 UNION SELECT NULL")
    assert not nullable("SELECT 1 INTERSECT SELECT NULL")
    assert not nullable("SELECT 1 EXCEPT SELECT NULL")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("SELECT 1 UNION SELECT 1, 2", 205),
        ("SELECT 1 AS a UNION SELECT 2 ORDER BY a + 1", 104),
        ("SELECT 1 AS a UNION SELECT 2 ORDER BY 2", 108),
        ("SELECT * FROM (SELECT 1 AS a UNION SELECT 2 ORDER BY a) AS q", 1033),
        ("SELECT id FROM product UNION SELECT name FROM product", 245),
    ],
)
def test_error(shop: Shop, text: str, number: int) -> None:
    assert shop.error(text)[0] == number


@pytest.mark.parametrize("word", ["INTERSECT ALL", "EXCEPT ALL"])
def test_refused(word: str) -> None:
    assert refused(f"SELECT 1 {word} SELECT 1")


def test_order_by_a_column_that_has_another_name(shop: Shop) -> None:
    text = "SELECT id AS a, name AS b FROM product UNION SELECT id, 'x' FROM line ORDER BY id DESC"
    assert [row[0] for row in shop.rows(text)] == [4, 4, 3, 3, 2, 2, 1, 1]
    text = "SELECT id AS name, name AS b FROM product UNION SELECT 9, 'x' ORDER BY name DESC"
    assert [row[0] for row in shop.rows(text)] == [9, 4, 3, 2, 1]
