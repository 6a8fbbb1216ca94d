"""An error of the server as the proxy sends it, in step with the server's transaction.

Facts, all measured with msodbcsql 18.6 except where a page is named:

- The ERROR goes first: on Linux pyodbc keeps the first record only.
- An error that ends the transaction is followed by ENVCHANGE 10 with its descriptor (MS-TDS
  2.2.7.9); without that a driver goes on in a mode that Django does not know of, and later writes
  vanish.
- 1222 and the like leave the transaction open: nothing may be said of it.
- From severity 20 on the server ends the connection (Microsoft, "Database Engine error
  severities"); the driver does not do that by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from django_mssql_ops.errors.catalogue import ENDING_SEVERITY
from django_mssql_ops.errors.numbers import Kind, TransactionState, meaning_of
from django_mssql_ops.faultproxy.actions import Answer
from django_mssql_ops.faultproxy.server_texts import text_of
from django_mssql_ops.tds import (
    Done,
    DoneStatus,
    EnvChange,
    EnvChangeType,
    ServerError,
    Token,
)

#: What sys.messages says of numbers whose severity the catalogue leaves open, because no decision
#: hangs on it (Microsoft, "Database Engine events and errors").
_SEVERITIES: Final = {
    102: 15,
    229: 14,
    262: 14,
    300: 14,
    596: 21,
    2601: 14,
    2627: 14,
    4064: 11,
}
_LOGIN_SEVERITY: Final = 14
_USUAL_SEVERITY: Final = 16
_LOGIN_FAILED: Final = 18456
_CANNOT_OPEN_DATABASE: Final = 4060
#: MS-TDS 2.2.5.3.2: the transaction descriptor has eight bytes.
_DESCRIPTOR_SIZE: Final = 8


def severity_of(number: int) -> int:
    """The documented severity, or the usual one of its kind."""
    meaning = meaning_of(number)
    if meaning is not None and meaning.severity is not None:
        return meaning.severity
    if number in _SEVERITIES:
        return _SEVERITIES[number]
    is_login = meaning is not None and meaning.kind is Kind.LOGIN
    return _LOGIN_SEVERITY if is_login else _USUAL_SEVERITY


def error_of(number: int, *, severity: int | None = None, message: str = "") -> ServerError:
    """The ERROR token of a number, with the documented severity and text where none is given."""
    return ServerError(
        number=number,
        message=message or text_of(number),
        severity=severity_of(number) if severity is None else severity,
        server="fault-proxy",
    )


def ends_connection(error: ServerError) -> bool:
    """Whether the server hangs up after this error: by its severity, or by what the number means.

    Azure SQL Database does so with some errors below severity 20, such as 40613 (Microsoft,
    "Troubleshoot transient connection errors").
    """
    meaning = meaning_of(error.number)
    return error.severity >= ENDING_SEVERITY or bool(meaning and meaning.ends_connection)


def rolls_back(error: ServerError) -> bool:
    """Whether the transaction is gone after this error although the connection stays.

    An uncommittable one is rolled back at the end of its batch (message 3998 says so).
    """
    meaning = meaning_of(error.number)
    gone = (TransactionState.ROLLED_BACK, TransactionState.DOOMED)
    return meaning is not None and meaning.transaction in gone


def refusal(*errors: ServerError) -> Answer:
    """What answers a LOGIN7 that fails: its errors and a DONE; the connection ends after it."""
    return Answer(tokens=(*errors, Done(status=DoneStatus.ERROR)))


def login_errors(error: ServerError) -> Sequence[ServerError]:
    """The errors of a login that fails with ``error``: 4060 is followed by 18456."""
    if error.number == _CANNOT_OPEN_DATABASE:
        return (error, error_of(_LOGIN_FAILED))
    return (error,)


def failure(error: ServerError, *, ended: int = 0) -> Answer:
    """What answers a request that fails; ``ended``: descriptor of the transaction it ended."""
    return Answer(tokens=tuple(_failure_tokens(error, ended)))


def _failure_tokens(error: ServerError, ended: int) -> Iterator[Token]:
    yield error
    if ended:
        old = ended.to_bytes(_DESCRIPTOR_SIZE, "little")
        yield EnvChange(EnvChangeType.ROLLBACK_TRANSACTION, new=b"", old=old)
    yield Done(status=DoneStatus.ERROR)
