"""One session of the server: who it is, where it is, what it has open."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from tests.standin.activity import Activity, ClientFacts
from tests.standin.engine import Failure, StatementFailed
from tests.standin.profiles import Profile
from tests.standin.rights import Rights
from tests.standin.transactions import Transaction, TransactionEvent

#: Prepared statements one session may hold; more are refused, so that memory stays bounded.
MAX_PREPARED_STATEMENTS: Final = 10_000

_ISOLATION_LEVELS: Final = {
    1: "READ UNCOMMITTED",
    2: "READ COMMITTED",
    3: "REPEATABLE READ",
    4: "SERIALIZABLE",
    5: "SNAPSHOT",
}


@dataclass(frozen=True, slots=True)
class PreparedStatement:
    """A statement with the text of its parameter declarations, as sp_prepare took them."""

    text: str
    declarations: str


@dataclass(frozen=True, slots=True)
class PreparedCall:
    """The name of a procedure, as sp_prepexecrpc took it."""

    procedure: str


class PreparedStatements:
    """The handles of a session; a handle is never used twice."""

    def __init__(self) -> None:
        self._handles = itertools.count(1)
        self._statements: dict[int, PreparedStatement | PreparedCall] = {}

    def __len__(self) -> int:
        return len(self._statements)

    def __contains__(self, handle: object) -> bool:
        return handle in self._statements

    def add(self, statement: PreparedStatement | PreparedCall) -> int:
        """Keep a statement and return its handle."""
        if len(self._statements) >= MAX_PREPARED_STATEMENTS:
            raise StatementFailed(
                Failure(number=701, severity=17, message="Too many prepared statements.")
            )
        handle = next(self._handles)
        self._statements[handle] = statement
        return handle

    def find(self, handle: object) -> PreparedStatement | PreparedCall:
        """The statement behind a handle. Raises StatementFailed with 8179 for an unknown one."""
        statement = self._statements.get(handle) if isinstance(handle, int) else None
        if statement is None:
            raise StatementFailed(_unknown_handle(handle))
        return statement

    def remove(self, handle: object) -> None:
        """Forget a handle. Raises StatementFailed with 8179 for an unknown one."""
        if not isinstance(handle, int) or self._statements.pop(handle, None) is None:
            raise StatementFailed(_unknown_handle(handle))

    def clear(self) -> None:
        """Forget every handle."""
        self._statements.clear()


@dataclass(frozen=True, slots=True)
class DatabaseChange:
    """The session moved to another database (ENVCHANGE 1)."""

    new: str
    old: str


SessionEvent = TransactionEvent | DatabaseChange


@dataclass(slots=True, eq=False)
class Session:
    """The state of one connection after its login.

    ``login`` is what the client logged in as, ``user`` the database user behind it and
    ``engine_state`` the engine's own. ``on_transaction`` is told of a transaction's changes at
    once; what the client has to know as well waits in ``events`` for the wire half to send it.
    ``databases`` are those it may use, ``sessions`` those of the whole server, this one included;
    ``client`` is who is at the other end, ``activity`` what it does at the moment. ``pause`` waits
    for so many seconds and raises Cancelled when the client wants no answer any more; ``end`` makes
    the connection end, from any thread.
    """

    spid: int
    profile: Profile
    login: str
    database: str
    host: str = ""
    application: str = ""
    client: ClientFacts = field(default_factory=ClientFacts)
    activity: Activity = field(default_factory=Activity)
    databases: Callable[[], tuple[str, ...]] = tuple
    sessions: Callable[[], tuple[Session, ...]] = tuple
    pause: Callable[[float], None] = time.sleep
    end: Callable[[], None] = field(default=lambda: None)
    on_transaction: Callable[[TransactionEvent], None] = field(default=lambda event: None)
    encrypted: bool = False
    user: str = "dbo"
    protocol_version: int = 0x74000004
    language: str = "us_english"
    date_format: str = "mdy"
    date_first: int = 7
    isolation_level: str = "READ COMMITTED"
    options: dict[str, str] = field(default_factory=dict)
    prepared: PreparedStatements = field(default_factory=PreparedStatements)
    events: list[SessionEvent] = field(default_factory=list)
    engine_state: object = None
    transaction: Transaction = field(init=False)
    login_database: str = field(init=False)

    def __post_init__(self) -> None:
        self.transaction = Transaction(self._follow)
        self.login_database = self.database

    @property
    def rights(self) -> Rights:
        """What the login may do; sa may do everything, on every server."""
        profile = self.profile
        return profile.rights_of_administrator if self.login == "sa" else profile.rights

    def use(self, database: str) -> None:
        """USE: move to another database. Raises StatementFailed with 911 for an unknown one."""
        found = next((d for d in self.databases() if d.lower() == database.lower()), None)
        if found is None:
            raise StatementFailed(unknown_database(database))
        self._move_to(found)

    def look(self) -> None:
        """Raise Cancelled when the client wants no answer any more."""
        self.pause(0.0)

    def set_isolation(self, number: int) -> None:
        """The isolation level of a transaction manager request; 0 leaves it (MS-TDS 2.2.6.9)."""
        self.isolation_level = _ISOLATION_LEVELS.get(number, self.isolation_level)

    def reset(self, *, keep_transaction: bool = False) -> None:
        """What the RESETCONNECTION status bits do (MS-TDS 2.2.3.1.2)."""
        if not keep_transaction:
            self.transaction.abandon()
        self.prepared.clear()
        self.options.clear()
        self._move_to(self.login_database)
        self.language = "us_english"
        self.date_format = "mdy"
        self.date_first = 7
        if not keep_transaction:
            self.isolation_level = "READ COMMITTED"

    def check_descriptor(self, descriptor: int) -> None:
        """Compare the transaction a request names with the one that is open (MS-TDS 2.2.5.3.2).

        Raises StatementFailed with 3971 when it names one that is gone, 3989 when it names another.
        """
        if descriptor == self.transaction.descriptor:
            return
        if descriptor and not self.transaction.count:
            raise StatementFailed(
                Failure(
                    number=3971,
                    message=f"The server failed to resume the transaction. Desc:{descriptor:x}.",
                )
            )
        raise StatementFailed(
            Failure(
                number=3989,
                message="New request is not allowed to start because it should come with valid "
                "transaction descriptor.",
            )
        )

    def take_events(self) -> tuple[SessionEvent, ...]:
        """What the client was not told of yet."""
        taken = tuple(self.events)
        self.events.clear()
        return taken

    def _follow(self, event: TransactionEvent) -> None:
        self.events.append(event)
        self.on_transaction(event)

    def _move_to(self, database: str) -> None:
        self.events.append(DatabaseChange(database, self.database))
        self.database = database


def _unknown_handle(handle: object) -> Failure:
    return Failure(
        number=8179, message=f"Could not find prepared statement with handle {handle}.", state=1
    )


def unknown_database(database: str) -> Failure:
    """911."""
    return Failure(
        number=911,
        message=f"Database '{database}' does not exist. "
        "Make sure that the name is entered correctly.",
    )
