"""The connections of this process that Django has open, by alias, age and state.

Django's signal ``connection_created`` tells of each; nothing else is asked, so a query costs
nothing and a new connection a few microseconds. A wrapper is held weakly: what its thread drops is
gone from here too. Looking at another thread's wrapper reads plain attributes and asks the server
nothing.

Only connections of Django's own wrappers are here: a raw connection, as that of the health checks,
is not.
"""

from __future__ import annotations

import enum
import os
import threading
import time
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

#: What mssql-django's wrapper calls its database.
_VENDOR: Final = "microsoft"
#: One wrapper a thread and alias: no process has this many threads.
_MOST_WRAPPERS: Final = 4096
#: Aliases come from DATABASES, so there are few; this many are told apart all the same.
_MOST_ALIASES: Final = 64
#: Stands for the aliases beyond that.
OTHER: Final = "other"


class State(enum.Enum):
    """What a connection is doing, as far as its wrapper tells."""

    #: Its thread has ended: nobody uses or closes it, it waits for Python's garbage collector.
    ORPHANED = "orphaned"
    #: A statement failed since the last commit; Django tests it before the next request uses it.
    BROKEN = "broken"
    IN_TRANSACTION = "in transaction"
    #: Older than CONN_MAX_AGE: closed when its thread's request ends or the next one begins. Where
    #: that is 0 it means nothing, and no connection is called so.
    EXPIRED = "expired"
    #: None of these; a statement outside of a transaction may be running.
    IDLE = "idle"


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveConnection:
    """One open connection of this process; ``age`` is seconds since its login."""

    alias: str
    age: float
    state: State


class _Opened(NamedTuple):
    """When a connection was opened, and the thread that did; None where threading has none."""

    at: float
    thread: weakref.ref[threading.Thread] | None


class Tracker:
    """Follows what the signal tells; ``clock`` gives seconds that only grow."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.forget()

    def forget(self) -> None:
        """Begin with nothing, as a forked child does: its parent's connections are not its own."""
        self._open: dict[weakref.ref[BaseDatabaseWrapper], _Opened] = {}
        self._counts: dict[str, int] = {}
        # For the counts alone. What drops a wrapper may run in the middle of anything, so that
        # takes no lock: a dict's own operations are whole.
        self._lock = threading.Lock()

    def connected(self, *, connection: BaseDatabaseWrapper, **kwargs: object) -> None:
        """The receiver of ``connection_created``."""
        if connection.vendor != _VENDOR:
            return
        # A wrapper that connects anew replaces what was known of it.
        reference = weakref.ref(connection, self._dropped)
        if reference in self._open or self._has_room():
            self._open[reference] = _Opened(self._clock(), _this_thread())
        self._count(connection.alias)

    def _has_room(self) -> bool:
        if len(self._open) < _MOST_WRAPPERS:
            return True
        for reference in list(self._open):
            wrapper = reference()
            if wrapper is None or wrapper.connection is None:
                self._open.pop(reference, None)
        return len(self._open) < _MOST_WRAPPERS

    def _dropped(self, reference: weakref.ref[BaseDatabaseWrapper]) -> None:
        self._open.pop(reference, None)

    def _count(self, alias: str) -> None:
        with self._lock:
            if alias not in self._counts and len(self._counts) >= _MOST_ALIASES:
                alias = OTHER
            self._counts[alias] = self._counts.get(alias, 0) + 1

    def counts(self) -> Mapping[str, int]:
        """How many connections were opened since the process began, by alias."""
        with self._lock:
            return dict(self._counts)

    def live(self) -> tuple[LiveConnection, ...]:
        """Those open at this moment, the oldest first."""
        now = self._clock()
        found = []
        for reference, opened in list(self._open.items()):
            wrapper = reference()
            if wrapper is None or wrapper.connection is None or wrapper.closed_in_transaction:
                continue
            state = _state(wrapper, opened, now)
            age = max(0.0, now - opened.at)
            found.append(LiveConnection(alias=wrapper.alias, age=age, state=state))
        return tuple(sorted(found, key=lambda one: -one.age))


def _this_thread() -> weakref.ref[threading.Thread] | None:
    """The thread that threading knows; asking for one it does not know would make it up."""
    known: Mapping[int, threading.Thread] = getattr(threading, "_active", {})
    thread = known.get(threading.get_ident())
    return None if thread is None else weakref.ref(thread)


def _state(wrapper: Any, opened: _Opened, now: float) -> State:
    if _has_ended(opened.thread) and not wrapper.allow_thread_sharing:
        return State.ORPHANED
    if wrapper.errors_occurred:
        return State.BROKEN
    if wrapper.in_atomic_block or not wrapper.autocommit:
        return State.IN_TRANSACTION
    persists = wrapper.settings_dict.get("CONN_MAX_AGE")
    if persists and wrapper.close_at is not None and now >= wrapper.close_at:
        return State.EXPIRED
    return State.IDLE


def _has_ended(reference: weakref.ref[threading.Thread] | None) -> bool:
    if reference is None:
        return False
    thread = reference()
    return thread is None or not thread.is_alive()


_tracker: Final = Tracker()
_UID: Final = "django_mssql_ops.pooling.live"
_started = False


def start_tracking() -> None:
    """Follow the connections that this process opens from now on; twice does nothing more."""
    global _started
    connection_created.connect(_tracker.connected, weak=False, dispatch_uid=_UID)
    if not _started:
        _started = True
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=_tracker.forget)


def live_connections() -> tuple[LiveConnection, ...]:
    """The connections to SQL Server that Django has open in this process, the oldest first."""
    return _tracker.live()


def connections_opened() -> Mapping[str, int]:
    """How many this process has opened since it began, by alias (``other`` beyond 64 of them)."""
    return _tracker.counts()
