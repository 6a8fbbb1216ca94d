"""Retries are counted, whoever listens."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from django_mssql_ops.retry import budget, counters
from django_mssql_ops.retry.log import announce
from django_mssql_ops.retry.signals import Event
from tests.odbc.programs import environment, run

EVENT = Event(name="retry_attempted", function="f", attempt=1, reason="deadlock", why="why")


@pytest.fixture(autouse=True)
def _from_zero() -> Iterator[None]:
    counters.forget()
    yield
    counters.forget()


def happens(name: str, *aliases: str, **changes: Any) -> None:
    announce(dataclasses.replace(EVENT, name=name, aliases=aliases, **changes), object)


def test_every_event_is_counted_by_alias_and_outcome() -> None:
    happens("retry_attempted", "default")
    happens("retry_attempted", "default")
    happens("retry_exhausted", "default")
    happens("retry_refused", "replica")
    happens("outcome_unknown", "default", "replica")
    happens("retry_refused")
    assert counters.retry_counts() == {
        ("default", "attempted"): 2,
        ("default", "exhausted"): 1,
        ("replica", "refused"): 1,
        ("several", "unknown"): 1,
        ("none", "refused"): 1,
    }


def test_what_is_given_out_does_not_change_the_counters() -> None:
    found: Any = counters.retry_counts()
    found[("x", "attempted")] = 1
    assert counters.retry_counts() == {}


def test_the_aliases_have_an_end() -> None:
    for number in range(100):
        happens("retry_refused", f"tenant {number}")
    assert len(counters.retry_counts()) == 33
    assert counters.retry_counts()[("other", "refused")] == 68


def test_the_budget_is_the_projects() -> None:
    budget.refill()
    with override_settings(MSSQL_OPS={"RETRY_BUDGET": {"CAPACITY": 50}}):
        assert counters.tokens_left("default") == 50.0


FORK = """
import dataclasses, os
from django.conf import settings
settings.configure()
from django_mssql_ops.retry import counters
from django_mssql_ops.retry.signals import Event
counters.count(Event(name="retry_refused", function="f", attempt=1, reason="r", why="w"))
child = os.fork()
if not child:
    os._exit(len(counters.retry_counts()))
_, status = os.waitpid(child, 0)
assert (status, len(counters.retry_counts())) == (0, 1)
"""


@pytest.mark.process
@pytest.mark.parametrize("locked", [False, True])
def test_a_forked_child_counts_its_own(tmp_path: Path, locked: bool) -> None:
    held = "counters._lock.acquire()\nchild =" if locked else "child ="
    program = FORK.replace("child =", held, 1)
    if locked:
        program = program.replace("_, status", "counters._lock.release()\n_, status")
    done = run(program, environment(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
