"""What names mean, and the errors of those that mean nothing or too much."""

from __future__ import annotations

import pytest

from tests.test_standin.translation.shop import Shop, refused, translate


@pytest.mark.parametrize(
    "text",
    [
        "SELECT id FROM product",
        "SELECT ID FROM PRODUCT",
        "SELECT [id] FROM [dbo].[product]",
        'SELECT "id" FROM app.dbo.product',
        "SELECT product.id FROM dbo.product",
        "SELECT dbo.product.id FROM product",
        "SELECT app.dbo.product.id FROM product",
        "SELECT p.id FROM product p",
        "SELECT p.id FROM product AS [p]",
    ],
)
def test_ways_to_name_a_column(shop: Shop, text: str) -> None:
    assert shop.values(text + " ORDER BY 1") == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("text", "number", "message"),
    [
        ("SELECT x FROM product", 207, "Invalid column name 'x'."),
        ("SELECT product.x FROM product", 207, "Invalid column name 'x'."),
        ("SELECT x", 207, "Invalid column name 'x'."),
        ("SELECT id FROM product WHERE x = 1", 207, "Invalid column name 'x'."),
        ("SELECT id AS x FROM product WHERE x = 1", 207, "Invalid column name 'x'."),
        ("SELECT id FROM nothing", 208, "Invalid object name 'nothing'."),
        ("SELECT id FROM other.product", 208, "Invalid object name 'other.product'."),
        ("SELECT id FROM #nothing", 208, "Invalid object name '#nothing'."),
        ("SELECT id FROM @t", 1087, 'Must declare the table variable "@t".'),
        ("SELECT id FROM product, line", 209, "Ambiguous column name 'id'."),
        (
            "SELECT p.id FROM product",
            4104,
            'The multi-part identifier "p.id" could not be bound.',
        ),
        (
            "SELECT product.id FROM product AS p",
            4104,
            'The multi-part identifier "product.id" could not be bound.',
        ),
        (
            "SELECT other.product.id FROM product",
            4104,
            'The multi-part identifier "other.product.id" could not be bound.',
        ),
        ("SELECT @x", 137, 'Must declare the scalar variable "@x".'),
        ("SELECT @@x", 137, 'Must declare the scalar variable "@@x".'),
        ("SELECT foo(1)", 195, "'foo' is not a recognized built-in function name."),
        (
            "SELECT dbo.foo(1)",
            4121,
            'Cannot find either column "dbo" or the user-defined function or aggregate '
            '"dbo.foo", or the name is ambiguous.',
        ),
        (
            "SELECT 1 FROM product p, line p",
            1011,
            "The correlation name 'p' is specified multiple times in a FROM clause.",
        ),
        (
            "SELECT 1 FROM product, product",
            1013,
            'The objects "product" and "product" in the FROM clause have the same exposed names. '
            "Use correlation names to distinguish them.",
        ),
        (
            "SELECT p.* FROM product",
            107,
            "The column prefix 'p' does not match with a table name or alias name used in the "
            "query.",
        ),
        ("SELECT *", 263, "Must specify table to select from."),
    ],
)
def test_error(shop: Shop, text: str, number: int, message: str) -> None:
    assert shop.error(text) == (number, message)


def test_a_subquery_sees_the_queries_around(shop: Shop) -> None:
    found = shop.values(
        "SELECT p.id FROM product AS p WHERE EXISTS "
        "(SELECT 1 FROM line WHERE product_id = p.id AND quantity > 5)"
    )
    assert found == [1, 3]


def test_the_nearest_meaning_of_a_name_counts(shop: Shop) -> None:
    """``id`` inside is the line's, although the product has one too."""
    assert shop.values("SELECT id FROM product WHERE 4 IN (SELECT id FROM line)") == [1, 2, 3, 4]


def test_a_derived_table_does_not_see_its_neighbours(shop: Shop) -> None:
    text = "SELECT 1 FROM product p, (SELECT id FROM line WHERE product_id = p.id) AS l"
    assert shop.error(text)[0] == 4104


def test_a_temporary_table(shop: Shop) -> None:
    assert shop.values("SELECT #picked.id FROM #picked") == [2]
    assert shop.values("SELECT p.id FROM #picked AS x JOIN product p ON p.id = x.id") == [2]


def test_variables_are_parameters(shop: Shop) -> None:
    assert shop.rows("SELECT @n, @text, @N", v_n=5, v_text="x") == [(5, "x", 5)]


def test_session_values_are_parameters(shop: Shop) -> None:
    assert shop.rows("SELECT @@TRANCOUNT, @@rowcount", s_trancount=1, s_rowcount=2) == [(1, 2)]


def test_session_values_that_are_functions_have_no_at_signs(shop: Shop) -> None:
    assert shop.error("SELECT @@db_name")[0] == 137


def test_columns_are_called_as_they_were_written() -> None:
    plan = translate("SELECT ID, p.Name, id + 1, 1 AS [a b], x = 2, (price), 3 't' FROM product p")
    names = [column.name for column in plan.columns]
    assert names == ["ID", "Name", "", "a b", "x", "price", "t"]


def test_global_temporary_tables_are_refused() -> None:
    assert "##t" in refused("SELECT 1 FROM ##t")
