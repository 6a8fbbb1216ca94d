"""Every case: queries, changes, and what is about transactions or raised."""

from __future__ import annotations

from typing import Final

from tests.test_standin.errors.case import Case
from tests.test_standin.errors.cases_of_changes import CHANGES
from tests.test_standin.errors.cases_of_queries import QUERIES

_TRANSACTIONS: Final = (
    Case(
        266,
        "EXEC sp_executesql N'BEGIN TRANSACTION'",
        "Transaction count after EXECUTE indicates a mismatching number of BEGIN and COMMIT"
        " statements. Previous count = 0, current count = 1.",
        "25000",
        state=2,
    ),
    Case(
        3902,
        "COMMIT",
        "The COMMIT TRANSACTION request has no corresponding BEGIN TRANSACTION.",
        "25000",
    ),
    Case(
        3903,
        "ROLLBACK",
        "The ROLLBACK TRANSACTION request has no corresponding BEGIN TRANSACTION.",
        "25000",
    ),
    Case(
        3930,
        "BEGIN TRANSACTION; BEGIN TRY SELECT CAST('a' AS int) END TRY BEGIN CATCH"
        " INSERT INTO dbo.evidence_rows VALUES (5, 5) END CATCH",
        "The current transaction cannot be committed and cannot support operations that write to"
        " the log file. Roll back the transaction.",
    ),
    Case(
        3998,
        "BEGIN TRANSACTION; BEGIN TRY SELECT CAST('a' AS int) END TRY BEGIN CATCH"
        " DECLARE @state int = XACT_STATE() END CATCH",
        "Uncommittable transaction is detected at the end of the batch. The transaction is rolled"
        " back.",
    ),
    Case(
        6401,
        "BEGIN TRANSACTION; ROLLBACK TRANSACTION nope",
        "Cannot roll back nope. No transaction or savepoint of that name was found.",
        "25000",
    ),
)

_RAISED: Final = (
    Case(50000, "RAISERROR('%d of %s', 16, 3, 7, 'nine')", "7 of nine", state=3),
    Case(50123, "THROW 50123, 'thrown', 7", "thrown", state=7),
    Case(
        51000,
        "BEGIN TRY THROW 51000, 'again', 4 END TRY BEGIN CATCH; THROW; END CATCH",
        "again",
        state=4,
    ),
)

CASES: Final = (*QUERIES, *CHANGES, *_TRANSACTIONS, *_RAISED)
