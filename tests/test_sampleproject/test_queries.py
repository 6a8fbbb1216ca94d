"""The stand-in answers as Django's SQLite backend does, and as SQL Server where that differs."""

from __future__ import annotations

import importlib.util
import json
import os
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
from tests.test_standin.servers import scratch_database

#: Seconds for loading the data and all queries.
_LIMIT = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """By query; ``expected`` where databases differ."""

    answers: Mapping[str, Any]
    expected: Mapping[str, Any]


def on_standin(directory: Path) -> Mapping[str, Answered]:
    """By driver, and by Django's own backend; the drivers share a stand-in, in turn."""
    with ServerProcess(directory / "databases") as server:
        trusting = "Encrypt=yes;TrustServerCertificate=yes"
        there = {"STANDIN_PORT": str(server.port), "MSSQL_EXTRA_PARAMS": trusting}
        return _all_answers(directory, there)


def on_real_server(directory: Path) -> Mapping[str, Answered]:
    """The same in a new database of the server that the environment names."""
    own = {name: value for name, value in os.environ.items() if name.startswith("MSSQL_")}
    with scratch_database() as name:
        there = {**own, "MSSQL_NAME": name, "DJANGO_SECRET_KEY": "none of anyone's"}
        return _all_answers(directory, there)


def _all_answers(directory: Path, there: Mapping[str, str]) -> Mapping[str, Answered]:
    answered = {"sqlite": _answers(sqlite_environment(directory))}
    for driver in project.DRIVERS:
        if importlib.util.find_spec(driver) is not None:
            choice = {**there, "MSSQL_PYTHON_DRIVER": driver}
            answered[driver] = _answers(project.environment(None, **choice))
    return answered


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


pytestmark = [pytest.mark.socket, pytest.mark.process]

DRIVERS = ["pyodbc", pytest.param("mssql_python", marks=pytest.mark.mssql_python)]
PLACES = [
    pytest.param("stand-in", marks=pytest.mark.background.with_args(on_standin)),
    pytest.param(
        "sqlserver",
        marks=[pytest.mark.sqlserver, pytest.mark.background.with_args(on_real_server)],
    ),
]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("query", names())
def test_the_same_answer(
    query: str, driver: str, place: str, background_result: Mapping[str, Answered]
) -> None:
    given, expected = background_result[driver], background_result["sqlite"]
    assert given.answers[query] == expected.answers[query]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("backend", ["sqlite", *DRIVERS])
@pytest.mark.parametrize("query", names(DIFFERING))
def test_another_answer(
    query: str, backend: str, place: str, background_result: Mapping[str, Answered]
) -> None:
    answered = background_result[backend]
    assert answered.answers[query] == answered.expected[query]


def test_there_are_enough_queries() -> None:
    assert len(names()) >= 40
