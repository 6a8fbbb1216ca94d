"""The stand-in answers as Django's SQLite backend does, and as SQL Server where that differs."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests import project
from tests.standin.process import ServerProcess
from tests.test_sampleproject.queries import DIFFERING, names
from tests.test_sampleproject.running import sqlite_environment

#: Seconds for loading the data and all queries.
_LIMIT = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """By query; ``expected`` where databases differ."""

    answers: Mapping[str, Any]
    expected: Mapping[str, Any]


def answers(directory: Path) -> Mapping[str, Answered]:
    """By driver, and by Django's own backend; the drivers share a stand-in, in turn."""
    answered = {"sqlite": _answers(sqlite_environment(directory))}
    with ServerProcess(directory / "databases") as server:
        for driver in project.DRIVERS:
            if importlib.util.find_spec(driver) is not None:
                answered[driver] = _answers(_environment(server.port, driver))
    return answered


def _environment(port: int, driver: str) -> dict[str, str]:
    trusting = "Encrypt=yes;TrustServerCertificate=yes"
    return project.environment(None, driver, STANDIN_PORT=str(port), MSSQL_EXTRA_PARAMS=trusting)


def _answers(environment: Mapping[str, str]) -> Answered:
    finished = subprocess.run(
        [sys.executable, "-m", "tests.test_sampleproject.queries"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=_LIMIT,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return Answered(**json.loads(finished.stdout))


pytestmark = [pytest.mark.socket, pytest.mark.process, pytest.mark.background.with_args(answers)]

DRIVERS = ["pyodbc", pytest.param("mssql_python", marks=pytest.mark.mssql_python)]


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("query", names())
def test_the_same_answer(
    query: str, driver: str, background_result: Mapping[str, Answered]
) -> None:
    given, expected = background_result[driver], background_result["sqlite"]
    assert given.answers[query] == expected.answers[query]


@pytest.mark.parametrize("backend", ["sqlite", *DRIVERS])
@pytest.mark.parametrize("query", names(DIFFERING))
def test_another_answer(
    query: str, backend: str, background_result: Mapping[str, Answered]
) -> None:
    answered = background_result[backend]
    assert answered.answers[query] == answered.expected[query]


def test_there_are_enough_queries() -> None:
    assert len(names()) >= 40
