"""The real mssql-django on the stand-in, through either driver."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, InterfaceError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler

from tests.standin import PROFILES, ConnectionRecord, StandIn
from tests.standin.fixtures import StartStandIn
from tests.standin.logins import DEFAULT_DATABASE, DEFAULT_PASSWORD, DEFAULT_USER

pytestmark = pytest.mark.socket

DRIVERS = ["pyodbc", pytest.param("mssql_python", marks=pytest.mark.mssql_python)]


def database(standin: StandIn, driver: str, **options: Any) -> dict[str, Any]:
    """An entry of DATABASES for a stand-in."""
    chosen: dict[str, Any] = {
        "connection_retries": 0,
        "connection_timeout": 10,
        "query_timeout": 10,
        "extra_params": "Encrypt=yes;TrustServerCertificate=yes",
        **options,
    }
    if driver == "mssql_python":
        chosen["python_driver"] = "mssql_python"
    return {
        "ENGINE": "mssql",
        "NAME": DEFAULT_DATABASE,
        "HOST": "127.0.0.1",
        "PORT": str(standin.port),
        "USER": DEFAULT_USER,
        "PASSWORD": DEFAULT_PASSWORD,
        "OPTIONS": chosen,
    }


@contextmanager
def wrapper(standin: StandIn, driver: str, **options: Any) -> Iterator[BaseDatabaseWrapper]:
    """A connection of the backend itself, closed for good at the end."""
    # An alias of its own: mssql-django remembers the server's version by alias, for ever.
    alias = f"standin_{standin.port}"
    handler = ConnectionHandler(
        {"default": {"ENGINE": ""}, alias: database(standin, driver, **options)}
    )
    connection = handler[alias]
    with no_pooling(driver):
        try:
            yield connection
        finally:
            connection.close()


@contextmanager
def no_pooling(driver: str) -> Iterator[None]:
    """mssql-python keeps closed connections open unless told otherwise."""
    if driver == "mssql_python":
        import mssql_python

        mssql_python.pooling(enabled=False)
    yield


def only_record(standin: StandIn) -> ConnectionRecord:
    (record,) = standin.wait_until_idle()
    return record


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("profile", PROFILES)
def test_the_backend_connects_and_selects_1(
    start_standin: StartStandIn, profile: str, driver: str
) -> None:
    standin = start_standin(profile=PROFILES[profile])
    with wrapper(standin, driver) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone()[0] == 1
    record = only_record(standin)
    assert record.encryption == "full"
    assert [trip.text for trip in record.round_trips] == ["SELECT 1"]


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_parameter_of_a_django_cursor_comes_back(standin: StandIn, driver: str) -> None:
    with wrapper(standin, driver) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT %s", ["ümlaut"])
        assert cursor.fetchone()[0] == "ümlaut"


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_transaction_commits_and_its_savepoint_is_text(standin: StandIn, driver: str) -> None:
    with wrapper(standin, driver) as connection:
        connection.ensure_connection()
        connection.set_autocommit(False)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        savepoint = connection.savepoint()
        assert savepoint
        connection.savepoint_rollback(savepoint)
        connection.commit()
        connection.set_autocommit(True)
    texts = [request.text for request in only_record(standin).requests]
    assert any(text.startswith("SAVE TRANSACTION") for text in texts)
    assert any(text.startswith("ROLLBACK TRANSACTION") for text in texts)
    # The commit is the transaction manager's; how many empty ones surround it is the driver's.
    assert "TM_COMMIT" in texts[texts.index("SELECT 1") :]


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_wrong_password_is_one_login(standin: StandIn, driver: str) -> None:
    with wrapper(standin, driver) as connection:
        connection.settings_dict["PASSWORD"] = "wrong"
        with pytest.raises((DatabaseError, InterfaceError), match="Login failed for user 'app'"):
            connection.ensure_connection()
    assert len(standin.counters.logins) == 1
