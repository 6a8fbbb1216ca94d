"""Real connections under Django: what is live, and why CONN_MAX_AGE helps nobody under ASGI."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Iterator
from contextlib import closing
from types import ModuleType
from typing import Any

import pytest
from django.core.handlers.asgi import ASGIHandler
from django.db import connections, transaction
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path

from django_mssql_ops.pooling.live import State, connections_opened, live_connections
from tests.standin import Configuration, StandIn
from tests.testing.aliases import standin_alias

pytestmark = pytest.mark.socket


@pytest.fixture(params=["pyodbc", pytest.param("mssql_python", marks=pytest.mark.mssql_python)])
def shop(request: pytest.FixtureRequest) -> Iterator[Any]:
    with StandIn(Configuration()) as server, standin_alias(server, request.param) as wrapper:
        yield wrapper


def live(alias: str) -> list[State]:
    return [one.state for one in live_connections() if one.alias == alias]


def test_a_connection_of_django_is_live_until_it_is_closed(shop: Any) -> None:
    before = connections_opened().get(shop.alias, 0)
    with closing(shop):
        shop.ensure_connection()
        # CONN_MAX_AGE is 0 by default, and what is open is at once past it.
        assert live(shop.alias) == [State.IDLE]
        with transaction.atomic(using=shop.alias):
            assert live(shop.alias) == [State.IN_TRANSACTION]
    assert live(shop.alias) == []
    shop.ensure_connection()
    assert live(shop.alias) == [State.IDLE]
    assert connections_opened().get(shop.alias, 0) - before == 2


SCOPE = {
    "type": "http",
    "http_version": "1.1",
    "method": "GET",
    "path": "/",
    "query_string": b"",
    "headers": [(b"host", b"testserver")],
    "client": ("127.0.0.1", 1),
    "server": ("testserver", 80),
    "scheme": "http",
}


async def requests(number: int) -> list[int]:
    """The statuses of so many requests, one after the other, as an ASGI server makes them."""
    application, statuses = ASGIHandler(), []
    for _ in range(number):
        body = [{"type": "http.request", "body": b"", "more_body": False}]
        sent: list[Any] = []

        async def receive(body: list[Any] = body) -> Any:
            return body.pop() if body else await asyncio.Event().wait()

        async def send(message: Any, sent: list[Any] = sent) -> None:
            sent.append(message)

        await application(dict(SCOPE), receive, send)
        statuses.append(sent[0]["status"])
    return statuses


@pytest.mark.parametrize(("age", "left"), [(60, 3), (0, 0)])
def test_under_asgi_every_request_has_a_connection_of_its_own(
    shop: Any, monkeypatch: pytest.MonkeyPatch, age: int, left: int
) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        with connections[shop.alias].cursor() as cursor:
            cursor.execute("SELECT 1")
            return HttpResponse(str(cursor.fetchone()))

    urls: Any = ModuleType("pooling_urls")
    urls.urlpatterns = [path("", view)]
    monkeypatch.setitem(sys.modules, urls.__name__, urls)
    monkeypatch.setitem(connections.settings[shop.alias], "CONN_MAX_AGE", age)
    before = connections_opened().get(shop.alias, 0)
    gc.collect()
    gc.disable()
    try:
        with override_settings(ROOT_URLCONF=urls.__name__, ALLOWED_HOSTS=["testserver"]):
            assert asyncio.run(requests(3)) == [200] * 3
        assert connections_opened()[shop.alias] - before == 3
        assert live(shop.alias) == [State.ORPHANED] * left
    finally:
        gc.enable()
    gc.collect()
    assert live(shop.alias) == []
