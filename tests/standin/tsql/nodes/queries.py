"""Queries and data modifications, which stay text for sqlglot."""

from __future__ import annotations

from dataclasses import dataclass

from tests.standin.tsql.nodes.base import ObjectName, SqlText, Statement
from tests.standin.tsql.nodes.control import Execute, ExecuteText


@dataclass(frozen=True, slots=True)
class Select(Statement):
    """SELECT or WITH … SELECT, INTO and ``@variable = …`` included."""

    query: SqlText
    line: int = 1


@dataclass(frozen=True, slots=True)
class Output:
    """OUTPUT list [INTO target [(columns)]]."""

    items: SqlText
    into: ObjectName | None = None
    into_columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Modification(Statement):
    """INSERT, UPDATE, DELETE or MERGE (``kind``); ``text`` has its OUTPUT clause cut out.

    An INSERT … EXEC has ``execute`` and its text ends before EXEC.
    """

    kind: str
    text: SqlText
    output: Output | None = None
    execute: Execute | ExecuteText | None = None
    line: int = 1


@dataclass(frozen=True, slots=True)
class TruncateTable(Statement):
    name: ObjectName
    line: int = 1
