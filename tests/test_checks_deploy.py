"""``check --deploy``: what is said of production, besides what is said always."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import checks as django_checks
from django.test import override_settings
from pytest import MonkeyPatch

from django_mssql_ops import checks, odbc
from tests.configuration.entries import DRIVER_17, DRIVER_18, entry, implicit, mssql_python

ON_AZURE = "shop.database.windows.net"
SECRET = "Xq9#vT7zKw"


def register_drivers(monkeypatch: MonkeyPatch, *drivers: tuple[str, str]) -> None:
    """Make these names and libraries the registered drivers."""
    found = odbc.DriverInventory(
        drivers=tuple(odbc.RegisteredDriver(name, library, "") for name, library in drivers),
        data_sources=(),
        system_directory="/etc",
        bundled=None,
    )
    monkeypatch.setattr(odbc, "inventory", lambda: found)


@pytest.fixture(autouse=True)
def _installed(monkeypatch: MonkeyPatch) -> None:
    register_drivers(monkeypatch, (DRIVER_18, "/opt/driver/libmsodbcsql-18.6.so.2.1"))


def about(databases: Any, **more: Any) -> list[django_checks.CheckMessage]:
    made_up = SimpleNamespace(DATABASES=databases, **more)
    return checks.messages_about(made_up, deploy_only=True)


def ids(values: Any, **more: Any) -> list[str | None]:
    """What is said of a project with this one entry, in production only."""
    return [message.id for message in about({"default": values}, **more)]


@pytest.mark.parametrize("values", [entry(), entry(extra="Encrypt=strict"), mssql_python()])
def test_a_sound_project_has_no_message(values: Any) -> None:
    assert ids(values) == []


#: One fault each, and all that the rules of production say about it.
FAULTS: list[tuple[Any, str]] = [
    (entry(extra="Encrypt=no"), "E201"),
    (entry(options={"driver": DRIVER_17}), "E202"),
    (implicit(), "W203"),
    (entry(extra="TrustServerCertificate=yes"), "E204"),
    (mssql_python(extra="TrustServerCertificate=yes", HOST=ON_AZURE, USER=""), "E205"),
    (entry(USER="sa"), "E208"),
    (entry(USER="sa", HOST=ON_AZURE), "E208"),
    (entry(HOST=ON_AZURE), "W209"),
    (entry(extra="Authentication=ActiveDirectoryPassword", HOST=ON_AZURE), "E210"),
    (mssql_python(extra="Authentication=ActiveDirectoryDeviceCode"), "E211"),
    (entry(USER="", PASSWORD="", TOKEN=SECRET), "W213"),
    (entry(USER="", PASSWORD="", extra=f"UID=app;PWD={SECRET}"), "W214"),
    (entry(options={"query_timeout": 0}), "W216"),
    (entry(options={"isolation_level": "READ UNCOMMITTED"}), "W218"),
    (entry(NAME="tempdb"), "E220"),
    (entry(NAME=None), "E220"),
]


@pytest.mark.parametrize(("values", "expected"), FAULTS)
def test_one_fault_is_one_message(monkeypatch: MonkeyPatch, values: Any, expected: str) -> None:
    register_drivers(
        monkeypatch,
        (DRIVER_18, "libmsodbcsql-18.6.so.2.1"),
        (DRIVER_17, "libmsodbcsql-17.10.so.6.1"),
    )
    (message,) = about({"default": values})
    assert message.id == f"mssql_ops.{expected}"
    assert message.obj == "default"
    assert SECRET not in repr(message)


@pytest.mark.parametrize(
    ("values", "always", "deployed"),
    [
        (entry(NAME="master"), "W104", "E220"),
        (entry(USER="", PASSWORD="", TOKEN=SECRET), "W135", "W213"),
        (entry(extra="Authentication=ActiveDirectoryPassword"), "W140", "E210"),
        (entry(options={"isolation_level": "READ UNCOMMITTED"}), "W164", "W218"),
    ],
)
def test_what_is_said_always_is_said_of_production_in_other_words(
    values: Any, always: str, deployed: str
) -> None:
    project = SimpleNamespace(DATABASES={"default": values})
    first = {message.id: message.msg for message in checks.messages_about(project)}
    second = {message.id: message.msg for message in about({"default": values})}
    assert f"mssql_ops.{always}" in first
    assert list(second) == [f"mssql_ops.{deployed}"]
    assert not set(first.values()) & set(second.values())


class TestTheProject:
    def test_debug_is_said_once(self) -> None:
        (message,) = about({"default": entry(), "other": entry()}, DEBUG=True)
        assert (message.id, message.obj) == ("mssql_ops.W228", "(project)")

    def test_debug_is_said_of_sql_server_only(self) -> None:
        assert about({"default": {"ENGINE": "django.db.backends.sqlite3"}}, DEBUG=True) == []


class TestDriverVersions:
    def test_come_from_the_names_of_the_registered_libraries(
        self, monkeypatch: MonkeyPatch
    ) -> None:
        register_drivers(monkeypatch, (DRIVER_18, "/opt/driver/libmsodbcsql-18.2.so.1.1"))
        (message,) = about({"default": entry()})
        assert message.id == "mssql_ops.W221"
        assert "18.2.1.1" in message.msg

    def test_the_first_of_one_name_counts_as_for_the_driver_manager(
        self, monkeypatch: MonkeyPatch
    ) -> None:
        register_drivers(
            monkeypatch,
            (DRIVER_18, "libmsodbcsql-18.6.so.2.1"),
            (DRIVER_18.lower(), "libmsodbcsql-18.1.so.1.1"),
        )
        assert ids(entry()) == []

    def test_that_nobody_can_tell_say_nothing(self, monkeypatch: MonkeyPatch) -> None:
        register_drivers(monkeypatch, (DRIVER_18, r"C:\Windows\system32\msodbcsql18.dll"))
        assert ids(entry()) == []

    def test_that_cannot_be_read_say_nothing(self, monkeypatch: MonkeyPatch) -> None:
        def refuse() -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(odbc, "inventory", refuse)
        assert ids(entry()) == []


def test_a_hint_ends_with_the_page_of_its_rule() -> None:
    (message,) = about({"default": entry(USER="sa")})
    assert str(message.hint).endswith(" See docs/checks/208-login-sa.md")


def test_one_can_be_silenced() -> None:
    with override_settings(SILENCED_SYSTEM_CHECKS=["mssql_ops.E208"]):
        (message,) = about({"default": entry(USER="sa")})
        assert message.is_silenced()


#: Whoever opens a socket or looks a name up while settings are checked ends in a traceback.
PROGRAM = """
import socket, sys
from django.conf import settings
settings.configure(
    DEBUG=True,
    MIDDLEWARE=[],
    INSTALLED_APPS=["django_mssql_ops"],
    DATABASES={
        alias: {"ENGINE": "mssql", "NAME": "shop", "HOST": "db.example.com", "OPTIONS": options}
        for alias, options in [("default", {}), ("other", {"python_driver": "mssql_python"})]
    },
)
import django
django.setup()
def refuse(*_arguments, **_more):
    raise AssertionError("the network was used")
socket.socket.connect = socket.getaddrinfo = socket.create_connection = refuse
from django.core import checks
messages = checks.run_checks(tags=["mssql"], include_deployment_checks=True)
assert {"mssql_ops.W228", "mssql_ops.W216"} <= {message.id for message in messages}
print(*sorted(sys.modules))
"""
DRIVERS = {"pyodbc", "mssql_python", "mssql_python_odbc", "ddbc_bindings", "cryptography", "mssql"}


@pytest.mark.process
def test_neither_the_network_nor_a_driver_is_touched() -> None:
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert run.returncode == 0, run.stderr
    assert not {name.partition(".")[0] for name in run.stdout.split()} & DRIVERS
