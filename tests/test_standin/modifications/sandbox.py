"""A database in memory with a few tables, and T-SQL's data modifications run in it.

The tables are made here and not by the stand-in's own CREATE TABLE, so that these tests fail for
what they are about.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from tests.standin.catalog.model import (
    Check,
    Column,
    Default,
    ForeignKey,
    IdentityProperty,
    Index,
    IndexColumn,
    Relation,
    SystemView,
    Table,
)
from tests.standin.engine import Failure, StatementFailed
from tests.standin.execution.modifying import ModificationResult, modify
from tests.standin.runtime import Runtime, install
from tests.standin.sqltypes import column_sql
from tests.standin.sqltypes.sql_type import INT, SqlType, nvarchar
from tests.standin.storage.identities import Identities, create_identity_table
from tests.standin.translation import column_condition, column_expression
from tests.standin.translation.modifications import translate_modification
from tests.standin.translation.parameters import variable_parameter
from tests.standin.translation.plan import Scope
from tests.standin.tsql.nodes import Modification, ObjectName
from tests.standin.tsql.parser import parse_batch

Row = tuple[object, ...]


class Tables:
    """A catalogue of tables made by hand."""

    def __init__(self, *tables: Table) -> None:
        self.database = "app"
        self.collation = "SQL_Latin1_General_CP1_CI_AS"
        self._tables = {table.name.lower(): table for table in tables}

    def add(self, table: Table) -> None:
        self._tables[table.name.lower()] = table

    def find(self, name: ObjectName) -> Relation | None:
        if name.schema == "sys":
            return SystemView("sys", name.name, (Column(1, "object_id", INT),))
        return self._tables.get(name.name.lower())

    def by_id(self, object_id: int) -> Table | None:
        return next((t for t in self._tables.values() if t.object_id == object_id), None)

    def referencing(self, table: Table) -> tuple[Table, ...]:
        return tuple(
            other
            for other in self._tables.values()
            if any(key.referenced_id == table.object_id for key in other.foreign_keys)
        )


class Sandbox:
    """What a session's Handle is to :func:`modify`, on a connection of its own."""

    def __init__(
        self, *tables: Table, path: str = ":memory:", identities: Identities | None = None
    ) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.catalog = Tables()
        self.identities = identities or Identities()
        self.runtime = Runtime(
            next_identity=lambda object_id: self.identities.next(self, object_id),
            identity_current=lambda object_id: self.identities.current(self, object_id),
            next_rowversion=lambda: self.identities.next_rowversion(self),
        )
        install(self.connection, self.runtime)
        create_identity_table(self.connection)
        for table in tables:
            self.make(table)

    def make(self, table: Table) -> None:
        """Add a table, and its rows' place where that is not there yet."""
        self.catalog.add(table)
        scope = Scope(self.catalog)
        parts = [_column_sql(column, table, scope) for column in table.columns]
        parts += [
            f'CONSTRAINT "{check.name}" CHECK ({column_condition(check.definition, table, scope)})'
            for check in table.checks
        ]
        self.connection.execute(f"CREATE TABLE IF NOT EXISTS {table.rows} ({', '.join(parts)})")
        schema = "temp." if table.temporary else ""
        for index in table.indexes:
            where = f" WHERE {column_condition(index.filter, table, scope)}" if index.filter else ""
            columns = ", ".join(f'"{column.name}"' for column in index.columns)
            self.connection.execute(
                f'CREATE UNIQUE INDEX IF NOT EXISTS {schema}"{table.name}.{index.name}"'
                f' ON "{table.schema}.{table.name}" ({columns}){where}'
            )

    def close(self) -> None:
        self.connection.close()

    def run(
        self, sql: str, parameters: Mapping[str, object] | Sequence[object] = ()
    ) -> sqlite3.Cursor:
        self.runtime.failure = None
        try:
            return self.connection.execute(sql, parameters)
        except sqlite3.Error as error:
            if self.runtime.failure is not None:
                raise self.runtime.failure from error
            raise

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, as the interpreter does it around each statement."""
        self.connection.execute("BEGIN")
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    def change(
        self,
        sql: str,
        variables: Mapping[str, tuple[SqlType, object]] | None = None,
        *,
        identity_insert: str = "",
    ) -> ModificationResult:
        """Run one data modification."""
        given = dict(variables or {})
        (node,) = parse_batch(sql)
        assert isinstance(node, Modification)
        types = {name.lower(): kind for name, (kind, _) in given.items()}
        plan = translate_modification(node, Scope(self.catalog, types))
        values = {variable_parameter(name): value for name, (_, value) in given.items()}
        table = self.catalog.find(ObjectName(identity_insert)) if identity_insert else None
        with self.transaction():
            return modify(
                plan,
                self,
                {name: values[name] for name in plan.parameters},
                identity_insert=table.object_id if isinstance(table, Table) else None,
            )

    def fails(self, sql: str, **options: str) -> Failure:
        """The error of a data modification, which must have one."""
        before = self.connection.total_changes, self.dump()
        try:
            self.change(sql, **options)  # type: ignore[arg-type]
        except StatementFailed as error:
            assert self.dump() == before[1], "a failed statement left something behind"
            return error.failure
        raise AssertionError(f"{sql} did not fail")

    def rows(self, sql: str) -> list[Row]:
        """What SQLite has."""
        return self.connection.execute(sql).fetchall()

    def dump(self) -> list[str]:
        return [line for line in self.connection.iterdump() if "standin_identities" not in line]


def _column_sql(column: Column, table: Table, scope: Scope) -> str:
    null = "" if column.nullable else " NOT NULL"
    sql = f'"{column.name}" {column_sql(column.type)}{null}'
    if column.computed:
        return f"{sql} AS ({column_expression(column.computed, table, scope).sql})"
    return sql


def identity(column_id: int = 1, name: str = "id", seed: int = 1, increment: int = 1) -> Column:
    """An int column that counts."""
    return Column(column_id, name, INT, False, IdentityProperty(seed, increment))


def default(definition: str) -> Default:
    return Default(900, "df", definition)


def key(name: str, *columns: str, index_id: int = 1) -> Index:
    """A primary key."""
    return Index(index_id, name, tuple(map(IndexColumn, columns)), unique=True, is_primary=True)


def unique(name: str, *columns: str, index_id: int = 2, where: str = "") -> Index:
    """A unique index."""
    return Index(index_id, name, tuple(map(IndexColumn, columns)), unique=True, filter=where)


def shop() -> tuple[Table, Table]:
    """Products with lines that need them."""
    product = Table(
        1001,
        "dbo",
        "product",
        (
            identity(),
            Column(2, "name", nvarchar(10), False),
            Column(3, "stock", INT, False, default=default("((5))")),
            Column(4, "note", nvarchar(20)),
        ),
        indexes=(
            key("pk_product", "id"),
            replace(unique("uq_name", "name"), is_constraint=True),
        ),
        checks=(Check(801, "ck_stock", "[stock]>=(0)", "stock"),),
    )
    line = Table(
        1002,
        "dbo",
        "line",
        (
            identity(),
            Column(2, "product_id", INT),
            Column(3, "quantity", INT, False, default=default("((1))")),
        ),
        indexes=(key("pk_line", "id"),),
        foreign_keys=(ForeignKey(802, "fk_product", ("product_id",), 1001, ("id",)),),
    )
    return product, line
