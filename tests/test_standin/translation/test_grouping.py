"""GROUP BY, HAVING, aggregates and DISTINCT."""

from __future__ import annotations

import pytest

from tests.test_standin.translation.shop import Shop, refused


def test_groups_follow_the_collation(shop: Shop) -> None:
    text = "SELECT UPPER(name), COUNT(*) FROM product GROUP BY name ORDER BY name"
    assert shop.rows(text) == [(None, 1), ("ANVIL", 2), ("BOLT", 1)]


def test_a_binary_collation_keeps_cases_apart(shop: Shop) -> None:
    assert len(shop.rows("SELECT code FROM product GROUP BY code")) == 4


def test_an_expression_of_group_by_may_be_part_of_another(shop: Shop) -> None:
    text = (
        "SELECT LEN(name) + 1, COUNT(*) FROM product WHERE name IS NOT NULL "
        "GROUP BY LEN(name) HAVING LEN([product].[name]) > 4 ORDER BY LEN(name)"
    )
    assert shop.rows(text) == [(6, 2)]


def test_group_by_knows_a_variable_again(shop: Shop) -> None:
    text = "SELECT name + @text FROM product WHERE id = 1 GROUP BY name + @text"
    assert shop.rows(text, v_text="!") == [("Anvil!",)]


def test_a_subquery_may_use_what_is_grouped(shop: Shop) -> None:
    text = (
        "SELECT p.id, (SELECT SUM(quantity) FROM line WHERE product_id = p.id) "
        "FROM product p GROUP BY p.id ORDER BY p.id"
    )
    assert shop.rows(text) == [(1, 11), (2, None), (3, 7), (4, None)]


def test_aggregates_of_nothing(shop: Shop) -> None:
    assert shop.rows("SELECT COUNT(*), MAX(id) FROM product WHERE 1 = 0") == [(0, None)]
    assert shop.rows("SELECT COUNT(*) FROM product WHERE 1 = 0 GROUP BY id") == []


def test_aggregates_skip_null(shop: Shop) -> None:
    assert shop.rows("SELECT COUNT(name), COUNT(DISTINCT name), COUNT(*) FROM product") == [
        (3, 2, 4)
    ]


def test_having_alone(shop: Shop) -> None:
    assert shop.values("SELECT MAX(id) FROM product HAVING COUNT(*) > 3") == [4]
    assert shop.values("SELECT MAX(id) FROM product HAVING COUNT(*) > 4") == []


def test_distinct_follows_the_collation(shop: Shop) -> None:
    found = shop.values("SELECT DISTINCT name FROM product ORDER BY name")
    assert [str(name).lower() for name in found] == ["none", "anvil", "bolt"]


@pytest.mark.parametrize(
    ("text", "number", "message"),
    [
        (
            "SELECT name, id FROM product GROUP BY name",
            8120,
            "Column 'product.id' is invalid in the select list because it is not contained in "
            "either an aggregate function or the GROUP BY clause.",
        ),
        (
            "SELECT COUNT(*), p.id FROM product AS p",
            8120,
            "Column 'p.id' is invalid in the select list because it is not contained in either "
            "an aggregate function or the GROUP BY clause.",
        ),
        (
            "SELECT name FROM product GROUP BY name HAVING id > 1",
            8121,
            "Column 'product.id' is invalid in the HAVING clause because it is not contained in "
            "either an aggregate function or the GROUP BY clause.",
        ),
        (
            "SELECT name FROM product GROUP BY name ORDER BY id",
            8127,
            'Column "product.id" is invalid in the ORDER BY clause because it is not contained '
            "in either an aggregate function or the GROUP BY clause.",
        ),
    ],
)
def test_a_column_that_is_not_grouped(shop: Shop, text: str, number: int, message: str) -> None:
    assert shop.error(text) == (number, message)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("SELECT * FROM product GROUP BY id", 8120),
        ("SELECT name FROM product GROUP BY UPPER(name)", 8120),
        ("SELECT id FROM product HAVING MAX(id) > 1", 8120),
        ("SELECT MAX(id) FROM product HAVING id > 1", 8121),
        (
            "SELECT (SELECT COUNT(*) FROM line WHERE product_id = p.id) "
            "FROM product p GROUP BY p.name",
            8120,
        ),
        ("SELECT id FROM product WHERE COUNT(*) > 1", 147),
        ("SELECT 1 FROM product p JOIN line l ON COUNT(*) = 1", 147),
        ("SELECT MAX(COUNT(*)) FROM product", 130),
        ("SELECT MAX((SELECT 1)) FROM product", 130),
        ("SELECT 1 FROM product GROUP BY 1", 164),
        ("SELECT 1 FROM product GROUP BY @n", 164),
        ("SELECT 1 FROM product GROUP BY id + (SELECT 1)", 144),
        ("SELECT LEN() FROM product", 174),
        ("SELECT DISTINCT name FROM product ORDER BY id", 145),
    ],
)
def test_error(shop: Shop, text: str, number: int) -> None:
    assert shop.error(text)[0] == number


@pytest.mark.parametrize(
    "text",
    [
        "SELECT id FROM product GROUP BY id WITH ROLLUP",
        "SELECT id FROM product GROUP BY ROLLUP (id)",
        "SELECT id FROM product GROUP BY GROUPING SETS ((id), ())",
        "SELECT 1 FROM product HAVING 1 = 1",
        "SELECT (SELECT MAX(p.id) FROM line) FROM product p",
    ],
)
def test_refused(text: str) -> None:
    assert refused(text)
