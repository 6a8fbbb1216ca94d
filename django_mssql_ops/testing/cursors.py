"""A DB-API cursor that meets the injections of its connection; the rest is the driver's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django_mssql_ops.testing.links import FaultLink
from django_mssql_ops.testing.steps import Step, begins_transaction


class FaultCursor:
    """What it does not know it hands on."""

    def __init__(self, cursor: Any, link: FaultLink) -> None:
        object.__setattr__(self, "_cursor", cursor)
        object.__setattr__(self, "_link", link)
        object.__setattr__(self, "_sql", "")

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        return type(self._cursor)

    @property
    def connection(self) -> FaultLink:
        link: FaultLink = self._link
        return link

    def execute(self, sql: Any, *args: Any, **kwargs: Any) -> Any:
        return self._send(sql, lambda: self._cursor.execute(sql, *args, **kwargs), _any(args))

    def executemany(self, sql: Any, *args: Any, **kwargs: Any) -> Any:
        return self._send(sql, lambda: self._cursor.executemany(sql, *args, **kwargs), _any(args))

    def _send(self, sql: Any, call: Callable[[], Any], has_parameters: bool) -> Any:
        text = str(sql)
        object.__setattr__(self, "_sql", text)
        step = Step.AUTOCOMMIT if begins_transaction(text) else Step.EXECUTE
        # Parameters have the statement prepared first (measured with pyodbc 5.5).
        self._link.refuse_when_lost(step, function="SQLPrepare" if has_parameters else "")
        result = self._link.meet(step, call, sql=text)
        return self if result is self._cursor else result

    def fetchone(self) -> Any:
        return self._fetch(self._cursor.fetchone)

    def fetchmany(self, *args: Any, **kwargs: Any) -> Any:
        return self._fetch(lambda: self._cursor.fetchmany(*args, **kwargs))

    def fetchall(self) -> Any:
        return self._fetch(self._cursor.fetchall)

    def fetchval(self) -> Any:
        return self._fetch(self._cursor.fetchval)

    def __iter__(self) -> FaultCursor:
        return self

    def __next__(self) -> Any:
        return self._fetch(lambda: next(self._cursor))

    def _fetch(self, call: Callable[[], Any]) -> Any:
        self._link.refuse_when_lost(Step.FETCH)
        return self._link.meet(Step.FETCH, call, sql=self._sql)

    def commit(self) -> Any:
        return self._link.commit()

    def rollback(self) -> Any:
        return self._link.rollback()

    def __enter__(self) -> FaultCursor:
        self._cursor.__enter__()
        return self

    def __exit__(self, *details: Any) -> Any:
        return self._cursor.__exit__(*details)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._cursor, name, value)

    def __repr__(self) -> str:
        return f"<with faults {self._cursor!r}>"


def _any(arguments: tuple[Any, ...]) -> bool:
    """Whether there are parameters: mssql-django hands an empty tuple over where there are none."""
    return len(arguments) > 1 or (len(arguments) == 1 and bool(arguments[0]))
