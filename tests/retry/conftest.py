"""An alias of Django's that is the stand-in, through either driver."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.standin import StandIn
from tests.standin.fixtures import ca_file, standin, start_standin
from tests.standin.logins import DEFAULT_DATABASE, DEFAULT_PASSWORD, DEFAULT_USER

__all__ = ["ca_file", "standin", "start_standin"]

ALIAS = "recorded"


@pytest.fixture(params=["pyodbc", pytest.param("mssql_python", marks=pytest.mark.mssql_python)])
def python_driver(request: pytest.FixtureRequest) -> str:
    driver: str = request.param
    return driver


def entry_for(port: int, python_driver: str, **options: Any) -> dict[str, Any]:
    """An entry of DATABASES that logs in once, without TLS."""
    chosen: dict[str, Any] = {
        "extra_params": "Encrypt=no;ConnectRetryCount=0",
        "connection_retries": 0,
        **options,
    }
    if python_driver == "mssql_python":
        chosen["python_driver"] = python_driver
    else:
        chosen["driver"] = "ODBC Driver 18 for SQL Server"
    return {
        **connections.settings["default"],
        "ENGINE": "mssql",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "NAME": DEFAULT_DATABASE,
        "USER": DEFAULT_USER,
        "PASSWORD": DEFAULT_PASSWORD,
        "OPTIONS": chosen,
    }


@contextlib.contextmanager
def alias_for(entry: dict[str, Any], alias: str = ALIAS) -> Iterator[BaseDatabaseWrapper]:
    """Django has one alias more, in this thread; afterwards it is closed and gone."""
    connections.settings[alias] = entry
    wrapper = connections[alias]
    try:
        yield wrapper
    finally:
        for block in (wrapper.atomic_blocks, wrapper.savepoint_ids):
            block.clear()
        wrapper.in_atomic_block = wrapper.closed_in_transaction = False
        with contextlib.suppress(Exception):
            wrapper.close()
        del connections[alias]
        del connections.settings[alias]


@pytest.fixture
def wrapper(standin: StandIn, python_driver: str) -> Iterator[BaseDatabaseWrapper]:
    """The alias :data:`ALIAS`, not yet connected."""
    with alias_for(entry_for(standin.port, python_driver, query_timeout=5)) as found:
        yield found
