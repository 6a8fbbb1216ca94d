"""The stand-in answers as Django's SQLite backend does, and as SQL Server where that differs."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from tests import project
from tests.standin import StandIn
from tests.test_sampleproject.queries import DIFFERING, names
from tests.test_sampleproject.running import sqlite_environment

pytestmark = [pytest.mark.socket, pytest.mark.process]

DRIVERS = ["pyodbc", pytest.param("mssql_python", marks=pytest.mark.mssql_python)]
#: Seconds for loading the data and all queries.
_LIMIT = 50.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """By query; ``expected`` where databases differ."""

    answers: Mapping[str, Any]
    expected: Mapping[str, Any]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Answered]]:
    """The answers through a driver, or by ``sqlite``; the drivers share a stand-in, in turn."""
    with StandIn() as standin:

        @functools.cache
        def through(backend: str) -> Answered:
            if backend != "sqlite":
                return _answers(project.environment(standin, backend))
            return _answers(sqlite_environment(tmp_path_factory.mktemp("queries")))

        yield through


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


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("query", names())
def test_the_same_answer(query: str, driver: str, answers: Callable[[str], Answered]) -> None:
    assert answers(driver).answers[query] == answers("sqlite").answers[query]


@pytest.mark.parametrize("backend", ["sqlite", *DRIVERS])
@pytest.mark.parametrize("query", names(DIFFERING))
def test_another_answer(query: str, backend: str, answers: Callable[[str], Answered]) -> None:
    answered = answers(backend)
    assert answered.answers[query] == answered.expected[query]


def test_there_are_enough_queries() -> None:
    assert len(names()) >= 40
