from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from django_mssql_ops.health.probing import registry, turns
from tests.health.left_over import nothing_is_left
from tests.standin.fixtures import ca_file, standin, start_standin

__all__ = ["ca_file", "nothing_is_left", "standin", "start_standin"]

#: Seconds; only a broken test waits for it.
LIMIT = 10.0


@pytest.fixture(autouse=True)
def close_probers() -> Iterator[None]:
    """No prober outlives its test."""
    yield
    registry.close_all()
    left = [each for each in threading.enumerate() if each.name.startswith("mssql-ops-health")]
    for thread in left:
        thread.join(LIMIT)
        assert not thread.is_alive(), thread.name


@pytest.fixture(autouse=True)
def turns_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test knows the rejected logins of another one."""
    directory = tmp_path / "turns"
    monkeypatch.setattr(turns, "place_of_turns", lambda: directory)
    return directory


@pytest.fixture(params=["pyodbc", pytest.param("mssql_python", marks=pytest.mark.mssql_python)])
def driver(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name
