"""CREATE TABLE, DROP TABLE, TRUNCATE TABLE, schemas, views and types."""

from __future__ import annotations

import sqlite3

import pytest

from tests.standin.sqltypes.sql_type import SqlType
from tests.test_standin.definition.bench import Bench


def test_nullable_unless_it_says_otherwise(bench: Bench) -> None:
    bench.define(
        "CREATE TABLE t (a int, b int NOT NULL, c int PRIMARY KEY, d int IDENTITY, e rowversion)"
    )
    nullable = {column.name: column.nullable for column in bench.table("t").columns}
    assert nullable == {"a": True, "b": False, "c": False, "d": False, "e": False}


def test_constraints_of_a_table_hold(bench: Bench) -> None:
    bench.define(
        "CREATE TABLE t (id int CONSTRAINT pk PRIMARY KEY, q int CONSTRAINT ck CHECK (q > 0),"
        " name nvarchar(5) NOT NULL UNIQUE)"
    )
    bench.insert("t", id=1, q=1, name="ab")
    for values, words in (
        ({"id": 1, "q": 1, "name": "x"}, "UNIQUE"),
        ({"id": 2, "q": 0, "name": "x"}, "ck"),
        ({"id": 2, "q": 1, "name": "AB "}, "UNIQUE"),
        ({"id": 2, "q": 1, "name": None}, "NOT NULL"),
    ):
        with pytest.raises(sqlite3.IntegrityError, match=words):
            bench.insert("t", **values)
    bench.insert("t", id=2, q=None, name="c")


def test_nulls_are_equal_in_a_unique_constraint(bench: Bench) -> None:
    bench.define("CREATE TABLE t (a int, b varbinary(5), UNIQUE (a, b))")
    bench.insert("t", a=None, b=None)
    bench.insert("t", a=None, b=b"\0")
    bench.insert("t", a=0, b=None)
    for a, b in ((None, None), (None, b"\0"), (0, None)):
        with pytest.raises(sqlite3.IntegrityError):
            bench.insert("t", a=a, b=b)


def test_nulls_outside_of_the_filter_are_free(bench: Bench) -> None:
    bench.define("CREATE TABLE t (a int)")
    bench.define("CREATE UNIQUE INDEX ux ON t (a) WHERE a IS NOT NULL")
    bench.insert("t", a=None)
    bench.insert("t", a=None)
    bench.insert("t", a=1)
    with pytest.raises(sqlite3.IntegrityError):
        bench.insert("t", a=1)


def test_computed_columns(bench: Bench) -> None:
    bench.define("CREATE TABLE t (a int NOT NULL, b AS (a * 2), c AS (a + 1) PERSISTED)")
    bench.insert("t", a=4)
    assert bench.query("SELECT b, c FROM t") == [(8, 5)]
    column = bench.table("t").column("b")
    assert column is not None
    assert (column.type, column.computed) == (SqlType("int"), "([a]*(2))")


