"""Exceptions as they leave a function that uses SQL Server, without a driver."""

from __future__ import annotations

from typing import Final

from tests.errors.forms import forms

EXECUTE: Final = "SQLExecDirectW"
CONNECT: Final = "SQLDriverConnect"

#: Name -> state, number, function, sentence, whose words.
_FAULTS: Final = {
    "deadlock": ("40001", 1205, EXECUTE, "Transaction was deadlocked. Rerun it.", "server"),
    "busy": ("HY000", 40501, EXECUTE, "The service is currently busy.", "server"),
    "failover": ("42000", 40613, CONNECT, "Database 'app' is not currently available.", "server"),
    "reset": ("08S01", 104, EXECUTE, "TCP Provider: Error code 0x68", "client"),
    "lost commit": ("08S01", 104, "SQLEndTran", "TCP Provider: Error code 0x68", "client"),
    "slow": ("HYT00", 0, EXECUTE, "Query timeout expired", "client"),
    "login rejected": ("28000", 18456, CONNECT, "Login failed for user 'app40613'.", "server"),
    "duplicate": ("23000", 2627, EXECUTE, "The duplicate key value is (64).", "server"),
    "suspect": ("42000", 926, CONNECT, "Database 'app' cannot be opened.", "server"),
    "read-only": ("25000", 3906, EXECUTE, "The database is read-only.", "server"),
}


def fault(name: str) -> BaseException:
    """A fresh one, wrapped by Django as it wraps pyodbc's."""
    state, number, function, sentence, origin = _FAULTS[name]
    for form in forms(state, number, function, sentence, origin=origin):  # type: ignore[arg-type]
        if form.name == "pyodbc-django":
            assert isinstance(form.value, BaseException)
            return form.value
    raise AssertionError("there is no such form")
