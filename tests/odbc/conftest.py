"""Directories with an odbcinst.ini, and the marks for tests that need unixODBC or the wheel."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty home directory that only this user can write."""
    directory = tmp_path / "home"
    directory.mkdir(mode=0o700)
    return directory


@pytest.fixture
def system(tmp_path: Path) -> Callable[..., Path]:
    """Make a system directory with the given odbcinst.ini and odbc.ini."""

    def make(drivers: str = "", data_sources: str = "") -> Path:
        directory = tmp_path / "system"
        directory.mkdir()
        (directory / "odbcinst.ini").write_text(drivers, encoding="utf-8")
        (directory / "odbc.ini").write_text(data_sources, encoding="utf-8")
        return directory

    return make
