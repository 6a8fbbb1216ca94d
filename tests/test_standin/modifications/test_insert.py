"""INSERT: columns, values, defaults, and what SQL Server says about the wrong ones."""

from __future__ import annotations

import pytest

from tests.standin.catalog.model import Column, Table
from tests.standin.engine import StatementFailed
from tests.standin.sqltypes.sql_type import INT, SqlType, nvarchar, varbinary, varchar
from tests.test_standin.modifications.sandbox import Sandbox, identity

PRODUCTS = 'SELECT "name", "stock", "note" FROM "dbo.product" WHERE "id" > 3'


def test_insert__values_in_the_order_of_the_column_list(box: Sandbox) -> None:
    result = box.change("INSERT INTO dbo.product ([stock], name) VALUES (8, N'eggs')")
    assert (result.row_count, result.last_identity) == (1, 4)
    assert box.rows(PRODUCTS) == [("eggs", 8, None)]


def test_insert__variables_are_bound_and_converted(box: Sandbox) -> None:
    box.change(
        "INSERT INTO product (name, stock) VALUES (@P1, @P2)",
        {"@P1": (varchar(20), "fig"), "@P2": (varchar(3), "12")},
    )
    assert box.rows(PRODUCTS) == [("fig", 12, None)]


def test_insert__several_rows_count_up_in_their_order(box: Sandbox) -> None:
    result = box.change(
        "INSERT INTO product (name) OUTPUT inserted.id, inserted.name VALUES ('z'), ('y'), ('x')"
    )
    assert result.rows == ((4, "z"), (5, "y"), (6, "x"))
    assert result.last_identity == 6


def test_insert__without_column_list_the_identity_is_left_out(box: Sandbox) -> None:
    box.change("INSERT product VALUES ('fig', 2, 'dry')")
    assert box.rows(PRODUCTS) == [("fig", 2, "dry")]


def test_insert__default_is_the_columns_default_or_null(box: Sandbox) -> None:
    box.change("INSERT INTO product (name, stock, note) VALUES ('fig', DEFAULT, default)")
    assert box.rows(PRODUCTS) == [("fig", 5, None)]


def test_insert__default_values(box: Sandbox) -> None:
    assert box.change("INSERT INTO line DEFAULT VALUES").last_identity == 2
    assert box.rows('SELECT * FROM "dbo.line" WHERE "id" = 2') == [(2, None, 1)]


def test_insert__select_numbers_rows_in_its_order(box: Sandbox) -> None:
    result = box.change(
        "INSERT INTO line (product_id, quantity) OUTPUT inserted.id, inserted.product_id"
        " SELECT id, stock FROM product ORDER BY stock % 3, note"
    )
    assert result.rows == ((2, 3), (3, 1), (4, 2))


def test_insert__select_from_the_table_itself_reads_it_as_it_was(box: Sandbox) -> None:
    assert box.change("INSERT INTO product (name) SELECT name + '2' FROM product").row_count == 3


def test_insert__common_table_expression(box: Sandbox) -> None:
    box.change(
        "WITH c (x) AS (SELECT MAX(stock) FROM product)"
        " INSERT INTO product (name, stock) SELECT N'most', x FROM c"
    )
    assert box.rows(PRODUCTS) == [("most", 3, None)]


def test_insert__nothing_selected_is_no_row_and_no_identity(box: Sandbox) -> None:
    result = box.change("INSERT INTO product (name) SELECT name FROM product WHERE id = 99")
    assert (result.row_count, result.last_identity) == (0, None)


def test_insert__subquery_as_a_value(box: Sandbox) -> None:
    box.change("INSERT INTO product (name, stock) VALUES ('fig', (SELECT MAX(id) FROM product))")
    assert box.rows(PRODUCTS) == [("fig", 3, None)]


def test_insert__mssql_djangos_merge_makes_rows_of_defaults(box: Sandbox) -> None:
    result = box.change(
        """WITH SEED_ROWS AS (SELECT 1 AS x UNION ALL SELECT 1 AS x)
           MERGE INTO [line]
           USING (
               SELECT TOP 3 * FROM (
                   SELECT 1 as x FROM SEED_ROWS AS _0, SEED_ROWS AS _1
               ) FAKE_ROWS
           ) FAKE_DATA
           ON 1 = 0
           WHEN NOT MATCHED THEN
           INSERT DEFAULT VALUES
           OUTPUT INSERTED.[id];"""
    )
    assert result.rows == ((2,), (3,), (4,))
    assert (result.row_count, result.last_identity) == (3, 4)


