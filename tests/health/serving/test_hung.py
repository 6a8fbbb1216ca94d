"""Whatever the database does, ``/ready/`` says so in time, and ``/live/`` does not notice.

All three kinds of web server are asked at the same time, each with an alias for each driver.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from django_mssql_ops.faultproxy.moments import Point
from django_mssql_ops.faultproxy.triggers import Injection
from tests.health.serving.prober import Seen, for_each, watch
from tests.health.serving.stage import FOR_EVER, Stage, fault
from tests.health.serving.web import COMMANDS, DRIVERS, TOKEN, Web, serving

pytestmark = [pytest.mark.socket, pytest.mark.process]

#: Seconds: HEALTH["TIMEOUT"], and what HTTP, the web server and a fault that is late may add to it.
BOUND: Final = 0.8
ADDED: Final = 0.2
#: Seconds in which a page that asks no database answers: usually, and on a busy machine. A process
#: that does nothing until a driver's time-out is over, a whole second, does not answer it either.
AT_ONCE: Final = 0.1
SOON: Final = 0.7
#: The driver's own limits, as short as they can be, so that a test sees what comes after them.
HEALTH: Final = {"TIMEOUT": BOUND, "CACHE": 0.2, "LOGIN_TIMEOUT": 1, "QUERY_TIMEOUT": 1}
#: Seconds: a driver that does not let go of Python's lock at its own time-out is seen.
WATCHED: Final = 2.2
#: Seconds for which an answer from before may be given, on a busy machine.
CACHED: Final = HEALTH["CACHE"] + 0.4
#: Seconds for all to be well again: a driver may be at its last wait, three times its time-out.
HEALED: Final = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hang:
    """A way to leave a client alone, and for how long to watch what it makes of that.

    ``cuts`` where it takes a new connection to meet it. A server without a ``fault`` is at a query
    that goes on and on, and listens: the driver can cancel it.
    """

    fault: Injection | None = None
    cuts: bool = True
    seconds: float = WATCHED

    def begin(self, databases: Stage) -> None:
        if self.fault is None:
            databases.answer_late()
        else:
            databases.play(self.fault, cut=self.cuts)


def at_login(name: str, point: Point | None = None, **parameters: object) -> Hang:
    return Hang(fault=fault(name, point, **parameters))


def at_request(name: str, point: Point | None = None, **parameters: object) -> Hang:
    return Hang(fault=fault(name, point, **parameters), cuts=False)


def at_once(name: str, point: Point, **parameters: object) -> Hang:
    return Hang(fault=fault(name, point, **parameters), seconds=0.5)


#: One of each kind: in the kernel's hands, at a request, in the middle of an answer.
USUAL: Final = {
    "silent accept": at_login("silent-accept"),
    "half-open request": at_request("half-open", Point.REQUEST),
    "stall inside a token": at_request("truncate", how="stall", rows=0, inside_token=True),
}
OTHER: Final = {
    "refuses": at_once("refuse", Point.ACCEPT, seconds=FOR_EVER),
    "reset at accept": at_once("reset", Point.ACCEPT),
    "reset at prelogin": at_once("reset", Point.PRELOGIN),
    "reset at tls": at_once("reset", Point.TLS),
    "reset at login": at_once("reset", Point.LOGIN),
    "reset at request": at_once("reset", Point.REQUEST),
    "reset at reply": at_once("reset", Point.REPLY),
    "half-open prelogin": at_login("half-open", Point.PRELOGIN),
    "half-open tls": at_login("half-open", Point.TLS),
    "half-open login": at_login("half-open", Point.LOGIN),
    "half-open reply": at_request("half-open", Point.REPLY),
    "a byte a second from accept": at_login("bandwidth", Point.ACCEPT, bytes_per_second=1.0),
    "a byte a second from login": at_login("bandwidth", Point.LOGIN, bytes_per_second=1.0),
    "a byte a second from request": at_request("bandwidth", Point.REQUEST, bytes_per_second=1.0),
    "stall behind a row": at_request("truncate", how="stall", rows=1),
    "hangs in the query": Hang(cuts=False),
}
HANGS: Final = [
    *(pytest.param(hang, id=name) for name, hang in USUAL.items()),
    *(pytest.param(hang, id=name, marks=pytest.mark.slow) for name, hang in OTHER.items()),
]


@pytest.fixture(scope="module")
def webs(_stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Web]]:
    """One of each kind."""
    directory = tmp_path_factory.mktemp("webs")
    with ExitStack() as running:
        started = [
            running.enter_context(serving(kind, directory, _stage, health=HEALTH))
            for kind in COMMANDS
        ]
        for_each(started, lambda web: web.wait_until(200))
        yield started


def is_in_time(seen: Seen) -> bool:
    """What kept the machine from answering ``/live/`` is not held against ``/ready/``."""
    return (
        seen.live_median < AT_ONCE
        and seen.live_worst < SOON
        and seen.worst <= BOUND + ADDED + seen.live_worst
    )


def watch_all(webs: list[Web], hang: Hang) -> list[Seen]:
    """What is seen of each, all in time.

    A busy machine may be late once, and is asked again. The fault is the same each time, so a
    process that stands still stands still again.
    """
    for cached in (CACHED, 0.0, 0.0):
        seen = for_each(webs, partial(watch, seconds=hang.seconds, cached=cached))
        if all(map(is_in_time, seen)):
            return seen
    raise AssertionError([(each.worst, each.live_worst, each.live_median) for each in seen])


@pytest.mark.parametrize("hang", HANGS)
def test_a_healthy_connection_meets_it(webs: list[Web], databases: Stage, hang: Hang) -> None:
    for_each(webs, lambda web: web.wait_until(200, HEALED))
    hang.begin(databases)
    for seen in watch_all(webs, hang):
        words = seen.ready[-1].words
        assert set(words) == set(DRIVERS)
        assert "ok" not in words.values()
    databases.heal()
    for_each(webs, lambda web: web.wait_until(200, HEALED))


@pytest.mark.slow
def test_the_first_probe_ever_meets_it(databases: Stage, tmp_path: Path) -> None:
    """Whatever is imported and opened for the first time counts as well."""
    USUAL["silent accept"].begin(databases)
    with ExitStack() as running:
        webs = [
            running.enter_context(serving(kind, tmp_path, databases, health=HEALTH))
            for kind in COMMANDS
        ]
        for_each(webs, lambda web: web.ask("/live/"))
        for reply in for_each(webs, lambda web: web.ask("/ready/", token=TOKEN)):
            assert reply.status == 503
            assert set(reply.words.values()) == {"no-answer"}
            assert reply.seconds <= BOUND + SOON
        databases.heal()
        for_each(webs, lambda web: web.wait_until(200, HEALED))
