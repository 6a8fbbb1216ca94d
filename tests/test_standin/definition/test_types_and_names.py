"""Types that are refused, alias types the old way, and names that belong to the product."""

from __future__ import annotations

import pytest

from tests.standin.engine import NOT_SUPPORTED
from tests.test_standin.execution.client import Client
from tests.test_standin.execution.conftest import client, engine

__all__ = ["client", "engine"]


@pytest.mark.parametrize("kind", ["geography", "geometry", "hierarchyid", "xml(dbo.Collection)"])
def test_types_without_meaning_here_are_refused(client: Client, kind: str) -> None:
    (failure,) = client.failures(f"CREATE TABLE t (a {kind})")
    assert failure.number == NOT_SUPPORTED
    assert f"the type {kind.lower()}" in failure.message


@pytest.mark.parametrize(
    ("nullability", "is_nullable"), [("'NOT NULL'", False), ("'null'", True), (None, True)]
)
def test_sp_addtype(client: Client, nullability: str | None, is_nullable: bool) -> None:
    argument = f", {nullability}" if nullability else ""
    client.run(f"EXEC sp_addtype tid, 'varchar(6)'{argument}")
    client.run("CREATE TABLE t (a tid)")
    query = "SELECT max_length, is_nullable FROM sys.columns WHERE object_id = OBJECT_ID('t')"
    assert client.rows(query) == [(6, is_nullable)]
    assert client.numbers("EXEC sp_addtype tid, 'int'") == [219]


@pytest.mark.parametrize("name", ["sys.dm_os_wait_stats", "sysobjects", "dbo.sysindexes"])
def test_views_of_the_product_are_refused_not_missing(client: Client, name: str) -> None:
    assert client.numbers(f"SELECT * FROM {name}") == [NOT_SUPPORTED]


@pytest.mark.parametrize("name", ["nothing", "dbo.systematic", "other.sysobjects"])
def test_other_names_are_missing(client: Client, name: str) -> None:
    assert client.numbers(f"SELECT * FROM {name}") == [208]
