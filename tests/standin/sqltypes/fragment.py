"""A piece of translated SQL with its type: what expressions are compiled to."""

from __future__ import annotations

from dataclasses import dataclass

from tests.standin.sqltypes.sql_type import SqlType


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of SQLite's SQL with the SQL Server type of its value."""

    sql: str
    type: SqlType
    nullable: bool = True
