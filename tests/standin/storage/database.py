"""One database: a SQLite file in write-ahead mode, its write lock, its identities, its sessions."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote

from tests.standin.catalog.initialising import initialise
from tests.standin.storage.identities import Identities, create_identity_table
from tests.standin.storage.locks import WriteLock

#: How a database's file name ends.
SUFFIX: Final = ".sqlite"
#: Seconds SQLite itself waits for its own lock; the write lock leaves it only short moments.
BUSY_SECONDS: Final = 10.0


class Database:
    """What all sessions of one database share."""

    def __init__(self, name: str, path: Path, collation: str, *, durable: bool) -> None:
        self.name = name
        self.path = path
        self.collation = collation
        self.lock = WriteLock()
        self.identities = Identities()
        self.single_user = False
        self.read_only = False
        self._durable = durable
        self._users: set[object] = set()
        self._guard = threading.Lock()
        self._is_ready = False

    def connect(self) -> sqlite3.Connection:
        """A new SQLite connection in autocommit mode, to be used by one thread at a time."""
        self.make()
        return self._open()

    def make(self) -> None:
        """Make the file ready, unless it is."""
        with self._guard:
            if self._is_ready:
                return
            with contextlib.closing(self._open()) as connection:
                connection.execute("PRAGMA journal_mode = WAL")
                initialise(connection)
                create_identity_table(connection)
            self._is_ready = True

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        connection.execute(f"PRAGMA synchronous = {'NORMAL' if self._durable else 'OFF'}")
        return connection

    def enter(self, session: object) -> None:
        """A session makes this its database."""
        with self._guard:
            self._users.add(session)

    def leave(self, session: object) -> None:
        """A session left, or ended."""
        with self._guard:
            self._users.discard(session)

    @property
    def users(self) -> frozenset[object]:
        """The sessions whose database this is."""
        with self._guard:
            return frozenset(self._users)

    def remove_files(self) -> None:
        """Delete the database from the disk."""
        for ending in ("", "-wal", "-shm"):
            Path(f"{self.path}{ending}").unlink(missing_ok=True)


def file_of(directory: Path, name: str) -> Path:
    """Where a database is kept: its name, with everything odd percent-encoded."""
    return directory / f"{quote(name, safe='')}{SUFFIX}"


def names_in(directory: Path) -> list[str]:
    """The databases kept in a directory."""
    return sorted(unquote(path.name.removesuffix(SUFFIX)) for path in directory.glob(f"*{SUFFIX}"))
