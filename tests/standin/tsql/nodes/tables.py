"""Tables: their columns and constraints, and what ALTER TABLE changes."""

from __future__ import annotations

from dataclasses import dataclass

from tests.standin.tsql.nodes.base import ObjectName, SqlText, Statement, TypeName
from tests.standin.tsql.nodes.indexes import CreateIndex, IndexColumn


@dataclass(frozen=True, slots=True)
class KeyConstraint:
    """PRIMARY KEY or UNIQUE; ``name`` empty when SQL Server would make one up."""

    columns: tuple[IndexColumn, ...]
    is_primary: bool
    name: str = ""
    clustered: bool | None = None


@dataclass(frozen=True, slots=True)
class ForeignKeyConstraint:
    """Actions are NO ACTION, CASCADE, SET NULL or SET DEFAULT."""

    columns: tuple[str, ...]
    referenced: ObjectName
    referenced_columns: tuple[str, ...] = ()
    on_delete: str = "NO ACTION"
    on_update: str = "NO ACTION"
    name: str = ""


@dataclass(frozen=True, slots=True)
class CheckConstraint:
    condition: SqlText
    name: str = ""


@dataclass(frozen=True, slots=True)
class DefaultConstraint:
    """``column`` is empty inside a column's own definition.

    ``with_values`` gives the default to the rows a table has already.
    """

    value: SqlText
    name: str = ""
    column: str = ""
    with_values: bool = False


TableConstraint = KeyConstraint | ForeignKeyConstraint | CheckConstraint | DefaultConstraint


@dataclass(frozen=True, slots=True)
class Identity:
    seed: int = 1
    increment: int = 1


@dataclass(frozen=True, slots=True)
class ColumnDefinition:
    """A column; ``nullable`` None where neither NULL nor NOT NULL was written.

    ``computed`` is the expression of ``AS (…)``; then ``type`` is None. Keys, foreign keys and
    checks written inside the column are in ``constraints`` with their columns filled in.
    """

    name: str
    type: TypeName | None
    nullable: bool | None = None
    identity: Identity | None = None
    default: DefaultConstraint | None = None
    computed: SqlText | None = None
    persisted: bool = False
    rowguid: bool = False
    collation: str = ""
    constraints: tuple[TableConstraint, ...] = ()


@dataclass(frozen=True, slots=True)
class CreateTable(Statement):
    name: ObjectName
    columns: tuple[ColumnDefinition, ...]
    constraints: tuple[TableConstraint, ...] = ()
    indexes: tuple[CreateIndex, ...] = ()
    line: int = 1


@dataclass(frozen=True, slots=True)
class DropTable(Statement):
    names: tuple[ObjectName, ...]
    if_exists: bool = False
    line: int = 1


@dataclass(frozen=True, slots=True)
class AddToTable(Statement):
    """ALTER TABLE … [WITH CHECK | NOCHECK] ADD columns and constraints."""

    table: ObjectName
    columns: tuple[ColumnDefinition, ...] = ()
    constraints: tuple[TableConstraint, ...] = ()
    with_check: bool = True
    line: int = 1


@dataclass(frozen=True, slots=True)
class AlterColumn(Statement):
    table: ObjectName
    column: str
    type: TypeName
    nullable: bool | None = None
    collation: str = ""
    line: int = 1


@dataclass(frozen=True, slots=True)
class DropFromTable(Statement):
    """ALTER TABLE … DROP [CONSTRAINT] names / COLUMN names."""

    table: ObjectName
    columns: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    if_exists: bool = False
    line: int = 1


@dataclass(frozen=True, slots=True)
class SwitchConstraints(Statement):
    """ALTER TABLE … [WITH CHECK | NOCHECK] {CHECK | NOCHECK} CONSTRAINT {ALL | names}.

    ``names`` empty means ALL; ``validate`` is WITH CHECK.
    """

    table: ObjectName
    names: tuple[str, ...]
    enable: bool
    validate: bool = False
    line: int = 1


@dataclass(frozen=True, slots=True)
class DeclareTable(Statement):
    """DECLARE @name TABLE (…)."""

    name: str
    columns: tuple[ColumnDefinition, ...]
    constraints: tuple[TableConstraint, ...] = ()
    line: int = 1
