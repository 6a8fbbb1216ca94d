"""A server that tests of SQL are held against: a stand-in, or a real one from the environment."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Self

import pytest

from django_mssql_ops.odbc import BUNDLED_DRIVER_NAME
from tests.standin import StandIn
from tests.standin.logins import DEFAULT_DATABASE, DEFAULT_PASSWORD, DEFAULT_USER

#: Seconds; only a broken test waits for it.
_LIMIT: Final = 10


@dataclass(frozen=True, slots=True)
class Server:
    """Where it listens and who may log in; ``standin`` takes scripts, a real server has none."""

    host: str
    port: int
    user: str
    database: str
    password: str = field(repr=False)
    extra: str = "Encrypt=no"
    standin: StandIn | None = None

    @classmethod
    def of(cls, standin: StandIn) -> Self:
        return cls(
            standin.host,
            standin.port,
            DEFAULT_USER,
            DEFAULT_DATABASE,
            DEFAULT_PASSWORD,
            standin=standin,
        )

    @classmethod
    def from_environment(cls) -> Self:
        """The variables that sampleproject/settings.py describes."""
        if "MSSQL_HOST" not in os.environ:
            pytest.fail("tests marked sqlserver need MSSQL_HOST and its friends: see compose.yaml")
        return cls(
            os.environ["MSSQL_HOST"],
            int(os.environ.get("MSSQL_PORT", "1433")),
            os.environ.get("MSSQL_USER", "app"),
            os.environ.get("MSSQL_NAME", "app"),
            os.environ["MSSQL_PASSWORD"],
            os.environ.get("MSSQL_EXTRA_PARAMS", "Encrypt=yes"),
        )

    def pyodbc(self) -> Any:
        import pyodbc

        driver = f"DRIVER={{{BUNDLED_DRIVER_NAME}}};"
        connection = pyodbc.connect(driver + self._odbc_string, timeout=_LIMIT, autocommit=True)
        connection.timeout = _LIMIT
        return connection

    def mssql_python(self) -> Any:
        import mssql_python

        mssql_python.pooling(enabled=False)
        return mssql_python.connect(self._odbc_string, autocommit=True, timeout=_LIMIT)

    def pytds(self) -> Any:
        import pytds

        return pytds.connect(
            dsn=self.host,
            port=self.port,
            user=self.user,
            password=self.password,
            database=self.database,
            autocommit=True,
            login_timeout=_LIMIT,
            timeout=_LIMIT,
        )

    @property
    def _odbc_string(self) -> str:
        password = self.password.replace("}", "}}")
        return (
            f"SERVER={self.host},{self.port};UID={self.user};PWD={{{password}}};"
            f"DATABASE={self.database};ConnectRetryCount=0;{self.extra}"
        )


@contextmanager
def scratch_database() -> Iterator[str]:
    """A new database on the real server of the environment, dropped in the end; its name."""
    name = f"ops_{secrets.token_hex(4)}"
    with closing(Server.from_environment().pyodbc()) as connection:
        connection.execute(f"CREATE DATABASE [{name}]")
        try:
            yield name
        finally:
            connection.execute(f"ALTER DATABASE [{name}] SET SINGLE_USER WITH ROLLBACK IMMEDIATE")
            connection.execute(f"DROP DATABASE [{name}]")
