"""Whether a connection can be used after an error.

ODBC 18 does not end a connection because of an error's severity; from severity 20 on the server
ends it (measured with msodbcsql 18.6.2, and Microsoft, "Database Engine error severities"). The
driver shows no severity: the catalogue's documented one stands for it. What cannot be told is None:
a query that ran into its time limit leaves a connection that works when the server acknowledged
the cancellation, and one that does not when the server was silent.
"""

from __future__ import annotations

from typing import Final

from django_mssql_ops.errors.catalogue import ENDING_SEVERITY, Meaning, meaning_at, meaning_of
from django_mssql_ops.errors.message import Origin

#: The driver's own words about a connection that is gone, in lower case. Measured: "no longer
#: usable", "Communication link failure", "Protocol error in TDS stream", "Unspecified error
#: occurred on SQL Server" (DONE_SRVERROR, after which go-mssqldb drops the connection as well).
#: Reported: SMux (MARS over a dead socket), "recovery is not possible" (idle connection
#: resiliency). Read in pyodbc 5.5 and mssql-python 1.16: "closed connection", "connection is
#: closed"; "cursor's connection has been closed" is what pyodbc says when Django closes the cursor
#: of a connection that mssql-django has closed (measured: any query of a QuerySet).
_LAST_WORDS: Final = (
    "no longer usable",
    "communication link failure",
    "protocol error in tds stream",
    "unspecified error occurred on sql server",
    "physical connection is not usable",
    "recovery is not possible",
    "closed connection",
    "connection is closed",
    "cursor's connection has been closed",
    "cursor's connection was closed",
)

#: Words with which the driver turns a call down and keeps the connection (measured).
_WORDS_OF_THE_LIVING: Final = ("connection is busy with results for another",)

#: Sessions that go on without their transaction, and cannot be trusted with another one: pymssql,
#: SQLAlchemy (3971) and Laravel (3989) count them as lost connections.
_LOST_SESSIONS: Final = frozenset({3971, 3989})

#: SQLSTATE classes of errors about values, parameters and cursors: the call was refused.
_REFUSED_CLASSES: Final = ("07", "21", "22", "23", "24", "34", "3C")
_REFUSED_STATES: Final = frozenset({"HY003", "HY004", "HY024", "HY090", "HY104", "HY106", "HYC00"})


def is_dead(origin: Origin, sqlstate: str | None, number: int | None, sentence: str) -> bool | None:
    """For an error on a connection that was open before."""
    if origin == "server":
        return _after_server(sqlstate, number)
    spoken = "" if origin == "unknown" else sentence.lower()
    if any(words in spoken for words in _LAST_WORDS):
        return True
    if any(words in spoken for words in _WORDS_OF_THE_LIVING):
        return False
    row = meaning_at(origin, number)
    if row is not None:
        return row.ends_connection
    ends = _by_state(sqlstate)
    if ends is not None:
        return ends
    refused = sqlstate is not None and (
        sqlstate in _REFUSED_STATES or sqlstate[:2] in _REFUSED_CLASSES
    )
    return False if refused else None


def _after_server(sqlstate: str | None, number: int | None) -> bool | None:
    row = None if number is None else meaning_of(number)
    if row is not None:
        return _by_row(row, sqlstate)
    # An unknown number: 42000 and the states of single statements are less than 19. HY000 is 19 or
    # more, 01000 hides the error that counts.
    if sqlstate is None or sqlstate == "HY000" or sqlstate.startswith("01"):
        return None
    return bool(_by_state(sqlstate))


def _by_state(sqlstate: str | None) -> bool | None:
    from django_mssql_ops.errors.catalogue.sqlstates import SQLSTATES

    state = SQLSTATES.get(sqlstate or "")
    return None if state is None else state.ends_connection


def _by_row(row: Meaning, sqlstate: str | None) -> bool | None:
    """The row as documented, unless the SQLSTATE shows that another severity was sent."""
    if row.number in _LOST_SESSIONS:
        return True
    severity = row.severity or 0
    if sqlstate == "HY000":
        if row.ends_connection is None:
            return True
        mild = row.ends_connection is False and severity < ENDING_SEVERITY - 1
        return None if mild else row.ends_connection
    if sqlstate == "42000" and severity >= ENDING_SEVERITY:
        return None
    return row.ends_connection
