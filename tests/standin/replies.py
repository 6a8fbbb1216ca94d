"""Results as tokens: what an engine yields, in the shape a client reads (MS-TDS 2.2.7).

A batch answers each statement with DONE, a procedure with DONEINPROC and at its end RETURNSTATUS,
RETURNVALUE and DONEPROC. Every DONE but the last says MORE, so each one waits until it is known
whether something follows.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django_mssql_ops.tds import (
    ColMetadata,
    Done,
    DoneKind,
    DoneStatus,
    EnvChange,
    EnvChangeType,
    ReturnStatus,
    ReturnValue,
    ServerError,
    ServerInfo,
    Token,
    encode_row,
    encode_token,
)
from tests.standin.engine import (
    Cancelled,
    Executed,
    Failure,
    Notice,
    OutputValue,
    Result,
    ResultSet,
    RowCount,
)
from tests.standin.link import Link
from tests.standin.session import DatabaseChange, Session, SessionEvent
from tests.standin.transactions import TransactionChange, TransactionEvent

#: DONE's CurCmd for SELECT. MS-TDS leaves the values open; drivers read this one.
SELECT: Final = 0xC1
#: From this severity on the server ends the connection (Microsoft Learn, Database Engine error
#: severities).
FATAL_SEVERITY: Final = 20
#: Rows after which it is looked whether the client wants no more of them.
ROWS_BETWEEN_LOOKS: Final = 256


class Reply:
    """One reply under way on a link."""

    def __init__(self, link: Link, session: Session, *, to_procedure: bool = False) -> None:
        self._link = link
        self._session = session
        self._to_procedure = to_procedure
        self._pending: Done | None = None
        self._outputs: list[ReturnValue] = []
        self.failed = False
        self.fatal = False

    def add(self, result: Result) -> None:
        """Write one result."""
        if isinstance(result, ResultSet):
            self._add_rows(result)
        elif isinstance(result, RowCount):
            self._add_done(DoneStatus.COUNT, row_count=result.count)
        elif isinstance(result, Executed):
            self._add_done(DoneStatus.FINAL)
        elif isinstance(result, OutputValue):
            self._outputs.append(_output(result))
        elif isinstance(result, Notice):
            self._write(_info(result, self._session))
        else:
            self._add_failure(result)

    def end(self) -> None:
        """Write the reply's end."""
        self.flush_events()
        if self._pending is None:
            self._hold(Done(DoneKind.DONE, DoneStatus.FINAL, 0, 0))
        self._flush_done(last=True)
        self._session.activity.end()
        self._link.end_message()

    def end_call(self, returned: Iterable[ReturnValue] = ()) -> None:
        """Write the end of a procedure: its status and output parameters."""
        self.flush_events()
        if not self.failed:
            self._write(ReturnStatus(0))
        self._write(*returned, *self._outputs)
        failed = DoneStatus.ERROR if self.failed else DoneStatus.FINAL
        self._hold(Done(DoneKind.DONEPROC, failed, 0, 0))

    def next_call(self) -> None:
        """Begin the reply to the next call of a message."""
        self._outputs.clear()
        self.failed = False

    def take_back(self) -> None:
        """Answer a request that its sender took back: one DONE with ERROR (MS-TDS 2.2.3.1.2)."""
        self._hold(Done(DoneKind.DONE, DoneStatus.ERROR, 0, 0))
        self._flush_done(last=True)
        self._link.end_message()

    def flush_events(self) -> None:
        """Tell the client what happened to its session."""
        for event in self._session.take_events():
            self._write(*_event_tokens(event, self._session))

    def acknowledge_reset(self) -> None:
        """ENVCHANGE 18, the first token of a reply to a request that reset the connection."""
        self._write(EnvChange(EnvChangeType.RESET_COMPLETED, b"", b""))

    def _add_rows(self, result: ResultSet) -> None:
        self._write(ColMetadata(result.columns))
        count = 0
        for row in result.rows:
            self._link.write(encode_row(result.columns, row))
            count += 1
            if count % ROWS_BETWEEN_LOOKS == 0 and self._link.attention_within(0):
                raise Cancelled
        self._add_done(DoneStatus.COUNT, command=SELECT, row_count=count)

    def _add_failure(self, failure: Failure) -> None:
        if failure.rolls_back:
            self._session.transaction.abandon()
        self.failed = True
        self.fatal = self.fatal or failure.severity >= FATAL_SEVERITY
        # The error goes first: on Linux pyodbc keeps the first record only (measured).
        if self._pending is not None and self._pending.status & DoneStatus.ERROR:
            self._pending = None  # errors that follow one another share their DONE
        self._write(error_token(failure, self._session.profile.server_name))
        for notice in failure.notices:
            self._write(_info(notice, self._session))
        self._add_done(DoneStatus.ERROR)

    def _add_done(self, status: DoneStatus, *, command: int = 0, row_count: int = 0) -> None:
        self.flush_events()
        kind = DoneKind.DONEINPROC if self._to_procedure else DoneKind.DONE
        self._hold(Done(kind, status, command, row_count))

    def _hold(self, done: Done) -> None:
        self._flush_done(last=False)
        self._pending = done

    def _write(self, *tokens: Token) -> None:
        for token in tokens:
            self._flush_done(last=False)
            self._link.write(encode_token(token))

    def _flush_done(self, *, last: bool) -> None:
        done, self._pending = self._pending, None
        if done is None:
            return
        more = DoneStatus.FINAL if last else DoneStatus.MORE
        self._link.write(
            encode_token(Done(done.kind, done.status | more, done.command, done.row_count))
        )


def error_token(failure: Failure, server: str) -> ServerError:
    """A failure as an ERROR token."""
    return ServerError(
        number=failure.number,
        state=failure.state,
        severity=failure.severity,
        message=failure.message,
        server=server,
        procedure=failure.procedure,
        line=failure.line,
    )


def info_token(number: int, message: str, server: str, *, severity: int = 0) -> ServerInfo:
    """An INFO token of the server itself."""
    return ServerInfo(
        number=number,
        state=1,
        severity=severity,
        message=message,
        server=server,
    )


def database_tokens(new: str, old: str, server: str) -> tuple[Token, ...]:
    """What a client is told when its database changes: ENVCHANGE 1 and INFO 5701."""
    message = f"Changed database context to '{new}'."
    return EnvChange(EnvChangeType.DATABASE, new, old), info_token(5701, message, server)


def _output(result: OutputValue) -> ReturnValue:
    return ReturnValue(result.name, result.type, result.value, ordinal=result.place)


def _info(notice: Notice, session: Session) -> ServerInfo:
    server = session.profile.server_name
    return info_token(notice.number, notice.message, server, severity=notice.severity)


def _event_tokens(event: SessionEvent, session: Session) -> tuple[Token, ...]:
    if isinstance(event, DatabaseChange):
        return database_tokens(event.new, event.old, session.profile.server_name)
    return _transaction_tokens(event)


def _transaction_tokens(event: TransactionEvent) -> tuple[Token, ...]:
    descriptor = event.descriptor.to_bytes(8, "little")
    if event.change is TransactionChange.BEGAN:
        return (EnvChange(EnvChangeType.BEGIN_TRANSACTION, descriptor, b""),)
    if event.change is TransactionChange.COMMITTED:
        return (EnvChange(EnvChangeType.COMMIT_TRANSACTION, b"", descriptor),)
    if event.change is TransactionChange.ROLLED_BACK:
        return (EnvChange(EnvChangeType.ROLLBACK_TRANSACTION, b"", descriptor),)
    return ()
