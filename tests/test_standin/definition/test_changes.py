"""ALTER TABLE, CREATE INDEX, DROP INDEX."""

from __future__ import annotations

import sqlite3

import pytest

from tests.test_standin.definition.bench import Bench


@pytest.fixture
def shop(bench: Bench) -> Bench:
    """Two tables with rows."""
    bench.define(
        "CREATE TABLE p (id int CONSTRAINT pk PRIMARY KEY, name nvarchar(5) NOT NULL, n int NULL,"
        " q int CONSTRAINT df DEFAULT 7, c int CONSTRAINT ck CHECK (c > 0),"
        " twice AS (q * 2), u int CONSTRAINT uq UNIQUE, free nvarchar(5))"
    )
    bench.define("CREATE TABLE child (id int NOT NULL, p int CONSTRAINT fk REFERENCES p (id))")
    bench.define("CREATE INDEX ix ON p (name)")
    bench.insert("p", id=1, name="a", n=None, q=1, c=1, u=1, free="abcd")
    bench.insert("p", id=2, name="b", n=5, q=2, c=2, u=2, free="5")
    bench.insert("child", id=1, p=1)
    return bench


def test_a_new_column_takes_its_default_where_it_must(shop: Bench) -> None:
    shop.define("ALTER TABLE p ADD a int NOT NULL CONSTRAINT d1 DEFAULT 3")
    shop.define("ALTER TABLE p ADD b int NULL CONSTRAINT d2 DEFAULT 4 WITH VALUES")
    shop.define("ALTER TABLE p ADD d int NULL CONSTRAINT d3 DEFAULT 5, e nvarchar(3)")
    assert shop.query("SELECT a, b, d, e, twice FROM p ORDER BY id") == [
        (3, 4, None, None, 2),
        (3, 4, None, None, 4),
    ]
    shop.define("ALTER TABLE p DROP CONSTRAINT d1")
    assert shop.table("p").column("a").default is None  # type: ignore[union-attr]


def test_a_new_identity_numbers_the_rows(shop: Bench) -> None:
    shop.define("ALTER TABLE child ADD number int IDENTITY (5, 5)")
    assert shop.query("SELECT number FROM child") == [(5,)]


def test_a_column_that_must_have_a_value_needs_an_empty_table(shop: Bench) -> None:
    assert shop.fails("ALTER TABLE p ADD a int NOT NULL").number == 4901
    shop.define("CREATE TABLE e (a int)")
    shop.define("ALTER TABLE e ADD b int NOT NULL")


def test_altered_types_convert_the_rows(shop: Bench) -> None:
    shop.define("ALTER TABLE p ALTER COLUMN n nvarchar(10) NULL")
    assert shop.query("SELECT n FROM p ORDER BY id") == [(None,), ("5",)]
    assert shop.fails("ALTER TABLE p ALTER COLUMN free int").number == 245
    assert shop.fails("ALTER TABLE p ALTER COLUMN free nvarchar(2)").number == 2628
    assert shop.query("SELECT free FROM p ORDER BY id") == [("abcd",), ("5",)]


def test_not_null_looks_at_the_rows(shop: Bench) -> None:
    failure = shop.fails("ALTER TABLE p ALTER COLUMN n int NOT NULL")
    assert (failure.number, failure.state) == (515, 2)
    assert "column 'n', table 'app.dbo.p'; column does not allow nulls. UPDATE" in failure.message
    shop.define("ALTER TABLE p ALTER COLUMN free nvarchar(5) NOT NULL")
    with pytest.raises(sqlite3.IntegrityError, match="NOT NULL"):
        shop.insert("p", id=3, name="c", c=3, u=3, free=None)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("ALTER TABLE nowhere ADD a int", 4902),
        ("ALTER TABLE p ADD name int", 2705),
        ("ALTER TABLE p ADD CONSTRAINT ck CHECK (n > 1)", 2714),
        ("ALTER TABLE p ADD CONSTRAINT x CHECK (n > 5)", 547),
        ("ALTER TABLE p ADD CONSTRAINT x DEFAULT 1 FOR q", 1781),
        ("ALTER TABLE p ADD CONSTRAINT x DEFAULT 1 FOR nothing", 1752),
        ("ALTER TABLE p ADD CONSTRAINT x PRIMARY KEY (name)", 1779),
        ("ALTER TABLE p ADD PRIMARY KEY (name)", 1779),
        ("ALTER TABLE child ADD CONSTRAINT x FOREIGN KEY (id) REFERENCES p (u)", None),
        ("ALTER TABLE p ALTER COLUMN nothing int", 4924),
        ("ALTER TABLE p ALTER COLUMN twice int", 4928),
        ("ALTER TABLE p ALTER COLUMN id bigint NOT NULL", 5074),
        ("ALTER TABLE p ALTER COLUMN name nvarchar(3) NOT NULL", 5074),
        ("ALTER TABLE p ALTER COLUMN name nvarchar(9) NULL", 5074),
        ("ALTER TABLE p ALTER COLUMN name nvarchar(9) NOT NULL", None),
        ("ALTER TABLE p ALTER COLUMN c bigint", 5074),
        ("ALTER TABLE p ALTER COLUMN c int NOT NULL", None),
        ("ALTER TABLE p ALTER COLUMN q bigint", 5074),
        ("ALTER TABLE child ALTER COLUMN p bigint", 5074),
        ("ALTER TABLE p DROP COLUMN nothing", 4924),
        ("ALTER TABLE p DROP COLUMN id", 5074),
        ("ALTER TABLE p DROP COLUMN name", 5074),
        ("ALTER TABLE p DROP COLUMN c", 5074),
        ("ALTER TABLE p DROP COLUMN q", 5074),
        ("ALTER TABLE child DROP COLUMN p", 5074),
        ("ALTER TABLE p DROP COLUMN twice, free, n", None),
        ("ALTER TABLE p DROP CONSTRAINT nothing", 3728),
        ("ALTER TABLE p DROP CONSTRAINT fk", 3733),
        ("ALTER TABLE p DROP CONSTRAINT ix", 3728),
        ("ALTER TABLE p DROP CONSTRAINT pk", 3725),
        ("ALTER TABLE p NOCHECK CONSTRAINT nothing", 4917),
        ("CREATE INDEX ix ON p (n)", 1913),
        ("CREATE INDEX x ON nowhere (n)", 1088),
        ("CREATE INDEX x ON p (nothing)", 1911),
        ("CREATE CLUSTERED INDEX x ON p (n)", 1902),
        ("DROP INDEX nothing ON p", 3701),
        ("DROP INDEX pk ON p", 3723),
        ("DROP INDEX uq ON p", 3723),
        ("DROP INDEX IF EXISTS nothing ON p", None),
    ],
)
def test_what_is_refused(shop: Bench, text: str, number: int | None) -> None:
    if number is None:
        shop.define(text)
        return
    before = shop.query("SELECT * FROM p ORDER BY id")
    assert shop.fails(text).number == number
    assert shop.query("SELECT * FROM p ORDER BY id") == before


