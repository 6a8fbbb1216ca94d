"""Web servers that fork after the first probe, restart their workers, and stop in the middle."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from django_mssql_ops.faultproxy.moments import Point
from tests.health.serving.counts import counts
from tests.health.serving.prober import storm
from tests.health.serving.stage import Stage, fault
from tests.health.serving.web import DRIVERS, Web, serving

pytestmark = [pytest.mark.socket, pytest.mark.process, pytest.mark.slow]

#: No answer comes from a cache, so each is a question of its worker's.
HEALTH: Final = {"CACHE": 0}
PRELOADED: Final = ("--preload", "--config", "python:tests.health.serving.parent")
ALL: Final = f"{len(DRIVERS)} of {len(DRIVERS)} answer the parent"
NONE: Final = f"0 of {len(DRIVERS)} answer the parent"
#: Seconds to stop: the workers' grace is two.
STOPPED: Final = 4.0


@contextmanager
def preloaded(
    databases: Stage, directory: Path, *more: str, kind: str = "gunicorn sync", **health: Any
) -> Iterator[Web]:
    """Two workers of a parent that has probed before it forked them."""
    with serving(
        kind,
        directory,
        databases,
        *PRELOADED,
        *more,
        health={**HEALTH, **health},
        SERVING_PROBES_FIRST="1",
    ) as web:
        web.wait_for_log("before the fork")
        yield web


def ask_all_workers(web: Web, databases: Stage) -> None:
    """Until each has a connection of its own to each database."""
    deadline = time.monotonic() + 10
    while any(len(own_sockets(web, each, databases)) < len(DRIVERS) for each in web.workers):
        assert time.monotonic() < deadline
        assert {reply.status for reply in storm(web, 8, 4)} == {200}
    for worker in web.workers:
        assert len(own_sockets(web, worker, databases)) == len(DRIVERS)


def own_sockets(web: Web, worker: int, databases: Stage) -> frozenset[str]:
    """Those that the worker has not inherited."""
    return counts(worker, databases.port).sockets - parents_sockets(web, databases)


def parents_sockets(web: Web, databases: Stage) -> frozenset[str]:
    return counts(web.pid, databases.port).sockets


def check_parent(web: Web, databases: Stage, before: frozenset[str]) -> None:
    """It has as many connections as before, and pyodbc's is the same.

    mssql-python closes at exit what its process has inherited as well (measured with 1.16), and the
    parent opens another.
    """
    after = parents_sockets(web, databases)
    assert len(after) == len(before)
    assert after & before


@pytest.mark.parametrize(
    "kind", ["gunicorn sync", pytest.param("gunicorn gthread", marks=pytest.mark.slow)]
)
def test_workers_leave_their_parents_connections_alone(
    kind: str, databases: Stage, tmp_path: Path
) -> None:
    with preloaded(databases, tmp_path, "--workers", "2", kind=kind) as web:
        web.wait_for_log(f"before the fork: {ALL}")
        parents = parents_sockets(web, databases)
        assert len(parents) == len(DRIVERS)
        ask_all_workers(web, databases)
        workers = web.workers
        web.signal(signal.SIGHUP)
        web.wait_for_log(f"after a worker's end: {ALL}", 2)
        assert not set(workers) & set(web.workers)
        ask_all_workers(web, databases)
        check_parent(web, databases, parents)
    assert web.log.count(NONE) == 0


@pytest.mark.slow
def test_workers_that_end_after_some_requests(databases: Stage, tmp_path: Path) -> None:
    with preloaded(databases, tmp_path, "--max-requests", "10") as web:
        parents = parents_sockets(web, databases)
        ask_all_workers(web, databases)
        for _ in range(10):
            assert {reply.status for reply in storm(web, 8, 2)} == {200}
        web.wait_for_log(f"after a worker's end: {ALL}", 3)
        check_parent(web, databases, parents)


def test_a_question_is_open_while_the_parent_forks(databases: Stage, tmp_path: Path) -> None:
    databases.play(fault("half-open", Point.LOGIN))
    with preloaded(databases, tmp_path, LOGIN_TIMEOUT=30, TIMEOUT=0.5) as web:
        web.wait_for_log(f"before the fork: {NONE}")
        assert web.ask("/ready/").status == 503
        databases.heal()
        web.wait_until(200)
        ask_all_workers(web, databases)


@pytest.mark.slow
def test_workers_that_are_not_forked(databases: Stage, tmp_path: Path) -> None:
    """Those of uvicorn begin as new interpreters; SIGHUP replaces them."""
    with serving(
        "uvicorn",
        tmp_path,
        databases,
        "--workers",
        "2",
        health=HEALTH,
    ) as web:
        ask_all_workers(web, databases)
        assert not parents_sockets(web, databases)
        before = web.workers
        web.signal(signal.SIGHUP)
        deadline = time.monotonic() + 20
        while set(before) & set(web.workers) or len(web.workers) < len(before):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert web.ask("/live/").status == 200
        ask_all_workers(web, databases)


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param("gunicorn sync", marks=pytest.mark.slow),
        "gunicorn gthread",
        pytest.param("uvicorn", marks=pytest.mark.slow),
    ],
)
def test_it_stops_while_a_question_is_open(kind: str, databases: Stage, tmp_path: Path) -> None:
    health = {**HEALTH, "LOGIN_TIMEOUT": 60, "QUERY_TIMEOUT": 60}
    with serving(kind, tmp_path, databases, health=health) as web:
        web.wait_until(200)
        databases.play(fault("half-open", Point.REQUEST))
        web.wait_until(503)
        assert web.stop() < STOPPED
    assert "Exception" not in web.log
