"""Databases: made, used, dropped, and there again after a restart."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.standin.sql_engine import SqlEngine
from tests.test_standin.execution.client import Client


def test_a_new_database_can_be_used_and_dropped(client: Client) -> None:
    client.run("CREATE DATABASE [test app]")
    client.run("USE [test app]; CREATE TABLE t (a int); INSERT INTO t VALUES (5)")
    assert client.value("SELECT a FROM t") == 5
    assert client.value("SELECT DB_NAME()") == "test app"
    client.run("USE app")
    assert client.numbers("SELECT a FROM t") == [208]
    client.run("DROP DATABASE [test app]")
    assert client.numbers("USE [test app]") == [911]


def test_databases_are_listed(client: Client) -> None:
    client.run("CREATE DATABASE x")
    names = [name for (name,) in client.rows("SELECT name FROM sys.databases ORDER BY database_id")]
    assert names == ["master", "tempdb", "model", "msdb", "app", "x"]


def test_an_existing_name_is_1801_a_missing_one_3701(client: Client) -> None:
    assert client.numbers("CREATE DATABASE App") == [1801]
    assert client.numbers("DROP DATABASE missing") == [3701]
    assert client.numbers("DROP DATABASE IF EXISTS missing") == []
    assert client.numbers("DROP DATABASE master") == [3708]


def test_a_database_in_use_is_3702(client: Client, other: Client) -> None:
    client.run("CREATE DATABASE x")
    other.run("USE x")
    assert client.numbers("DROP DATABASE x") == [3702]
    other.close()
    client.run("DROP DATABASE x")


def test_single_user_ends_the_other_sessions(client: Client, other: Client) -> None:
    client.run("CREATE DATABASE x")
    other.run("USE x")
    ended: list[str] = []
    other.session.end = lambda: ended.append("other")
    client.run("ALTER DATABASE x SET SINGLE_USER WITH ROLLBACK IMMEDIATE; DROP DATABASE x")
    assert ended == ["other"]


def test_create_database_stands_outside_of_transactions(client: Client) -> None:
    client.run("BEGIN TRAN")
    assert client.numbers("CREATE DATABASE x") == [226]


def test_a_new_database_of_the_same_name_is_empty(client: Client) -> None:
    client.run("CREATE DATABASE x; USE x; CREATE TABLE t (a int IDENTITY); USE app")
    client.run("DROP DATABASE x; CREATE DATABASE x; USE x")
    assert client.numbers("SELECT * FROM t") == [208]


def test_what_is_committed_is_there_after_a_restart(tmp_path: Path) -> None:
    first = SqlEngine(tmp_path / "first")
    first.start(["app"])
    client = Client(first)
    client.run("CREATE DATABASE [odd/name %1]; CREATE TABLE t (a int IDENTITY, b int)")
    client.run("INSERT INTO t (b) VALUES (1), (2); BEGIN TRAN; INSERT INTO t (b) VALUES (3)")
    # The files as a killed process would leave them, in the middle of its transaction.
    shutil.copytree(tmp_path / "first", tmp_path / "second")
    second = SqlEngine(tmp_path / "second")
    second.start(["app"])
    again = Client(second)
    assert again.rows("SELECT a, b FROM t ORDER BY a") == [(1, 1), (2, 2)]
    again.run("USE [odd/name %1]")
    again.close()
    client.close()


def test_temporary_tables_go_with_the_reset_of_a_pooled_connection(client: Client) -> None:
    client.run("CREATE TABLE #t (a int); INSERT INTO #t VALUES (1)")
    assert client.value("SELECT COUNT(*) FROM #t") == 1
    client.engine.session_reset(client.session)
    client.session.reset()
    assert client.numbers("SELECT * FROM #t") == [208]


def test_temporary_tables_are_the_sessions_own(client: Client, other: Client) -> None:
    client.run("CREATE TABLE #t (a int); INSERT INTO #t VALUES (1)")
    other.run("CREATE TABLE #t (a int, b int)")
    assert other.rows("SELECT * FROM #t") == []
    assert client.rows("SELECT * FROM #t") == [(1,)]


def test_temporary_tables_are_rolled_back(client: Client) -> None:
    client.run("BEGIN TRAN; CREATE TABLE #t (a int); ROLLBACK")
    assert client.numbers("SELECT * FROM #t") == [208]


def test_select_into_makes_a_table_with_types(client: Client) -> None:
    client.run("CREATE TABLE t (id int IDENTITY PRIMARY KEY, n nvarchar(7), p decimal(9, 3))")
    client.run("INSERT INTO t (n, p) VALUES (N'x', 1.5)")
    client.run("SELECT id, n, p AS price INTO #copy FROM t")
    assert client.numbers("INSERT INTO #copy (n) VALUES ('too long for it')") == [2628]
    client.run("INSERT INTO #copy (n) VALUES ('y')")
    assert len(client.rows("SELECT id, n, price FROM #copy")) == 2
    assert client.numbers("SELECT 1 + 1 INTO #other") == [1038]
