"""Where the score is played: Django's default database on a stand-in, one driver a process."""

from __future__ import annotations

import logging
import types
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import django
from django.conf import settings

from tests.scoreboard.faults import TABLE
from tests.standin import Configuration, EncryptionPolicy, StandIn
from tests.standin.logins import DEFAULT_DATABASE, DEFAULT_PASSWORD, DEFAULT_USER

#: Seconds; only what is broken waits for it.
LIMIT = 10
_CREATION = f"CREATE TABLE {TABLE} (id int IDENTITY PRIMARY KEY, name int)"
#: Filled by each play.
ROUTES = types.ModuleType("tests.scoreboard.routes")


@contextmanager
def stage(driver: str) -> Iterator[StandIn]:
    """A stand-in, and Django pointed at it; once in a process."""
    with StandIn(Configuration(encryption=EncryptionPolicy.UNAVAILABLE)) as server:
        settings.configure(
            SECRET_KEY="nothing is secret here",
            ALLOWED_HOSTS=["*"],
            USE_TZ=True,
            INSTALLED_APPS=["django_mssql_ops"],
            ROOT_URLCONF=ROUTES,
            LOGGING_CONFIG=None,
            DATABASES={"default": database(server, driver)},
        )
        django.setup()
        logging.disable()  # a page that fails is part of the game
        _be_ready(driver)
        from django.db import connection

        from tests.scoreboard.permanent import PREPARATION

        try:
            with connection.cursor() as cursor:
                for statement in (_CREATION, *PREPARATION):
                    cursor.execute(statement)
            yield server
        finally:
            connection.close()


def database(server: StandIn, driver: str) -> dict[str, Any]:
    """The entry of DATABASES: no layer but the one that is on trial tries again."""
    options: dict[str, Any] = {
        "connection_retries": 0,
        "connection_timeout": LIMIT,
        "query_timeout": LIMIT,
        "extra_params": "Encrypt=no;ConnectRetryCount=0",
    }
    if driver == "mssql_python":
        options["python_driver"] = driver
    return {
        "ENGINE": "mssql",
        "NAME": DEFAULT_DATABASE,
        "HOST": "127.0.0.1",
        "PORT": str(server.port),
        "USER": DEFAULT_USER,
        "PASSWORD": DEFAULT_PASSWORD,
        "OPTIONS": options,
    }


def _be_ready(driver: str) -> None:
    if driver == "mssql_python":
        import mssql_python

        mssql_python.pooling(enabled=False)
        return
    from django_mssql_ops.odbc import use_bundled_driver

    use_bundled_driver()
