"""The last stage: close the connection and look what stays open."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from django_mssql_ops.configuration import ConnectionSettings
from django_mssql_ops.diagnostics.facts import PoolingFacts, Unreadable
from django_mssql_ops.diagnostics.probes import pooling as module
from django_mssql_ops.diagnostics.probes.pooling import probe_pooling
from django_mssql_ops.pooling import PoolFacts, PoolSettings
from tests.diagnostics.rules.building import settings

POOL = PoolSettings(enabled=True, where="there", ignored="a switch", max_size=5, idle_seconds=60)


class Watch:
    """Says what it is made to say, and that it was asked after the connection was closed."""

    def __init__(self, connection: Closing, outlived: bool | None) -> None:
        self.connection = connection
        self._outlived = outlived

    def outlived(self) -> bool | None:
        assert self.connection.closed
        return self._outlived


class Closing:
    def __init__(self, failure: Exception | None = None) -> None:
        self.closed = False
        self.failure = failure

    def close(self) -> None:
        self.closed = True
        if self.failure is not None:
            raise self.failure


def probed(
    monkeypatch: pytest.MonkeyPatch,
    *,
    pool: PoolSettings = POOL,
    outlived: bool | None = True,
    failure: Exception | None = None,
) -> PoolingFacts:
    asked: list[tuple[str, str]] = []

    def pool_facts(known: ConnectionSettings, odbc_driver: str) -> PoolFacts:
        asked.append((known.python_driver, odbc_driver))
        return PoolFacts(
            conn_max_age=known.conn_max_age,
            conn_health_checks=known.conn_health_checks,
            pool=pool,
            means_asgi=True,
        )

    monkeypatch.setattr(module, "pool_facts", pool_facts)
    connection: Any = Closing(failure)
    watch: Any = Watch(connection, outlived)
    known = settings(conn_max_age=60.0, conn_health_checks=True)
    found = probe_pooling(connection, known, "Some Driver", watch, limit=5.0)
    assert asked == [("pyodbc", "Some Driver")]
    return found


def test_what_is_written_and_what_was_seen_stand_side_by_side(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert probed(monkeypatch) == PoolingFacts(
        conn_max_age=60.0,
        conn_health_checks=True,
        configured=True,
        where="there",
        kept=True,
        ignored="a switch",
        max_size=5,
        idle_seconds=60,
        means_asgi=True,
    )


def test_where_no_socket_could_be_watched_it_is_unreadable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept = probed(monkeypatch, outlived=None).kept
    assert isinstance(kept, Unreadable)
    assert "Linux" in kept.reason


def test_a_driver_that_does_not_say_is_unreadable(monkeypatch: pytest.MonkeyPatch) -> None:
    found = probed(monkeypatch, pool=PoolSettings(enabled=None, where="there"))
    assert isinstance(found.configured, Unreadable)


def test_a_connection_that_cannot_be_closed_shows_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept = probed(monkeypatch, failure=LookupError("PWD=hunter2")).kept
    assert kept == Unreadable("LookupError while the connection was closed")


def test_a_close_that_does_not_end_is_given_up() -> None:
    released = threading.Event()

    class Stuck(Closing):
        def close(self) -> None:
            released.wait(10.0)

    connection: Any = Stuck()
    watch: Any = Watch(connection, True)
    try:
        found = probe_pooling(connection, settings(), "Some Driver", watch, limit=0.01)
    finally:
        released.set()
    assert found.kept == Unreadable("the connection could not be closed in time")
