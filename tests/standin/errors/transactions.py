"""Errors of transactions, locks and databases."""

from __future__ import annotations

from tests.standin.engine import Failure, StatementFailed
from tests.standin.errors import failure


def lock_timeout() -> StatementFailed:
    """1222: the statement is cancelled, its transaction stays (MSSQLSERVER_1222)."""
    return failure(1222, "Lock request time out period exceeded.", state=51)


def uncommittable() -> StatementFailed:
    """3930: a write, or a commit, in a doomed transaction."""
    return failure(
        3930,
        "The current transaction cannot be committed and cannot support operations that write to "
        "the log file. Roll back the transaction.",
    )


def uncommittable_at_end() -> Failure:
    """3998: what ends a batch that leaves a doomed transaction behind."""
    return Failure(
        number=3998,
        message="Uncommittable transaction is detected at the end of the batch. "
        "The transaction is rolled back.",
        rolls_back=True,
    )


def mismatched_transaction_count(before: int, after: int) -> Failure:
    """266, after EXECUTE of what left a transaction open or ended one too many."""
    return Failure(
        number=266,
        state=2,
        message="Transaction count after EXECUTE indicates a mismatching number of BEGIN and "
        f"COMMIT statements. Previous count = {before}, current count = {after}.",
    )


def snapshot_not_allowed(database: str) -> StatementFailed:
    """3952."""
    return failure(
        3952,
        f"Snapshot isolation transaction failed accessing database '{database}' because snapshot "
        "isolation is not allowed in this database. "
        "Use ALTER DATABASE to allow snapshot isolation.",
    )


def read_only(database: str) -> StatementFailed:
    """3906: a write to a database, or to a replica of it, that is READ_ONLY."""
    return failure(
        3906, f'Failed to update database "{database}" because the database is read-only.', state=2
    )


def database_state_in_use(database: str) -> StatementFailed:
    """5070: ALTER DATABASE needs it alone."""
    return failure(
        5070,
        f"Database state cannot be changed while other users are using the database '{database}'",
    )


def database_exists(name: str) -> StatementFailed:
    """1801."""
    return failure(
        1801, f"Database '{name}' already exists. Choose a different database name.", state=3
    )


def no_such_database(name: str, action: str = "drop") -> StatementFailed:
    """3701 for DROP DATABASE."""
    return failure(
        3701,
        f"Cannot {action} the database '{name}', because it does not exist or you do not have "
        "permission.",
        severity=11,
    )


def unknown_database(name: str) -> StatementFailed:
    """5011 for ALTER DATABASE."""
    return failure(
        5011,
        f"User does not have permission to alter database '{name}', the database does not exist, "
        "or the database is not in a state that allows access checks.",
        severity=14,
        state=5,
    )


def database_in_use(name: str) -> StatementFailed:
    """3702."""
    return failure(3702, f'Cannot drop database "{name}" because it is currently in use.', state=4)


def system_database(name: str) -> StatementFailed:
    """3708."""
    return failure(3708, f"Cannot drop the database '{name}' because it is a system database.")


def not_in_transaction(statement: str) -> StatementFailed:
    """226: statements such as CREATE DATABASE stand outside of every transaction."""
    return failure(
        226, f"{statement} statement not allowed within multi-statement transaction.", state=6
    )
