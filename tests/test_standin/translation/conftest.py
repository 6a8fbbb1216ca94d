"""Fixtures of the translation's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.test_standin.translation.shop import Shop


@pytest.fixture(scope="session")
def shop() -> Iterator[Shop]:
    """Tables that no test changes."""
    shop = Shop()
    yield shop
    shop.connection.close()
