"""SQLite stands for the vendors whose DB-API connection stays what it is."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections, transaction

from django_mssql_ops.retry.effects import AliasEffects, Effects

ALIAS = "other"
INSERT = "INSERT INTO ledger (a) VALUES (1)"


@pytest.fixture
def wrapper() -> Iterator[Any]:
    connections.settings[ALIAS] = {**connections.settings["default"], "NAME": ":memory:"}
    found = connections[ALIAS]
    with found.cursor() as cursor:
        cursor.execute("CREATE TABLE ledger (a int unique)")
    yield found
    # Django's close() leaves a database in memory open.
    if found.connection is not None:
        found.connection.close()
    del connections[ALIAS]
    del connections.settings[ALIAS]


@pytest.fixture
def effects(wrapper: Any) -> Iterator[Effects]:
    level = Effects()
    level.open()
    yield level
    level.close()


def only(effects: Effects) -> AliasEffects:
    [found] = effects.aliases
    return found


def run(wrapper: Any, sql: str = INSERT) -> None:
    with wrapper.cursor() as cursor:
        cursor.execute(sql)


def test_a_write_outside_a_transaction(wrapper: Any, effects: Effects) -> None:
    run(wrapper)
    run(wrapper, "SELECT a FROM ledger")
    found = only(effects)
    assert (found.writes_outside, found.statements, found.is_sql_server) == ([INSERT], 2, False)
    assert type(wrapper.connection) is sqlite3.Connection


def test_transactions(wrapper: Any, effects: Effects) -> None:
    with transaction.atomic(using=ALIAS), transaction.atomic(using=ALIAS):
        run(wrapper)
    assert only(effects).writes_committed == [INSERT]
    with contextlib.suppress(ZeroDivisionError), transaction.atomic(using=ALIAS):
        run(wrapper, "DELETE FROM ledger")
        raise ZeroDivisionError
    found = only(effects)
    assert (found.writes_committed, found.writes_open, found.writes_outside) == ([INSERT], [], [])


def test_what_others_commit_by_themselves_outlives_a_rollback(
    wrapper: Any, effects: Effects
) -> None:
    with contextlib.suppress(ZeroDivisionError), transaction.atomic(using=ALIAS):
        run(wrapper, "CREATE TABLE t (a int)")
        raise ZeroDivisionError
    assert only(effects).writes_outside == ["CREATE TABLE t (a int)"]


def test_an_outer_block(wrapper: Any) -> None:
    with transaction.atomic(using=ALIAS):
        effects = Effects()
        effects.open()
        run(wrapper)
        effects.close()
    assert only(effects).writes_in_outer == [INSERT]


def test_a_commit_that_fails(
    wrapper: Any, effects: Effects, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(wrapper, "PRAGMA foreign_keys = ON")
    run(wrapper, "CREATE TABLE p (a int primary key)")
    run(wrapper, "CREATE TABLE c (a int REFERENCES p (a) DEFERRABLE INITIALLY DEFERRED)")
    with pytest.raises(Exception, match="FOREIGN KEY"), transaction.atomic(using=ALIAS):
        run(wrapper, "INSERT INTO c VALUES (1)")
    assert len(only(effects).commit_failures) == 1


def test_a_failure_outside(wrapper: Any, effects: Effects) -> None:
    run(wrapper)
    with pytest.raises(Exception, match="UNIQUE"):
        run(wrapper)
    [(text, _)] = only(effects).failures_outside
    assert text == INSERT
