"""What a stand-in has seen, for tests to read. Never a password.

Everything here is written by connection threads and read by the test's, so each record is guarded
by its server's lock; what is handed out is a snapshot.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from tests.standin.logins import LoginAttempt

#: Request messages one connection remembers; later ones are only counted.
MAX_REMEMBERED_REQUESTS: Final = 20_000
#: Connections a server remembers, for the same reason.
MAX_REMEMBERED_CONNECTIONS: Final = 10_000
#: Text of a request that is kept.
MAX_TEXT: Final = 4_000

BATCH: Final = "batch"
RPC: Final = "rpc"
TRANSACTION: Final = "transaction"
ATTENTION: Final = "attention"
BULK_LOAD: Final = "bulk load"
OTHER: Final = "other"


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """One request message after the login.

    ``kind`` is one of the constants above; ``text`` the SQL of a batch, the SQL behind a prepared
    call, the name of a procedure, or TM_BEGIN, TM_COMMIT, TM_ROLLBACK, TM_SAVE; ``procedure`` the
    procedure of an RPC.
    """

    kind: str
    text: str
    procedure: str = ""


@dataclass(frozen=True, slots=True)
class ConnectionRecord:
    """One accepted connection, as far as it got."""

    number: int
    login: LoginAttempt | None = None
    accepted: bool = False
    refused_with: tuple[int, ...] = ()
    encryption: str = "none"
    protocol: str = ""
    requests: tuple[RequestRecord, ...] = ()
    request_count: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    ended: str = ""

    @property
    def initialisation(self) -> tuple[RequestRecord, ...]:
        """The requests with which driver and backend begin, before anybody asked for anything."""
        return self.requests[: _initialisation_length(self.requests)]

    @property
    def round_trips(self) -> tuple[RequestRecord, ...]:
        """The requests after :attr:`initialisation`: one each is one round trip."""
        return self.requests[_initialisation_length(self.requests) :]


class OpenConnection:
    """The writing side of a :class:`ConnectionRecord`."""

    def __init__(self, number: int, lock: threading.Lock) -> None:
        self._lock = lock
        self._record = ConnectionRecord(number)
        self._requests: list[RequestRecord] = []
        self._request_count = 0
        self._received = 0
        self._sent = 0

    def note(self, **changes: object) -> None:
        """Set fields of the record."""
        with self._lock:
            self._record = replace(self._record, **changes)  # type: ignore[arg-type]

    def note_request(self, record: RequestRecord) -> None:
        """Remember a request message."""
        with self._lock:
            self._request_count += 1
            if len(self._requests) < MAX_REMEMBERED_REQUESTS:
                self._requests.append(_shortened(record))

    def note_traffic(self, received: int = 0, sent: int = 0) -> None:
        """Count bytes of the TCP stream, TLS included."""
        with self._lock:
            self._received += received
            self._sent += sent

    def traffic(self) -> tuple[int, int]:
        """The bytes received and sent until now."""
        with self._lock:
            return self._received, self._sent

    def snapshot(self) -> ConnectionRecord:
        """The record as it is; the caller holds the lock."""
        return replace(
            self._record,
            requests=tuple(self._requests),
            request_count=self._request_count,
            bytes_in=self._received,
            bytes_out=self._sent,
        )


def _shortened(record: RequestRecord) -> RequestRecord:
    """The record with its text cut; the same text of another request is kept only once."""
    return replace(record, text=sys.intern(record.text[:MAX_TEXT]))


@dataclass(slots=True)
class Counters:
    """Everything a server counted since it started or since :meth:`clear`."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _connections: list[OpenConnection] = field(default_factory=list)
    _accepted: int = 0
    _turned_away: int = 0

    def accept(self) -> OpenConnection:
        """A new connection's record."""
        with self._lock:
            self._accepted += 1
            record = OpenConnection(self._accepted, self._lock)
            if len(self._connections) < MAX_REMEMBERED_CONNECTIONS:
                self._connections.append(record)
            return record

    def turn_away(self) -> None:
        """Count a connection that was closed at once because there were too many."""
        with self._lock:
            self._turned_away += 1

    def clear(self) -> None:
        """Forget what is past; open connections go on unseen."""
        with self._lock:
            self._connections.clear()
            self._accepted = 0
            self._turned_away = 0

    @property
    def accepted(self) -> int:
        """TCP connections that were served."""
        return self._accepted

    @property
    def turned_away(self) -> int:
        """TCP connections that were closed at once because there were too many."""
        return self._turned_away

    @property
    def connections(self) -> tuple[ConnectionRecord, ...]:
        """A snapshot of every connection, oldest first."""
        with self._lock:
            return tuple(connection.snapshot() for connection in self._connections)

    @property
    def logins(self) -> tuple[LoginAttempt, ...]:
        """The logins attempted, accepted or not, oldest first."""
        return tuple(c.login for c in self.connections if c.login is not None)

    @property
    def requests_after_login(self) -> tuple[RequestRecord, ...]:
        """Every request message of every connection, by connection."""
        return self._of_all(lambda connection: connection.requests)

    @property
    def round_trips(self) -> tuple[RequestRecord, ...]:
        """The same without what drivers and backend send of their own accord at the beginning."""
        return self._of_all(lambda connection: connection.round_trips)

    def _of_all(
        self, requests: Callable[[ConnectionRecord], tuple[RequestRecord, ...]]
    ) -> tuple[RequestRecord, ...]:
        return tuple(record for c in self.connections for record in requests(c))


#: What driver and backend send on a new connection before anybody asked for anything: measured with
#: msodbcsql 18.6.2, pyodbc 5.5, mssql-python 1.16 and mssql-django 2.0. In lower case.
_INITIALISATION_TEXTS: Final = frozenset(
    {
        "tm_begin",
        "tm_commit",
        "tm_rollback",
        "[sys].sp_datatype_info_100",
        "select @@trancount",
        "select sysdatetime()",
        "select cast(serverproperty('productversion') as varchar), "
        "cast(serverproperty('engineedition') as integer)",
    }
)
_INITIALISATION_BEGINNINGS: Final = (
    "set dateformat ymd; set datefirst",
    "set transaction isolation",
)


def _initialisation_length(requests: tuple[RequestRecord, ...]) -> int:
    for index, request in enumerate(requests):
        if not _is_initialisation(" ".join(request.text.split()).lower()):
            return index
    return len(requests)


def _is_initialisation(text: str) -> bool:
    return text in _INITIALISATION_TEXTS or text.startswith(_INITIALISATION_BEGINNINGS)
