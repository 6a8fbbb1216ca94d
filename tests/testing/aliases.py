"""Aliases of DATABASES that exist for one test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.standin import StandIn
from tests.standin.logins import DEFAULT_DATABASE, DEFAULT_PASSWORD, DEFAULT_USER

DRIVERS = ("pyodbc", "mssql_python")


def entry_for(port: int, driver: str, **options: Any) -> dict[str, Any]:
    chosen: dict[str, Any] = {
        "connection_retries": 0,
        "connection_timeout": 5,
        "query_timeout": 1,
        "extra_params": "Encrypt=no;ConnectRetryCount=0",
        **options,
    }
    if driver == "mssql_python":
        chosen["python_driver"] = "mssql_python"
    else:
        chosen["driver"] = "ODBC Driver 18 for SQL Server"
    return {
        "ENGINE": "mssql",
        "NAME": DEFAULT_DATABASE,
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "USER": DEFAULT_USER,
        "PASSWORD": DEFAULT_PASSWORD,
        "OPTIONS": chosen,
    }


@contextmanager
def alias(name: str, entry: dict[str, Any]) -> Iterator[BaseDatabaseWrapper]:
    """``django.db.connections[name]`` for as long as the block runs."""
    if entry["OPTIONS"].get("python_driver"):
        import mssql_python

        mssql_python.pooling(enabled=False)
    databases = {"default": {"ENGINE": "django.db.backends.sqlite3"}, name: entry}
    connections.settings[name] = connections.configure_settings(databases)[name]
    wrapper = connections[name]
    try:
        yield wrapper
    finally:
        # Whatever state a fault has left it in.
        raw, wrapper.connection = wrapper.connection, None
        if raw is not None:
            with suppress(Exception):
                raw.close()
        del connections[name]
        del connections.settings[name]


@contextmanager
def standin_alias(standin: StandIn, driver: str, **options: Any) -> Iterator[BaseDatabaseWrapper]:
    # A name of its own: mssql-django remembers the server's version by alias, for ever.
    with alias(f"standin_{standin.port}", entry_for(standin.port, driver, **options)) as wrapper:
        yield wrapper
