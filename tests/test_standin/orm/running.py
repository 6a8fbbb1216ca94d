"""The cases of the ORM in a process of their own, on a stand-in in another."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from tests.case_suites import CaseSuite, Outcomes
from tests.standin.process import ServerProcess

SUITE: Final = CaseSuite(Path(__file__).parent / "cases", "tests.test_standin.orm.prepared")
#: Seconds for all cases together, through one driver; they take half a minute on a quiet machine.
_LIMIT: Final = 200.0


def run_cases(directory: Path, driver: str) -> Outcomes:
    """All cases through ``driver``."""
    with ServerProcess(directory / "databases") as server:
        return SUITE.run(_environment(server.port, driver), directory, _LIMIT)


def _environment(port: int, driver: str) -> dict[str, str]:
    """This process's environment, with the settings that lead to the stand-in."""
    about_us = ("DJANGO_", "MSSQL_", "SHOP_", "STANDIN_", "PYTEST_")
    own = {name: value for name, value in os.environ.items() if not name.startswith(about_us)}
    return {
        **own,
        "DJANGO_SETTINGS_MODULE": "tests.test_standin.orm.settings",
        "STANDIN_PORT": str(port),
        "MSSQL_PYTHON_DRIVER": driver,
    }
