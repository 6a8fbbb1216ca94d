"""Duplicates: which key, which value, in SQL Server's words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.standin.catalog.model import Column, Table
from tests.standin.sqltypes.sql_type import (
    GUID,
    INT,
    SqlType,
    datetime2,
    decimal,
    nvarchar,
    varbinary,
)
from tests.test_standin.modifications.sandbox import Sandbox, identity, key, unique


def test_primary_key__is_2627(box: Sandbox) -> None:
    failure = box.fails(
        "INSERT INTO product (id, name) VALUES (2, 'fig')", identity_insert="product"
    )
    assert (failure.number, failure.severity, failure.state) == (2627, 14, 1)
    assert failure.message == (
        "Violation of PRIMARY KEY constraint 'pk_product'. Cannot insert duplicate key in object"
        " 'dbo.product'. The duplicate key value is (2)."
    )


def test_unique_constraint__is_2627_with_the_new_rows_spelling(box: Sandbox) -> None:
    failure = box.fails("INSERT INTO product (name) VALUES ('BREAD')")
    assert failure.message == (
        "Violation of UNIQUE KEY constraint 'uq_name'. Cannot insert duplicate key in object"
        " 'dbo.product'. The duplicate key value is (BREAD)."
    )


def test_unique_index__is_2601_and_names_all_columns() -> None:
    columns = (Column(1, "a", INT, False), Column(2, "b", nvarchar(5), False))
    box = Sandbox(Table(1, "dbo", "t", columns, indexes=(unique("ux", "b", "a"),)))
    box.change("INSERT INTO t VALUES (1, 'abc'), (2, 'abc')")
    failure = box.fails("INSERT INTO t VALUES (3, 'x'), (1, 'abc')")
    assert (failure.number, failure.severity, failure.state) == (2601, 14, 1)
    assert failure.message == (
        "Cannot insert duplicate key row in object 'dbo.t' with unique index 'ux'. The duplicate"
        " key value is (abc, 1)."
    )


def test_several_duplicates__the_first_one_is_named(box: Sandbox) -> None:
    failure = box.fails("INSERT INTO product (name) VALUES ('fig'), ('cake'), ('apple')")
    assert failure.message.endswith("The duplicate key value is (cake).")


def test_filtered_index__counts_only_its_rows() -> None:
    columns = (Column(1, "a", INT), Column(2, "b", INT))
    filtered = unique("ux", "a", where="[b] > 1")
    box = Sandbox(Table(1, "dbo", "t", columns, indexes=(filtered,)))
    box.change("INSERT INTO t VALUES (1, 0), (1, 1), (1, 2), (2, 3)")
    failure = box.fails("UPDATE t SET b = 3 WHERE b < 2")
    assert failure.message.endswith("The duplicate key value is (1).")
    box.change("INSERT INTO t VALUES (3, 3)")
    assert box.fails("INSERT INTO t VALUES (3, 4)").message.endswith("value is (3).")


def test_null__is_a_value_like_others() -> None:
    columns = (Column(1, "a", INT), Column(2, "b", INT))
    box = Sandbox(Table(1, "dbo", "t", columns, indexes=(unique("ux", "a"),)))
    box.connection.execute(
        """CREATE UNIQUE INDEX "nulls" ON "dbo.t" (ifnull("a", x'00')) WHERE "a" IS NULL"""
    )
    box.change("INSERT INTO t VALUES (NULL, 1)")
    assert box.fails("INSERT INTO t VALUES (NULL, 2)").message.endswith(
        "The duplicate key value is (<NULL>)."
    )


def test_several_keys__the_primary_key_comes_first(box: Sandbox) -> None:
    failure = box.fails(
        "INSERT INTO product (id, name) VALUES (1, 'bread')", identity_insert="product"
    )
    assert "PRIMARY KEY constraint 'pk_product'" in failure.message


def test_failed_statement__leaves_the_indexes_as_they_were(box: Sandbox) -> None:
    indexes = box.rows("SELECT name, sql FROM sqlite_master WHERE type = 'index' ORDER BY name")
    assert box.fails("UPDATE product SET name = 'one'").number == 2627
    box.change(
        "UPDATE product SET name = CASE name WHEN 'cake' THEN 'apple' ELSE 'cake' END"
        " WHERE name <> 'bread'"
    )
    after = box.rows("SELECT name, sql FROM sqlite_master WHERE type = 'index' ORDER BY name")
    assert after == indexes
    assert box.fails("INSERT INTO product (name) VALUES ('cake')").number == 2627


def test_second_run__sees_the_same_identities(box: Sandbox) -> None:
    """The duplicate is looked for by running the statement again; values are spent once."""
    assert box.fails("INSERT INTO product (name) VALUES ('fig'), ('bread')").number == 2627
    assert box.change("INSERT INTO product (name) VALUES ('fig')").last_identity == 6


def test_other_error_behind_a_duplicate__is_told_instead(box: Sandbox) -> None:
    failure = box.fails("UPDATE product SET name = 'same', stock = 2 - id")
    assert failure.number in (547, 2627)


@pytest.mark.parametrize(
    ("kind", "stored", "text"),
    [
        (INT, -5, "-5"),
        (nvarchar(9), "it's", "it's"),
        (decimal(10, 2), "1.50", "1.50"),
        (varbinary(4), b"\x01\xff", "0x01FF"),
        (datetime2(0), "2024-02-29 01:02:03.0000000", "2024-02-29 01:02:03"),
        (SqlType("date"), "2024-02-29", "2024-02-29"),
        (
            GUID,
            "6F9619FF-8B86-D011-B42D-00C04FC964FF",
            "6F9619FF-8B86-D011-B42D-00C04FC964FF",
        ),
    ],
)
def test_key_value__is_printed_as_text(kind: SqlType, stored: object, text: str) -> None:
    box = Sandbox(Table(1, "dbo", "t", (Column(1, "a", kind, False),), (key("pk", "a"),)))
    box.change("INSERT INTO t VALUES (@v)", {"@v": (kind, stored)})
    failure = box.fails("INSERT INTO t SELECT a FROM t")
    assert failure.message.endswith(f"The duplicate key value is ({text}).")


def test_temporary_table__has_its_duplicates_found_too() -> None:
    table = Table(-1, "dbo", "#t", (identity(), Column(2, "a", INT)), temporary=True)
    box = Sandbox(replace(table, indexes=(key("pk", "id"), unique("ux", "a"))))
    box.change("INSERT INTO #t (a) VALUES (1), (2)")
    assert box.fails("INSERT INTO #t (a) VALUES (2)").number == 2601
    box.change("UPDATE #t SET a = 3 - a")
    assert box.rows('SELECT "a" FROM temp."dbo.#t" ORDER BY "id"') == [(2,), (1,)]