def test_insert__default_rows_of_a_table_with_nothing_to_fill_in() -> None:
    box = Sandbox(Table(1, "dbo", "t", (Column(1, "a", INT), Column(2, "b", INT))))
    box.change("INSERT INTO t DEFAULT VALUES")
    assert box.rows('SELECT * FROM "dbo.t"') == [(None, None)]


def test_insert__values_of_a_column_become_one_type_first(box: Sandbox) -> None:
    """As the rows of UNION ALL do: int is stronger than varchar."""
    assert box.fails("INSERT INTO product (name) VALUES (1), ('x')").number == 245
    box.change("INSERT INTO product (name) VALUES (1), ('02')")
    assert box.rows(PRODUCTS) == [("1", 5, None), ("2", 5, None)]


def test_insert__computed_and_rowversion_columns_fill_themselves() -> None:
    box = Sandbox(
        Table(
            1,
            "dbo",
            "t",
            (
                Column(1, "a", INT),
                Column(2, "twice", INT, computed="([a]*(2))"),
                Column(3, "version", SqlType("rowversion"), False),
            ),
        )
    )
    box.change("INSERT INTO t (a) VALUES (1), (2)")
    first, second = box.rows('SELECT "twice", "version" FROM "dbo.t"')
    assert (first[0], second[0]) == (2, 4)
    assert isinstance(first[1], bytes) and first[1] < second[1]  # type: ignore[operator]
    box.change("UPDATE t SET a = 5 WHERE a = 1")
    assert box.rows('SELECT "version" FROM "dbo.t" WHERE "a" = 5') > [(second[1],)]
    assert box.fails("INSERT INTO t (a, version) VALUES (1, 0x01)").number == 273
    assert box.fails("UPDATE t SET version = 0x01").number == 272
    assert box.fails("UPDATE t SET twice = 1").number == 271


@pytest.mark.parametrize(
    ("sql", "number", "message"),
    [
        (
            "INSERT INTO product VALUES ('fig', 1)",
            213,
            "Column name or number of supplied values does not match table definition.",
        ),
        (
            "INSERT INTO product VALUES (7, 'fig', 1, NULL)",
            8101,
            "An explicit value for the identity column in table 'product' can only be specified"
            " when a column list is used and IDENTITY_INSERT is ON.",
        ),
        (
            "INSERT INTO product (id, name) VALUES (7, 'fig')",
            544,
            "Cannot insert explicit value for identity column in table 'product' when"
            " IDENTITY_INSERT is set to OFF.",
        ),
        (
            "INSERT INTO product (name) VALUES (NULL)",
            515,
            "Cannot insert the value NULL into column 'name', table 'app.dbo.product'; column does"
            " not allow nulls. INSERT fails.",
        ),
        (
            "INSERT INTO product (stock) VALUES (1)",
            515,
            "Cannot insert the value NULL into column 'name', table 'app.dbo.product'; column does"
            " not allow nulls. INSERT fails.",
        ),
        (
            "INSERT INTO product (name, stock) VALUES ('fig', -1)",
            547,
            'The INSERT statement conflicted with the CHECK constraint "ck_stock". The conflict'
            ' occurred in database "app", table "dbo.product", column \'stock\'.',
        ),
        (
            "INSERT INTO product (name) VALUES (N'elevenchars')",
            2628,
            "String or binary data would be truncated in table 'app.dbo.product', column 'name'."
            " Truncated value: 'elevenchar'.",
        ),
    ],
)
def test_insert__errors(box: Sandbox, sql: str, number: int, message: str) -> None:
    failure = box.fails(sql)
    assert (failure.number, failure.message) == (number, message)


