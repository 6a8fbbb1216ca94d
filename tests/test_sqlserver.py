"""What the stand-in claims, asked of a real server: compose.yaml says how to start one.

Needs MSSQL_HOST and the sample project's other variables; never runs unless asked for by ``-m
sqlserver``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.sqlserver, pytest.mark.socket]

PROJECT = Path(__file__).parent.parent
CHECK_SECONDS = 50
LOGIN_RULE = 466


@dataclass(frozen=True, slots=True)
class Answer:
    exit_code: int
    report: dict[str, Any]
    said: str

    def finding(self, rule: int) -> dict[str, Any]:
        """The one finding of this rule."""
        [found] = [each for each in self.findings if each["rule"] == rule]
        return found

    @property
    def findings(self) -> list[dict[str, Any]]:
        subjects = self.report["subjects"]
        stages = [stage for subject in subjects for stage in subject["stages"]]
        return [each for stage in stages for each in stage["findings"]]


@pytest.fixture(params=["pyodbc", pytest.param("mssql_python", marks=pytest.mark.mssql_python)])
def python_driver(request: pytest.FixtureRequest) -> str:
    driver: str = request.param
    return driver


def mssql_check(python_driver: str, **changed: str) -> Answer:
    """The sample project's own answer, with these environment variables changed."""
    if "MSSQL_HOST" not in os.environ:
        pytest.fail("tests marked sqlserver need MSSQL_HOST and its friends: see compose.yaml")
    sample = {
        "DJANGO_SETTINGS_MODULE": "sampleproject.settings",
        "MSSQL_PYTHON_DRIVER": python_driver,
    }
    finished = subprocess.run(
        [sys.executable, "-m", "sampleproject.manage", "mssql_check", "--format", "json"],
        cwd=PROJECT,
        env={**os.environ, **sample, **changed},
        capture_output=True,
        text=True,
        timeout=CHECK_SECONDS,
        check=False,
    )
    said = finished.stdout + finished.stderr
    assert finished.returncode in {0, 1}, said
    return Answer(finished.returncode, json.loads(finished.stdout), said)


def test_the_server_is_good(python_driver: str) -> None:
    answer = mssql_check(python_driver)
    assert answer.exit_code == 0, answer.said


def test_a_wrong_password_is_18456(python_driver: str) -> None:
    answer = mssql_check(python_driver, MSSQL_PASSWORD="not the password")
    assert answer.exit_code == 1
    assert "18456" in json.dumps(answer.finding(LOGIN_RULE)), answer.said


def test_a_missing_database_is_named(python_driver: str) -> None:
    """mssql-python raises the login's message alone, so its finding asks for NAME to be checked."""
    answer = mssql_check(python_driver, MSSQL_NAME="no_such_database")
    expected = {"pyodbc": "4060", "mssql_python": "check NAME"}[python_driver]
    assert answer.exit_code == 1
    assert expected in json.dumps(answer.finding(LOGIN_RULE)), answer.said
