"""Fixtures of the translation's tests."""

from __future__ import annotations

import pytest

from tests.test_standin.translation.shop import Shop


@pytest.fixture(scope="session")
def shop() -> Shop:
    """Tables that no test changes."""
    return Shop()
