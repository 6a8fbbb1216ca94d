"""Documents, versions and transactions of the catalogue."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.standin.catalog.documents import decode_table, encode
from tests.standin.catalog.initialising import initialise
from tests.standin.catalog.model import (
    Check,
    Column,
    Default,
    ForeignKey,
    IdentityProperty,
    Index,
    IndexColumn,
    SystemView,
    Table,
)
from tests.standin.engine import NOT_SUPPORTED, StatementFailed
from tests.standin.sqltypes.sql_type import INT, decimal, nvarchar
from tests.standin.tsql.nodes import ObjectName
from tests.test_standin.definition.bench import Bench

EVERYTHING = Table(
    7,
    "dbo",
    "Everything",
    (
        Column(1, "id", INT, nullable=False, identity=IdentityProperty(5, 2), comment="a number"),
        Column(2, "name", nvarchar(10), default=Default(8, "df", "(N'ä')", system_named=True)),
        Column(3, "price", decimal(10, 2), rowguid=False, user_type="dbo.money2"),
        Column(4, "twice", INT, computed="([id]*(2))", persisted=True),
    ),
    indexes=(
        Index(1, "pk", (IndexColumn("id", descending=True),), unique=True, is_primary=True),
        Index(2, "ix", (IndexColumn("name"),), included=("price",), filter="([name] IS NOT NULL)"),
    ),
    foreign_keys=(ForeignKey(9, "fk", ("id",), 7, ("id",), on_delete="CASCADE", key_index_id=1),),
    checks=(Check(10, "ck", "([id]>(0))", columns=("id",), disabled=True),),
    comment="all of it",
)


def test_a_document_gives_the_table_back() -> None:
    assert decode_table(encode(EVERYTHING, "Latin1_General_CI_AS")) == EVERYTHING


def test_names_compare_without_case(bench: Bench) -> None:
    bench.define("CREATE SCHEMA Sales")
    bench.define("CREATE TABLE Sales.[Order Line] (id int)")
    found = bench.handle.catalog.find(ObjectName("ORDER line", "sALES"))
    assert isinstance(found, Table)
    assert (found.schema, found.name) == ("Sales", "Order Line")
    assert bench.handle.catalog.find(ObjectName("Order Line")) is None


def test_system_views_are_found_in_their_schema_alone(bench: Bench) -> None:
    catalog = bench.handle.catalog
    assert isinstance(catalog.find(ObjectName("TABLES", "sys")), SystemView)
    assert isinstance(catalog.find(ObjectName("tables", "information_schema")), SystemView)
    assert catalog.find(ObjectName("tables")) is None
    assert isinstance(catalog.find(ObjectName("databases", "sys", "master")), SystemView)


def test_another_database_is_refused(bench: Bench) -> None:
    with pytest.raises(StatementFailed) as caught:
        bench.handle.catalog.find(ObjectName("t", "dbo", "other"))
    assert caught.value.failure.number == NOT_SUPPORTED


def test_each_change_has_a_version_of_its_own(bench: Bench) -> None:
    seen = {bench.handle.catalog.version}
    for text in ("CREATE TABLE t (a int)", "CREATE TABLE #t (a int)", "DROP TABLE t"):
        bench.define(text)
        assert bench.handle.catalog.version not in seen
        seen.add(bench.handle.catalog.version)


@pytest.mark.parametrize("name", ["t", "#t"])
def test_a_rollback_brings_state_and_version_back(bench: Bench, name: str) -> None:
    before = bench.handle.catalog.version
    bench.handle.begin(1)
    bench.define(f"CREATE TABLE {name} (a int PRIMARY KEY)", explicit=True)
    assert bench.handle.catalog.version != before
    bench.handle.rollback()
    assert bench.handle.catalog.version == before
    assert bench.handle.catalog.find(ObjectName(name)) is None
    bench.define(f"CREATE TABLE {name} (a int PRIMARY KEY)")


def test_a_failed_statement_leaves_nothing(bench: Bench) -> None:
    bench.handle.begin(1)
    bench.define("CREATE TABLE t (a int)", explicit=True)
    version = bench.handle.catalog.version
    with pytest.raises(StatementFailed):
        bench.define("CREATE TABLE u (a int REFERENCES nowhere (a))", explicit=True)
    assert bench.handle.catalog.version == version
    bench.handle.commit()
    assert [table.name for table in bench.handle.catalog.tables()] == ["t"]


def test_another_session_sees_what_is_committed(bench: Bench, tmp_path: Path) -> None:
    other = type(bench.handle)(bench.database, lambda: None)
    bench.handle.begin(1)
    bench.define("CREATE TABLE t (a int)", explicit=True)
    assert other.catalog.find(ObjectName("t")) is None
    bench.handle.commit()
    assert other.catalog.find(ObjectName("t")) == bench.table("t")
    bench.define("CREATE TABLE #own (a int)")
    assert other.catalog.find(ObjectName("#own")) is None
    other.close()


def test_referencing_knows_both_sides(bench: Bench) -> None:
    bench.define("CREATE TABLE p (id int PRIMARY KEY, up int REFERENCES p (id))")
    bench.define("CREATE TABLE c (p int REFERENCES p)")
    parent = bench.table("p")
    names = {table.name for table in bench.handle.catalog.referencing(parent)}
    assert names == {"p", "c"}
    assert bench.handle.catalog.by_id(parent.object_id) == parent
    bench.define("DROP TABLE c")
    assert bench.handle.catalog.referencing(parent) == (parent,)


def test_a_file_of_another_layout_is_refused() -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("PRAGMA user_version = 999")
    with pytest.raises(RuntimeError, match="layout 999"):
        initialise(connection)
    connection.close()
