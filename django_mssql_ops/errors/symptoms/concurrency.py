"""Transactions in each other's way, and sessions that ended; Django's part is in :mod:`.atomic`."""

from __future__ import annotations

from typing import Final

from django_mssql_ops.errors.catalogue import pages
from django_mssql_ops.errors.clues import client_says, server_number, server_says, state
from django_mssql_ops.errors.driver_error import Phase
from django_mssql_ops.errors.symptom import Clue, Evidence, Symptom
from django_mssql_ops.errors.symptoms import atomic

_TRANSACTIONS = f"{pages.DJANGO}/transactions"
_LOCKING = (
    "https://learn.microsoft.com/sql/relational-databases/"
    "sql-server-transaction-locking-and-row-versioning-guide"
)

_ROWS: Final = (
    Symptom(
        number=84,
        slug="deadlock-victim",
        meaning=(
            "Two transactions waited for each other, and the server ended this one: all of it is "
            "rolled back. Through pyodbc it is a bare django.db.utils.Error, which code for "
            "DatabaseError or OperationalError does not catch."
        ),
        remedies=(
            "Run the whole outermost transaction again; inside its atomic() it cannot be done.",
            "Turn READ_COMMITTED_SNAPSHOT on, so that readers and writers do not meet.",
            "Touch rows and tables in the same order everywhere, and keep transactions short.",
        ),
        links=(
            f"{pages.ERRORS}/mssqlserver-1205-database-engine-error",
            "https://learn.microsoft.com/sql/relational-databases/sql-server-deadlocks-guide",
            f"{pages.GITHUB}/michiya/django-pyodbc-azure/issues/186",
            f"{pages.GITHUB}/apache/airflow/issues/19856",
        ),
        evidence=Evidence.MEASURED,
        clues=(
            state("40001"),
            server_number(1205),
            *server_says(
                "was deadlocked on .{1,80}resources with another process",
                "chosen as the deadlock victim",
                "deadlock victim",
            ),
        ),
    ),
    Symptom(
        number=85,
        slug="lock-request-timeout",
        meaning=(
            "A lock was not granted in the time that was allowed (SET LOCK_TIMEOUT, or "
            "select_for_update(nowait=True)). Only the statement ended: the transaction is open "
            "and keeps its locks."
        ),
        remedies=(
            "Roll back, then run the transaction again.",
            "Find the session that holds the lock: blocking_session_id in sys.dm_exec_requests.",
            "Allow more time, or keep transactions shorter.",
        ),
        links=(
            f"{pages.ERRORS}/mssqlserver-1222-database-engine-error",
            f"{pages.GITHUB}/microsoft/dbt-fabric/issues/274",
        ),
        evidence=Evidence.MEASURED,
        clues=(server_number(1222), *server_says("lock request time ?out period exceeded")),
    ),
    Symptom(
        number=86,
        slug="optimistic-conflict",
        meaning=(
            "A transaction under SNAPSHOT isolation, or one on memory-optimized tables, wanted to "
            "change what another one had changed first. The server has rolled it back."
        ),
        remedies=(
            "Run the whole outermost transaction again.",
            "Read the rows that will be changed with select_for_update() (UPDLOCK).",
        ),
        links=(
            _LOCKING,
            "https://learn.microsoft.com/sql/relational-databases/in-memory-oltp/"
            "transactions-with-memory-optimized-tables",
        ),
        evidence=Evidence.MEASURED,
        clues=(
            server_number(3935, 3960, 3961, 41301, 41302, 41305, 41325, 41339, 41839),
            *server_says(
                "snapshot isolation transaction aborted due to update conflict",
                "snapshot isolation transaction failed .{1,200}modified by a ddl statement in "
                "another concurrent transaction",
                "attempted to update a record that has been updated since this transaction started",
                "failed to commit due to a (?:repeatable read|serializable) validation failure",
                "a transaction dependency failure occurred",
                "has been created or altered after the start of the current transaction",
            ),
        ),
    ),
    Symptom(
        number=87,
        slug="server-out-of-memory-or-locks",
        meaning="The server has no memory or no locks left for this statement now.",
        remedies=(
            "Wait and try again, with growing pauses; run less at the same time.",
            "Have an administrator look at max server memory and at the statements that take the "
            "largest grants (sys.dm_exec_query_memory_grants).",
            "Cut statements that touch very many rows into parts.",
        ),
        links=(
            f"{pages.ERRORS}/mssqlserver-701-database-engine-error",
            f"{pages.ERRORS}/mssqlserver-1204-database-engine-error",
            f"{pages.ERRORS}/mssqlserver-8645-database-engine-error",
        ),
        evidence=Evidence.MEASURED,
        clues=(
            server_number(701, 802, 1204, 8628, 8645, 8651),
            *server_says(
                "cannot obtain a lock resource at this time",
                "insufficient (?:system )?memory in resource pool",
                "time ?out occurred while waiting for memory resources to execute the query",
                "time ?out occurred while waiting to optimize the query",
                "because the requested memory grant was not available",
            ),
        ),
    ),
    Symptom(
        number=88,
        slug="session-killed",
        meaning=(
            "The session was ended from outside: KILL, a failover, a shutdown. mssql-django keeps "
            "the connection after this error, so the next statement fails as well."
        ),
        remedies=(
            "Close the connection (connection.close() outside of atomic) and run the transaction "
            "again.",
            "Ask who kills sessions: a job, a deployment, the reaper of long transactions.",
        ),
        links=(pages.E0, f"{pages.DJANGO}/retry-logic"),
        evidence=Evidence.MEASURED,
        clues=(
            server_number(596),
            *server_says("cannot continue the execution because the session is in the kill state"),
        ),
    ),
    Symptom(
        number=89,
        slug="query-timeout",
        meaning=(
            "A statement did not end within OPTIONS['query_timeout']. When the server does not "
            "answer the cancellation either, the error comes after three times that time and the "
            "connection is lost (measured: 6 seconds for a time-out of 2)."
        ),
        remedies=(
            "Look at what the statement waits for: blocking, or a plan that reads too much.",
            "Allow long jobs more time on an alias of their own; keep a limit for web requests.",
            "Close the connection after this error; at COMMIT look first whether it was applied.",
        ),
        links=(f"{pages.DJANGO}/connection-options", f"{pages.DJANGO}/performance-tuning"),
        evidence=Evidence.MEASURED,
        clues=(
            *client_says("query timeout expired"),
            # .NET's words, of SSMS and of tools in PowerShell.
            Clue(text="timeout period elapsed prior to completion of the operation"),
            Clue(sqlstates=frozenset({"HYT00"}), phase=Phase.EXECUTE),
            Clue(sqlstates=frozenset({"HYT00"}), phase=Phase.FETCH),
        ),
    ),
    Symptom(
        number=90,
        slug="transaction-descriptor-lost",
        meaning=(
            "The client's and the server's idea of the open transaction differ: mostly a "
            "connection that was given back to a pool, or cancelled, while it was busy."
        ),
        remedies=(
            "Close this connection; a rollback on it does not help.",
            "Do not share a connection between threads or tasks, and do not kill greenlets in the "
            "middle of a statement.",
        ),
        links=(
            f"{pages.ERRORS}/mssqlserver-3989-database-engine-error",
            f"{pages.GITHUB}/sqlalchemy/sqlalchemy/issues/6073",
            f"{pages.GITHUB}/sqlalchemy/sqlalchemy/issues/11822",
        ),
        evidence=Evidence.REPORTED,
        clues=(
            server_number(3971, 3989),
            *server_says(
                "the server failed to resume the transaction",
                "because it should come with valid transaction descriptor",
            ),
        ),
    ),
    Symptom(
        number=91,
        slug="transaction-doomed",
        meaning=(
            "An earlier error has doomed the transaction (XACT_ABORT, or an error that a TRY or an "
            "except inside atomic() swallowed): it can only be rolled back. The cause is that "
            "earlier error."
        ),
        remedies=(
            "Look for the first error of the transaction, also in triggers and procedures.",
            "Catch database errors outside of atomic(), or put the risky part into an atomic() of "
            "its own.",
        ),
        links=(
            "https://learn.microsoft.com/sql/t-sql/functions/xact-state-transact-sql",
            _TRANSACTIONS,
        ),
        evidence=Evidence.MEASURED,
        clues=(
            server_number(3930, 3931, 3998),
            *server_says(
                "the current transaction cannot be committed and cannot",
                "uncommittable transaction is detected at the end of the batch",
            ),
        ),
    ),
    Symptom(
        number=92,
        slug="commit-without-transaction",
        meaning=(
            "COMMIT or ROLLBACK found no transaction: a trigger or a procedure has ended it, or an "
            "error that nobody noticed has."
        ),
        remedies=(
            "Look for ROLLBACK and COMMIT in the triggers and procedures that were called.",
            "Look for an earlier error (1205, a severe one) that was swallowed.",
        ),
        links=(_TRANSACTIONS, _LOCKING),
        evidence=Evidence.MEASURED,
        clues=(
            server_number(3902, 3903),
            *server_says(
                "the (?:commit|rollback) transaction request has no corresponding begin transaction"
            ),
        ),
    ),
)

ROWS: Final[tuple[Symptom, ...]] = (*_ROWS, *atomic.ROWS)
