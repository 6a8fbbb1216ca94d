"""Tables as the catalogue knows them. Frozen: a change makes a new Table, which is saved whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tests.standin.sqltypes.sql_type import SqlType

#: The schema of objects that are named without one.
DEFAULT_SCHEMA: Final = "dbo"


@dataclass(frozen=True, slots=True)
class IdentityProperty:
    """IDENTITY(seed, increment)."""

    seed: int = 1
    increment: int = 1


@dataclass(frozen=True, slots=True)
class Default:
    """A default constraint; ``definition`` as sys.default_constraints shows it: ``((0))``."""

    object_id: int
    name: str
    definition: str
    system_named: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """``user_type`` is the alias type's name where one was used, such as sysname."""

    column_id: int
    name: str
    type: SqlType
    nullable: bool = True
    identity: IdentityProperty | None = None
    default: Default | None = None
    computed: str = ""
    persisted: bool = False
    rowguid: bool = False
    user_type: str = ""
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class IndexColumn:
    name: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Index:
    """An index, or the index behind a key: then ``is_primary`` or ``is_constraint`` is set and
    ``object_id`` is the constraint's own."""

    index_id: int
    name: str
    columns: tuple[IndexColumn, ...]
    unique: bool = False
    clustered: bool = False
    included: tuple[str, ...] = ()
    filter: str = ""
    is_primary: bool = False
    is_constraint: bool = False
    object_id: int = 0
    system_named: bool = False


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """``key_index_id`` is the referenced table's index that makes the referenced columns a key."""

    object_id: int
    name: str
    columns: tuple[str, ...]
    referenced_id: int
    referenced_columns: tuple[str, ...]
    on_delete: str = "NO ACTION"
    on_update: str = "NO ACTION"
    disabled: bool = False
    not_trusted: bool = False
    system_named: bool = False
    key_index_id: int = 0


@dataclass(frozen=True, slots=True)
class Check:
    """``column`` names the column of a column-level constraint (sys: parent_column_id);
    ``columns`` are those its condition speaks of."""

    object_id: int
    name: str
    definition: str
    column: str = ""
    columns: tuple[str, ...] = ()
    disabled: bool = False
    not_trusted: bool = False
    system_named: bool = False


@dataclass(frozen=True, slots=True)
class AliasType:
    """A type of CREATE TYPE … FROM; ``user_type_id`` counts from 257."""

    user_type_id: int
    schema: str
    name: str
    type: SqlType
    nullable: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """A table; ``temporary`` ones live in the session. ``rows`` is its name inside SQLite."""

    object_id: int
    schema: str
    name: str
    columns: tuple[Column, ...]
    indexes: tuple[Index, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    checks: tuple[Check, ...] = ()
    temporary: bool = False
    comment: str | None = None

    @property
    def rows(self) -> str:
        """The quoted name of the SQLite table that has the rows."""
        quoted = f"{self.schema}.{self.name}".replace('"', '""')
        return f'temp."{quoted}"' if self.temporary else f'"{quoted}"'

    def column(self, name: str) -> Column | None:
        """The column of that name; SQL Server's identifiers ignore case here."""
        wanted = name.lower()
        return next((c for c in self.columns if c.name.lower() == wanted), None)

    @property
    def identity_column(self) -> Column | None:
        """The column with IDENTITY; a table has one at most."""
        return next((c for c in self.columns if c.identity), None)


@dataclass(frozen=True, slots=True)
class View:
    """``query`` is the SELECT alone, ``definition`` the whole CREATE VIEW."""

    object_id: int
    schema: str
    name: str
    columns: tuple[Column, ...]
    query: str
    definition: str


@dataclass(frozen=True, slots=True)
class SystemView:
    """A view of sys or INFORMATION_SCHEMA; ``rows`` is a SQLite view with these columns."""

    schema: str
    name: str
    columns: tuple[Column, ...]

    @property
    def rows(self) -> str:
        """The quoted name of the SQLite view."""
        return f'"{self.schema}.{self.name}"'


Relation = Table | View | SystemView
