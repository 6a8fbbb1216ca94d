"""An exception as a table may show it: its class and its numbers, no text of a driver or server."""

from __future__ import annotations

from django.db import OperationalError

from django_mssql_ops.errors import DriverError, driver_errors
from django_mssql_ops.retry import OutcomeUnknown
from django_mssql_ops.retrytest.observation import Failure, Outcome

#: How the retry engine begins the note that says why a call was not repeated.
_NOTE = "not retried: "
_LONGEST_NOTE = 300


def outcome_of(error: BaseException) -> Outcome:
    return Outcome.UNKNOWN if isinstance(error, OutcomeUnknown) else Outcome.RAISED


def failure_of(error: BaseException) -> Failure:
    """What is known of ``error`` and of the driver's errors in its chain."""
    found = _told(driver_errors(error))
    return Failure(
        name=type(error).__name__,
        operational=isinstance(error, OperationalError),
        number=None if found is None else found.number,
        sqlstate="" if found is None else found.sqlstate or "",
        note=_note(error),
    )


def _told(errors: tuple[DriverError, ...]) -> DriverError | None:
    """The first that says a number, else the first: the outermost may hide the cause."""
    return next((error for error in errors if error.number), errors[0] if errors else None)


def _note(error: BaseException) -> str:
    notes = (note for note in getattr(error, "__notes__", ()) if isinstance(note, str))
    note = next((note for note in notes if note.startswith(_NOTE)), "")
    return note.removeprefix(_NOTE)[:_LONGEST_NOTE]
