"""What every test can count on: the bundled driver is registered before anything connects."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session", autouse=True)
def _bundled_driver(request: pytest.FixtureRequest) -> None:
    """Register Microsoft's driver for pyodbc when any chosen test opens a socket.

    It has to happen before the first connection: the driver manager reads its files once.
    """
    if any(item.get_closest_marker("socket") for item in request.session.items):
        from django_mssql_ops.odbc import use_bundled_driver

        use_bundled_driver()
