"""The clients no one here wrote, each opened on a stand-in in its own way."""

from __future__ import annotations

from typing import Any, Protocol

from django_mssql_ops.odbc import BUNDLED_DRIVER_NAME
from tests.standin.logins import DEFAULT_DATABASE, DEFAULT_PASSWORD, DEFAULT_USER

#: Seconds; only a broken test waits for it.
LOGIN_TIMEOUT = 10


class Listening(Protocol):
    """A stand-in, in this process or in one of its own."""

    @property
    def host(self) -> str:
        """The address it listens on."""

    @property
    def port(self) -> int:
        """The port it listens on."""


def odbc_string(standin: Listening, **keywords: str) -> str:
    """A connection string for msodbcsql; keywords replace the usual ones, values verbatim."""
    usual = {
        "SERVER": f"{standin.host},{standin.port}",
        "UID": DEFAULT_USER,
        "PWD": DEFAULT_PASSWORD,
        "DATABASE": DEFAULT_DATABASE,
        "Encrypt": "no",
        "ConnectRetryCount": "0",
    }
    return ";".join(f"{key}={value}" for key, value in {**usual, **keywords}.items())


def connect_pyodbc(standin: Listening, *, autocommit: bool = True, **keywords: str) -> Any:
    import pyodbc

    connection = pyodbc.connect(
        odbc_string(standin, DRIVER=f"{{{BUNDLED_DRIVER_NAME}}}", **keywords),
        timeout=LOGIN_TIMEOUT,
        autocommit=autocommit,
    )
    connection.timeout = LOGIN_TIMEOUT
    return connection


def connect_mssql_python(standin: Listening, *, autocommit: bool = True, **keywords: str) -> Any:
    import mssql_python

    mssql_python.pooling(enabled=False)
    return mssql_python.connect(
        odbc_string(standin, **keywords), autocommit=autocommit, timeout=LOGIN_TIMEOUT
    )


def connect_pytds(standin: Listening, **keywords: Any) -> Any:
    import pytds

    usual = {
        "dsn": standin.host,
        "port": standin.port,
        "user": DEFAULT_USER,
        "password": DEFAULT_PASSWORD,
        "database": DEFAULT_DATABASE,
        "login_timeout": LOGIN_TIMEOUT,
        "timeout": LOGIN_TIMEOUT,
    }
    return pytds.connect(**{**usual, **keywords})


def connect_pymssql(standin: Listening, **keywords: Any) -> Any:
    import pymssql

    usual = {
        "server": standin.host,
        "port": str(standin.port),
        "user": DEFAULT_USER,
        "password": DEFAULT_PASSWORD,
        "database": DEFAULT_DATABASE,
        "login_timeout": LOGIN_TIMEOUT,
        "timeout": LOGIN_TIMEOUT,
        "encryption": "off",
    }
    return pymssql.connect(**{**usual, **keywords})
