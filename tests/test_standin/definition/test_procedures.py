"""sp_rename, extended properties and ODBC's catalogue procedures."""

from __future__ import annotations

import pytest

from tests.standin.errors.procedures import RENAME_CAUTION
from tests.standin.execution.system_procedures import call_system_procedure
from tests.standin.execution.system_procedures_tables import matcher
from tests.test_standin.definition.bench import Bench

DESCRIBED = {
    "name": "MS_Description",
    "level0type": "SCHEMA",
    "level0name": "dbo",
    "level1type": "TABLE",
    "level1name": "p",
}


@pytest.fixture
def shop(bench: Bench) -> Bench:
    bench.define(
        "CREATE TABLE p (id int IDENTITY CONSTRAINT pk PRIMARY KEY, name nvarchar(50) NOT NULL,"
        " q int NOT NULL CONSTRAINT ck CHECK (q > 0), price numeric(10, 2) NULL DEFAULT 1.5,"
        " note nvarchar(max) NULL, born datetime2(6) NULL, u int CONSTRAINT uq UNIQUE)"
    )
    bench.define("CREATE TABLE child (p int CONSTRAINT fk REFERENCES p ON DELETE CASCADE)")
    bench.define("CREATE INDEX ix ON p (name)")
    bench.insert("p", id=1, name="a", q=1, u=1)
    return bench


def test_renamed_columns_take_everything_along(shop: Bench) -> None:
    assert shop.call("sp_rename", "[p].[id]", "key", "COLUMN") == [RENAME_CAUTION]
    shop.call("sp_rename", "dbo.p.name", "title", "column")
    assert shop.query("SELECT [key], title FROM p") == [(1, "a")]
    table = shop.table("p")
    assert [index.columns[0].name for index in table.indexes] == ["key", "u", "title"]
    assert shop.table("child").foreign_keys[0].referenced_columns == ("key",)


def test_renamed_tables_and_parts(shop: Bench) -> None:
    shop.call("sp_rename", "p", "product")
    shop.call("sp_rename", "product.ix", "ix2", "INDEX")
    shop.call("sp_rename", "dbo.ck", "ck2", "OBJECT")
    shop.call("sp_rename", "fk", "fk2")
    shop.call("sp_rename", "uq", "uq2")
    table = shop.table("product")
    assert {index.name for index in table.indexes} == {"pk", "uq2", "ix2"}
    assert table.checks[0].name == "ck2"
    assert shop.table("child").foreign_keys[0].name == "fk2"
    assert shop.query("SELECT name FROM product") == [("a",)]
    shop.call("sp_rename", "product", "PRODUCT")
    assert shop.table("product").name == "PRODUCT"


@pytest.mark.parametrize(
    ("arguments", "number"),
    [
        (("nowhere", "x"), 15225),
        (("p.nothing", "x", "COLUMN"), 15248),
        (("nothing", "x", "COLUMN"), 15248),
        (("p.nothing", "x", "INDEX"), 15248),
        (("p", "x", "THING"), 15249),
        (("p", "child"), 15335),
        (("p.name", "Q", "COLUMN"), 15335),
        (("p.ix", "uq", "INDEX"), 15335),
        (("p.q", "x", "COLUMN"), 15336),
        (("p",), 201),
        (("p", "q", "OBJECT", "more"), 8144),
        (("app", "x", "DATABASE"), 50000),
    ],
)
def test_renames_that_are_refused(shop: Bench, arguments: tuple[str, ...], number: int) -> None:
    assert shop.call_fails("sp_rename", *arguments).number == number


def test_unknown_procedures_and_parameters(shop: Bench) -> None:
    assert call_system_procedure("sp_nothing", {}, shop.handle) is None
    assert shop.call_fails("sp_tables", nothing=1).number == 8145


