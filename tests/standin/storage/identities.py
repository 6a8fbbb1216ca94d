"""The identity values of a database: shared by its sessions, kept with its rows.

SQL Server never takes an identity value back: a rollback leaves a gap (Microsoft Learn, "CREATE
TABLE (Transact-SQL) IDENTITY"). So the last value lives in memory, where a rollback does not reach
it, and in the database, in the transaction of the rows that have it: after a restart numbering goes
on behind the rows that were committed.

TRUNCATE and DBCC CHECKIDENT do go back with their transaction. They begin a new epoch, which is
written down with the value; a state in memory of another epoch than the database's is out of date.
"""

from __future__ import annotations

import secrets
import sqlite3
import threading
from dataclasses import dataclass, replace
from typing import Final, Protocol

from tests.standin.catalog.model import Table
from tests.standin.errors.constraints import identity_overflow
from tests.standin.runtime import Runtime, sqlite_function

#: The keeper of rowversion values; no table has this object_id.
_ROWVERSION: Final = 0
#: The first value a new database gives out (@@DBTS of one is 0x00000000000007D0; unconfirmed).
_FIRST_ROWVERSION: Final = 2001
_LIMITS: Final = {
    "tinyint": (0, 2**8 - 1),
    "smallint": (-(2**15), 2**15 - 1),
    "int": (-(2**31), 2**31 - 1),
    "bigint": (-(2**63), 2**63 - 1),
}


class TableSource(Protocol):
    """What tells an identity's seed and increment."""

    def by_id(self, object_id: int) -> Table | None:
        """The table with that object_id."""


class Holder(Protocol):
    """What is asked of a session's hold on the database."""

    connection: sqlite3.Connection

    @property
    def catalog(self) -> TableSource:
        """Its view of the catalogue."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The state of one table's identity; ``last`` is None before the first value.

    ``epoch`` is 0 until it was first set from outside.
    """

    first: int
    increment: int
    lowest: int
    highest: int
    type_name: str
    last: int | None = None
    epoch: int = 0

    def advanced(self) -> Identity:
        """The state after one more value. Raises StatementFailed with 8115."""
        value = self.first if self.last is None else self.last + self.increment
        if not self.lowest <= value <= self.highest:
            raise identity_overflow(self.type_name)
        return replace(self, last=value)

    def passes(self, value: int) -> bool:
        """Whether ``value`` lies further in the direction of counting."""
        if self.last is None:
            return (value - self.first) * self.increment >= 0
        return (value - self.last) * self.increment > 0


