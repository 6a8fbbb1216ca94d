"""A SQLite connection with the stand-in's functions and collations."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

import pytest

import tests.standin.sqltypes  # noqa: F401  registers what install() installs
from tests.standin.runtime import Runtime, install

#: Runs an expression and gives its value; errors are raised as the engine raises them.
Evaluate = Callable[[str], object]


@pytest.fixture(scope="session")
def evaluate() -> Iterator[Evaluate]:
    connection = sqlite3.connect(":memory:")
    runtime = Runtime()
    install(connection, runtime)

    def run(sql: str) -> object:
        runtime.failure = None
        try:
            return connection.execute(f"SELECT {sql}").fetchone()[0]
        except sqlite3.OperationalError:
            if runtime.failure is not None:
                raise runtime.failure from None
            raise

    yield run
    connection.close()
