"""A connection to no server: it answers what the backend asks when it connects, and nothing else.

For tests of what a program does when a fault comes, where there is no server to talk to. Every
other statement does nothing and has no rows.
"""

from __future__ import annotations

import datetime
import re
from typing import Any, Final

#: What mssql-django 1.8 and 2.0 ask on a new connection; 16 is SQL Server 2022, edition 3 no Azure.
_ANSWERS: Final = (
    (re.compile(r"\s*SELECT\s+CAST\(SERVERPROPERTY\('ProductVersion'\).*EngineEdition", re.I), 2),
    (re.compile(r"\s*SELECT\s+CAST\(SERVERPROPERTY\('ProductVersion'\)", re.I), "16.0.1000.6"),
    (re.compile(r"\s*SELECT\s+CAST\(SERVERPROPERTY\('EngineEdition'\)", re.I), 3),
    (re.compile(r"\s*SELECT\s+@@TRANCOUNT", re.I), 1),
    (re.compile(r"\s*SELECT\s+(?:SYSDATETIME|GETDATE)\(\)", re.I), datetime.datetime(2022, 1, 1)),
)
_BOTH: Final = ("16.0.1000.6", 3)


class OfflineConnection:
    """The part of pyodbc's and mssql-python's connection that Django uses."""

    def __init__(self) -> None:
        self.autocommit = True
        self.timeout = 0
        self.closed = False

    def cursor(self) -> OfflineCursor:
        return OfflineCursor(self)

    def setautocommit(self, value: bool = False) -> None:
        self.autocommit = value

    def getinfo(self, kind: int) -> str:
        """The name of Microsoft's driver, which is all that the backend asks for."""
        return "libmsodbcsql-18.so"

    def add_output_converter(self, *args: Any) -> None:
        """There is nothing to convert."""

    def setencoding(self, *args: Any, **kwargs: Any) -> None:
        """There is nothing to encode."""

    def setdecoding(self, *args: Any, **kwargs: Any) -> None:
        """There is nothing to decode."""

    def commit(self) -> None:
        """There is nothing to commit."""

    def rollback(self) -> None:
        """There is nothing to roll back."""

    def close(self) -> None:
        self.closed = True


class OfflineCursor:
    """Executes everything, and has rows for the backend's own questions alone."""

    description: tuple[Any, ...] | None = None
    rowcount = -1

    def __init__(self, connection: OfflineConnection) -> None:
        self.connection = connection
        self._rows: list[tuple[Any, ...]] = []

    def execute(self, sql: str, *args: Any) -> OfflineCursor:
        answer = next((value for pattern, value in _ANSWERS if pattern.match(sql)), None)
        row = _BOTH if answer == 2 else (answer,)
        self._rows = [] if answer is None else [row]
        return self

    def executemany(self, sql: str, *args: Any) -> OfflineCursor:
        return self.execute(sql)

    def fetchone(self) -> tuple[Any, ...] | None:
        return self._rows.pop(0) if self._rows else None

    def fetchmany(self, size: int = 1) -> list[tuple[Any, ...]]:
        return self.fetchall()

    def fetchall(self) -> list[tuple[Any, ...]]:
        rows, self._rows = self._rows, []
        return rows

    def nextset(self) -> bool:
        return False

    def close(self) -> None:
        self._rows = []

    def __enter__(self) -> OfflineCursor:
        return self

    def __exit__(self, *details: Any) -> None:
        self.close()

    def __iter__(self) -> OfflineCursor:
        return self

    def __next__(self) -> tuple[Any, ...]:
        row = self.fetchone()
        if row is None:
            raise StopIteration
        return row
