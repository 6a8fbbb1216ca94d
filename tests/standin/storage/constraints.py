"""Changes of rows, and SQL Server's errors for the constraints that SQLite finds broken.

SQLite names neither the key nor the value of a duplicate, and it looks at each row as it changes,
where SQL Server looks at the whole statement. So after a duplicate the statement runs once more
without the table's unique indexes: what is twice in the table then is the answer, and where nothing
is, the statement was right.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Protocol

from tests.standin.catalog.model import Index, Table
from tests.standin.engine import StatementFailed, not_supported
from tests.standin.errors import constraints as errors
from tests.standin.sqltypes import conversion_sql
from tests.standin.sqltypes.sql_type import SqlType, nvarchar
from tests.standin.storage.identities import Identities, Identity
from tests.standin.translation import column_condition
from tests.standin.translation.plan import CatalogView, Scope

_SAVEPOINT: Final = '"constraint"'
Parameters = Mapping[str, object] | Sequence[object]
Rows = list[tuple[object, ...]]


class Holder(Protocol):
    """What is asked of a session's hold on the database."""

    connection: sqlite3.Connection

    @property
    def catalog(self) -> CatalogView:
        """Its view of the catalogue."""

    @property
    def identities(self) -> Identities:
        """The identity values of the database."""

    def run(self, sql: str, parameters: Parameters = ()) -> sqlite3.Cursor:
        """Execute one SQLite statement."""


class Change:
    """Changes of one table's rows by one statement of T-SQL (``statement`` as errors name it)."""

    def __init__(self, handle: Holder, table: Table, statement: str) -> None:
        self._handle = handle
        self._table = table
        self._statement = statement

    def run(self, sql: str, parameters: Parameters) -> tuple[Rows, int]:
        """The rows that RETURNING gives, and how many were changed.

        Raises StatementFailed with 515, 547 (CHECK), 2601 or 2627; then nothing was changed.
        """
        identity = self._identity()
        try:
            return self._execute(sql, parameters)
        except sqlite3.IntegrityError as error:
            if error.sqlite_errorname != "SQLITE_CONSTRAINT_UNIQUE":
                raise self._violation(error) from error
            if identity is not None:
                self._handle.identities.restore(self._table.object_id, identity)
            return self._run_unindexed(sql, parameters)

    def _identity(self) -> Identity | None:
        if self._table.identity_column is None:
            return None
        return self._handle.identities.state(self._handle, self._table.object_id)

    def _execute(self, sql: str, parameters: Parameters) -> tuple[Rows, int]:
        cursor = self._handle.run(sql, parameters)
        if cursor.description is None:
            return [], cursor.rowcount
        rows = cursor.fetchall()
        return rows, len(rows)

    def _violation(self, error: sqlite3.IntegrityError) -> StatementFailed:
        """The error for a NULL, or for a CHECK."""
        table, (kind, _, broken) = self._table, str(error).partition(" constraint failed: ")
        database = self._handle.catalog.database
        if kind == "NOT NULL":
            column = broken.removeprefix(f"{table.schema}.{table.name}.")
            place = "tempdb" if table.temporary else database
            verb = "UPDATE" if self._statement == "UPDATE" else "INSERT"
            name = f"{place}.{table.schema}.{table.name}"
            return errors.null_not_allowed(column, name, verb)
        check = next((check for check in table.checks if check.name == broken), None)
        if check is None:
            return StatementFailed(not_supported(f"what SQLite refuses: {error}"))
        name = f"{table.schema}.{table.name}"
        return errors.conflict(self._statement, "CHECK", check.name, database, name, check.column)

    def _run_unindexed(self, sql: str, parameters: Parameters) -> tuple[Rows, int]:
        with self._savepoint():
            definitions = self._drop_unique_indexes()
            try:
                result = self._execute(sql, parameters)
            except sqlite3.IntegrityError as error:
                raise self._violation(error) from error
            for index in sorted(self._table.indexes, key=lambda index: index.index_id):
                if index.unique:
                    self._check_unique(index)
            for definition in definitions:
                self._handle.run(definition)
            return result

    @contextlib.contextmanager
    def _savepoint(self) -> Iterator[None]:
        self._handle.run(f"SAVEPOINT {_SAVEPOINT}")
        try:
            yield
        except BaseException:
            self._handle.run(f"ROLLBACK TO {_SAVEPOINT}")
            raise
        finally:
            self._handle.run(f"RELEASE {_SAVEPOINT}")

    def _drop_unique_indexes(self) -> list[str]:
        """Drop them; gives the SQL that makes them again."""
        schema = "temp" if self._table.temporary else "main"
        found = self._handle.run(
            f"SELECT name, sql FROM {schema}.sqlite_master"
            " WHERE type = 'index' AND tbl_name = ? AND sql LIKE 'CREATE UNIQUE %'",
            (f"{self._table.schema}.{self._table.name}",),
        ).fetchall()
        for name, _ in found:
            self._handle.run(f"DROP INDEX {schema}.{_quoted(name)}")
        return [definition for _, definition in found]

    def _check_unique(self, index: Index) -> None:
        """Raise StatementFailed with 2601 or 2627 where a key is in the table twice.

        Of several the one is named whose second row came first, as it would have stopped SQL
        Server.
        """
        table = self._table
        keys = [_quoted(column.name) for column in index.columns]
        where = f" WHERE {self._filter(index)}" if index.filter else ""
        found = self._handle.run(
            f"SELECT max(_rowid_) FROM {table.rows}{where} GROUP BY {', '.join(keys)}"
            " HAVING count(*) > 1 ORDER BY 1 LIMIT 1"
        ).fetchone()
        if found is None:
            return
        name, value = f"{table.schema}.{table.name}", self._key_text(index, found[0])
        if index.is_primary or index.is_constraint:
            raise errors.duplicate_key(index.name, index.is_primary, name, value)
        raise errors.duplicate_in_index(index.name, name, value)

    def _filter(self, index: Index) -> str:
        return column_condition(index.filter, self._table, Scope(self._handle.catalog))

    def _key_text(self, index: Index, rowid: object) -> str:
        """The key of a row as 2601 and 2627 show it."""
        texts = [
            _text_sql(_quoted(key.name), column.type)
            for key in index.columns
            if (column := self._table.column(key.name)) is not None
        ]
        values = self._handle.run(
            f"SELECT {', '.join(texts)} FROM {self._table.rows} WHERE _rowid_ = ?",
            (rowid,),
        ).fetchone()
        return ", ".join("<NULL>" if value is None else str(value) for value in values)


def _text_sql(sql: str, kind: SqlType) -> str:
    if kind.name in ("binary", "varbinary", "rowversion", "timestamp"):
        return f"'0x' || hex({sql})"
    return conversion_sql(sql, kind, nvarchar())


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
