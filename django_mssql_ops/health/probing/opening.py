"""An alias's own connection for health: one login, raw, in autocommit, with the driver's time-outs.

Django's connections are neither used nor made; nothing of it is sent to Django's signals.

mssql-python's ``fetchone`` keeps Python's lock while it waits for the server (measured with 1.16:
122 s for a server that stalls in the midst of a row), its ``execute`` does not. So the row of
``SELECT 1`` is not fetched there; ``execute`` has waited for the whole first packet of the answer,
which holds it, and closing the cursor throws it away without a word to the server.
"""

from __future__ import annotations

import contextlib
import ctypes
import time
from collections.abc import Callable
from typing import Any, Final

from django_mssql_ops.connections import open_raw

SELECT_ONE: Final = "SELECT 1"

#: ODBC's SQL_ATTR_CONNECTION_TIMEOUT. With it, mssql-python's execute on a connection that went
#: silent ends after three times the query time-out, as pyodbc's does; else never (measured, 1.16).
_CONNECTION_TIMEOUT: Final = 113


# An open connection is never collected: when that happens pyodbc says goodbye to the server, in a
# child process on the parent's socket, and at Python's exit it waits for a server that hangs.
# mssql-python closes all connections of a process when it exits, and a child so ends its parent's;
# one that it could not close would keep the child from ending (measured with 1.16). The parent
# finds its connection lost and opens another.
_pin = ctypes.PYFUNCTYPE(None, ctypes.py_object)(("Py_IncRef", ctypes.pythonapi))
_unpin = ctypes.PYFUNCTYPE(None, ctypes.py_object)(("Py_DecRef", ctypes.pythonapi))


class Own:
    """An open connection that nobody else has.

    ``connection`` is the driver's own (DB-API, autocommit), ``python_driver`` "pyodbc" or
    "mssql_python", ``opened_at`` the monotonic time of its login. ``is_opening`` stays True when a
    login failed: what was raised then is about the login, not about a question.
    """

    __slots__ = ("_cursor", "_open", "connection", "is_opening", "opened_at", "python_driver")

    def __init__(self, opener: Callable[[], Any]) -> None:
        self._open = opener
        self._begin()
        _pin(self)

    def _begin(self) -> None:
        self.is_opening = True
        self.connection = self._open()
        self.is_opening = False
        self.opened_at = time.monotonic()
        self.python_driver = type(self.connection).__module__.partition(".")[0]
        is_fetched = self.python_driver != "mssql_python"
        self._cursor = self.connection.cursor() if is_fetched else None

    def select_one(self) -> None:
        """One round trip; raises what the driver raises."""
        if self._cursor is not None:
            self._cursor.execute(SELECT_ONE).fetchone()
            return
        cursor = self.connection.cursor()
        cursor.execute(SELECT_ONE)
        cursor.close()

    def reopen(self) -> None:
        """Close and open again; a pool under it makes that the same connection once more.

        Raises what the driver raises.
        """
        self.connection.close()
        self._begin()

    def close(self) -> None:
        """Can block for three times the query time-out when the server is silent."""
        with contextlib.suppress(Exception):
            self.connection.close()
        _unpin(self)


def open_own(alias: str, *, login_timeout: int, query_timeout: int) -> Own:
    """Raises ConfigurationError, and what the backend or the driver raises."""

    def opened() -> Any:
        raw = open_raw(alias, login_timeout=login_timeout, query_timeout=query_timeout)
        set_attribute = getattr(raw, "set_attr", None)
        if set_attribute is not None:
            set_attribute(_CONNECTION_TIMEOUT, query_timeout)
        return raw

    return Own(opened)
