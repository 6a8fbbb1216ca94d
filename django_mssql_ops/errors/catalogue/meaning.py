"""The row of the number catalogue, and the words its columns are filled with.

A native number is no key by itself: 233 is "column cannot be NULL" from the server and "no process
on the other end of the pipe" from Windows. The key is ``(origin, number)``.
"""

from __future__ import annotations

import enum
from types import MappingProxyType
from typing import Final, NamedTuple

from django_mssql_ops.errors.message import Origin


class Kind(enum.Enum):
    """What a number is about.

    LOGIN: the server said no. AVAILABILITY: it said not now. PERMISSION: may not do that.
    CONCURRENCY: another transaction was in the way. RESOURCES: memory, locks, space or a quota ran
    out. SESSION: the session or its transaction cannot go on. STATEMENT: the statement is wrong.
    CONNECTION: the way to the server broke or never was.
    """

    LOGIN = "login"
    AVAILABILITY = "availability"
    PERMISSION = "permission"
    CONCURRENCY = "concurrency"
    RESOURCES = "resources"
    SESSION = "session"
    STATEMENT = "statement"
    CONNECTION = "connection"


class DefaultClass(enum.Enum):
    """What a number says about a second try when nothing else is known of the attempt.

    RECONNECT: nothing ran; connecting again may do. RERUN: roll back or reconnect, then run the
    whole transaction again; while connecting it is RECONNECT, and at COMMIT it is AMBIGUOUS unless
    the row ``aborts_transaction``. AMBIGUOUS: the outcome is unknown and has to be looked up.
    PERMANENT: a second try without a change gives the same answer, or does harm.
    """

    RECONNECT = "reconnect"
    RERUN = "rerun"
    AMBIGUOUS = "ambiguous"
    PERMANENT = "permanent"


class TransactionState(enum.Enum):
    """What has become of the open transaction. NONE: none can have been open (a login)."""

    NONE = "none"
    ROLLED_BACK = "rolled back"
    INTACT = "intact"
    DOOMED = "doomed"
    UNKNOWN = "unknown"


#: The lists of transient numbers that were compared, by the letters of ``Meaning.lists``. Read in
#: the projects' sources and on the vendors' pages; "S" without its optional numbers.
LISTS: Final = MappingProxyType(
    {
        "E": "EF Core, SqlServerTransientExceptionDetector",
        "F": "Microsoft.Data.SqlClient, configurable retry",
        "C": "Microsoft.Data.SqlClient, connect retry",
        "J": "mssql-jdbc, TransientError",
        "R": "mssql-rs",
        "T": "tedious, transient error lookup",
        "D": "mssql-django 2.0, connect retry",
        "S": "Microsoft Learn, retry logic for mssql-django",
        "6": "Entity Framework 6, SqlAzureExecutionStrategy",
        "A": "Microsoft Learn, transient faults of Azure SQL Database",
    }
)

#: From this severity on the server ends the connection (Microsoft, "Database Engine error
#: severities"). Measured with msodbcsql 18.6: the driver itself does not end it.
ENDING_SEVERITY: Final = 20


class Meaning(NamedTuple):
    """One number: what it means in our words, what it does, and the pages that say so.

    ``severity`` is the documented one, None where none was verified; a gateway may send another.
    ``limited`` numbers deserve a few tries at most: mostly they are permanent. ``throttles``: the
    server asks for less. ``aborts_transaction``: nothing was committed, not even when the failing
    call was the COMMIT. ``ends_connection`` is None where it is not known. ``name`` is the symbol
    of a client's number (``WSAECONNRESET``).

    A tuple and no dataclass, because there are some 140 of them to make.
    """

    number: int
    kind: Kind
    text: str
    sources: tuple[str, ...]
    default_class: DefaultClass
    origin: Origin = "server"
    severity: int | None = None
    limited: bool = False
    throttles: bool = False
    aborts_transaction: bool = False
    transaction: TransactionState = TransactionState.UNKNOWN
    ends_connection: bool | None = None
    lists: str = ""
    name: str = ""

    @property
    def listed_by(self) -> tuple[str, ...]:
        """Who else calls this number transient."""
        return tuple(LISTS[letter] for letter in self.lists)
