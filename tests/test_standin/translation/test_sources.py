"""FROM: joins, derived tables, VALUES, views, common table expressions and hints."""

from __future__ import annotations

import pytest

from tests.standin.sqltypes.sql_type import INT, nvarchar
from tests.test_standin.translation.shop import Shop, refused, translate, types

_LEFT = [(1, 1), (1, 2), (2, None), (3, 3), (4, None)]


@pytest.mark.parametrize(
    ("join", "rows"),
    [
        ("product p JOIN line l ON l.product_id = p.id", [(1, 1), (1, 2), (3, 3)]),
        ("product p INNER JOIN line l ON l.product_id = p.id", [(1, 1), (1, 2), (3, 3)]),
        ("product p, line l WHERE l.product_id = p.id", [(1, 1), (1, 2), (3, 3)]),
        ("product p CROSS JOIN line l WHERE l.product_id = p.id", [(1, 1), (1, 2), (3, 3)]),
        ("product p LEFT JOIN line l ON l.product_id = p.id", _LEFT),
        ("product p LEFT OUTER JOIN line l ON l.product_id = p.id", _LEFT),
        ("line l RIGHT JOIN product p ON l.product_id = p.id", _LEFT),
        ("product p FULL JOIN line l ON l.product_id = p.id", [(None, 4), *_LEFT]),
        (
            "product p LEFT JOIN (line l JOIN product q ON q.id = l.product_id) ON p.id = q.id",
            _LEFT,
        ),
    ],
)
def test_joins(shop: Shop, join: str, rows: list[tuple[object, ...]]) -> None:
    assert shop.rows(f"SELECT p.id, l.id FROM {join} ORDER BY p.id, l.id") == rows


@pytest.mark.parametrize(
    ("join", "nullable"),
    [
        ("product p JOIN line l ON 1 = 1", [False, False]),
        ("product p LEFT JOIN line l ON 1 = 1", [False, True]),
        ("product p RIGHT JOIN line l ON 1 = 1", [True, False]),
        ("product p FULL JOIN line l ON 1 = 1", [True, True]),
    ],
)
def test_an_outer_join_makes_columns_nullable(join: str, nullable: list[bool]) -> None:
    plan = translate(f"SELECT p.id, l.id FROM {join}")
    assert [column.nullable for column in plan.columns] == nullable


def test_stars(shop: Shop) -> None:
    plan = translate("SELECT l.*, p.name FROM product p JOIN line l ON p.id = l.id")
    assert [column.name for column in plan.columns] == ["id", "product_id", "quantity", "name"]
    assert shop.rows("SELECT * FROM line WHERE id = 1") == [(1, 1, 5)]
    assert shop.rows("SELECT #picked.* FROM #picked") == [(2,)]


def test_derived_tables(shop: Shop) -> None:
    text = "SELECT q.n FROM (SELECT id AS n, name FROM product) AS q WHERE q.name = 'ANVIL'"
    assert shop.values(text) == [1, 2]
    assert shop.values("SELECT b FROM (SELECT 1, 2) AS q (a, b)") == [2]


def test_values(shop: Shop) -> None:
    text = "SELECT * FROM (VALUES (1, 'a'), (NULL, N'bcd')) AS q (n, s)"
    assert shop.rows(text) == [(1, "a"), (None, "bcd")]
    assert types(text) == [INT, nvarchar(3)]
    assert [column.nullable for column in translate(text).columns] == [True, False]


def test_values_of_the_row_around(shop: Shop) -> None:
    larger = "(SELECT MAX(n) FROM (VALUES (p.id), (2)) AS q (n))"
    text = f"SELECT {larger} FROM product AS p ORDER BY p.id"
    assert shop.values(text) == [2, 2, 3, 4]


def test_a_thousand_values(shop: Shop) -> None:
    values = ", ".join(f"({number})" for number in range(1000))
    assert shop.values(f"SELECT SUM(n) FROM (VALUES {values}) AS q (n)") == [499500]


