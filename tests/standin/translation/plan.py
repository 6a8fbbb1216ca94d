"""What a translation gives: SQLite's SQL with the types that SQLite does not know.

A plan is pure and may be cached: everything that changes from one execution to the next is a named
parameter (``:name`` in the SQL), bound from variables and from the session.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from tests.standin.catalog.model import Relation, Table
from tests.standin.rights import Rights
from tests.standin.sqltypes.fragment import Fragment as Fragment
from tests.standin.sqltypes.sql_type import SqlType
from tests.standin.translation.deductions import Deductions
from tests.standin.tsql.nodes import ObjectName


class CatalogView(Protocol):
    """What a translation asks of the catalogue."""

    database: str
    collation: str

    def find(self, name: ObjectName) -> Relation | None:
        """The table or view of that name, the default schema filled in; ``#t`` and ``@t`` too."""

    def referencing(self, table: Table) -> tuple[Table, ...]:
        """The tables with a foreign key to ``table``, itself included where it has one."""

    def by_id(self, object_id: int) -> Table | None:
        """The table with that object_id."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What names mean outside of the query: tables by the catalogue, variables by their type.

    ``variables`` has lower-case names with their ``@``; those without a type are undeclared, and
    ``deductions`` takes down which type each of them ought to have. ``rights`` are the user's.
    """

    catalog: CatalogView
    variables: Mapping[str, SqlType] = field(default_factory=dict)
    deductions: Deductions | None = None
    rights: Rights = field(default_factory=Rights)


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """A column of a result; ``name`` is empty for an expression without alias."""

    name: str
    type: SqlType
    nullable: bool = True


@dataclass(frozen=True, slots=True)
class Plan:
    """One SQLite statement that reads.

    ``parameters`` are the names the SQL has as ``:name``, see ``translation.parameters``. ``locks``
    says that the statement wants the database's write lock (UPDLOCK and its kind); ``nowait`` that
    it does not wait for it. ``assigns`` are the variables of ``SELECT @a = …``, one for each
    column; ``into`` is the table that SELECT … INTO makes, ``identity_column`` its column with
    IDENTITY.
    """

    sql: str
    columns: tuple[OutputColumn, ...]
    parameters: tuple[str, ...] = ()
    locks: bool = False
    nowait: bool = False
    assigns: tuple[str, ...] = ()
    into: ObjectName | None = None
    identity_column: str = ""
