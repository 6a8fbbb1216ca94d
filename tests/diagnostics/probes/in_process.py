"""A connection to the stand-in's engine without a driver and without a socket."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, Final

from django.db.utils import ProgrammingError
from mssql.operations import DatabaseOperations

from tests.standin.engine import Failure, ResultSet, Statement, StatementFailed
from tests.standin.profiles import SQLSERVER2022, Profile
from tests.standin.session import Session
from tests.standin.sql_engine import SqlEngine

#: The stand-in's administrator, who may do what the application may not.
ADMINISTRATOR: Final = "sa"


def server_error(number: int, text: str = "permission denied") -> ProgrammingError:
    """Django's wrapper around pyodbc's exception for error ``number`` of the server."""
    pyodbc_error = type("ProgrammingError", (Exception,), {"__module__": "pyodbc"})
    told = f"[42000] [Microsoft][ODBC Driver 18 for SQL Server][SQL Server]{text} ({number})"
    error = ProgrammingError("42000", f"{told} (SQLExecDirectW)")
    error.__cause__ = pyodbc_error("42000", f"{told} (SQLExecDirectW)")
    return error


class InProcess:
    """A DatabaseWrapper as far as probes use one; ``statements`` is what it was asked."""

    alias = "default"

    def __init__(self, profile: Profile = SQLSERVER2022) -> None:
        self.ops = DatabaseOperations(self)
        self.statements: list[str] = []
        self.description: list[tuple[str, str]] = []
        self._rows: list[tuple[object, ...]] = []
        self._engine = SqlEngine()
        self._engine.start(["app"])
        self._sessions = {
            login: Session(spid=51, profile=profile, login=login, database="app")
            for login in ("app", ADMINISTRATOR)
        }

    def close(self) -> None:
        for session in self._sessions.values():
            self._engine.session_ended(session)
        self._engine.stop()

    def define(self, *batches: str) -> None:
        """Run batches as the administrator, before anybody is asked anything."""
        for batch in batches:
            self._answer(ADMINISTRATOR, batch)

    @contextlib.contextmanager
    def cursor(self) -> Iterator[InProcess]:
        yield self

    def execute(self, sql: str) -> None:
        self.statements.append(sql)
        self._answer("app", sql)

    def fetchall(self) -> list[tuple[object, ...]]:
        return self._rows

    def fetchmany(self, size: int) -> list[tuple[object, ...]]:
        return self._rows[:size]

    def _answer(self, login: str, sql: str) -> None:
        try:
            for result in self._engine.execute(self._sessions[login], Statement(sql)):
                if isinstance(result, Failure):
                    raise server_error(result.number, result.message)
                if isinstance(result, ResultSet):
                    self.description = [(column.name, "and more") for column in result.columns]
                    self._rows = list(result.rows)
        except StatementFailed as error:
            raise server_error(error.failure.number, error.failure.message) from None


def wrapper_of(connection: InProcess) -> Any:
    """The connection as probes take it."""
    return connection
