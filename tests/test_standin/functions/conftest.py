"""The database that the tests of functions evaluate on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.test_standin.functions.evaluation import Evaluation


@pytest.fixture(scope="session")
def _shared() -> Iterator[Evaluation]:
    evaluation = Evaluation()
    yield evaluation
    evaluation.connection.close()


@pytest.fixture
def sql(_shared: Evaluation) -> Iterator[Evaluation]:
    """One database for all of them; what a test does to it is rolled back."""
    _shared.reset()
    _shared.connection.execute("BEGIN")
    yield _shared
    _shared.connection.execute("ROLLBACK")