class Identities:
    """The identity values of one database; safe to use from many threads.

    Whoever takes or sets values holds the database's write lock.
    """

    def __init__(self) -> None:
        self._known: dict[int, Identity] = {}
        self._lock = threading.Lock()

    def next(self, holder: Holder, object_id: int) -> int:
        """The next value of a table. Raises StatementFailed with 8115 when its type is used up.

        A statement that takes values asks for the :meth:`state` first, which brings it up to date.
        """
        with self._lock:
            state = self._known.get(object_id) or _loaded(holder, object_id)
            state = self._known[object_id] = state.advanced()
        assert state.last is not None
        return state.last

    def current(self, holder: Holder, object_id: int) -> int | None:
        """The last value given; None before the first."""
        with self._lock:
            return self._current(holder, object_id).last

    def state(self, holder: Holder, object_id: int) -> Identity:
        """The present state, to be given back to :meth:`restore`."""
        with self._lock:
            state = self._known[object_id] = self._current(holder, object_id)
        return state

    def restore(self, object_id: int, state: Identity) -> None:
        """Go back, so that a statement which runs a second time gets the same values."""
        with self._lock:
            self._known[object_id] = state

    def observe(self, holder: Holder, object_id: int, value: int) -> None:
        """A row brought its own value (IDENTITY_INSERT): counting goes on behind it."""
        state = self.state(holder, object_id)
        if state.passes(value):
            self.restore(object_id, replace(state, last=value))

    def reseed(self, holder: Holder, object_id: int, value: int) -> None:
        """DBCC CHECKIDENT (table, RESEED, value).

        The next row gets ``value`` where none was ever inserted since CREATE or TRUNCATE, otherwise
        ``value`` plus the increment (Microsoft Learn, "DBCC CHECKIDENT").
        """
        state = self.state(holder, object_id)
        changed = replace(state, first=value) if state.last is None else replace(state, last=value)
        self._begin_epoch(holder, object_id, changed)

    def reset(self, holder: Holder, table: Table) -> None:
        """TRUNCATE TABLE: counting begins at the seed again."""
        self._begin_epoch(holder, table.object_id, _fresh(table))

    def _begin_epoch(self, holder: Holder, object_id: int, state: Identity) -> None:
        # Temporary tables are not written down, so theirs stay in the first epoch.
        epoch = secrets.randbits(48) if object_id >= 0 else 0
        self.restore(object_id, replace(state, epoch=epoch))
        self.keep(holder, object_id)

    def keep(self, holder: Holder, object_id: int) -> None:
        """Write the state into the transaction under way; temporary tables have no need of it."""
        if object_id < 0:
            return
        with self._lock:
            state = self._known[object_id]
        holder.connection.execute(
            "INSERT OR REPLACE INTO main.standin_identities VALUES (?, ?, ?, ?)",
            (object_id, state.first, state.last, state.epoch),
        )

    def next_rowversion(self, holder: Holder) -> int:
        """The next rowversion of the database."""
        return self.next(holder, _ROWVERSION)

    def last_rowversion(self, holder: Holder) -> bytes:
        """@@DBTS: the last rowversion that was given, in its storage form."""
        last = self.current(holder, _ROWVERSION)
        return (_FIRST_ROWVERSION - 1 if last is None else last).to_bytes(8, "big")

    def keep_rowversion(self, holder: Holder) -> None:
        """Write the last rowversion into the transaction under way."""
        self.keep(holder, _ROWVERSION)

    def _current(self, holder: Holder, object_id: int) -> Identity:
        """The state in memory, unless the database is in another epoch."""
        known = self._known.get(object_id)
        if known is not None:
            row = _written(holder, object_id)
            if known.epoch == (row[2] if row else 0):
                return known
        return _loaded(holder, object_id)


def create_identity_table(connection: sqlite3.Connection) -> None:
    """Make the place where the values are kept, in a new database file."""
    connection.execute(
        "CREATE TABLE IF NOT EXISTS standin_identities"
        " (object_id INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER,"
        " epoch INTEGER NOT NULL)"
    )


def _written(holder: Holder, object_id: int) -> tuple[int, int | None, int] | None:
    """What the database has: first value, last value, epoch."""
    if object_id < 0:
        return None
    row: tuple[int, int | None, int] | None = holder.connection.execute(
        "SELECT first, last, epoch FROM main.standin_identities WHERE object_id = ?", (object_id,)
    ).fetchone()
    return row


def _loaded(holder: Holder, object_id: int) -> Identity:
    fresh, row = _initial(holder, object_id), _written(holder, object_id)
    return replace(fresh, first=row[0], last=row[1], epoch=row[2]) if row else fresh


def _initial(holder: Holder, object_id: int) -> Identity:
    if object_id == _ROWVERSION:
        return Identity(_FIRST_ROWVERSION, 1, *_LIMITS["bigint"], "bigint")
    table = holder.catalog.by_id(object_id)
    if table is None:
        raise RuntimeError(f"no table has the object_id {object_id}")
    return _fresh(table)


def _fresh(table: Table) -> Identity:
    column = table.identity_column
    if column is None or column.identity is None:
        raise RuntimeError(f"{table.name} has no identity column")
    lowest, highest = _LIMITS.get(column.type.name, _LIMITS["bigint"])
    if column.type.name == "decimal":
        highest = min(10**column.type.precision - 1, highest)
        lowest = -highest
    return Identity(
        column.identity.seed, column.identity.increment, lowest, highest, column.type.name
    )


@sqlite_function("tsql_next_identity", 1, runtime=True)
def _next_identity(runtime: Runtime, object_id: int) -> int:
    return runtime.next_identity(object_id)


@sqlite_function("tsql_next_rowversion", 0, runtime=True)
def _next_rowversion(runtime: Runtime) -> bytes:
    return runtime.next_rowversion().to_bytes(8, "big")
