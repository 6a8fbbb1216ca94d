"""Everything else that is defined: schemas, views, types, databases."""

from __future__ import annotations

from dataclasses import dataclass

from tests.standin.tsql.nodes.base import ObjectName, SqlText, Statement, TypeName


@dataclass(frozen=True, slots=True)
class CreateSchema(Statement):
    name: str
    line: int = 1


@dataclass(frozen=True, slots=True)
class DropSchema(Statement):
    name: str
    if_exists: bool = False
    line: int = 1


@dataclass(frozen=True, slots=True)
class CreateView(Statement):
    """``definition`` is the whole statement as sys.sql_modules shows it."""

    name: ObjectName
    columns: tuple[str, ...]
    query: SqlText
    definition: str
    or_alter: bool = False
    line: int = 1


@dataclass(frozen=True, slots=True)
class DropView(Statement):
    names: tuple[ObjectName, ...]
    if_exists: bool = False
    line: int = 1


@dataclass(frozen=True, slots=True)
class CreateType(Statement):
    """CREATE TYPE name FROM base [NOT NULL]: an alias type."""

    name: ObjectName
    base: TypeName
    nullable: bool = True
    line: int = 1


@dataclass(frozen=True, slots=True)
class CreateDatabase(Statement):
    name: str
    collation: str = ""
    line: int = 1


@dataclass(frozen=True, slots=True)
class DropDatabase(Statement):
    names: tuple[str, ...]
    if_exists: bool = False
    line: int = 1


@dataclass(frozen=True, slots=True)
class AlterDatabase(Statement):
    """ALTER DATABASE name SET …; ``change`` is what follows SET, upper case, single blanks."""

    name: str
    change: str
    line: int = 1


@dataclass(frozen=True, slots=True)
class Dbcc(Statement):
    """DBCC command (arguments) [WITH options]; command upper case."""

    command: str
    arguments: tuple[SqlText, ...] = ()
    options: tuple[str, ...] = ()
    line: int = 1
