"""What Django's atomic() makes of a connection or a transaction that is lost."""

from __future__ import annotations

from typing import Final

from django_mssql_ops.errors.catalogue import pages
from django_mssql_ops.errors.clues import raised
from django_mssql_ops.errors.driver_error import Phase
from django_mssql_ops.errors.symptom import Clue, Evidence, Symptom

_TRANSACTIONS = f"{pages.DJANGO}/transactions"
_DJANGO_TRANSACTIONS = "https://docs.djangoproject.com/en/stable/topics/db/transactions/"

#: Errors that end the session, also when the statement that meets them is a COMMIT.
_ENDING: Final = frozenset(
    {596, 615, 1203, 1221, 10928, 10929, 10936, 40143, 40197, 40501, 40540, 40544, 40613}
)
_COMMITTING: Final = (Phase.COMMIT, Phase.COMMIT_OR_ROLLBACK, Phase.AUTOCOMMIT)

ROWS: Final[tuple[Symptom, ...]] = (
    Symptom(
        number=93,
        slug="no-new-connection-in-atomic",
        meaning=(
            "The connection was lost inside atomic(), and this error hides it: the next statement "
            "found no connection, and Django opens none in the middle of a transaction. The cause "
            "is the error before, in the first part of the traceback."
        ),
        remedies=(
            "Read the first error of the chain ('During handling of the above exception ...').",
            "Retry around the outermost atomic(), never inside; the block's writes are lost.",
            "If it stays for a whole thread, call connection.connect(): close() does not repair it "
            "after an atomic() that failed on entering.",
        ),
        links=(_DJANGO_TRANSACTIONS, f"{pages.DJANGO}/retry-logic"),
        evidence=Evidence.MEASURED,
        clues=(
            raised(
                "cannot open a new connection in an atomic block",
                "ProgrammingError",
                "InterfaceError",
            ),
            Clue(text="cannot open a new connection in an atomic block"),
        ),
    ),
    Symptom(
        number=94,
        slug="query-after-error-in-atomic",
        meaning=(
            "A statement inside atomic() failed, the error was caught inside the block, and "
            "another statement followed. Django refuses it; on SQL Server a retry inside the block "
            "ends so, after a deadlock for instance."
        ),
        remedies=(
            "Put the retry around the outermost atomic().",
            "Catch the error outside of the block, or give the risky statement an atomic() of its "
            "own.",
        ),
        links=(_DJANGO_TRANSACTIONS, _TRANSACTIONS),
        evidence=Evidence.READ,
        clues=(
            raised("an error occurred in the current transaction", "TransactionManagementError"),
            Clue(text="you can't execute queries until the end of the 'atomic' block"),
        ),
    ),
    Symptom(
        number=95,
        slug="commit-failed-outcome-unknown",
        meaning=(
            "The session ended while COMMIT was under way: whether the transaction was applied is "
            "not known. Through pyodbc the error is a bare django.db.utils.Error, for which "
            "atomic() does not roll back (it catches DatabaseError only)."
        ),
        remedies=(
            "Look whether the transaction was applied before anything is repeated: by a row that "
            "it wrote, or a token stored in the same transaction.",
            "Close the connection: Django may still think that it is in a transaction.",
        ),
        links=(_DJANGO_TRANSACTIONS, f"{pages.DJANGO}/retry-logic", pages.AZURE),
        evidence=Evidence.READ,
        clues=(
            *(Clue(numbers=_ENDING, origin="server", phase=phase) for phase in _COMMITTING),
            *(
                Clue(sqlstates=frozenset({"HY000"}), origin="server", phase=phase)
                for phase in _COMMITTING
            ),
        ),
    ),
)
