"""ORDER BY, TOP, OFFSET and FETCH."""

from __future__ import annotations

import pytest

from tests.test_standin.translation.shop import Shop, refused


@pytest.mark.parametrize(
    ("order", "ids"),
    [
        ("id DESC", [4, 3, 2, 1]),
        ("1 DESC", [4, 3, 2, 1]),
        ("key_ DESC", [4, 3, 2, 1]),
        ("price, id", [3, 2, 1, 4]),
        ("price DESC, id", [4, 1, 2, 3]),
        ("name DESC, id DESC", [3, 2, 1, 4]),
        ("name COLLATE Latin1_General_BIN2, id", [4, 1, 3, 2]),
        ("LEN(name) DESC, p.id", [1, 2, 3, 4]),
        ("-id", [4, 3, 2, 1]),
        ("CASE WHEN id = 3 THEN 0 ELSE 1 END, id", [3, 1, 2, 4]),
        ("(SELECT COUNT(*) FROM line WHERE product_id = p.id) DESC, id", [1, 3, 2, 4]),
    ],
)
def test_order(shop: Shop, order: str, ids: list[int]) -> None:
    assert shop.values(f"SELECT id AS key_ FROM product AS p ORDER BY {order}") == ids


def test_an_alias_hides_a_column(shop: Shop) -> None:
    text = "SELECT id, -id AS price FROM product ORDER BY price"
    assert shop.values(text) == [4, 3, 2, 1]


def test_labels_of_nested_queries_do_not_mix(shop: Shop) -> None:
    """Inside, the first column is the id; outside, the name."""
    text = (
        "SELECT q.name, q.id FROM (SELECT id, name FROM product WHERE id > 1) AS q "
        "ORDER BY name DESC, id"
    )
    assert shop.rows(text) == [("Bolt", 3), ("anvil", 2), (None, 4)]


def test_an_alias_is_no_name_inside_an_expression(shop: Shop) -> None:
    """``price + 0`` means the column."""
    text = "SELECT id, -id AS price FROM product WHERE price IS NOT NULL ORDER BY price + 0"
    assert shop.values(text) == [2, 1, 4]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("SELECT TOP 2 id FROM product ORDER BY id", [1, 2]),
        ("SELECT TOP (2) id FROM product ORDER BY id DESC", [4, 3]),
        ("SELECT TOP (1 + 1) id FROM product ORDER BY id", [1, 2]),
        ("SELECT TOP (SELECT 2) id FROM product ORDER BY id", [1, 2]),
        ("SELECT TOP 0 id FROM product", []),
        ("SELECT DISTINCT TOP 2 id FROM product ORDER BY id", [1, 2]),
        ("SELECT id FROM product ORDER BY id OFFSET 1 ROWS", [2, 3, 4]),
        ("SELECT id FROM product ORDER BY id OFFSET 1 ROWS FETCH NEXT 2 ROWS ONLY", [2, 3]),
        ("SELECT id FROM product ORDER BY id OFFSET 0 ROWS FETCH FIRST 1 ROW ONLY", [1]),
        (
            "SELECT id FROM product ORDER BY (SELECT NULL) OFFSET 3 ROWS FETCH NEXT 9 ROWS ONLY",
            [4],
        ),
    ],
)
def test_some_rows(shop: Shop, text: str, ids: list[int]) -> None:
    assert shop.values(text) == ids


def test_counts_may_be_variables(shop: Shop) -> None:
    assert shop.values("SELECT TOP (@n) id FROM product ORDER BY id", v_n=1) == [1]
    text = "SELECT id FROM product ORDER BY id OFFSET @n ROWS FETCH NEXT @n ROWS ONLY"
    assert shop.values(text, v_n=2) == [3, 4]


def test_a_subquery_with_top_has_an_order(shop: Shop) -> None:
    text = "SELECT * FROM (SELECT TOP 2 id FROM product ORDER BY id DESC) AS q ORDER BY id"
    assert shop.values(text) == [3, 4]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("SELECT id FROM product ORDER BY 2", 108),
        ("SELECT id FROM product ORDER BY 0", 108),
        ("SELECT id FROM product ORDER BY 'id'", 408),
        ("SELECT id FROM product ORDER BY NULL", 408),
        ("SELECT id FROM product ORDER BY @n", 1008),
        ("SELECT id FROM product ORDER BY nothing", 207),
        ("SELECT id AS x, name AS x FROM product ORDER BY x", 209),
        ("SELECT id FROM product ORDER BY id, id DESC", 169),
        ("SELECT * FROM (SELECT id FROM product ORDER BY id) AS q", 1033),
        ("SELECT 1 WHERE 1 IN (SELECT id FROM product ORDER BY id)", 1033),
        ("SELECT TOP (-1) id FROM product", 127),
        ("SELECT TOP 1.5 id FROM product", 1060),
        ("SELECT TOP ('1') id FROM product", 1060),
        ("SELECT id FROM product ORDER BY id OFFSET -1 ROWS", 10742),
        ("SELECT id FROM product ORDER BY id OFFSET 0 ROWS FETCH NEXT 0 ROWS ONLY", 10744),
        ("SELECT TOP 1 id FROM product ORDER BY id OFFSET 0 ROWS", 10741),
        ("SELECT id FROM product OFFSET 1 ROWS", 102),
        ("SELECT id FROM product ORDER BY id NULLS LAST", 102),
        ("SELECT id FROM product LIMIT 1", 102),
    ],
)
def test_error(shop: Shop, text: str, number: int) -> None:
    assert shop.error(text)[0] == number


def test_a_negative_variable_is_no_missing_limit(shop: Shop) -> None:
    assert shop.error("SELECT TOP (@n) id FROM product", v_n=-1)[0] == 127
    text = "SELECT id FROM product ORDER BY id OFFSET @n ROWS"
    assert shop.error(text, v_n=-1)[0] == 10742


@pytest.mark.parametrize("words", ["10 PERCENT", "1 WITH TIES"])
def test_refused(words: str) -> None:
    assert refused(f"SELECT TOP {words} id FROM product ORDER BY id")
