"""A thousand probes while a database hangs cost no more than one of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import pytest

from django_mssql_ops.faultproxy.moments import Point
from django_mssql_ops.faultproxy.triggers import Injection
from tests.health.serving.counts import Counts, counts
from tests.health.serving.prober import storm
from tests.health.serving.stage import Stage, fault
from tests.health.serving.web import DRIVERS, LIMIT, Web, environment, serving

pytestmark = [pytest.mark.socket, pytest.mark.process, pytest.mark.slow]

#: A driver that waits longer than any test, and pages that do not.
HEALTH: Final = {"TIMEOUT": 0.05, "CACHE": 0.01, "LOGIN_TIMEOUT": 60, "QUERY_TIMEOUT": 60}
#: Megabytes. A thousand threads or connections take ten times that; the rest is the allocator's,
#: which has but one arena here: others come with the number of threads and the chance of the day.
GROWTH: Final = 2.0
ARENAS: Final = {"MALLOC_ARENA_MAX": "1"}
PROBES: Final = 1_000
#: Probes after which a web server has all the memory that it will ever want for them.
WARM_UP: Final = 500
AT_ONCE: Final = 16
#: Threads that a web server starts one after the other when there is much to do, and keeps: those
#: of gthread's pool, and of asyncio's default executor.
KEPT: Final = {"gunicorn gthread": 16, "uvicorn": min(32, (os.cpu_count() or 1) + 4)}
#: Seconds.
QUIET: Final = 0.2

HUNG = {
    "login": fault("half-open", Point.LOGIN),
    "request": fault("half-open", Point.REQUEST),
}


def check(before: Counts, after: Counts, *, threads: int) -> None:
    """At most so many more threads, a socket for each alias, and no more memory."""
    assert after.threads <= before.threads + threads
    assert len(after.sockets) <= len(DRIVERS)
    assert after.megabytes <= before.megabytes + GROWTH


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "hung"),
    [("gunicorn gthread", HUNG["request"]), ("uvicorn", HUNG["login"])],
    ids=["gunicorn gthread", "uvicorn"],
)
def test_over_http(kind: str, hung: Injection, databases: Stage, tmp_path: Path) -> None:
    with serving(kind, tmp_path, databases, health=HEALTH, **ARENAS) as web:
        web.wait_until(200)
        healthy = counted(web, databases)
        databases.play(hung, cut=hung is HUNG["login"])
        web.wait_until(503)
        storm(web, WARM_UP, AT_ONCE)
        before = counted(web, databases)
        assert before.threads <= healthy.threads + KEPT[kind]
        replies = storm(web, PROBES, AT_ONCE)
        assert {reply.status for reply in replies} == {503}
        check(before, counted(web, databases), threads=KEPT[kind])
        databases.heal()
        web.wait_until(200)
        check(before, counted(web, databases), threads=KEPT[kind])


def counted(web: Web, databases: Stage) -> Counts:
    """The counts as soon as they have not changed for a while.

    Under ASGI each request has a thread, which may end a moment after it; a thread that waits for
    the database does not.
    """
    (worker,) = web.workers
    deadline = time.monotonic() + LIMIT
    while True:
        before = counts(worker, databases.port)
        time.sleep(QUIET)
        after = counts(worker, databases.port)
        if (before.threads, before.sockets) == (after.threads, after.sockets):
            return after
        assert time.monotonic() < deadline


@pytest.mark.parametrize("hung", HUNG.values(), ids=HUNG)
def test_in_process(hung: Injection, databases: Stage) -> None:
    """A program of its own asks, tells what it has counted, and goes on when it is told to."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.health.serving.thousand", str(PROBES)],
        env=environment(databases, health=HEALTH, **ARENAS),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        try:
            healthy = said(program)
            assert healthy == {"reachable": PROBES, "replies": PROBES}
            before = counts(program.pid, databases.port)
            databases.play(hung, cut=hung is HUNG["login"])
            assert said(program, go_on=True) == {"reachable": 0, "replies": PROBES}
            check(before, counts(program.pid, databases.port), threads=0)
            databases.heal()
            assert said(program, go_on=True) == {"reachable": PROBES, "replies": PROBES}
            check(before, counts(program.pid, databases.port), threads=0)
        finally:
            program.stdin.close()  # type: ignore[union-attr]
            program.wait(LIMIT)
    assert program.returncode == 0


def said(program: subprocess.Popen[str], *, go_on: bool = False) -> dict[str, int]:
    assert program.stdin is not None
    assert program.stdout is not None
    if go_on:
        program.stdin.write("\n")
        program.stdin.flush()
    found: dict[str, int] = json.loads(program.stdout.readline())
    return found
