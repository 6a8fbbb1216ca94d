"""What every test can count on: Django is set up, and the bundled driver registered in time.

Without pytest-django: few tests know Django's database, and its fixtures cost a millisecond each in
every one of the others.
"""

from __future__ import annotations

import os
from typing import Any

import django
import pytest
from hypothesis import settings

from tests.background import BackgroundRuns

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()

#: ``make unit``: enough to see a slip while working. ``make test`` takes hypothesis's own number.
settings.register_profile("quick", max_examples=10)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(BackgroundRuns(), "background runs")


@pytest.fixture
def background_result(request: pytest.FixtureRequest) -> Any:
    """What the run gave that the test's marker ``background`` names."""
    runs = request.config.pluginmanager.get_plugin("background runs")
    assert isinstance(runs, BackgroundRuns)
    return runs.result(request.node)


@pytest.fixture(scope="session", autouse=True)
def _bundled_driver(request: pytest.FixtureRequest) -> None:
    """Register Microsoft's driver for pyodbc when any chosen test opens a socket.

    It has to happen before the first connection: the driver manager reads its files once.
    """
    if any(item.get_closest_marker("socket") for item in request.session.items):
        from django_mssql_ops.odbc import use_bundled_driver

        use_bundled_driver()
