"""What the translation of INSERT, UPDATE, DELETE and MERGE gives."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.standin.catalog.model import ForeignKey, Table
from tests.standin.translation.plan import OutputColumn


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key that is enforced, with the tables at its two ends."""

    key: ForeignKey
    child: Table
    parent: Table


@dataclass(frozen=True, slots=True)
class OutputSource:
    """Where a column of OUTPUT comes from: a place in the row that the statement returned, or with
    ``before`` in the row as it was read before the statement."""

    position: int
    before: bool = False


@dataclass(frozen=True, slots=True)
class Output:
    """The rows of OUTPUT; ``into`` takes them instead of the client where it is set."""

    columns: tuple[OutputColumn, ...]
    sources: tuple[OutputSource, ...]
    into: Table | None = None
    into_columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ModificationPlan:
    """One SQLite statement that changes rows, and what has to be looked at after it.

    ``kind`` is INSERT, UPDATE, DELETE or MERGE. ``returning`` names the columns that ``sql``
    returns of each row, in lower case; ``"_rowid_"`` is SQLite's own, "" an expression. ``before``
    reads the rowid and the columns ``before_columns`` of the rows that an UPDATE will change; it is
    empty where nobody asks for their old values. ``parents`` are the foreign keys that the changed
    rows must satisfy, ``children`` those of other rows that need the changed ones.
    ``explicit_identity`` says that an INSERT names the identity column.
    """

    kind: str
    target: Table
    sql: str
    parameters: tuple[str, ...] = ()
    returning: tuple[str, ...] = ()
    output: Output | None = None
    before: str = ""
    before_columns: tuple[str, ...] = ()
    changed: frozenset[str] = field(default_factory=frozenset)
    parents: tuple[Reference, ...] = ()
    children: tuple[Reference, ...] = ()
    explicit_identity: bool = False

    @property
    def inserts(self) -> bool:
        """Whether rows are added; MERGE has no other use here."""
        return self.kind in ("INSERT", "MERGE")

    @property
    def columns(self) -> tuple[OutputColumn, ...]:
        """The columns that go to the client; empty where no rows do."""
        return self.output.columns if self.output and not self.output.into else ()
