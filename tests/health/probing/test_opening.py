"""The own connection through both drivers: what it costs, and what it leaves alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from django.db.backends.signals import connection_created

from django_mssql_ops.connections import open_raw
from django_mssql_ops.health.probing.opening import SELECT_ONE, Own, open_own
from tests.standin import StandIn
from tests.testing.aliases import alias, entry_for

pytestmark = pytest.mark.socket

NAME = "shop"


class _Raw:
    """A connection that counts its ends."""

    def __init__(self) -> None:
        self.ends = 0

    def cursor(self) -> object:
        return object()

    def close(self) -> None:
        self.ends += 1


@pytest.fixture
def shop(standin: StandIn, driver: str) -> Iterator[str]:
    """An alias that no thread of the test has used."""
    with alias(NAME, entry_for(standin.port, driver)):
        del connections[NAME]
        yield NAME
        # Put back for the one who takes it away.
        connections[NAME]


@pytest.fixture
def own(shop: str) -> Iterator[Own]:
    opened = open_own(shop, login_timeout=5, query_timeout=5)
    yield opened
    opened.close()


def test_a_probe_is_one_request_and_no_cancellation(own: Own, standin: StandIn) -> None:
    before = standin.counters.connections[0].request_count
    for _ in range(5):
        own.select_one()
    [record] = standin.counters.connections
    assert record.request_count - before == 5
    asked = record.requests[-5:]
    assert {(request.kind, request.text) for request in asked} == {("batch", SELECT_ONE)}


def test_nothing_of_djangos_is_made_or_told(shop: str) -> None:
    told: list[object] = []

    def note(**kwargs: object) -> None:
        told.append(kwargs)

    connection_created.connect(note)
    try:
        open_own(shop, login_timeout=5, query_timeout=5).close()
    finally:
        connection_created.disconnect(note)
    assert not told
    assert shop not in {wrapper.alias for wrapper in connections.all(initialized_only=True)}


def test_it_is_in_autocommit_and_has_its_time_outs(shop: str, driver: str) -> None:
    own = open_own(shop, login_timeout=5, query_timeout=3)
    try:
        assert own.connection.autocommit
        assert own.connection.timeout == 3
        assert own.python_driver == driver
    finally:
        own.close()


def test_opening_again_is_another_connection(own: Own, standin: StandIn) -> None:
    first, at = own.connection, own.opened_at
    own.reopen()
    own.select_one()
    assert own.connection is not first
    assert own.opened_at > at
    assert standin.counters.accepted == 2


def test_closing_ends_it(shop: str, standin: StandIn) -> None:
    own = open_own(shop, login_timeout=5, query_timeout=5)
    own.select_one()
    own.close()
    [record] = standin.wait_until_idle()
    assert record.accepted


def test_one_login_is_made_whatever_fails(standin: StandIn, driver: str) -> None:
    """The backend tries six times for 4060 with its own defaults."""
    entry = entry_for(standin.port, driver, connection_retries=5)
    entry["NAME"] = "nowhere"
    with alias(NAME, entry), pytest.raises(Exception, match="ogin"):
        open_own(NAME, login_timeout=5, query_timeout=5)
    assert len(standin.wait_until_idle()) == 1


@pytest.mark.parametrize(
    "text",
    ["Encrypt=no", "Encrypt=no;ConnectRetryCount=3", "connectretrycount = {3};Encrypt=no;"],
)
def test_the_driver_does_not_reconnect(standin: StandIn, driver: str, text: str) -> None:
    """Whatever the project wants for its own connections, and without a word twice."""
    with alias(NAME, entry_for(standin.port, driver, extra_params=text)):
        own = open_own(NAME, login_timeout=5, query_timeout=5)
        own.select_one()
        standin.fail_over(0.0)
        with pytest.raises(Exception, match=r"08S01|link failure"):
            own.select_one()
        own.close()
    assert standin.counters.accepted == 1


def test_an_open_one_is_never_collected() -> None:
    raw: Any = _Raw()
    own = Own(lambda: raw)
    held = sys.getrefcount(own)
    own.close()
    assert held - sys.getrefcount(own) == 1
    assert raw.ends == 1


def test_a_connection_that_cannot_be_prepared_is_closed(
    standin: StandIn, shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = type(connections.create_connection(shop))
    whole = backend.get_new_connection

    class Refusing:
        def __init__(self, raw: Any) -> None:
            object.__setattr__(self, "raw", raw)

        def __setattr__(self, name: str, value: object) -> None:
            raise ValueError("no such attribute")

        def close(self) -> None:
            self.raw.close()  # type: ignore[attr-defined]

    monkeypatch.setattr(
        backend, "get_new_connection", lambda self, params: Refusing(whole(self, params))
    )
    with pytest.raises(ValueError, match="no such attribute"):
        open_raw(shop, login_timeout=5, query_timeout=5)
    assert len(standin.wait_until_idle()) == 1
