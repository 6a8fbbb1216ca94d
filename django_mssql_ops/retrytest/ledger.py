"""The scratch table: one row a statement of each operation, counted to judge "exactly once".

Nothing in the table is unique: a write that is applied twice has to be seen, not refused.
"""

from __future__ import annotations

import contextlib
import secrets
from typing import Any, Final

from django.db.backends.base.base import BaseDatabaseWrapper

PREFIX: Final = "mssql_ops_retrytest_"


class Ledger:
    """A table of its own; ``wrapper`` is a connection of its own, past every fault."""

    def __init__(self, wrapper: BaseDatabaseWrapper) -> None:
        self.table = PREFIX + secrets.token_hex(8)
        self._wrapper = wrapper

    def create(self) -> None:
        """Create the table; raises what the driver raises."""
        self._execute(
            f"CREATE TABLE [{self.table}] (token nvarchar(32) NOT NULL, entry int NOT NULL)"
        )

    def drop(self) -> None:
        """Drop the table if it is there, and close the connection; raises what the driver does."""
        try:
            self._execute_again(f"DROP TABLE IF EXISTS [{self.table}]")
        finally:
            with contextlib.suppress(Exception):
                self._wrapper.close()

    def entries(self, token: str, expected: int) -> tuple[int, ...]:
        """How often each of the operation's ``expected`` rows is there.

        A plain SELECT would not wait for a commit that is still under way where row versions are
        read (READ_COMMITTED_SNAPSHOT, the default of Azure SQL), so the rows are asked for with
        locks (Microsoft, "Table hints": READCOMMITTEDLOCK).
        """
        rows = self._execute_again(
            f"SELECT entry, COUNT(*) FROM [{self.table}] WITH (READCOMMITTEDLOCK) "  # noqa: S608 (a name of ours)
            "WHERE token = %s GROUP BY entry",
            (token,),
        )
        found = dict(rows)
        return tuple(found.get(entry, 0) for entry in range(1, expected + 1))

    def insert(self) -> str:
        """The statement that writes one row; its parameters are the token and the entry."""
        return f"INSERT INTO [{self.table}] (token, entry) VALUES (%s, %s)"  # noqa: S608

    def _execute_again(self, sql: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Try it once more on a new connection: an interrupt or the server may have ended this one.

        For what may be executed twice.
        """
        try:
            return self._execute(sql, parameters)
        except Exception:
            self._wrapper.close()
            return self._execute(sql, parameters)

    def _execute(self, sql: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        with self._wrapper.cursor() as cursor:
            cursor.execute(sql, parameters)
            return list(cursor.fetchall()) if cursor.description else []
