"""All databases of one stand-in: a directory with a file for each."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterable
from pathlib import Path

from tests.standin.errors.transactions import (
    database_exists,
    database_in_use,
    no_such_database,
    system_database,
)
from tests.standin.logins import SYSTEM_DATABASES
from tests.standin.storage.database import Database, file_of, names_in


class Databases:
    """Opens, makes and drops databases; safe to use from many threads.

    Without a directory the files are temporary and go with :meth:`close`.
    """

    def __init__(self, collation: str, directory: Path | None = None) -> None:
        self._collation = collation
        self._directory = directory
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._databases: dict[str, Database] = {}
        self._lock = threading.Lock()

    def open(self, names: Iterable[str]) -> None:
        """Open what the directory has, and make what of ``names`` is missing."""
        if self._directory is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="stand-in-")
            self._directory = Path(self._temporary.name)
        self._directory.mkdir(parents=True, exist_ok=True)
        for name in (*SYSTEM_DATABASES, *names_in(self._directory), *names):
            with self._lock:
                if name.lower() not in self._databases:
                    self._add(name)

    def close(self) -> None:
        """Forget them all; temporary files are deleted."""
        with self._lock:
            self._databases.clear()
        if self._temporary is not None:
            self._temporary.cleanup()
            self._temporary = self._directory = None

    @property
    def all(self) -> tuple[Database, ...]:
        """The databases in the order of database_id, which counts from 1."""
        with self._lock:
            return tuple(self._databases.values())

    @property
    def names(self) -> tuple[str, ...]:
        """Their names, in the same order."""
        return tuple(database.name for database in self.all)

    def find(self, name: str) -> Database | None:
        """The database of that name, in whatever case it is written."""
        with self._lock:
            return self._databases.get(name.lower())

    def create(self, name: str, collation: str = "") -> None:
        """CREATE DATABASE. Raises StatementFailed with 1801."""
        with self._lock:
            if name.lower() in self._databases:
                raise database_exists(name)
            self._add(name, collation).make()

    def drop(self, name: str) -> None:
        """DROP DATABASE. Raises StatementFailed with 3701, 3702 or 3708."""
        with self._lock:
            database = self._databases.get(name.lower())
            if database is None:
                raise no_such_database(name)
            if name.lower() in SYSTEM_DATABASES:
                raise system_database(name)
            if database.users:
                raise database_in_use(name)
            del self._databases[name.lower()]
            database.remove_files()

    def _add(self, name: str, collation: str = "") -> Database:
        assert self._directory is not None
        database = Database(
            name,
            file_of(self._directory, name),
            collation or self._collation,
            durable=self._temporary is None,
        )
        self._databases[name.lower()] = database
        return database
