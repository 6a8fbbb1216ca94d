"""Where in a program's use of its database a fault can strike, and what is not the program's."""

from __future__ import annotations

import enum
import re
from typing import Final


class Step(enum.Enum):
    """What the driver was asked to do when the fault came.

    AUTOCOMMIT is turning it off, which begins a transaction, and turning it on, which follows the
    COMMIT: every outermost ``atomic()`` does both.
    """

    CONNECT = "connect"
    EXECUTE = "execute"
    FETCH = "fetch"
    COMMIT = "commit"
    ROLLBACK = "rollback"
    AUTOCOMMIT = "autocommit"

    @property
    def odbc_function(self) -> str:
        """What pyodbc names when a server's error comes here (measured with pyodbc 5.5)."""
        return _FUNCTIONS[self]


_FUNCTIONS: Final = {
    Step.CONNECT: "SQLDriverConnect",
    Step.EXECUTE: "SQLExecDirectW",
    Step.FETCH: "SQLFetch",
    Step.COMMIT: "SQLEndTran",
    Step.ROLLBACK: "SQLEndTran",
    Step.AUTOCOMMIT: "SQLSetConnectAttr",
}

#: What Django and mssql-django say on their own, when they connect and around savepoints (measured
#: with mssql-django 2.0); a fault waits for the program's own statement unless its ``sql`` says
#: otherwise.
_HOUSEKEEPING: Final = re.compile(
    r"\s*(?:"
    r"SELECT\s+@@TRANCOUNT|SET\s+DATEFORMAT|SET\s+TRANSACTION\s+ISOLATION|"
    r"SELECT\s+CAST\(SERVERPROPERTY|SELECT\s+(?:SYSDATETIME|GETDATE)\(\)|"
    r"(?:SAVE|ROLLBACK|BEGIN)\s+TRANSACTION|"
    r"SAVEPOINT\b|RELEASE\s+SAVEPOINT|ROLLBACK\s+TO\b|BEGIN\s*\Z|BEGIN\s+(?:DEFERRED|IMMEDIATE|"
    r"EXCLUSIVE)|PRAGMA\b"
    r")",
    re.IGNORECASE,
)
_BEGIN: Final = re.compile(r"\s*BEGIN(?:\s+(?:DEFERRED|IMMEDIATE|EXCLUSIVE))?\s*\Z", re.IGNORECASE)


def is_housekeeping(sql: str) -> bool:
    """Whether ``sql`` is the backend's own and no statement of the program."""
    return _HOUSEKEEPING.match(sql) is not None


def begins_transaction(sql: str) -> bool:
    """SQLite's way of turning autocommit off."""
    return _BEGIN.match(sql) is not None
