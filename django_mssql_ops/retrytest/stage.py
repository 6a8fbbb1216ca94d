"""One scenario in a thread of its own: prepare, arm, call, disarm, look at what is left.

A fresh thread has fresh connections, and one that does not come back can be left behind.
"""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from django_mssql_ops.connections import close_own_connections, wrapper_of
from django_mssql_ops.faultproxy.triggers import Injection
from django_mssql_ops.retry import budget
from django_mssql_ops.retry.log import LOGGER as RETRY_LOGGER
from django_mssql_ops.retrytest.quiet import unlogged
from django_mssql_ops.retrytest.scenarios import Scenario
from django_mssql_ops.retrytest.subjects import Ending, Subject
from django_mssql_ops.retrytest.watch import Watch

THREAD = "mssql_retrytest scenario"


class Armable(Protocol):
    """What a stage asks of the proxy."""

    def arm(self, injections: Sequence[Injection], *, seed: int) -> None: ...

    def disarm(self) -> None: ...


@dataclass(slots=True)
class Aftermath:
    """The thread after the call: can the next request use it?"""

    usable: bool = True
    open_transaction: bool = False


@dataclass(slots=True)
class Stage:
    """``problem`` is what went wrong before the faults were armed, or with the proxy. ``kept``:
    Django had the same connection after the call as before, whatever the driver did below it."""

    alias: str
    scenario: Scenario
    subject: Subject
    proxy: Armable
    injections: Sequence[Injection]
    seed: int
    watch: Watch
    sleep: Callable[[float], None] = time.sleep
    ending: Ending | None = None
    aftermath: Aftermath | None = None
    kept: bool = False
    armed_at: float = 0.0
    problem: BaseException | None = None
    _thread: threading.Thread | None = field(default=None)

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name=THREAD, daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Whether it has ended within so many seconds."""
        if self._thread is None:
            return True
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            # The jitter of delays is part of what a seed replays.
            random.seed(f"{self.seed}:{self.scenario.name}")
            budget.refill()
            self._prepare()
            before = wrapper_of(self.alias).connection
            with self.watch, unlogged(RETRY_LOGGER):
                self.ending = self.subject.call(self.watch)
            self.kept = before is not None and wrapper_of(self.alias).connection is before
            self.proxy.disarm()
            self.aftermath = look(self.alias)
        except BaseException as error:
            self.problem = error
        finally:
            _close()

    def _prepare(self) -> None:
        """Open the connection, arm the faults, rest.

        The health check of a connection (CONN_HEALTH_CHECKS) is a statement too: where nothing
        rests, it is over before a fault waits for the first statement.
        """
        if not self.scenario.idle:
            self.subject.begin()
        if self.scenario.warm:
            _open_transactions(self.alias)
        self.proxy.arm(self.injections, seed=self.seed)
        self.armed_at = time.monotonic()
        if self.scenario.idle:
            self.sleep(self.scenario.idle)
            self.subject.begin()


def look(alias: str) -> Aftermath:
    """Is a transaction open, and can the next request in this thread use the alias?"""
    wrapper = wrapper_of(alias)
    still_open = wrapper.connection is not None and _is_in_transaction(alias)
    try:
        wrapper.close_if_unusable_or_obsolete()
        _open_transactions(alias)
    except Exception:
        return Aftermath(usable=False, open_transaction=still_open)
    return Aftermath(open_transaction=still_open or wrapper.in_atomic_block)


def _is_in_transaction(alias: str) -> bool:
    """Whether Django or the server thinks so; a connection that is broken has none."""
    if wrapper_of(alias).in_atomic_block:
        return True
    try:
        return _open_transactions(alias) > 0
    except Exception:
        return False


def _open_transactions(alias: str) -> int:
    """What the server says: a driver may have lost its autocommit while Django believes in it."""
    with wrapper_of(alias).cursor() as cursor:
        cursor.execute("SELECT @@TRANCOUNT")
        return int(cursor.fetchall()[0][0])


def _close() -> None:
    """A connection that is broken may refuse to be closed: nothing is left to do about it."""
    with contextlib.suppress(Exception):
        close_own_connections()
