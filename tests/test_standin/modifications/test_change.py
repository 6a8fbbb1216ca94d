"""UPDATE and DELETE: which rows, which values, and all at once."""

from __future__ import annotations

import pytest

from tests.standin.sqltypes.sql_type import INT, nvarchar
from tests.test_standin.modifications.sandbox import Sandbox

STOCKS = 'SELECT "stock" FROM "dbo.product" ORDER BY "id"'


def test_update__by_key(box: Sandbox) -> None:
    result = box.change(
        "UPDATE [product] SET [stock] = ([product].[stock] - @P1) WHERE [product].[id] = @P2",
        {"@P1": (INT, 1), "@P2": (INT, 3)},
    )
    assert result.row_count == 1
    assert box.rows(STOCKS) == [(1,), (2,), (2,)]


def test_update__all_rows_with_default_null_and_compound_operators(box: Sandbox) -> None:
    assert box.change("UPDATE dbo.product SET stock += 10, note = 'x'").row_count == 3
    assert box.rows(STOCKS) == [(11,), (12,), (13,)]
    box.change("UPDATE product SET stock = DEFAULT, note = NULL")
    assert box.rows('SELECT DISTINCT "stock", "note" FROM "dbo.product"') == [(5, None)]


def test_update__reads_every_row_before_it_changes_one(box: Sandbox) -> None:
    box.change("UPDATE product SET stock = (SELECT SUM(p.stock) FROM product AS p) + stock")
    assert box.rows(STOCKS) == [(7,), (8,), (9,)]


def test_update__swaps_columns(box: Sandbox) -> None:
    box.change("UPDATE product SET note = name, name = 'n' + CAST(id AS varchar(5))")
    assert box.rows('SELECT "name", "note" FROM "dbo.product" WHERE "id" = 1') == [("n1", "apple")]


def test_update__swaps_unique_values(box: Sandbox) -> None:
    """SQL Server looks at unique keys when the statement is through."""
    box.change(
        "UPDATE product SET name = CASE id WHEN 1 THEN 'bread' ELSE 'apple' END WHERE id < 3"
    )
    assert box.rows('SELECT "name" FROM "dbo.product" ORDER BY "id"') == [
        ("bread",),
        ("apple",),
        ("cake",),
    ]
    assert box.fails("UPDATE product SET name = 'same'").number == 2627


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE p SET stock = l.quantity FROM product AS p JOIN line l ON l.product_id = p.id",
        "UPDATE product SET stock = l.quantity FROM line l WHERE l.product_id = product.id",
        "UPDATE product SET stock = l.quantity FROM product p, line l WHERE l.product_id = p.id",
        "UPDATE product SET stock = quantity FROM line JOIN product ON product_id = product.id",
        "UPDATE dbo.product SET stock = quantity FROM product JOIN line ON product_id = product.id",
        "WITH l AS (SELECT * FROM line) UPDATE product SET stock = l.quantity FROM l"
        " WHERE l.product_id = product.id",
        "UPDATE product SET stock = (SELECT quantity FROM line WHERE product_id = product.id)"
        " WHERE id IN (SELECT product_id FROM line)",
        "UPDATE TOP (1) product SET product.stock = 7",
    ],
)
def test_update__finds_its_target(box: Sandbox, sql: str) -> None:
    assert box.change(sql).row_count == 1
    assert box.rows(STOCKS) == [(7,), (2,), (3,)]


def test_update__several_matches_change_a_row_once(box: Sandbox) -> None:
    box.change("INSERT INTO line (product_id, quantity) VALUES (1, 8)")
    sql = "UPDATE p SET stock = quantity FROM product p JOIN line ON product_id = p.id"
    assert box.change(sql).row_count == 1


