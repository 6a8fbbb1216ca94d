"""Connections that fail with a given error at a given moment, in the place of a driver's."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django_mssql_ops.health.probing.opening import SELECT_ONE

#: The columns that a statement names, as far as a fake has to know them.
_COLUMN: Final = re.compile(r"\bAS (\w+)")


class Moment(enum.Enum):
    """When the error is raised. LOST: after one probe that went well, for every use from then on.

    ROW: never; the answers to all other questions are full of the error's text instead.
    """

    OPEN = "open"
    SELECT = "select"
    LOST = "lost"
    LOOK = "look"
    ROW = "row"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Failing:
    """What the alias's connection does."""

    moment: Moment
    error: BaseException
    driver: str = "pyodbc"


class Driver:
    """What all connections of one alias share; ``has_spoken``: the error was raised or shown."""

    def __init__(self, failing: Failing) -> None:
        self.failing = failing
        self.probes = 0
        self.has_spoken = False

    def meet(self, moment: Moment) -> None:
        """Raise the error when this is its moment, or when it has come before and stays."""
        is_lost = self.failing.moment is Moment.LOST and self.probes > 1
        if is_lost or self.failing.moment is moment:
            self.has_spoken = True
            raise self.failing.error

    def value(self) -> Any:
        if self.failing.moment is not Moment.ROW:
            return 1
        self.has_spoken = True
        return " ".join(map(str, self.failing.error.args))


class _Cursor:
    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._row: tuple[Any, ...] = ()
        self.description: list[tuple[str, None]] = []

    def execute(self, statement: str) -> _Cursor:
        if statement == SELECT_ONE:
            self._driver.probes += 1
            self._driver.meet(Moment.SELECT)
            self._row = (1,)
            return self
        self._driver.meet(Moment.LOOK)
        names = _COLUMN.findall(statement)
        self.description = [(name, None) for name in names]
        self._row = (self._driver.value(),) * len(names)
        return self

    def fetchone(self) -> tuple[Any, ...]:
        return self._row

    def close(self) -> None:
        pass


class _Connection:
    autocommit = True

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    def cursor(self) -> _Cursor:
        return _Cursor(self._driver)

    def getinfo(self, _what: int) -> str:
        return ""

    def close(self) -> None:
        self._driver.meet(Moment.CLOSE)


_CLASSES: Final = {
    "pyodbc": type("Connection", (_Connection,), {"__module__": "pyodbc"}),
    "mssql_python": type("Connection", (_Connection,), {"__module__": "mssql_python.connection"}),
}


def opener(drivers: Mapping[str, Driver]) -> Callable[..., Any]:
    """What stands in for ``connections.open_raw``: a connection for each alias."""

    def open_raw(alias: str, **_timeouts: int) -> Any:
        driver = drivers[alias]
        driver.meet(Moment.OPEN)
        return _CLASSES[driver.failing.driver](driver)

    return open_raw
