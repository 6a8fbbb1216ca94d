"""A page that reads and one that writes, through the real drivers, with faults on the wire."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections, transaction
from django.http import HttpRequest, HttpResponse

from django_mssql_ops.middleware import retry_view
from tests.middleware.conftest import Site
from tests.standin import Drop, Failure, Phase, StandIn
from tests.standin.fixtures import StartStandIn
from tests.standin.logins import (
    DEFAULT_DATABASE,
    DEFAULT_PASSWORD,
    DEFAULT_USER,
    database_unavailable,
)

pytestmark = pytest.mark.socket

ALIAS = "shop"
DEADLOCK = Failure(
    number=1205,
    severity=13,
    message="Transaction (Process ID 52) was deadlocked on lock resources with another process and "
    "has been chosen as the deadlock victim. Rerun the transaction.",
    rolls_back=True,
)
READ = re.compile(r"SELECT COUNT\(\*\) FROM ledger")
WRITE = re.compile("INSERT INTO ledger")

HANDLERS = pytest.mark.parametrize("handler", ["request", "arequest"], ids=["WSGI", "ASGI"])


@pytest.fixture(params=["pyodbc", pytest.param("mssql_python", marks=pytest.mark.mssql_python)])
def shop(
    request: pytest.FixtureRequest, start_standin: StartStandIn, site: Site
) -> Iterator[StandIn]:
    """A stand-in with a table, behind the alias ``shop``."""
    server = start_standin()
    if request.param == "mssql_python":
        import mssql_python

        mssql_python.pooling(enabled=False)
    entries = connections.configure_settings({"default": {}, ALIAS: entry(server, request.param)})
    connections.settings[ALIAS] = entries[ALIAS]
    site.clean_up = forget
    try:
        with connections[ALIAS].cursor() as cursor:
            cursor.execute("CREATE TABLE ledger (id int IDENTITY PRIMARY KEY, entry int)")
        yield server
    finally:
        server.script.clear()
        forget()
        del connections.settings[ALIAS]


def forget() -> None:
    """This thread's connection and its wrapper, which knows the port of one stand-in."""
    connections[ALIAS].close()
    del connections[ALIAS]


def entry(server: StandIn, driver: str) -> dict[str, Any]:
    own = {"python_driver": driver} if driver == "mssql_python" else {}
    return {
        "ENGINE": "mssql",
        "NAME": DEFAULT_DATABASE,
        "HOST": "127.0.0.1",
        "PORT": str(server.port),
        "USER": DEFAULT_USER,
        "PASSWORD": DEFAULT_PASSWORD,
        "OPTIONS": {"extra_params": "Encrypt=no;ConnectRetryCount=0", **own},
    }


def rows() -> int:
    with connections[ALIAS].cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM ledger")
        found: int = cursor.fetchone()[0]
        return found


def serve_reading(site: Site) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        site.calls += 1
        return HttpResponse(str(rows()))

    site.serve(view)


def serve_writing(site: Site) -> None:
    @retry_view
    def view(request: HttpRequest) -> HttpResponse:
        site.calls += 1
        with connections[ALIAS].cursor() as cursor:
            cursor.execute("INSERT INTO ledger (entry) VALUES (1)")
        return HttpResponse(str(rows()))

    site.serve(view)


@HANDLERS
@pytest.mark.parametrize(
    ("when", "step"),
    [(READ, DEADLOCK), (READ, Drop.RESET), (READ, Drop.CLOSE)],
    ids=["1205", "RST", "FIN"],
)
def test_a_page_survives_one_fault(
    shop: StandIn, site: Site, handler: str, when: re.Pattern[str], step: Any
) -> None:
    serve_reading(site)
    shop.script.on(when, step, times=1)
    response = getattr(site, handler)()
    assert (response.status_code, response.content) == (200, b"0")
    assert site.calls == 2
    assert not shop.script.is_armed


@HANDLERS
def test_logins_are_not_multiplied_by_the_backends_own_retries(
    shop: StandIn, site: Site, handler: str
) -> None:
    serve_reading(site)
    connections[ALIAS].close()
    before = len(shop.counters.logins)
    shop.script.on(Phase.LOGIN, database_unavailable(DEFAULT_DATABASE))
    response = getattr(site, handler)()
    assert response.status_code == 503
    assert len(shop.counters.logins) - before == site.calls <= 3


def test_a_transaction_around_the_request_is_begun_anew(shop: StandIn, site: Site) -> None:
    connections.settings[ALIAS]["ATOMIC_REQUESTS"] = True
    serve_writing(site)
    shop.script.on(READ, DEADLOCK, times=1)
    assert site.request("POST").content == b"1"
    assert (site.calls, rows()) == (2, 1)


def test_a_write_outside_a_transaction_is_not_made_twice(shop: StandIn, site: Site) -> None:
    serve_writing(site)
    shop.script.on(READ, DEADLOCK, times=1)
    assert site.request("POST").status_code == 500
    assert (site.calls, rows()) == (1, 1)


def test_a_view_that_says_a_second_run_is_harmless_has_one(shop: StandIn, site: Site) -> None:
    @retry_view(idempotent=True)
    def view(request: HttpRequest) -> HttpResponse:
        site.calls += 1
        with connections[ALIAS].cursor() as cursor:
            cursor.execute("INSERT INTO ledger (entry) VALUES (1)")
        return HttpResponse(str(rows()))

    site.serve(view)
    shop.script.on(READ, DEADLOCK, times=1)
    assert site.request("POST").status_code == 200
    assert site.calls == 2


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_thread_is_left_wedged(shop: StandIn, site: Site, method: str) -> None:
    """Entering a block on a dead connection leaves Django unable to open another one."""
    connections.settings[ALIAS]["ATOMIC_REQUESTS"] = True
    serve_reading(site)
    with transaction.atomic(using=ALIAS):
        rows()
    shop.script.on("TM_BEGIN", Drop.RESET, times=1)
    status = site.request(method).status_code
    assert status == (200 if method == "GET" else 503)
    assert rows() == 0