def test_values_may_use_the_queries_around(shop: Shop) -> None:
    """mssql-django's GREATEST."""
    text = (
        "SELECT id, (SELECT MAX(value) FROM (VALUES (product_id), (quantity), (NULL)) "
        "AS _GREATEST(value)) FROM line ORDER BY id"
    )
    assert shop.rows(text) == [(1, 5), (2, 6), (3, 7), (4, 8)]


def test_views(shop: Shop) -> None:
    assert shop.rows("SELECT * FROM cheap ORDER BY id") == [(1, "Anvil"), (2, "anvil")]
    assert shop.values("SELECT c.label FROM dbo.cheap AS c WHERE c.id = 2") == ["anvil"]


def test_common_table_expressions(shop: Shop) -> None:
    text = (
        "WITH few AS (SELECT id, name FROM product WHERE id < 3), one (k) AS "
        "(SELECT MAX(id) FROM few) SELECT f.id, one.k FROM few f CROSS JOIN one ORDER BY f.id"
    )
    assert shop.rows(text) == [(1, 2), (2, 2)]


def test_a_common_table_expression_hides_a_table(shop: Shop) -> None:
    assert shop.values("WITH product AS (SELECT 7 AS id) SELECT id FROM product") == [7]
    text = "WITH product AS (SELECT id FROM dbo.product WHERE id = 3) SELECT id FROM product"
    assert shop.values(text) == [3]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("SELECT * FROM (SELECT 1) AS q", 8155),
        ("SELECT * FROM (SELECT 1 AS a, 2 AS A) AS q", 8156),
        ("SELECT * FROM (SELECT 1 AS a, 2 AS b) AS q (x)", 8158),
        ("SELECT * FROM (SELECT 1 AS a) AS q (x, y)", 8159),
        ("SELECT * FROM (SELECT 1 AS a)", 102),
        ("SELECT * FROM (VALUES (1), (1, 2)) AS q (x)", 10709),
        ("SELECT * FROM product INNER JOIN line", 102),
        ("SELECT * FROM product p JOIN line l ON p.id", 4145),
        ("WITH x AS (SELECT 1) SELECT * FROM x", 8155),
    ],
)
def test_error(shop: Shop, text: str, number: int) -> None:
    assert shop.error(text)[0] == number


@pytest.mark.parametrize(
    ("hints", "locks", "nowait"),
    [
        ("WITH (NOLOCK)", False, False),
        ("(NOLOCK)", False, False),
        ("WITH (ROWLOCK, UPDLOCK)", True, False),
        ("WITH (NOWAIT, ROWLOCK, UPDLOCK)", True, True),
        ("WITH (TABLOCKX)", True, False),
        ("WITH (holdlock)", True, False),
        ("", False, False),
    ],
)
def test_hints(hints: str, *, locks: bool, nowait: bool) -> None:
    plan = translate(f"SELECT id FROM product {hints} WHERE id = 1")
    assert (plan.locks, plan.nowait) == (locks, nowait)


def test_a_hint_inside_of_a_subquery_counts() -> None:
    assert translate("SELECT 1 WHERE 1 IN (SELECT id FROM product WITH (UPDLOCK))").locks


@pytest.mark.parametrize(
    "source",
    [
        "product WITH (READPAST)",
        "product WITH (INDEX(1))",
        "product TABLESAMPLE (10 PERCENT)",
        "product AS p (a, b)",
        "product PIVOT (MAX(id) FOR name IN ([a])) AS p",
        "product CROSS APPLY (SELECT 1 AS x) AS q",
        "product OUTER APPLY (SELECT 1 AS x) AS q",
        "product FOR SYSTEM_TIME ALL",
        "OPENJSON(@text)",
        "STRING_SPLIT('a', ',')",
        "product INNER HASH JOIN line ON 1 = 1",
        "product, line RIGHT JOIN cheap ON 1 = 1",
        "product NATURAL JOIN line",
        "product AS p HAVING 1 < (SELECT MAX(n) FROM (VALUES (AVG(p.id)), (2)) AS q (n))",
    ],
)
def test_refused(source: str) -> None:
    assert refused(f"SELECT 1 FROM {source}")


def test_a_recursive_common_table_expression_is_refused() -> None:
    text = "WITH x AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM x) SELECT * FROM x"
    assert "recursive" in refused(text)
