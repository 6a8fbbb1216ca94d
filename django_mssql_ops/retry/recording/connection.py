"""A DB-API connection to SQL Server that says what was committed on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django_mssql_ops.retry.effects import current_level
from django_mssql_ops.retry.recording.cursor import RecordingCursor
from django_mssql_ops.retry.recording.watch import Watch


class RecordingConnection:
    """Stands where the driver's connection would: what it does not know it hands on.

    ``isinstance`` takes it for a connection of the driver. Exceptions pass through unchanged.
    """

    __slots__ = ("__weakref__", "_bounded_by", "_connection", "_watch", "commits_with_cursor")

    #: The last level under a deadline that used this connection, by when it was opened.
    _bounded_by: int
    _connection: Any
    _watch: Watch
    #: Leaving a cursor's block commits: pyodbc's way.
    commits_with_cursor: bool

    is_recording_proxy: Final = True

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        return type(self._connection)

    def __init__(self, connection: Any, watch: Watch) -> None:
        _set_connection(self, connection)
        _set_watch(self, watch)
        _set_bounded_by(self, 0)
        _set_commits(self, connection.__class__.__module__ == "pyodbc")

    def cursor(self, *args: Any, **kwargs: Any) -> RecordingCursor:
        # bound(), without the call where there is no deadline: every statement comes through here.
        level = current_level()
        if level is not None and level.until is not None:
            self.bound()
        try:
            cursor = self._connection.cursor(*args, **kwargs)
        except BaseException:
            # It is closed: a fault without a statement, and the alias is to be reset all the same.
            self._watch.used()
            raise
        return RecordingCursor(cursor, self._watch, self)

    def bound(self) -> None:
        """Something is about to be done that waits for the server: keep to the deadline, if any.

        Once for each level, and not when the level begins: most levels of a web site use few of the
        connections that there are.
        """
        level = current_level()
        while level is not None and not level.is_open:
            level = level._outer
        if level is not None and level.until is not None and level.opened_at != self._bounded_by:
            _set_bounded_by(self, level.opened_at)
            level.lower(self._connection)

    def execute(self, sql: Any, *args: Any, **kwargs: Any) -> Any:
        self.bound()
        try:
            cursor = self._connection.execute(sql, *args, **kwargs)
        except BaseException as error:
            self._watch.statement_failed(sql, error)
            raise
        return self._executed(cursor, sql)

    def commit(self) -> Any:
        return self.committing(self._connection.commit)

    def rollback(self) -> Any:
        return self.rolling_back(self._connection.rollback)

    def close(self) -> Any:
        # What is open is rolled back, by the driver or by the server.
        return self.rolling_back(self._connection.close)

    @property
    def autocommit(self) -> Any:
        return self._connection.autocommit

    @autocommit.setter
    def autocommit(self, value: Any) -> None:
        def switch() -> None:
            self._connection.autocommit = value

        # Turning it on commits what is open (ODBC, SQL_ATTR_AUTOCOMMIT).
        if value and not self._connection.autocommit:
            self.committing(switch)
        else:
            self.bound()
            switch()

    def __enter__(self) -> Any:
        result = self._connection.__enter__()
        return self if result is self._connection else result

    def __exit__(self, *details: Any) -> Any:
        if details[0] is None and not self._connection.autocommit:
            return self.committing(lambda: self._connection.__exit__(*details))
        return self._connection.__exit__(*details)

    def __getattr__(self, name: str) -> Any:
        if name == "timeout":
            self.bound()
        found = getattr(self._connection, name)
        if name == "setautocommit":
            return self._setautocommit
        if name == "batch_execute":
            return self._batch_execute
        return found

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "autocommit":
            object.__setattr__(self, name, value)
        else:
            setattr(self._connection, name, value)

    def __delattr__(self, name: str) -> None:
        delattr(self._connection, name)

    def __repr__(self) -> str:
        return f"<recorded {self._connection!r}>"

    def committing(self, call: Callable[[], Any]) -> Any:
        """Do what commits, and say how it ended."""
        self.bound()
        try:
            result = call()
        except BaseException as error:
            self._watch.commit_failed(error)
            raise
        self._watch.committed()
        return result

    def rolling_back(self, call: Callable[[], Any]) -> Any:
        """Do what undoes the open transaction, and say so once it is done."""
        self.bound()
        result = call()
        self._watch.rolled_back()
        return result

    def _setautocommit(self, value: Any = False) -> None:
        self.autocommit = value

    def _batch_execute(self, statements: Any, *args: Any, **kwargs: Any) -> Any:
        # mssql-python: several statements in one call, so one text that is several.
        text = ";\n".join(map(str, statements))
        self.bound()
        try:
            results, cursor = self._connection.batch_execute(statements, *args, **kwargs)
        except BaseException as error:
            self._watch.statement_failed(text, error, rows=2)
            raise
        return results, self._executed(cursor, text)

    def _executed(self, cursor: Any, sql: Any) -> RecordingCursor:
        recorded = RecordingCursor(cursor, self._watch, self)
        recorded.note_done(sql)
        return recorded


# The slots' own setters: __setattr__ is the driver's.
_set_connection: Final = RecordingConnection.__dict__["_connection"].__set__
_set_bounded_by: Final = RecordingConnection.__dict__["_bounded_by"].__set__
_set_watch: Final = RecordingConnection.__dict__["_watch"].__set__
_set_commits: Final = RecordingConnection.__dict__["commits_with_cursor"].__set__
