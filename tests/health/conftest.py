from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from django_mssql_ops.health.probing import registry
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


@pytest.fixture(params=["pyodbc", pytest.param("mssql_python", marks=pytest.mark.mssql_python)])
def driver(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name
