"""An alias of SQL Server that is open: what the cost of an attempt is measured with."""

from __future__ import annotations

from collections.abc import Iterator
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
    with StandIn(Configuration(encryption=EncryptionPolicy.UNAVAILABLE)) as server:
        before = dict(connections.settings)
        ours = {"default": _entry(server.port)}
        connections.settings.update(connections.configure_settings(ours))
        _forget(connections)
        connection = connections["default"]
        try:
            connection.ensure_connection()
            yield connection
        finally:
            connection.close()
            _forget(connections)
            connections.settings.update(before)


def _forget(connections: Any) -> None:
    """The next use of the alias makes a wrapper from the settings as they are then."""
    with suppress(AttributeError):
        del connections["default"]


def _entry(port: int) -> dict[str, Any]:
    return {
        "ENGINE": "mssql",
        "NAME": DEFAULT_DATABASE,
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "USER": DEFAULT_USER,
        "PASSWORD": DEFAULT_PASSWORD,
        "OPTIONS": {"connection_retries": 0, "extra_params": "Encrypt=no"},
    }
