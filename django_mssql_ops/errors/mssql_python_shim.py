"""The diagnostic records of mssql-python's statements, where the driver offers to read them.

mssql-python raises an exception without SQLSTATE and number (github.com/microsoft/mssql-python
issue 581), and by then its records are gone. Its ``cursor.check_error`` sees the failed handle
first: inside ``with diagnostic_records():`` that function is wrapped and leaves the records on the
exception it raises, for ``classify`` to read. All records arrive, also those behind a warning
(measured with mssql-python 1.16: ``[('[40001] (1205)', '[Microsoft]...'), ...]``). Errors of
connecting, committing and rolling back do not pass there and stay without records.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import ModuleType
from typing import Any, Final

from django_mssql_ops.errors.mssql_python_error import MAX_RECORDS, RECORDS_ATTRIBUTE

_SQL_ERROR: Final = -1
_CURSOR_MODULE = "mssql_python.cursor"
_NAME = "check_error"
_READER = "DDBCSQLGetAllDiagRecords"

CheckError = Callable[[Any, Any, int], None]


class _Wrapping:
    """One wrapped ``check_error`` for the whole process, counted by the blocks that want it.

    The driver looks the function up in a module, so there is one for all threads: the first block
    puts the wrapper in, the last takes it out, and what stood there before stands there again.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._original: CheckError | None = None
        self._wrapper: CheckError | None = None

    def enter(self, cursor_module: ModuleType, reader: Callable[[Any], Any]) -> None:
        with self._lock:
            if self._users == 0:
                self._original = getattr(cursor_module, _NAME)
                self._wrapper = _wrap(self._original, reader)
                setattr(cursor_module, _NAME, self._wrapper)
            self._users += 1

    def leave(self, cursor_module: ModuleType) -> None:
        with self._lock:
            self._users -= 1
            if self._users == 0:
                # Somebody may have put a wrapper of theirs over ours: that is not ours to take out.
                if getattr(cursor_module, _NAME, None) is self._wrapper:
                    setattr(cursor_module, _NAME, self._original)
                self._original = self._wrapper = None

    @property
    def in_use(self) -> bool:
        return self._users > 0


_wrapping = _Wrapping()


def records_are_kept() -> bool:
    """Whether a statement that fails now leaves its records on the exception."""
    return _wrapping.in_use


@contextmanager
def diagnostic_records() -> Iterator[bool]:
    """Let statements that fail through mssql-python carry their diagnostic records.

    Yields whether they will: False when mssql_python is not imported or does not offer them, and
    then nothing is changed. Blocks may be nested and used from several threads at once.
    """
    cursor_module = sys.modules.get(_CURSOR_MODULE)
    reader = getattr(getattr(cursor_module, "ddbc_bindings", None), _READER, None)
    if cursor_module is None or reader is None or not hasattr(cursor_module, _NAME):
        yield False
        return
    _wrapping.enter(cursor_module, reader)
    try:
        yield True
    finally:
        _wrapping.leave(cursor_module)


def _wrap(original: CheckError, reader: Callable[[Any], Any]) -> CheckError:
    def check_error(handle_type: Any, handle: Any, ret: int) -> None:
        # Read first: asking for one record is what makes the driver drop the others.
        records = _read_records(reader, handle) if ret == _SQL_ERROR else ()
        try:
            original(handle_type, handle, ret)
        except Exception as exc:
            if records:
                with suppress(Exception):
                    setattr(exc, RECORDS_ATTRIBUTE, records)
            raise

    return check_error


def _read_records(reader: Callable[[Any], Any], handle: Any) -> tuple[object, ...]:
    """Never the cause of a second error: without records the message's text must do."""
    try:
        return tuple(reader(handle))[:MAX_RECORDS]
    except Exception:
        return ()