def test_comments(shop: Bench) -> None:
    asked = (
        "SELECT minor_id, CAST(value AS varchar) FROM sys.extended_properties"
        " WHERE major_id = OBJECT_ID('p') AND name = 'MS_DESCRIPTION' ORDER BY minor_id"
    )
    column = {**DESCRIBED, "level2type": "COLUMN", "level2name": "name"}
    assert shop.call_fails("sp_updateextendedproperty", value="x", **DESCRIBED).number == 15217
    shop.call("sp_addextendedproperty", value="goods", **DESCRIBED)
    shop.call("sp_addextendedproperty", value="what", **column)
    assert shop.query(asked) == [(0, "goods"), (2, "what")]
    assert shop.call_fails("sp_addextendedproperty", value="x", **DESCRIBED).number == 15233
    shop.call("sp_updateextendedproperty", value="things", **DESCRIBED)
    shop.call("sys.sp_dropextendedproperty", **column)
    assert shop.query(asked) == [(0, "things")]
    missing = {**DESCRIBED, "level1name": "nowhere"}
    assert shop.call_fails("sp_addextendedproperty", value="x", **missing).number == 15135
    other = {**DESCRIBED, "name": "Caption"}
    assert shop.call_fails("sp_addextendedproperty", value="x", **other).number == 50000


def test_columns_as_odbc_wants_them(shop: Bench) -> None:
    rows = shop.rows("[app].sys.sp_columns_100", "p", "dbo", odbcver=3, fusepattern=1)
    short = [
        tuple(row[name] for name in ("COLUMN_NAME", "DATA_TYPE", "TYPE_NAME", "PRECISION", "SCALE"))
        for row in rows
    ]
    assert short == [
        ("id", 4, "int identity", 10, 0),
        ("name", -9, "nvarchar", 50, None),
        ("q", 4, "int", 10, 0),
        ("price", 2, "numeric", 10, 2),
        ("note", -9, "nvarchar", 0, None),
        ("born", 93, "datetime2", 26, 6),
        ("u", 4, "int", 10, 0),
    ]
    assert rows[3]["COLUMN_DEF"] == "((1.5))"
    assert [row["NULLABLE"] for row in rows] == [0, 0, 0, 1, 1, 1, 1]
    assert rows[0]["SS_IS_IDENTITY"] == 1
    (only,) = shop.rows("sp_columns", "P", column_name="pri%")
    assert list(only)[-1] == "SS_DATA_TYPE"


def test_tables_and_keys(shop: Bench) -> None:
    tables = shop.rows("sp_tables", table_owner="dbo", table_type="'TABLE'")
    assert [row["TABLE_NAME"] for row in tables] == ["child", "p"]
    (primary,) = shop.rows("sp_pkeys", "p")
    assert (primary["COLUMN_NAME"], primary["KEY_SEQ"], primary["PK_NAME"]) == ("id", 1, "pk")
    for rows in (shop.rows("sp_fkeys", "p"), shop.rows("sp_fkeys", fktable_name="child")):
        (foreign,) = rows
        assert (foreign["FKCOLUMN_NAME"], foreign["PKCOLUMN_NAME"]) == ("p", "id")
        assert (foreign["UPDATE_RULE"], foreign["DELETE_RULE"]) == (1, 0)
    statistics = shop.rows("sp_statistics_100", "p")
    assert [row["INDEX_NAME"] for row in statistics] == [None, "pk", "uq", "ix"]
    assert [row["TYPE"] for row in statistics] == [0, 1, 3, 3]


@pytest.mark.parametrize(
    ("pattern", "name", "fits"),
    [
        ("a%", "ABC", True),
        ("a_c", "abc", True),
        ("a\\_c", "abc", False),
        ("a\\_c", "a_c", True),
        ("a[_]c", "a_c", True),
        ("a[b-d]", "ac", True),
        ("a[^b]", "ab", False),
        ("a.c", "abc", False),
        (None, "whatever", True),
    ],
)
def test_patterns(pattern: str | None, name: str, fits: bool) -> None:
    assert bool(matcher(pattern).fullmatch(name)) is fits