@pytest.mark.parametrize(
    ("sql", "number"),
    [
        ("UPDATE product SET id = 9", 8102),
        ("UPDATE product SET nix = 9", 207),
        ("UPDATE product SET stock = 1, STOCK = 2", 264),
        ("UPDATE product SET stock = nix", 207),
        ("UPDATE product SET stock = = 1", 102),
        ("UPDATE nix SET stock = 1", 208),
        ("UPDATE product SET stock = 'many'", 245),
        ("UPDATE product SET name = NULL", 515),
        ("UPDATE product SET name = REPLICATE('x', 11)", 2628),
        ("UPDATE product SET stock = -stock", 547),
        ("UPDATE product SET stock = stock / 0", 8134),
        ("UPDATE product SET stock = 1 FROM line WHERE id = 1", 209),
        ("UPDATE product SET stock = 1 WHERE id = 1 ORDER BY id", 102),
        ("DELETE FROM product WHERE id = 1 GROUP BY id", 102),
        ("DELETE FROM product WHERE id = 1 UNION SELECT 1", 102),
        ("DELETE FROM nix", 208),
        ("DELETE FROM product WHERE nix = 1", 207),
        ("DELETE x FROM product AS p", 208),
    ],
)
def test_change__error_numbers(box: Sandbox, sql: str, number: int) -> None:
    assert box.fails(sql).number == number


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE product SET @a = stock = 1",
        "UPDATE product SET @a = 1",
        "UPDATE product SET note.WRITE('x', 0, 1)",
        "UPDATE product SET stock = 1 OPTION (MAXDOP 1)",
        "UPDATE product WITH (READPAST) SET stock = 1",
        "UPDATE TOP (10) PERCENT product SET stock = 1",
        "UPDATE product SET stock = 1 FROM product a, product b",
        "WITH c AS (SELECT * FROM product) UPDATE c SET stock = 1",
        "WITH c AS (SELECT * FROM product) DELETE FROM c",
        "DELETE FROM product WITH (READPAST)",
    ],
)
def test_change__refuses_what_it_does_not_do(box: Sandbox, sql: str) -> None:
    failure = box.fails(sql)
    assert failure.number == 50000, failure


@pytest.mark.parametrize(
    ("sql", "left"),
    [
        ("DELETE FROM [product] WHERE [product].[id] IN (2, 3)", [1]),
        ("DELETE product WHERE stock > 2", [1, 2]),
        ("DELETE FROM product WITH (ROWLOCK) WHERE id = 2;", [1, 3]),
        (
            "DELETE FROM p FROM product AS p LEFT JOIN line ON product_id = p.id WHERE"
            " line.id IS NULL",
            [1],
        ),
        (
            "DELETE p FROM product p WHERE NOT EXISTS (SELECT * FROM line WHERE product_id = p.id)",
            [1],
        ),
        ("DELETE FROM product WHERE id <> 1 AND name = 'CAKE'", [1, 2]),
        ("WITH l AS (SELECT 2 AS id) DELETE FROM product WHERE id IN (SELECT id FROM l)", [1, 3]),
        ("DELETE FROM product WHERE stock > (SELECT AVG(stock) FROM product)", [1, 2]),
        ("DELETE FROM product WHERE id = 99", [1, 2, 3]),
    ],
)
def test_delete__takes_the_right_rows(box: Sandbox, sql: str, left: list[int]) -> None:
    assert box.change(sql).row_count == 3 - len(left)
    assert box.rows('SELECT "id" FROM "dbo.product"') == [(number,) for number in left]


def test_delete__top(box: Sandbox) -> None:
    box.change("DELETE FROM line")
    assert box.change("DELETE TOP (2) FROM product").row_count == 2


def test_delete__the_whole_condition_is_judged_before_the_first_row_goes(box: Sandbox) -> None:
    box.change("DELETE FROM line")
    sql = "DELETE p FROM product p WHERE (SELECT COUNT(*) FROM product) = 3"
    assert box.change(sql).row_count == 3


def test_change__text_compares_as_the_collation_says(box: Sandbox) -> None:
    sql = "UPDATE product SET note = 'found' WHERE name = @P1"
    assert box.change(sql, {"@P1": (nvarchar(20), "APPLE  ")}).row_count == 1
