"""The sample project's cases in a process of their own, on Django's SQLite backend."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from tests.case_suites import CaseSuite, Outcomes

SUITE: Final = CaseSuite(Path(__file__).parent / "cases", "tests.test_sampleproject.prepared")
#: Seconds for all cases together.
_LIMIT: Final = 100.0


def run_on_sqlite(directory: Path) -> Outcomes:
    """All cases, with a database in ``directory``."""
    return SUITE.run(sqlite_environment(directory), directory, _LIMIT)


def sqlite_environment(directory: Path) -> dict[str, str]:
    """Variables for a database of its own in ``directory``, on Django's SQLite backend."""
    about_us = ("DJANGO_", "MSSQL_", "SHOP_", "STANDIN_")
    own = {name: value for name, value in os.environ.items() if not name.startswith(about_us)}
    return {
        **own,
        "DJANGO_SETTINGS_MODULE": "tests.test_sampleproject.settings_sqlite",
        "SHOP_SQLITE": str(directory / "shop.sqlite3"),
    }