@pytest.mark.parametrize(
    ("sql", "number"),
    [
        ("INSERT INTO product (name, stock) VALUES ('a')", 109),
        ("INSERT INTO product (name) VALUES ('a', 1)", 110),
        ("INSERT INTO product (name, stock) SELECT 'a'", 120),
        ("INSERT INTO product (name) SELECT 'a', 1", 121),
        ("INSERT INTO product (name, NAME) VALUES ('a', 'b')", 264),
        ("INSERT INTO product (name, stock) VALUES ('a', 1), ('b')", 10709),
        ("INSERT INTO product (nix) VALUES (1)", 207),
        ("INSERT INTO nix (name) VALUES (1)", 208),
        ("INSERT INTO @nix VALUES (1)", 1087),
        ("INSERT INTO product (name) VALUES (@nix)", 137),
        ("INSERT INTO product (name, stock) VALUES ('a', 'many')", 245),
        ("INSERT INTO product (name) VALUES (DISTINCT 'a')", 102),
        ("INSERT INTO product (name) VALUES ('a' FROM product)", 102),
        ("INSERT INTO sys.tables (object_id) VALUES (1)", 259),
        ("INSERT INTO product (name) VALUES (1)" + ", (1)" * 1000, 10738),
    ],
)
def test_insert__error_numbers(box: Sandbox, sql: str, number: int) -> None:
    assert box.fails(sql).number == number


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT TOP (1) INTO product (name) SELECT 'a'",
        "INSERT INTO product WITH (IGNORE_TRIGGERS) (name) VALUES ('a')",
        "MERGE INTO product USING (SELECT 1 AS x) AS s ON 1 = 1 WHEN MATCHED THEN DELETE;",
        "INSERT INTO product (name) OUTPUT (SELECT MAX(id) FROM product) VALUES ('a')",
    ],
)
def test_insert__refuses_what_it_does_not_do(box: Sandbox, sql: str) -> None:
    assert box.fails(sql).number == 50000


def test_identity_insert__takes_the_value_and_counts_on_from_it(box: Sandbox) -> None:
    result = box.change(
        "INSERT INTO product (id, name) VALUES (40, 'fig')", identity_insert="product"
    )
    assert result.last_identity == 40
    box.change("INSERT INTO product (id, name) VALUES (20, 'egg')", identity_insert="product")
    assert box.change("INSERT INTO product (name) VALUES ('ham')").last_identity == 41


def test_identity_insert__wants_a_value(box: Sandbox) -> None:
    failure = box.fails("INSERT INTO product (name) VALUES ('a')", identity_insert="product")
    assert failure.number == 545
    sql = "INSERT INTO product (id, name) VALUES (DEFAULT, 'a')"
    assert box.fails(sql, identity_insert="product").number == 339


def test_identity_insert__is_for_one_table(box: Sandbox) -> None:
    sql = "INSERT INTO product (id, name) VALUES (9, 'a')"
    assert box.fails(sql, identity_insert="line").number == 544


def test_identity__ends_with_its_type() -> None:
    box = Sandbox(Table(1, "dbo", "t", (identity(seed=2**31 - 1), Column(2, "a", INT))))
    box.change("INSERT INTO t (a) VALUES (1)")
    failure = box.fails("INSERT INTO t (a) VALUES (1)")
    assert failure.number == 8115
    assert failure.message == "Arithmetic overflow error converting IDENTITY to data type int."


def test_temporary_table__works_like_any_other(box: Sandbox) -> None:
    columns = (identity(), Column(2, "a", nvarchar(5), False))
    box.make(Table(-5, "dbo", "#t", columns, temporary=True))
    assert box.change("INSERT INTO #t (a) VALUES ('x'), ('y')").last_identity == 2
    assert box.change("UPDATE #t SET a = 'z' OUTPUT inserted.a WHERE id = 2").rows == (("z",),)
    assert box.fails("INSERT INTO #t (a) VALUES (NULL)").message.startswith(
        "Cannot insert the value NULL into column 'a', table 'tempdb.dbo.#t'"
    )
    assert box.change("DELETE FROM #t").row_count == 2


def test_null__goes_into_a_column_of_any_type(box: Sandbox) -> None:
    box.make(Table(7, "dbo", "b", (Column(1, "a", varbinary(4)), Column(2, "d", SqlType("date")))))
    box.change("INSERT INTO b (a, d) VALUES (NULL, NULL), (0x01, '2024-02-29')")
    box.change("INSERT INTO b (a, d) SELECT NULL, NULL")
    box.change("UPDATE b SET a = NULL, d = NULL")
    assert box.rows('SELECT DISTINCT "a", "d" FROM "dbo.b"') == [(None, None)]


def test_error_of_a_function__is_the_statements(box: Sandbox) -> None:
    with pytest.raises(StatementFailed) as caught:
        box.change("INSERT INTO product (name, stock) SELECT 'x', 1 / (id - 2) FROM product")
    assert caught.value.failure.number == 8134
