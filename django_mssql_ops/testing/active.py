"""Which injections are under way, who they are for, and which of them is due.

An injection is for the context that began it: its thread, and what that awaits, because
``sync_to_async`` hands the context on. ``threads`` makes it everybody's.
"""

from __future__ import annotations

import re
import threading
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final

from django_mssql_ops.testing.driver_exceptions import Driver
from django_mssql_ops.testing.faults import Fault
from django_mssql_ops.testing.steps import Step, is_housekeeping


@dataclass(slots=True, kw_only=True, eq=False)
class Injection:
    """One fault that waits for its moments; the counters are under the lock of the module.

    ``met`` counts the moments that it could have struck at, ``fired`` those at which it did.
    ``last`` is None where it strikes for ever.
    """

    fault: Fault
    step: Step
    alias: str
    driver: Driver
    odbc_driver: str
    first: int = 1
    last: int | None = 1
    sql: re.Pattern[str] | None = None
    after: bool = False
    threads: bool = False
    without_server: bool = False
    met: int = field(default=0, init=False)
    fired: int = field(default=0, init=False)

    def concerns(self, alias: str, step: Step, sql: str) -> bool:
        if self.alias != alias or self.step is not step:
            return False
        if self.sql is not None:
            return self.sql.search(sql) is not None
        return not (step in (Step.EXECUTE, Step.FETCH) and is_housekeeping(sql))

    def is_due(self) -> bool:
        """Count one moment; whether to strike at it. Under the lock."""
        self.met += 1
        return self.met >= self.first and (self.last is None or self.met <= self.last)


_lock: Final = threading.Lock()
_mine: ContextVar[tuple[Injection, ...]] = ContextVar("django_mssql_ops.testing", default=())
_everybodys: list[Injection] = []


def begin(injection: Injection) -> None:
    if injection.threads:
        with _lock:
            _everybodys.append(injection)
    else:
        _mine.set((*_mine.get(), injection))


def end(injection: Injection) -> None:
    if injection.threads:
        with _lock:
            _everybodys.remove(injection)
    else:
        _mine.set(tuple(other for other in _mine.get() if other is not injection))


def here(alias: str) -> tuple[Injection, ...]:
    """The injections that ``alias`` meets in this context, the latest first."""
    found = [one for one in (*_everybodys, *_mine.get()) if one.alias == alias]
    return tuple(reversed(found))


def due(alias: str, step: Step, sql: str = "") -> Injection | None:
    """Count this moment for every injection that it concerns; the latest that is due strikes."""
    concerned = [one for one in here(alias) if one.concerns(alias, step, sql)]
    if not concerned:
        return None
    with _lock:
        striking = next((one for one in [one for one in concerned if one.is_due()]), None)
        if striking is not None:
            striking.fired += 1
    return striking
