"""The seam between the wire and the SQL: what an engine is asked, and what it may answer.

The wire half knows sessions, transactions, prepared statements and TDS; it knows no SQL. An engine
knows SQL and no wire: it gets a :class:`Statement` with its parameters bound and yields results in
the order in which a client shall see them. Statements that begin or end a transaction reach the
engine as text like any other; it calls ``session.transaction``, and the wire half tells the client.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from django_mssql_ops.tds import Column, TypeInfo

if TYPE_CHECKING:
    from tests.standin.session import Session
    from tests.standin.transactions import TransactionEvent
    from tests.standin.tsql.nodes import TypeName

#: Number of the errors that the stand-in raises in its own name; SQL Server leaves the range from
#: 50000 up to users, so no client mistakes one for the product's.
NOT_SUPPORTED: Final = 50000
#: How much of an unsupported statement its error quotes.
QUOTED_CHARACTERS: Final = 120


@dataclass(frozen=True, slots=True)
class BoundParameter:
    """One parameter of a statement; ``name`` has its ``@`` or is empty (positional).

    ``type`` is what the client sent its value as, ``declared`` what the statement takes it as,
    where that was said. ``output`` is the place in the call, from 0, of a parameter whose value at
    the end the client wants to know.
    """

    name: str
    type: TypeInfo
    value: object = field(repr=False)
    declared: TypeName | None = None
    output: int | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """A batch of T-SQL, with the parameters of ``sp_executesql`` or a prepared statement."""

    text: str
    parameters: tuple[BoundParameter, ...] = ()


@dataclass(frozen=True, slots=True)
class ProcedureCall:
    """A stored procedure called by name, other than those the wire half answers itself."""

    name: str
    parameters: tuple[BoundParameter, ...] = ()


@dataclass(frozen=True, slots=True)
class ResultSet:
    """Rows with their columns; ``rows`` may be an iterator, it is read once."""

    columns: tuple[Column, ...]
    rows: Iterable[tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class RowCount:
    """A statement that changed ``count`` rows."""

    count: int


@dataclass(frozen=True, slots=True)
class Executed:
    """A statement that has neither rows nor a count, such as SET."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An ERROR of the server (MS-TDS 2.2.7.10).

    ``rolls_back`` marks those that end the transaction, such as 1205: the client is told so with
    ENVCHANGE 10. A severity of 20 and above ends the connection after the reply. ``notices`` follow
    the error before its DONE, such as 3621; ``followed_by`` are further errors of the same
    statement, such as 1750 after 1785, and CATCH sees the last. ``raised_by`` is RAISERROR or THROW
    for their errors; ``from_below`` says that an EXEC passed the error on.
    """

    number: int
    message: str
    severity: int = 16
    state: int = 1
    procedure: str = ""
    line: int = 1
    rolls_back: bool = False
    notices: tuple[Notice, ...] = ()
    followed_by: tuple[Failure, ...] = ()
    raised_by: str = ""
    from_below: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """An INFO of the server (MS-TDS 2.2.7.13), such as PRINT."""

    message: str
    number: int = 0
    severity: int = 0
    state: int = 1


@dataclass(frozen=True, slots=True)
class OutputValue:
    """An output parameter's value when its call is over; a client sees it after every result."""

    name: str
    type: TypeInfo
    value: object = field(repr=False)
    place: int = 0


Result = ResultSet | RowCount | Executed | Failure | Notice | OutputValue


class StatementFailed(Exception):
    """An engine's way out of the middle of a statement: the client gets ``failure``."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


class Cancelled(Exception):
    """The client's attention came while its request was under way."""


class Engine(Protocol):
    """Executes statements. One engine serves every session of a server, from many threads."""

    def start(self, databases: Iterable[str]) -> None:
        """The server starts; these databases have to be there."""

    def stop(self) -> None:
        """The server stopped; no session is left."""

    def databases(self) -> tuple[str, ...]:
        """The databases a session may use, system databases included."""

    def session_reset(self, session: Session) -> None:
        """The session is about to be reset for another user of its connection."""

    def execute(self, session: Session, statement: Statement) -> Iterable[Result]:
        """Answer one statement; may raise :class:`StatementFailed` at any point."""

    def call(self, session: Session, call: ProcedureCall) -> Iterable[Result]:
        """Answer a procedure called by name; may raise :class:`StatementFailed` at any point."""

    def transaction_changed(self, session: Session, event: TransactionEvent) -> None:
        """Follow what the session's transaction just did (begin, save, commit, rollback)."""

    def session_ended(self, session: Session) -> None:
        """Forget what belongs to this session; its transaction is rolled back already."""


def not_supported(construct: str) -> Failure:
    """The answer to whatever an engine or the wire half cannot do."""
    quoted = " ".join(construct.split())
    if len(quoted) > QUOTED_CHARACTERS:
        quoted = quoted[:QUOTED_CHARACTERS] + "…"
    return Failure(number=NOT_SUPPORTED, message=f"not supported by the stand-in: {quoted}")


def fault(error: Exception) -> Failure:
    """An error of the stand-in's own making, never to be taken for one of the product's."""
    return Failure(
        number=NOT_SUPPORTED,
        message=f"the stand-in itself failed: {type(error).__name__}: {error}",
    )
