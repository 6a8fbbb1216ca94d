"""What an attempt may wait for: logins without the backend's own retries, and, under a deadline,
time-outs of the driver that fit into it.

mssql-django tries a login up to six times with fixed pauses of 5 s, below every retry of ours:
layers must not multiply, so an attempt makes one login and the engine does the rest. A query that
the server does not answer ends after three times the driver's time-out (measured with
msodbcsql 18.6.2), so that is set to a third of what remains. Neither changes the project's
settings. An open connection's time-out is lowered when the attempt first uses it, so that whoever
asks the database nothing pays nothing, and what was lowered is restored when the attempt ends.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, Final

from django_mssql_ops.retry.effects import Effects, arrive, current, current_level, now, set_level

#: Seconds. The driver knows whole ones only, and 0 means for ever.
SHORTEST: Final = 1
#: The driver gives up after so many times its own time-out.
PATIENCE: Final = 3
#: ODBC's SQL_ATTR_CONNECTION_TIMEOUT. pyodbc sets it with its ``timeout``; mssql-python does not,
#: and waits for a silent server for ever without it, whatever its ``timeout`` is (measured, 1.16).
_CONNECTION_TIMEOUT: Final = 113

#: On a wrapper whose logins are bound.
_MARK: Final = "_mssql_ops_logins_bound"


class Level(Effects):
    """An attempt's level that knows until when it may last, on ``clock``.

    ``owner`` is whose attempt it is. A level in another ends with it at the latest.
    """

    __slots__ = ("clock", "lowered", "owner", "until")

    until: float | None

    def __init__(
        self,
        owner: object = None,
        *,
        until: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        # Every call makes a level and opens it: here and below, what the base class does is written
        # out, because frames are most of what that costs.
        self.by_alias = {}
        self.is_open = False
        self.opened_at = 0
        self._outer = None
        self.owner = owner
        self.until = until
        self.clock = clock
        #: Connections whose time-out was lowered, and what it was.
        self.lowered: list[tuple[Any, int]] | None = None

    def open(self) -> None:
        """Begin the level, with the connections that this thread has already."""
        if not _bound.arrived:
            _arrive()
        outer = current_level()
        while outer is not None and not outer.is_open:
            outer = outer._outer
        self._outer = outer
        self.is_open = True
        self.opened_at = now()
        set_level(self)
        if outer is not None and outer.until is not None:
            self._end_with(outer)

    def _end_with(self, outer: Effects) -> None:
        if not isinstance(outer, Level) or outer.until is None:
            return
        if self.until is None:
            self.clock, self.until = outer.clock, outer.until
        else:
            self.until = min(self.until, outer.until)

    def close(self) -> None:
        """End the level and give the connections back the time-outs that they had."""
        self.is_open = False
        if current_level() is self:
            set_level(self._outer)
        if self.lowered is not None:
            self._restore(self.lowered)

    def _restore(self, lowered: list[tuple[Any, int]]) -> None:
        """Whoever ends last gives the project's own time-out back.

        Levels nest, but those of two coroutines on one connection may overlap, and then the first
        to begin is not the last to end.
        """
        while lowered:
            connection, before = lowered.pop()
            entry = _originals[id(connection)]
            entry.levels -= 1
            if not entry.levels:
                del _originals[id(connection)]
                before = entry.seconds
            elif before == entry.seconds:
                continue
            # A connection that is gone needs no time-out.
            with suppress(Exception):
                _set(connection, before)

    @property
    def remaining(self) -> float | None:
        """Seconds until the deadline, not below 0; None without one."""
        return None if self.until is None else max(0.0, self.until - self.clock())

    def lower(self, connection: Any) -> None:
        """Lower the query time-out of a driver's own connection, and never raise it.

        Three times as much fits into what remains.
        """
        if self.until is None:
            return
        # A request that queries under a deadline comes here: no frames, as above.
        allowed = int((self.until - self.clock()) / PATIENCE)
        if allowed < SHORTEST:
            allowed = SHORTEST
        try:
            before = connection.timeout
            if 0 < before <= allowed:
                if connection.__class__.__module__ == "pyodbc":
                    return
                # mssql-python has been told, and does not keep to it.
                allowed = before
            if self.lowered is None:
                self.lowered = []
            self.lowered.append((connection, before))
            entry = _originals.get(id(connection))
            if entry is None:
                entry = _originals[id(connection)] = _Original(before)
            entry.levels += 1
            _set(connection, allowed)
        except Exception:  # noqa: S110  one that is gone says so itself, when it is used
            pass


class _Original:
    """A connection's own time-out, and how many levels have lowered it."""

    __slots__ = ("levels", "seconds")

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        self.levels = 0


#: By the id of the driver's connection, which the levels that lowered it keep alive.
_originals: Final[dict[int, _Original]] = {}


def _set(connection: Any, seconds: int) -> None:
    connection.timeout = seconds
    if connection.__class__.__module__ != "pyodbc":
        with suppress(Exception):
            connection.set_attr(_CONNECTION_TIMEOUT, seconds)


def bind(wrapper: Any) -> None:
    """Let the logins of this wrapper keep to the attempt that runs; twice does nothing.

    It is an attribute of the one instance: neither the class nor the settings are touched.
    """
    if wrapper.vendor != "microsoft":
        return
    if _MARK not in wrapper.__dict__:
        setattr(wrapper, _MARK, True)
        wrapper.get_new_connection = partial(_log_in, wrapper.get_new_connection)


def _log_in(original: Callable[[Any], Any], conn_params: Mapping[str, Any]) -> Any:
    level = current()
    if not isinstance(level, Level):
        return original(conn_params)
    connection = original({**conn_params, "OPTIONS": _options(conn_params, level.remaining)})
    if level.until is not None:
        level.lower(connection)
    return connection


def _options(conn_params: Mapping[str, Any], remaining: float | None) -> dict[str, Any]:
    options = {**(conn_params.get("OPTIONS") or {}), "connection_retries": 0}
    if remaining is not None:
        allowed = max(SHORTEST, int(remaining))
        told = options.get("connection_timeout") or 0
        options["connection_timeout"] = min(told, allowed) if told > 0 else allowed
    return options


class _Bound(threading.local):
    #: This thread's wrappers of SQL Server are bound.
    arrived = False


_bound = _Bound()


def _arrive() -> None:
    """Also the first login of a thread is bound and recorded, before there is a connection."""
    from django.db.backends.signals import connection_created

    from django_mssql_ops.retry.recording import install

    arrive()
    for wrapper in _sql_server_wrappers():
        install(wrapper)
        bind(wrapper)
    connection_created.connect(_on_connected, dispatch_uid="django_mssql_ops.retry.deadline")
    _bound.arrived = True


def _on_connected(*, connection: Any, **kwargs: object) -> None:
    """A wrapper that was made later."""
    bind(connection)


def _sql_server_wrappers() -> list[Any]:
    from django_mssql_ops.conf import ops_settings
    from django_mssql_ops.connections import sql_server_wrappers

    return list(sql_server_wrappers(further_engines=ops_settings().engines))
