"""A DB-API cursor that says what was executed on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sized
from typing import Any, Final

from django_mssql_ops.retry.effects import current_level
from django_mssql_ops.retry.recording.watch import Watch

#: Methods that write, of whatever cursor has them: mssql-python's, psycopg's, psycopg2's.
_WRITING_METHODS: Final = frozenset({"callproc", "copy", "copy_expert", "copy_from", "copy_to"})

#: Those that open a connection of their own for it (mssql-python 1.16, read), and commit there.
_ELSEWHERE: Final = frozenset({"bulkcopy", "bulkcopy_arrow"})

_NOT_GIVEN: Final = object()

#: mssql-python's sentence for 08S01.
_LINK_FAILURE: Final = "Communication link failure"

#: How such a call is noted: nothing is known of it, so it may have written anything.
_UNKNOWN_CALL: Final = "EXEC"


class RecordingCursor:
    """Stands where the driver's cursor would: what it does not know it hands on.

    ``isinstance`` takes it for a cursor of the driver. Exceptions pass through unchanged.
    """

    __slots__ = ("_connection", "_cursor", "_sql", "_watch")

    _connection: Any
    _cursor: Any
    _sql: Any
    _watch: Watch

    #: Functions written for the driver's type see that, not this class.
    @property  # type: ignore[misc]
    def __class__(self) -> type:
        return type(self._cursor)

    def __init__(self, cursor: Any, watch: Watch, connection: Any = None) -> None:
        _set_cursor(self, cursor)
        _set_watch(self, watch)
        _set_connection(self, connection)
        _set_sql(self, None)

    def execute(self, sql: Any, params: Any = _NOT_GIVEN, *more: Any, **options: Any) -> Any:
        # Every statement comes through here: the usual call is made without packing arguments.
        level = current_level()
        if level is not None and level.until is not None:
            self._bound()
        try:
            if more or options:
                given = more if params is _NOT_GIVEN else (params, *more)
                result = self._cursor.execute(sql, *given, **options)
            elif params is _NOT_GIVEN:
                result = self._cursor.execute(sql)
            else:
                result = self._cursor.execute(sql, params)
        except BaseException as error:
            self._watch.statement_failed(sql, error)
            raise
        if level is not None:
            _set_sql(self, sql)
            self._watch.statement_done(level, sql)
        return self if result is self._cursor else result

    def executemany(self, sql: Any, rows: Any, *args: Any, **kwargs: Any) -> Any:
        self._bound()
        try:
            result = self._cursor.executemany(sql, rows, *args, **kwargs)
        except BaseException as error:
            count = len(rows) if isinstance(rows, Sized) else 2
            self._watch.statement_failed(sql, error, rows=count)
            raise
        level = current_level()
        if level is not None:
            _set_sql(self, sql)
            self._watch.statement_done(level, sql)
        return self if result is self._cursor else result

    def _bound(self) -> None:
        """The cursor may be older than the level."""
        if self._connection is not None:
            self._connection.bound()

    def note_done(self, sql: Any) -> None:
        """The connection executed this, and made the cursor for its rows."""
        _set_sql(self, sql)
        self._watch.statement_done(current_level(), sql)

    # Rows: an error here is the statement's, which was taken for done.

    def fetchone(self) -> Any:
        try:
            return self._cursor.fetchone()
        except BaseException as error:
            self._watch.fetch_failed(self._sql, error)
            raise

    def fetchmany(self, *args: Any, **kwargs: Any) -> Any:
        return self._fetched(self._cursor.fetchmany, *args, **kwargs)

    def fetchall(self) -> Any:
        return self._fetched(self._cursor.fetchall)

    def nextset(self) -> Any:
        return self._fetched(self._cursor.nextset)

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        try:
            return next(self._cursor)
        except StopIteration:
            raise
        except BaseException as error:
            self._watch.fetch_failed(self._sql, error)
            raise

    def _fetched(self, fetch: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        try:
            result = fetch(*args, **kwargs)
            if result.__class__ is list:
                self._check_complete()
        except BaseException as error:
            self._watch.fetch_failed(self._sql, error)
            raise
        return result

    def _check_complete(self) -> None:
        """Raise for rows that broke off.

        mssql-python 1.16 returns what it has when the connection is lost between two rows of
        fetchmany() and fetchall(), and leaves the reason in ``messages`` (measured). A short list
        that looks whole is worse than the error, which fetchone() and pyodbc raise.
        """
        for state, text in getattr(self._cursor, "messages", None) or ():
            if state.startswith("[08"):
                raise self._watch.wrapper.Database.OperationalError(_LINK_FAILURE, text)

    # What pyodbc and mssql-python add: a cursor that ends the transaction of its connection.

    @property
    def connection(self) -> Any:
        return self._cursor.connection if self._connection is None else self._connection

    def __enter__(self) -> Any:
        result = self._cursor.__enter__()
        return self if result is self._cursor else result

    def __exit__(self, *details: Any) -> Any:
        # pyodbc commits here, and only when autocommit is off and nothing was raised (5.5, read and
        # measured: it is the second, empty commit of every atomic block). mssql-python closes.
        commits = (
            self._connection is not None
            and self._connection.commits_with_cursor
            and details[0] is None
            and not self._connection.autocommit
        )
        if not commits:
            return self._cursor.__exit__(*details)
        return self._connection.committing(lambda: self._cursor.__exit__(*details))

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._cursor, name)
        if name in _WRITING_METHODS:
            return _noted(found, self._watch)
        if name in _ELSEWHERE:
            self._watch.done_elsewhere("BULK INSERT")
        if self._connection is not None:
            if name == "commit":
                return lambda: self._connection.committing(found)
            if name == "rollback":
                return lambda: self._connection.rolling_back(found)
        return found

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._cursor, name, value)

    def __delattr__(self, name: str) -> None:
        delattr(self._cursor, name)

    def __repr__(self) -> str:
        return f"<recorded {self._cursor!r}>"


def _noted(call: Callable[..., Any], watch: Watch) -> Callable[..., Any]:
    def noted(*args: Any, **kwargs: Any) -> Any:
        try:
            result = call(*args, **kwargs)
        except BaseException as error:
            watch.statement_failed(_UNKNOWN_CALL, error)
            raise
        watch.statement_done(current_level(), _UNKNOWN_CALL)
        return result

    return noted


# The slots' own setters: __setattr__ is the driver's.
_set_cursor: Final = RecordingCursor.__dict__["_cursor"].__set__
_set_connection: Final = RecordingCursor.__dict__["_connection"].__set__
_set_sql: Final = RecordingCursor.__dict__["_sql"].__set__
_set_watch: Final = RecordingCursor.__dict__["_watch"].__set__
