"""Settings of a session, and its transactions."""

from __future__ import annotations

from dataclasses import dataclass

from tests.standin.tsql.nodes.base import ObjectName, Statement


@dataclass(frozen=True, slots=True)
class SetOption(Statement):
    """SET ANSI_NULLS, QUOTED_IDENTIFIER ON; names and value upper case, value unquoted."""

    names: tuple[str, ...]
    value: str
    line: int = 1


@dataclass(frozen=True, slots=True)
class SetIdentityInsert(Statement):
    table: ObjectName
    on: bool
    line: int = 1


@dataclass(frozen=True, slots=True)
class SetIsolation(Statement):
    level: str
    line: int = 1


@dataclass(frozen=True, slots=True)
class Use(Statement):
    database: str
    line: int = 1


@dataclass(frozen=True, slots=True)
class BeginTransaction(Statement):
    name: str = ""
    line: int = 1


@dataclass(frozen=True, slots=True)
class CommitTransaction(Statement):
    name: str = ""
    line: int = 1


@dataclass(frozen=True, slots=True)
class RollbackTransaction(Statement):
    name: str = ""
    line: int = 1


@dataclass(frozen=True, slots=True)
class SaveTransaction(Statement):
    name: str
    line: int = 1