def test_a_foreign_key_looks_at_the_rows_unless_told_not_to(shop: Bench) -> None:
    shop.insert("child", id=9, p=99)
    add = "ADD CONSTRAINT fk2 FOREIGN KEY (p) REFERENCES p (id)"
    failure = shop.fails(f"ALTER TABLE child {add}")
    assert failure.message == (
        'The ALTER TABLE statement conflicted with the FOREIGN KEY constraint "fk2". The conflict'
        ' occurred in database "app", table "dbo.p", column \'id\'.'
    )
    shop.define(f"ALTER TABLE child WITH NOCHECK {add}")
    asked = "SELECT is_disabled, is_not_trusted FROM sys.foreign_keys WHERE name = 'fk2'"
    assert shop.query(asked) == [(0, 1)]
    assert shop.fails("ALTER TABLE child WITH CHECK CHECK CONSTRAINT fk2").number == 547


def test_constraints_are_switched_off_and_on(shop: Bench) -> None:
    asked = "SELECT is_disabled, is_not_trusted FROM sys.check_constraints WHERE name = 'ck'"
    assert shop.query(asked) == [(0, 0)]
    shop.define("ALTER TABLE p NOCHECK CONSTRAINT ALL")
    assert shop.query(asked) == [(1, 1)]
    shop.insert("p", id=3, name="c", c=-1, u=3)
    shop.define("ALTER TABLE p CHECK CONSTRAINT ck")
    assert shop.query(asked) == [(0, 1)]
    with pytest.raises(sqlite3.IntegrityError, match="ck"):
        shop.insert("p", id=4, name="c", c=-1, u=4)
    assert shop.fails("ALTER TABLE p WITH CHECK CHECK CONSTRAINT ck").number == 547
    shop.handle.run('DELETE FROM "dbo.p" WHERE id = 3')
    shop.define("ALTER TABLE p WITH CHECK CHECK CONSTRAINT ck")
    assert shop.query(asked) == [(0, 0)]


def test_a_unique_index_names_the_duplicate(shop: Bench) -> None:
    shop.insert("p", id=3, name="A", c=1, u=None)
    failure = shop.fails("CREATE UNIQUE INDEX ux ON p (name, c)")
    assert failure.number == 1505
    assert failure.message.endswith("'ux'. The duplicate key value is (a, 1).")
    shop.insert("p", id=4, name="d", c=1, u=4)
    failure = shop.fails("ALTER TABLE p ADD UNIQUE (n)")
    assert "(<NULL>)" in failure.message


def test_indexes_survive_a_change_of_the_table(shop: Bench) -> None:
    shop.define("CREATE UNIQUE INDEX ux ON p (n) WHERE n IS NOT NULL")
    shop.define("ALTER TABLE p ALTER COLUMN free nvarchar(50)")
    with pytest.raises(sqlite3.IntegrityError):
        shop.insert("p", id=3, name="c", c=1, u=3, n=5)
    with pytest.raises(sqlite3.IntegrityError):
        shop.insert("p", id=1, name="c", c=1, u=3)


def test_temporary_tables_change_alike(bench: Bench) -> None:
    bench.define("CREATE TABLE #t (a int PRIMARY KEY, b int NULL)")
    bench.insert("#t", a=1, b=None)
    bench.define("ALTER TABLE #t ADD c int NOT NULL DEFAULT 3")
    bench.define("CREATE UNIQUE INDEX ux ON #t (b)")
    assert bench.query("SELECT a, b, c FROM #t") == [(1, None, 3)]
    with pytest.raises(sqlite3.IntegrityError):
        bench.insert("#t", a=2, b=None, c=1)
    bench.define("DROP INDEX ux ON #t; DROP TABLE #t")
    assert bench.handle.catalog.temporary_tables() == ()
