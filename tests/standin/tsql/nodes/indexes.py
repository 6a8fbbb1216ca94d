"""Indexes and their columns."""

from __future__ import annotations

from dataclasses import dataclass

from tests.standin.tsql.nodes.base import ObjectName, SqlText, Statement


@dataclass(frozen=True, slots=True)
class IndexColumn:
    name: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class CreateIndex(Statement):
    table: ObjectName
    name: str
    columns: tuple[IndexColumn, ...]
    unique: bool = False
    clustered: bool = False
    included: tuple[str, ...] = ()
    filter: SqlText | None = None
    line: int = 1


@dataclass(frozen=True, slots=True)
class DropIndex(Statement):
    name: str
    table: ObjectName
    if_exists: bool = False
    line: int = 1
