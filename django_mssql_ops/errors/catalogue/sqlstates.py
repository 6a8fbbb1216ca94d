"""What an SQLSTATE says, and as what it arrives in Python.

pyodbc makes a class of the SQLSTATE (src/errors.cpp), mssql-python another one, and Django wraps
each by its name. ``Error`` is ``django.db.utils.Error``, which is no DatabaseError. Measured with
pyodbc 5.5 and mssql-python 1.16 over msodbcsql 18.6.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final, NamedTuple

from django_mssql_ops.errors.catalogue.meaning import DefaultClass


class SqlState(NamedTuple):
    """One state. ``default_class`` is None where only the native number decides.

    ``mssql_python_class`` is None where it was not measured. ``ends_connection`` is None where the
    state leaves it open; it is meant for a connection that was open.
    """

    state: str
    text: str
    pyodbc_class: str
    mssql_python_class: str | None
    default_class: DefaultClass | None
    ends_connection: bool | None = None


_RECONNECT = DefaultClass.RECONNECT
_RERUN = DefaultClass.RERUN
_AMBIGUOUS = DefaultClass.AMBIGUOUS
_PERMANENT = DefaultClass.PERMANENT
_OPERATIONAL = "OperationalError"
_PROGRAMMING = "ProgrammingError"
_INTERFACE = "InterfaceError"
_INTEGRITY = "IntegrityError"
_DATA = "DataError"
_ERROR = "Error"
_RESILIENCY = "the driver gave up reviving an idle connection"

#: 08001 is RECONNECT but for two native numbers of the client: -1 (certificate) and 20 (no
#: encryption). HYT00 is a login time-out or a query time-out, which the ODBC function tells apart.
_STATES: Final = (
    SqlState("01000", "a message came first and hides the error", _ERROR, None, None),
    SqlState("01002", "disconnecting failed", _OPERATIONAL, _OPERATIONAL, _RECONNECT, True),
    SqlState("08001", "no connection could be made", _OPERATIONAL, _OPERATIONAL, _RECONNECT, True),
    SqlState("08003", "the connection is not open", _OPERATIONAL, _OPERATIONAL, _RECONNECT, True),
    SqlState("08004", "the server refused", _OPERATIONAL, _OPERATIONAL, _PERMANENT, None),
    SqlState(
        "08007",
        "the connection failed during a transaction, whose outcome is unknown",
        _OPERATIONAL,
        _OPERATIONAL,
        _AMBIGUOUS,
        True,
    ),
    SqlState("08S01", "the connection broke", _OPERATIONAL, _OPERATIONAL, _RERUN, True),
    SqlState("08S02", "the connection is no longer usable", _ERROR, _OPERATIONAL, _RERUN, True),
    SqlState("22001", "a text is too long", _DATA, None, _PERMANENT, False),
    SqlState("22003", "a number does not fit", _DATA, None, _PERMANENT, False),
    SqlState(
        "22007", "a date or time cannot be read or does not fit", _DATA, None, _PERMANENT, False
    ),
    SqlState("22012", "a division by zero", _DATA, None, _PERMANENT, False),
    SqlState("22018", "a value cannot be converted", _DATA, None, _PERMANENT, False),
    SqlState("23000", "a constraint is violated", _INTEGRITY, _INTEGRITY, _PERMANENT, False),
    SqlState(
        "25000", "the transaction is not in a state for this", _PROGRAMMING, _PROGRAMMING, None
    ),
    SqlState("28000", "the login failed", _INTERFACE, _OPERATIONAL, _PERMANENT, None),
    SqlState("40001", "a deadlock's victim", _ERROR, _OPERATIONAL, _RERUN, False),
    SqlState("40003", "whether the statement ran is unknown", _ERROR, _OPERATIONAL, _AMBIGUOUS),
    SqlState(
        "42000", "a server's error below severity 19 or 20", _PROGRAMMING, _PROGRAMMING, None, None
    ),
    SqlState("42S01", "the object exists already", _PROGRAMMING, None, _PERMANENT, False),
    SqlState("42S02", "the object does not exist", _PROGRAMMING, None, _PERMANENT, False),
    SqlState("42S11", "the index exists already", _PROGRAMMING, None, _PERMANENT, False),
    SqlState("42S22", "the column does not exist", _PROGRAMMING, None, _PERMANENT, False),
    SqlState("FA004", "Microsoft Entra refused the user", _ERROR, None, _PERMANENT, None),
    SqlState("HY000", "a server's severe error, or the driver's own", _ERROR, _OPERATIONAL, None),
    SqlState("HY008", "somebody cancelled it", _ERROR, _OPERATIONAL, _PERMANENT),
    SqlState("HY010", "calls out of order, after a broken fetch", _ERROR, None, _RECONNECT),
    SqlState("HYT00", "a time limit ran out", _OPERATIONAL, _OPERATIONAL, _RERUN),
    SqlState("HYT01", "the connection's time limit", _OPERATIONAL, _OPERATIONAL, _RECONNECT, True),
    *(SqlState(f"IMC0{n}", _RESILIENCY, _ERROR, None, _RERUN, True) for n in range(1, 8)),
)

SQLSTATES: Final = MappingProxyType({row.state: row for row in _STATES})
