"""``check --database`` and ``migrate`` against the stand-in, through either driver."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core import checks as django_checks
from django.db.utils import ConnectionHandler
from django.test import override_settings

from django_mssql_ops import checks
from django_mssql_ops import connections as ops_connections
from tests import project
from tests.standin import Drop, Phase, StandIn
from tests.standin.logins import DEFAULT_PASSWORD

pytestmark = pytest.mark.socket

#: Seconds for each question, and how much longer than that the whole may take on a busy machine.
LIMIT, SLACK = 1.0, 3.0

Ask = Callable[..., list[django_checks.CheckMessage]]


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch, standin: StandIn) -> Iterator[Ask]:
    """``ask({"default": entry})`` is what Django would be told of these aliases."""
    monkeypatch.setenv("SSL_CERT_FILE", project.authority_file(standin.authority.pem))

    def run(entries: dict[str, dict[str, Any]]) -> list[django_checks.CheckMessage]:
        placeholder = {"default": {"ENGINE": "django.db.backends.dummy"}}
        handler = ConnectionHandler({**placeholder, **entries})
        monkeypatch.setattr(ops_connections, "connections", handler)
        return checks.check_databases(databases=list(entries))

    with override_settings(MSSQL_OPS={"TIMEOUT": LIMIT}):
        yield run


def serious(messages: list[django_checks.CheckMessage]) -> list[str | None]:
    return [message.id for message in messages if message.is_serious()]


def test_a_healthy_server_has_no_error_and_saw_one_login(
    ask: Ask, entry: dict[str, Any], standin: StandIn
) -> None:
    messages = ask({"default": entry})
    assert serious(messages) == []
    assert {message.level for message in messages} <= {django_checks.WARNING}
    assert len(standin.counters.logins) == 1


def test_a_wrong_password_is_one_error_and_one_login_for_two_aliases(
    ask: Ask, entry: dict[str, Any], standin: StandIn
) -> None:
    wrong = {**entry, "PASSWORD": "Wr0ng-One"}
    messages = ask({"default": wrong, "other": wrong})
    assert serious(messages) == ["mssql_ops.E466"]
    assert len(standin.counters.logins) == 1
    assert "Wr0ng-One" not in repr(messages)
    assert "The driver says: " in str(messages[-1].hint)


def test_a_closed_port_is_named_without_a_login(
    ask: Ask, entry: dict[str, Any], standin: StandIn
) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        messages = ask({"default": {**entry, "PORT": str(holder.getsockname()[1])}})
    assert serious(messages) == ["mssql_ops.E402"]
    assert standin.counters.accepted == 0


def test_a_silent_server_costs_the_probes_limit_and_is_named(
    ask: Ask, entry: dict[str, Any], standin: StandIn
) -> None:
    """The driver alone would wait for 15 seconds and then speak of a login."""
    standin.script.on(Phase.PRELOGIN, Drop.SILENCE)
    started_at = time.monotonic()
    messages = ask({"default": entry})
    assert time.monotonic() - started_at < LIMIT + SLACK
    assert serious(messages) == ["mssql_ops.E464"]
    assert standin.counters.logins == ()


def manage(*arguments: str, server: StandIn, driver: str, **more: str) -> project.Finished:
    """``manage.py`` in a process of its own."""
    return project.run(
        *arguments,
        server=server,
        driver=driver,
        DJANGO_SETTINGS_MODULE="tests.check.settings_without_json",
        **more,
    )


class TestAsAUserMeetsIt:
    def test_a_plain_check_sends_no_packet(self, standin: StandIn, python_driver: str) -> None:
        finished = manage("check", "--deploy", server=standin, driver=python_driver)
        assert finished.exit_code == 0, finished.stderr
        assert standin.counters.accepted == 0

    def test_migrate_goes_on_with_warnings(self, standin: StandIn, python_driver: str) -> None:
        finished = manage("migrate", server=standin, driver=python_driver)
        assert finished.exit_code == 0, finished.stderr
        assert "mssql_ops.W" in finished.stderr
        assert "mssql_ops.E" not in finished.stderr
        assert "Applying contenttypes.0001_initial... OK" in finished.stdout

    def test_migrate_stops_after_one_rejected_login(
        self, standin: StandIn, python_driver: str
    ) -> None:
        finished = manage(
            "migrate", server=standin, driver=python_driver, STANDIN_PASSWORD="Wr0ng-One"
        )
        assert finished.exit_code == 1
        assert "default: (mssql_ops.E466) the server rejected the login" in finished.stderr
        assert "The driver says: " in finished.stderr
        assert len(standin.counters.logins) == 1
        told = finished.stdout + finished.stderr
        assert "Wr0ng-One" not in told
        assert DEFAULT_PASSWORD not in told
        assert "Traceback" not in told

    def test_migrate_says_what_is_wrong_with_the_network(
        self, standin: StandIn, python_driver: str
    ) -> None:
        """And not what the driver makes of it after 15 seconds: "Login timeout expired"."""
        with socket.socket() as holder:
            holder.bind(("127.0.0.1", 0))
            port = str(holder.getsockname()[1])
            finished = manage("migrate", server=standin, driver=python_driver, STANDIN_PORT=port)
        assert finished.exit_code == 1
        assert "default: (mssql_ops.E402) no address accepts a connection" in finished.stderr
        assert "timeout" not in finished.stderr
