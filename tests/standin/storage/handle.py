"""One session's hold on one database: its SQLite connection and the transaction in it.

A transaction begins in SQLite only with its first writing or locking statement: until then its
reads see what is committed at each moment, as READ COMMITTED does with row versions.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence

from tests.standin.catalog.store import Catalog
from tests.standin.runtime import Runtime, install
from tests.standin.storage.database import Database
from tests.standin.storage.identities import Identities

#: The savepoint around one statement; T-SQL's savepoints have a prefix and cannot collide with it.
_STATEMENT = '"statement"'


class Handle:
    """``connection`` is in autocommit mode (isolation_level None): transactions are explicit.

    Whoever changes rows or tables does it inside :meth:`statement`. ``look`` is called while the
    session waits for the write lock and may raise to end the wait; ``spid`` is the session's.
    """

    def __init__(self, database: Database, look: Callable[[], None], spid: int = 0) -> None:
        self.database = database
        self.spid = spid
        self.connection = database.connect()
        self.runtime = Runtime(
            next_identity=lambda object_id: self.identities.next(self, object_id),
            identity_current=lambda object_id: self.identities.current(self, object_id),
            next_rowversion=lambda: self.identities.next_rowversion(self),
        )
        install(self.connection, self.runtime)
        self.catalog = Catalog(self.connection, database.name, database.collation)
        self._look = look
        self._savepoints: list[str] = []

    @property
    def identities(self) -> Identities:
        """The identity values of this database."""
        return self.database.identities

    @property
    def writes(self) -> bool:
        """Whether the session's transaction has written or locked here."""
        return self.connection.in_transaction

    def run(
        self, sql: str, parameters: Mapping[str, object] | Sequence[object] = ()
    ) -> sqlite3.Cursor:
        """Execute one SQLite statement.

        Raises the StatementFailed of a function where there is one, sqlite3.IntegrityError for a
        violated constraint; any other sqlite3.Error is a fault of the stand-in.
        """
        with self.own_failures():
            return self.connection.execute(sql, parameters)

    @contextlib.contextmanager
    def own_failures(self) -> Iterator[None]:
        """Raise the StatementFailed behind SQLite's "user-defined function raised exception"."""
        self.runtime.failure = None
        try:
            yield
        except sqlite3.Error as error:
            if self.runtime.failure is not None:
                raise self.runtime.failure from error
            raise

    def set_clock(self) -> None:
        """Fix the time that the next statement sees."""
        self.runtime.utc_now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
        self.runtime.now = dt.datetime.now()

    @contextlib.contextmanager
    def statement(self, *, explicit: bool, lock_seconds: float | None) -> Iterator[None]:
        """Run one changing or locking statement whole or not at all.

        ``explicit`` says that the session's transaction goes on after it; otherwise the statement
        commits. Raises StatementFailed with 1222 when the lock is not to be had in time.
        """
        self.begin(lock_seconds)
        if not explicit:
            try:
                yield
                self.commit()
            except BaseException:
                self.rollback()
                raise
            return
        self.connection.execute(f"SAVEPOINT {_STATEMENT}")
        try:
            yield
        except BaseException:
            if self.connection.in_transaction:  # the statement may have rolled everything back
                self.connection.execute(f"ROLLBACK TO {_STATEMENT}")
                self.connection.execute(f"RELEASE {_STATEMENT}")
            raise
        if self.connection.in_transaction:
            self.connection.execute(f"RELEASE {_STATEMENT}")

    def begin(self, lock_seconds: float | None) -> None:
        """Take the write lock and begin in SQLite, unless that is done already."""
        if self.connection.in_transaction:
            return
        self.database.lock.acquire(self, lock_seconds, self._look)
        try:
            self.connection.execute("BEGIN IMMEDIATE")
        except BaseException:
            self.database.lock.release(self)
            raise
        for name in self._savepoints:
            self.connection.execute(f"SAVEPOINT {_quoted(name)}")

    def commit(self) -> None:
        """Commit what the transaction did here."""
        try:
            if self.connection.in_transaction:
                self.connection.execute("COMMIT")
        finally:
            self._end()

    def rollback(self) -> None:
        """Undo what the transaction did here."""
        try:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
        finally:
            self._end()

    def save(self, name: str) -> None:
        """SAVE TRANSACTION; before the first write there is nothing to save but the name."""
        self._savepoints.append(name)
        if self.connection.in_transaction:
            self.connection.execute(f"SAVEPOINT {_quoted(name)}")

    def rollback_to(self, name: str) -> None:
        """ROLLBACK TRANSACTION name; the savepoint itself stays, the write lock too."""
        while self._savepoints[-1] != name:
            self._savepoints.pop()
        if self.connection.in_transaction:
            self.connection.execute(f"ROLLBACK TO {_quoted(name)}")

    def close(self) -> None:
        """Give everything back; what is not committed is gone."""
        try:
            self.rollback()
        finally:
            self.connection.close()

    def _end(self) -> None:
        self._savepoints.clear()
        self.database.lock.release(self)


def _quoted(savepoint: str) -> str:
    doubled = savepoint.replace('"', '""')
    return f'"saved {doubled}"'
