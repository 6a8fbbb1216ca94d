"""A database of its own for each test, and short words to define and ask with."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.standin.catalog.model import Table
from tests.standin.engine import Failure, Result, ResultSet, StatementFailed
from tests.standin.execution.definition import execute_definition
from tests.standin.execution.system_procedures import call_system_procedure
from tests.standin.profiles import COLLATION
from tests.standin.storage.database import Database
from tests.standin.storage.handle import Handle
from tests.standin.translation import translate_select
from tests.standin.translation.plan import Scope
from tests.standin.tsql.names import parse_name
from tests.standin.tsql.parser import parse_batch


def empty_database(path: Path) -> Path:
    """A database file with nothing in it but the catalogue."""
    Database("app", path, COLLATION, durable=False).make()
    return path


class Bench:
    """One session in an empty database."""

    def __init__(self, path: Path, collation: str = COLLATION) -> None:
        self.database = Database("app", path, collation, durable=False)
        self.handle = Handle(self.database, lambda: None)

    def define(self, text: str, *, explicit: bool = False) -> None:
        """Execute data definition; each statement is a transaction unless ``explicit``."""
        for node in parse_batch(text):
            with self.handle.statement(explicit=explicit, lock_seconds=1):
                execute_definition(node, self.handle)

    def fails(self, text: str) -> Failure:
        """The error of data definition."""
        with pytest.raises(StatementFailed) as caught:
            self.define(text)
        return caught.value.failure

    def query(self, text: str) -> list[tuple[object, ...]]:
        """The rows of a SELECT in T-SQL, in storage form."""
        plan = translate_select(text, Scope(self.handle.catalog))
        parameters = dict.fromkeys(plan.parameters, "dbo")
        return self.handle.run(plan.sql, parameters).fetchall()

    def insert(self, table: str, **values: object) -> None:
        """Insert a row in storage form, past everything but SQLite's own constraints."""
        names = ", ".join(f'"{name}"' for name in values)
        marks = ", ".join("?" for _ in values)
        self.handle.run(
            f"INSERT INTO {self.table(table).rows} ({names}) VALUES ({marks})",
            tuple(values.values()),
        )

    def table(self, name: str) -> Table:
        """A table of the catalogue."""
        table = self.handle.catalog.find_table(parse_name(name))
        assert table is not None
        return table

    def call(self, procedure: str, *arguments: object, **named: object) -> list[Result]:
        """Call a system procedure in a transaction of its own."""
        bound: dict[str | int, object] = dict(enumerate(arguments))
        bound.update({f"@{name}": value for name, value in named.items()})
        with self.handle.statement(explicit=False, lock_seconds=1):
            results: Iterable[Result] | None = call_system_procedure(procedure, bound, self.handle)
            assert results is not None
            return list(results)

    def rows(self, procedure: str, *arguments: object, **named: object) -> list[dict[str, object]]:
        """The rows of a procedure's result, by column."""
        (result,) = self.call(procedure, *arguments, **named)
        assert isinstance(result, ResultSet)
        names = [column.name for column in result.columns]
        return [dict(zip(names, row, strict=True)) for row in result.rows]

    def call_fails(self, procedure: str, *arguments: object, **named: object) -> Failure:
        """The error of a system procedure."""
        with pytest.raises(StatementFailed) as caught:
            self.call(procedure, *arguments, **named)
        return caught.value.failure
