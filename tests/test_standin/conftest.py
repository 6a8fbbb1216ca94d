"""Fixtures for the stand-in's own tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.standin.fixtures import ca_file, standin, start_standin

__all__ = ["ca_file", "standin", "start_standin"]

_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of the engine, whose folders are here: `make unit` is about the package."""
    for item in items:
        if _HERE in item.path.parents and item.path.parent != _HERE:
            item.add_marker(pytest.mark.engine)
