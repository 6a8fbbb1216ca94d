"""Aliases of SQL Server that are open: what costs beside an open connection are measured with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from tests.standin import Configuration, EncryptionPolicy, StandIn
from tests.standin.logins import DEFAULT_DATABASE, DEFAULT_PASSWORD, DEFAULT_USER


@contextmanager
def open_alias() -> Iterator[Any]:
    """The default alias, connected to a stand-in through pyodbc; closed afterwards."""
    from django.db import connections

    from django_mssql_ops.odbc import use_bundled_driver

    use_bundled_driver()
    with (
        StandIn(Configuration(encryption=EncryptionPolicy.UNAVAILABLE)) as server,
        with_aliases({"default": entry("127.0.0.1", server.port)}),
    ):
        connection = connections["default"]
        connection.ensure_connection()
        yield connection


@contextmanager
def with_aliases(entries: Mapping[str, dict[str, Any]]) -> Iterator[None]:
    """DATABASES has these entries too; this thread's connections to them are closed afterwards."""
    from django.db import connections

    before = dict(connections.settings)
    connections.settings.update(connections.configure_settings({"default": {}, **entries}))
    if "default" not in entries:
        connections.settings["default"] = before["default"]
    _forget(entries)
    try:
        yield
    finally:
        for alias in entries:
            connections[alias].close()
        _forget(entries)
        connections.settings.clear()
        connections.settings.update(before)


def _forget(aliases: Mapping[str, object]) -> None:
    """The next use of an alias makes a wrapper from the settings as they are then."""
    from django.db import connections

    for alias in aliases:
        with suppress(AttributeError):
            del connections[alias]


def entry(host: str, port: int, driver: str = "pyodbc") -> dict[str, Any]:
    """An entry of DATABASES for a server in the clear that knows the stand-in's login."""
    options = {"connection_retries": 0, "extra_params": "Encrypt=no"}
    if driver != "pyodbc":
        options["python_driver"] = driver
    return {
        "ENGINE": "mssql",
        "NAME": DEFAULT_DATABASE,
        "HOST": host,
        "PORT": str(port),
        "USER": DEFAULT_USER,
        "PASSWORD": DEFAULT_PASSWORD,
        "OPTIONS": options,
    }
