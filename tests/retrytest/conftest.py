"""Fixtures of the runs over sockets."""

from __future__ import annotations

import pytest

from tests.standin.fixtures import standin, start_standin

__all__ = ["python_driver", "standin", "start_standin"]


@pytest.fixture(params=["pyodbc", pytest.param("mssql_python", marks=pytest.mark.mssql_python)])
def python_driver(request: pytest.FixtureRequest) -> str:
    driver: str = request.param
    return driver
