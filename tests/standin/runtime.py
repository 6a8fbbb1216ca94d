"""The functions inside SQLite, and what they share with the engine.

A module that implements one writes::

    @sqlite_function("tsql_len", 1)
    def _length(value: object) -> object: ...

and :func:`install` registers all of them on a connection. With ``runtime=True`` the function gets
the connection's :class:`Runtime` in front of its arguments; such a function is never deterministic.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from tests.standin.engine import StatementFailed


def _no_identity(object_id: int) -> int:
    raise RuntimeError(f"no identity source for table {object_id}")


def _no_current_identity(object_id: int) -> int | None:
    return None


def _no_rowversion() -> int:
    raise RuntimeError("no source of rowversion values")


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseFacts:
    """One database as sys.databases shows it; ``created`` in the storage form of datetime.

    ``is_read_only`` is the option of ALTER DATABASE; a secondary replica is READ_ONLY in its
    ``updateability`` without it. ``is_primary_replica`` is None outside of availability groups.
    """

    name: str
    database_id: int
    collation: str
    created: str = "2000-01-01 00:00:00.0000000"
    compatibility_level: int = 160
    state: str = "ONLINE"
    user_access: str = "MULTI_USER"
    is_read_only: bool = False
    updateability: str = "READ_WRITE"
    is_primary_replica: bool | None = None
    service_objective: str | None = None
    auto_close: bool = False
    auto_shrink: bool = False
    snapshot_isolation: str = "OFF"
    read_committed_snapshot: bool = False
    page_verify: str = "CHECKSUM"


def _everything(permission: str, table: str) -> bool:
    return True


def _no_server_state(view: str) -> list[dict[str, object]]:
    return []


def _no_databases() -> tuple[DatabaseFacts, ...]:
    return ()


@dataclass(slots=True)
class Runtime:
    """State of the statement under way on one SQLite connection.

    SQLite turns an exception of a function into a bare OperationalError, so the function's
    StatementFailed is kept in ``failure`` and whoever runs the statement raises that instead.
    ``now`` (local time, naive) and ``utc_now`` are fixed for a statement, as SQL Server's clock is.
    ``next_identity`` gives the next value of a table's identity by object_id, ``identity_current``
    the last one given (None before the first). ``databases`` are the server's. ``may`` says whether
    the session's user has a permission on ``schema.table``, or with "" in the database.
    ``server_state`` gives the rows of a dynamic management view by its name, as the login sees it.
    """

    failure: StatementFailed | None = None
    now: dt.datetime = dt.datetime(1900, 1, 1)
    utc_now: dt.datetime = dt.datetime(1900, 1, 1)
    next_identity: Callable[[int], int] = _no_identity
    identity_current: Callable[[int], int | None] = _no_current_identity
    next_rowversion: Callable[[], int] = _no_rowversion
    databases: Callable[[], tuple[DatabaseFacts, ...]] = _no_databases
    may: Callable[[str, str], bool] = _everything
    server_state: Callable[[str], list[dict[str, object]]] = _no_server_state


@dataclass(frozen=True, slots=True)
class _Function:
    implementation: Callable[..., object]
    arity: int
    deterministic: bool
    runtime: bool


_FUNCTIONS: Final[dict[tuple[str, int], _Function]] = {}
_AGGREGATES: Final[dict[tuple[str, int], type]] = {}
_COLLATIONS: Final[dict[str, Callable[[str, str], int]]] = {}


def sqlite_function(
    name: str, arity: int, *, deterministic: bool = True, runtime: bool = False
) -> Callable[[Callable[..., object]], Callable[..., object]]:
    """Make a function known to SQLite; ``arity`` -1 takes any number of arguments."""

    def register(implementation: Callable[..., object]) -> Callable[..., object]:
        _FUNCTIONS[name, arity] = _Function(
            implementation, arity, deterministic and not runtime, runtime
        )
        return implementation

    return register


def sqlite_aggregate(name: str, arity: int) -> Callable[[type], type]:
    """Make an aggregate class (``step``, ``finalize``) known to SQLite.

    With ``value`` and ``inverse`` it can have a frame of its own (OVER). Its constructor gets the
    Runtime, its StatementFailed is kept like a function's.
    """

    def register(implementation: type) -> type:
        _AGGREGATES[name, arity] = implementation
        return implementation

    return register


def sqlite_collation(name: str) -> Callable[[Callable[[str, str], int]], Callable[[str, str], int]]:
    """Make a collation known to SQLite."""

    def register(compare: Callable[[str, str], int]) -> Callable[[str, str], int]:
        _COLLATIONS[name] = compare
        return compare

    return register


def collation(name: str) -> Callable[[str, str], int]:
    """The comparison of a collation, for what sorts outside of SQLite."""
    return _COLLATIONS[name]


def install(connection: sqlite3.Connection, runtime: Runtime) -> None:
    """Register everything that was imported until now on a connection."""
    for (name, _), function in _FUNCTIONS.items():
        connection.create_function(
            name,
            function.arity,
            _guarded(function, runtime),
            deterministic=function.deterministic,
        )
    for (name, arity), aggregate in _AGGREGATES.items():
        guarded = _guarded_aggregate(aggregate, runtime)
        if hasattr(aggregate, "inverse"):
            connection.create_window_function(name, arity, guarded)
        else:
            connection.create_aggregate(name, arity, guarded)
    for name, compare in _COLLATIONS.items():
        connection.create_collation(name, compare)


def _guarded(function: _Function, runtime: Runtime) -> Callable[..., Any]:
    implementation, wants_runtime = function.implementation, function.runtime

    def guarded(*arguments: object) -> object:
        try:
            if wants_runtime:
                return implementation(runtime, *arguments)
            return implementation(*arguments)
        except StatementFailed as error:
            runtime.failure = error
            raise

    return guarded


def _guarded_aggregate(aggregate: type, runtime: Runtime) -> type:
    def guarded(method: str) -> Callable[..., object]:
        def call(self: Guarded, *arguments: object) -> object:
            try:
                return getattr(self.inner, method)(*arguments)
            except StatementFailed as error:
                runtime.failure = error
                raise

        return call

    class Guarded:
        def __init__(self) -> None:
            self.inner = aggregate(runtime)

        step = guarded("step")
        inverse = guarded("inverse")
        value = guarded("value")
        finalize = guarded("finalize")

    return Guarded
