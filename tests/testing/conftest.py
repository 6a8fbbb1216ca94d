from __future__ import annotations

import pytest

from tests.standin.fixtures import ca_file, standin, start_standin

__all__ = ["ca_file", "standin", "start_standin"]


@pytest.fixture(params=["pyodbc", pytest.param("mssql_python", marks=pytest.mark.mssql_python)])
def driver(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name
