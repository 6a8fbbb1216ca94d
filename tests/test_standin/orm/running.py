"""The cases of the ORM in a process of their own, on a stand-in in another, or on a real server."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from tests.case_suites import CaseSuite, Outcomes
from tests.standin.process import ServerProcess
from tests.test_standin.servers import scratch_database

SUITE: Final = CaseSuite(Path(__file__).parent / "cases", "tests.test_standin.orm.prepared")
#: Seconds for all cases together, through one driver; they take half a minute on a quiet machine.
_LIMIT: Final = 200.0


def run_cases(directory: Path, driver: str) -> Outcomes:
    """All cases through ``driver``, on a new stand-in."""
    with ServerProcess(directory / "databases") as server:
        environment = _environment(driver, "MSSQL_", STANDIN_PORT=str(server.port))
        return SUITE.run(environment, directory, _LIMIT)


def run_on_real_server(directory: Path, driver: str) -> Outcomes:
    """The same in a new database of the server that the environment names."""
    with scratch_database() as name:
        environment = _environment(
            driver, MSSQL_NAME=name, MSSQL_PORT=os.environ.get("MSSQL_PORT", "1433")
        )
        return SUITE.run(environment, directory, _LIMIT)


def _environment(driver: str, *without: str, **more: str) -> dict[str, str]:
    """This process's environment, with the settings of the cases."""
    about_us = ("DJANGO_", "SHOP_", "STANDIN_", "PYTEST_", *without)
    own = {name: value for name, value in os.environ.items() if not name.startswith(about_us)}
    return {
        **own,
        "DJANGO_SETTINGS_MODULE": "tests.test_standin.orm.settings",
        "MSSQL_PYTHON_DRIVER": driver,
        **more,
    }
