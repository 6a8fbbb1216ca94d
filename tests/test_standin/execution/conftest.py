"""An engine for each test, and clients of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.standin.sql_engine import SqlEngine
from tests.test_standin.execution.client import Client


@pytest.fixture
def engine() -> Iterator[SqlEngine]:
    engine = SqlEngine()
    engine.start(["app"])
    yield engine
    engine.stop()


@pytest.fixture
def client(engine: SqlEngine) -> Iterator[Client]:
    client = Client(engine)
    yield client
    client.close()


@pytest.fixture
def other(engine: SqlEngine) -> Iterator[Client]:
    """A second session."""
    client = Client(engine, spid=52)
    yield client
    client.close()
