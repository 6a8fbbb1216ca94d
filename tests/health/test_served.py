"""The whole way from the page to a server, through both drivers."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from io import StringIO
from typing import Any, Final
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.test import Client, override_settings
from health_check.management.commands.health_check import Command
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from django_mssql_ops.health import MSSQLConnection
from tests.standin.process import ServerProcess
from tests.testing.aliases import alias, entry_for

pytestmark = [pytest.mark.socket, pytest.mark.process]

#: So much that a busy machine does not matter.
HEALTH: Final = {"DATABASES": ["shop"], "NETWORKS": ["127.0.0.1"], "TIMEOUT": 10, "CACHE": 0}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with ServerProcess(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def shop(server: ServerProcess, driver: str) -> Iterator[str]:
    with (
        alias("shop", entry_for(server.port, driver)) as wrapper,
        override_settings(
            ROOT_URLCONF="django_mssql_ops.health.urls",
            ALLOWED_HOSTS=["*"],
            MSSQL_OPS={"HEALTH": HEALTH},
        ),
    ):
        yield wrapper.alias


def test_what_the_server_says_is_on_the_page(shop: str, server: ServerProcess) -> None:
    client = Client()
    assert client.get("/ready/").status_code == 200
    details = client.get("/health/?format=details")
    connection, pool = details.json()["checks"]
    assert details.status_code == 200
    assert connection["status"].startswith("OK, ")
    assert connection["status"].endswith(" ms, not encrypted, SQL authentication")
    assert connection["facts"]["Database"] == "ONLINE"
    assert connection["facts"]["Driver"] == "ODBC Driver 18"
    assert "a closed connection is " in pool["facts"]["Reuse"]
    page = client.get("/health/").content.decode()
    assert 'class="state healthy"' in page
    for secret in ("stand-in Passw0rd", str(server.port)):
        assert secret not in page


def test_its_numbers_are_openmetrics(shop: str) -> None:
    text = Client().get("/health/?format=openmetrics").content.decode()
    families: Any = text_string_to_metric_families(text)  # type: ignore[no-untyped-call]
    found = {family.name: family.samples for family in families}
    assert [sample.value for sample in found["mssql_ops_up"]] == [1.0]
    assert [sample.value for sample in found["mssql_ops_database_online"]] == [1.0]
    assert len(found["mssql_ops_live_connections"]) == 5


def test_the_facts_are_asked_seldom(shop: str, server: ServerProcess) -> None:
    check = MSSQLConnection(shop, facts_every=600)
    check.run()
    before = check.seen
    again = MSSQLConnection(shop, facts_every=600)
    again.run()
    assert before is not None and again.seen is not None
    assert again.seen.facts is before.facts
    assert again.seen.answer.at > before.answer.at


def test_a_server_that_is_not_there_is_down(driver: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    health = {**HEALTH, "TIMEOUT": 0.3, "LOGIN_TIMEOUT": 1}
    with (
        alias("shop", entry_for(port, driver)),
        override_settings(
            ROOT_URLCONF="django_mssql_ops.health.urls", MSSQL_OPS={"HEALTH": health}
        ),
    ):
        response = Client().get("/ready/")
        page = Client().get("/health/")
    assert response.status_code == 503
    assert response.json()["databases"]["shop"]["status"] == "unavailable"
    assert page.status_code == 500
    assert 'class="state down"' in page.content.decode()


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002  its name there
        pass


@pytest.fixture
def address(shop: str) -> Iterator[str]:
    """Where the project is served."""
    web: WSGIServer = make_server("127.0.0.1", 0, WSGIHandler(), handler_class=_Quiet)
    thread = threading.Thread(target=web.serve_forever, args=(0.01,), name="web server")
    thread.start()
    try:
        yield f"127.0.0.1:{web.server_port}"
    finally:
        web.shutdown()
        thread.join()
        web.server_close()


@pytest.mark.parametrize("options", [[], ["--no-http"]])
def test_the_command_of_django_health_check(address: str, options: list[str]) -> None:
    out = StringIO()
    try:
        call_command(Command(), "health", address, "--timeout", "20", *options, stdout=out)
        code = 0
    except SystemExit as ended:
        assert isinstance(ended.code, int)
        code = ended.code
    told = "MSSQLConnection(alias='shop'): OK\nMSSQLPool(alias='shop'): OK"
    assert (code, out.getvalue().strip()) == (0, told)
