"""Runs the project's tests in a process of their own, as its developers would."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.standin.process import ServerProcess

_PACKAGE = "tests.test_standin.runners.project"
_DIRECTORY = Path(__file__).parent / "project"
_ROOT = Path(__file__).parents[3]
#: Seconds for one run.
_LIMIT = 40.0


@dataclass(frozen=True, slots=True)
class Run:
    """One run that has ended."""

    exit_code: int
    said: str

    @property
    def counts(self) -> dict[str, int]:
        """``{"passed": 31, "skipped": 1}`` of pytest's last line."""
        last = self.said.rstrip().rpartition("\n")[2]
        return {word: int(number) for number, word in re.findall(r"(\d+) ([a-z]+)", last)}


def pytest(server: ServerProcess, driver: str, *arguments: str, suite: str = "") -> Run:
    """The project's tests, or one file of them, by pytest-django."""
    return _run(
        *("pytest", "-c", str(_DIRECTORY / "pytest.ini"), "--rootdir", str(_DIRECTORY)),
        *("-q", "--tb=short", *arguments, str(_DIRECTORY / suite)),
        server=server,
        driver=driver,
    )


def manage_test(server: ServerProcess, driver: str, *arguments: str) -> Run:
    """``manage.py test`` of the project."""
    return _run(
        *("django", "test", f"{_PACKAGE}.suite_unittest", "--noinput"),
        *arguments,
        server=server,
        driver=driver,
    )


def _run(*command: str, server: ServerProcess, driver: str) -> Run:
    about_us = ("DJANGO_", "MSSQL_", "PYTEST_", "STANDIN_")
    own = {name: value for name, value in os.environ.items() if not name.startswith(about_us)}
    finished = subprocess.run(
        [sys.executable, "-W", "error", "-m", *command],
        cwd=_ROOT,
        env={
            **own,
            "DJANGO_SETTINGS_MODULE": f"{_PACKAGE}.settings",
            "MSSQL_PYTHON_DRIVER": driver,
            "STANDIN_PORT": str(server.port),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_LIMIT,
        check=False,
    )
    return Run(finished.returncode, finished.stdout + finished.stderr)