def test_system_made_names_and_definitions(bench: Bench) -> None:
    bench.define("CREATE TABLE customers (id int PRIMARY KEY, qty int DEFAULT 0 CHECK (qty >= 0))")
    table = bench.table("customers")
    qty = table.columns[1]
    assert qty.default is not None
    assert qty.default.name.startswith("DF__customer__qty__")
    assert qty.default.definition == "((0))"
    assert table.indexes[0].name.startswith("PK__customer__")
    assert table.checks[0].name.startswith("CK__customer__qty__")
    assert table.checks[0].columns == ("qty",)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("CREATE TABLE t (a int)", 2714),
        ("CREATE TABLE pk_t (a int)", 2714),
        ("CREATE TABLE u (a int CONSTRAINT PK_T PRIMARY KEY)", 2714),
        ("CREATE TABLE u (a int, A int)", 2705),
        ("CREATE TABLE u (a int IDENTITY, b int IDENTITY)", 2744),
        ("CREATE TABLE u (a nvarchar(5) IDENTITY)", 2749),
        ("CREATE TABLE u (a int NULL IDENTITY)", 8147),
        ("CREATE TABLE u (a int PRIMARY KEY, b int PRIMARY KEY)", 1779),
        ("CREATE TABLE u (a int NULL, PRIMARY KEY (a))", 8111),
        ("CREATE TABLE u (a int, UNIQUE (b))", 1911),
        ("CREATE TABLE u (a int NOT NULL, UNIQUE (a, a))", 1909),
        ("CREATE TABLE u (a nvarchar(max) NOT NULL UNIQUE)", 1919),
        ("CREATE TABLE u (a int DEFAULT b)", 128),
        ("CREATE TABLE u (a int IDENTITY DEFAULT 1)", 1754),
        ("CREATE TABLE u (a int CHECK (b > 1))", 207),
        ("CREATE TABLE nowhere.u (a int)", 2760),
        ("CREATE TABLE u (a nothing)", 2715),
        ("CREATE TABLE u (a int REFERENCES nowhere (id))", 1767),
        ("CREATE TABLE u (a int, FOREIGN KEY (z) REFERENCES t (id))", 1769),
        ("CREATE TABLE u (a int REFERENCES t (z))", 1770),
        ("CREATE TABLE u (a int REFERENCES t (plain))", 1776),
        ("CREATE TABLE u (a bigint REFERENCES t (id))", 1778),
        ("CREATE TABLE u (a int NOT NULL REFERENCES t ON DELETE SET NULL)", 1761),
        ("CREATE TABLE u (id int PRIMARY KEY, a int REFERENCES u ON DELETE CASCADE)", 1785),
        (
            "CREATE TABLE u (a int REFERENCES t ON DELETE CASCADE,"
            " b int REFERENCES t ON DELETE SET NULL)",
            1785,
        ),
        ("DROP TABLE nowhere", 3701),
        ("DROP TABLE v", 3705),
        ("DROP TABLE t", 3726),
        ("DROP VIEW nowhere", 3701),
        ("DROP VIEW t", 3705),
        ("DROP SCHEMA nowhere", 15151),
        ("DROP SCHEMA dbo", 15151),
        ("DROP SCHEMA full_one", 3729),
        ("CREATE SCHEMA dbo", 2714),
        ("CREATE VIEW v AS SELECT 1 AS a", 2714),
        ("CREATE VIEW w AS SELECT 1 + 1", 4511),
        ("CREATE VIEW w AS SELECT id, id FROM t", 4506),
        ("CREATE VIEW w (a, b) AS SELECT id FROM t", 8159),
        ("CREATE VIEW w (a) AS SELECT id, plain FROM t", 8158),
        ("CREATE TYPE phone FROM int", 219),
        ("TRUNCATE TABLE nowhere", 4701),
        ("TRUNCATE TABLE t", 4712),
    ],
)
def test_what_is_refused(bench: Bench, text: str, number: int) -> None:
    bench.define("CREATE TABLE t (id int CONSTRAINT pk_t PRIMARY KEY, plain int)")
    bench.define("CREATE TABLE child (t int REFERENCES t)")
    bench.define("CREATE VIEW v AS SELECT id FROM t")
    bench.define("CREATE SCHEMA full_one")
    bench.define("CREATE TABLE full_one.x (a int)")
    bench.define("CREATE TYPE phone FROM varchar(20)")
    before = bench.handle.catalog.version
    assert bench.fails(text).number == number
    assert bench.handle.catalog.version == before


def test_drop_if_exists(bench: Bench) -> None:
    bench.define("DROP TABLE IF EXISTS t; DROP VIEW IF EXISTS v; DROP SCHEMA IF EXISTS s")
    bench.define("CREATE TABLE t (a int)")
    bench.define("DROP TABLE IF EXISTS t")
    assert bench.handle.catalog.tables() == ()


def test_truncate_empties_and_begins_identities_anew(bench: Bench) -> None:
    bench.define("CREATE TABLE t (id int IDENTITY (10, 5), a int)")
    object_id = bench.table("t").object_id
    bench.insert("t", id=10, a=1)
    assert bench.handle.identities.next(bench.handle, object_id) == 10
    bench.define("TRUNCATE TABLE t")
    assert bench.query("SELECT * FROM t") == []
    assert bench.handle.identities.next(bench.handle, object_id) == 10


def test_views_keep_their_columns_and_their_text(bench: Bench) -> None:
    bench.define("CREATE TABLE t (a int NOT NULL, b nvarchar(5))")
    bench.define("CREATE VIEW v (x, y) AS SELECT a + 1, b FROM t")
    bench.insert("t", a=1, b="z")
    assert bench.query("SELECT x, y FROM v") == [(2, "z")]
    assert bench.query("SELECT definition FROM sys.sql_modules") == [
        ("CREATE VIEW v (x, y) AS SELECT a + 1, b FROM t",)
    ]
    bench.define("CREATE OR ALTER VIEW v AS SELECT b FROM t")
    assert bench.query("SELECT * FROM v") == [("z",)]


def test_alias_types(bench: Bench) -> None:
    bench.define("CREATE TYPE dbo.Phone FROM varchar(20) NOT NULL")
    bench.define("CREATE TABLE t (a phone, b Phone NULL, c sysname)")
    rows = bench.query(
        "SELECT c.name, t.name, c.max_length, c.is_nullable FROM sys.columns c"
        " JOIN sys.types t ON t.user_type_id = c.user_type_id"
        " WHERE c.object_id = OBJECT_ID('t') ORDER BY c.column_id"
    )
    assert rows == [("a", "Phone", 20, 0), ("b", "Phone", 20, 1), ("c", "sysname", 256, 1)]
    assert bench.query(
        "SELECT DOMAIN_SCHEMA, DOMAIN_NAME FROM INFORMATION_SCHEMA.COLUMNS"
        " WHERE TABLE_NAME = 't' AND COLUMN_NAME = 'a'"
    ) == [("dbo", "Phone")]
