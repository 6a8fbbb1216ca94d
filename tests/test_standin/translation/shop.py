"""A few tables with rows: what the translations of these tests run against."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Final

import pytest

from tests.standin import runtime, translation
from tests.standin.catalog.model import Column, IdentityProperty, Relation, Table, View
from tests.standin.engine import StatementFailed
from tests.standin.sqltypes import column_sql
from tests.standin.sqltypes.sql_type import INT, SqlType, datetime2, decimal, nvarchar, varchar
from tests.standin.translation.plan import Plan, Scope
from tests.standin.tsql.nodes import ObjectName

PRODUCT: Final = Table(
    1,
    "dbo",
    "product",
    (
        Column(1, "id", INT, nullable=False, identity=IdentityProperty()),
        Column(2, "name", nvarchar(50)),
        Column(3, "price", decimal(10, 2)),
        Column(4, "made", datetime2(6)),
        Column(5, "code", varchar(5, "Latin1_General_BIN2")),
        Column(6, "notes", SqlType("ntext")),
    ),
)
LINE: Final = Table(
    2,
    "dbo",
    "line",
    (
        Column(1, "id", INT, nullable=False),
        Column(2, "product_id", INT),
        Column(3, "quantity", INT, nullable=False),
    ),
)
CHEAP: Final = View(
    3,
    "dbo",
    "cheap",
    (Column(1, "id", INT, nullable=False), Column(2, "label", nvarchar(50))),
    "SELECT p.id, p.name FROM product AS p WHERE p.price < 20",
    "CREATE VIEW cheap (id, label) AS SELECT p.id, p.name FROM product AS p WHERE p.price < 20",
)
TEMPORARY: Final = Table(4, "dbo", "#picked", (Column(1, "id", INT),), temporary=True)
_PRODUCTS: Final = (
    (1, "Anvil", "10.50", "2024-01-31 10:00:00.0000000", "a", "x"),
    (2, "anvil", "9.00", None, "B", None),
    (3, "Bolt", None, None, "b", None),
    (4, None, "100.00", None, None, None),
)
_LINES: Final = ((1, 1, 5), (2, 1, 6), (3, 3, 7), (4, None, 8))
#: Types of the variables that statements may use.
VARIABLES: Final[Mapping[str, SqlType]] = {
    "@n": INT,
    "@text": nvarchar(20),
    "@amount": decimal(10, 2),
}


class ShopCatalog:
    """The tables above, as translations ask for them."""

    database = "app"
    collation = "SQL_Latin1_General_CP1_CI_AS"

    def find(self, name: ObjectName) -> Relation | None:
        relations: tuple[Relation, ...] = (PRODUCT, LINE, CHEAP, TEMPORARY)
        if name.schema.lower() not in ("", "dbo") or name.database.lower() not in ("", "app"):
            return None
        return next((r for r in relations if r.name == name.name.lower()), None)

    def referencing(self, table: Table) -> tuple[Table, ...]:
        return ()

    def by_id(self, object_id: int) -> Table | None:
        return None


SCOPE: Final = Scope(ShopCatalog(), VARIABLES)


def connect() -> tuple[sqlite3.Connection, runtime.Runtime]:
    """A connection with the tables and their rows."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    state = runtime.Runtime()
    runtime.install(connection, state)
    for table in (PRODUCT, LINE, TEMPORARY):
        columns = ", ".join(f'"{c.name}" {column_sql(c.type)}' for c in table.columns)
        connection.execute(f"CREATE TABLE {table.rows} ({columns})")
    connection.executemany('INSERT INTO "dbo.product" VALUES (?, ?, ?, ?, ?, ?)', _PRODUCTS)
    connection.executemany('INSERT INTO "dbo.line" VALUES (?, ?, ?)', _LINES)
    connection.execute('INSERT INTO temp."dbo.#picked" VALUES (2)')
    return connection, state


class Shop:
    """Runs statements against the tables, which no test changes."""

    def __init__(self) -> None:
        self.connection, self._state = connect()

    def rows(self, text: str, **parameters: object) -> list[tuple[object, ...]]:
        """The rows of a query, in storage form; parameters are named as the plan names them."""
        plan = translate(text)
        assert sorted(plan.parameters) == sorted(parameters)
        self._state.failure = None
        try:
            return self.connection.execute(plan.sql, parameters).fetchall()
        except sqlite3.Error:
            if self._state.failure is not None:
                raise self._state.failure from None
            raise

    def values(self, text: str, **parameters: object) -> list[object]:
        """The first column of a query."""
        return [row[0] for row in self.rows(text, **parameters)]

    def value(self, expression: str, **parameters: object) -> object:
        """One value, without a table."""
        (only,) = self.values(f"SELECT {expression}", **parameters)
        return only

    def holds(self, condition: str) -> bool | None:
        """A condition: True, False or None where it is unknown."""
        plan = translation.translate_condition(condition, SCOPE)
        (found,) = self.connection.execute(plan.sql).fetchone()
        return None if found is None else bool(found)

    def error(self, text: str, **parameters: object) -> tuple[int, str]:
        """Number and text of the error of a query."""
        with pytest.raises(StatementFailed) as caught:
            self.rows(text, **parameters)
        return caught.value.failure.number, caught.value.failure.message


def translate(text: str) -> Plan:
    """The plan of a query on the tables."""
    return translation.translate_select(text, SCOPE)


def types(text: str) -> list[SqlType]:
    """The types of a query's columns."""
    return [column.type for column in translate(text).columns]


def refused(text: str) -> str:
    """What the stand-in says it does not support in a query."""
    with pytest.raises(StatementFailed) as caught:
        translate(text)
    assert caught.value.failure.number == 50000, caught.value.failure
    return caught.value.failure.message
