from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.health.serving import stage
from tests.health.serving.stage import Stage


@pytest.fixture(scope="module")
def _stage() -> Iterator[Stage]:
    with stage.stage() as running:
        yield running


@pytest.fixture
def databases(_stage: Stage) -> Iterator[Stage]:
    """What the web servers ask; well before and after each test."""
    yield _stage
    _stage.heal()
