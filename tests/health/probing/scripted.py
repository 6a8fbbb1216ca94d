"""A prober whose connection, clock and thread are the test's."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, cast

from django_mssql_ops.errors.message import Origin
from django_mssql_ops.health.probing.opening import Own
from django_mssql_ops.health.probing.prober import Prober
from django_mssql_ops.health.probing.rejections import Rejections
from django_mssql_ops.health.probing.worker import Job
from tests.errors.forms import Form, forms

#: Of the connections of these tests, in seconds.
LOGIN_TIMEOUT = 5.0
QUERY_TIMEOUT = 1.0


def driver_error(
    sqlstate: str,
    number: int = 0,
    sentence: str = "",
    *,
    function: str = "SQLDriverConnect",
    origin: Origin = "server",
    driver: str = "pyodbc",
) -> Exception:
    """What the driver raises; the sentence holds what must not be published."""
    told = sentence or "Something about user 'app' on 'db.example.com'. "
    made: list[Form] = list(forms(sqlstate, number, function, told, origin=origin))
    [error] = [form.value for form in made if form.name == f"{driver}-exception"]
    return cast("Exception", error)


def rejected() -> Exception:
    return driver_error("28000", 18456, "Login failed for user 'app'.")


def refused() -> Exception:
    return driver_error("08001", 10061, "TCP Provider: No connection. ", origin="client")


def lost() -> Exception:
    sentence = "Communication link failure"
    return driver_error("08S01", 104, sentence, function="SQLExecDirectW", origin="client")


def timed_out() -> Exception:
    sentence = "Query timeout expired"
    return driver_error("HYT00", 0, sentence, function="SQLExecDirectW", origin="client")


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class FakeOwn:
    """An open connection of a :class:`Server`."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.is_closed = self.is_broken = self.is_opening = False

    def select_one(self) -> None:
        assert not self.is_closed
        self.server.selects += 1
        self.server.during_select()
        if self.is_broken:
            raise lost()
        if self.server.select_fails is not None:
            raise self.server.select_fails

    def close(self) -> None:
        assert not self.is_closed
        self.is_closed = True
        self.server.during_close()


class Server:
    """What the opener and its connections do, and what was asked of them."""

    def __init__(self) -> None:
        self.login_fails: Exception | None = None
        self.select_fails: Exception | None = None
        self.during_select: Callable[[], None] = lambda: None
        self.during_close: Callable[[], None] = lambda: None
        self.logins = 0
        self.selects = 0
        self.made: list[FakeOwn] = []

    def open(self) -> Own:
        self.logins += 1
        if self.login_fails is not None:
            raise self.login_fails
        self.made.append(FakeOwn(self))
        return cast("Own", self.made[-1])

    @property
    def open_ones(self) -> list[FakeOwn]:
        return [own for own in self.made if not own.is_closed]

    def cut(self) -> None:
        """Break what is open."""
        for own in self.open_ones:
            own.is_broken = True


class Hands:
    """Does a prober's jobs when the test says so, in the test's own thread."""

    def __init__(self, *, at_once: bool = True) -> None:
        self.at_once = at_once
        self.jobs: deque[Job] = deque()
        self.was_forked = False
        self.unblocked = 0

    def submit(self, job: Job, /) -> None:
        self.jobs.append(job)
        if self.at_once:
            self.work()

    def work(self) -> None:
        while self.jobs:
            self.jobs.popleft()()

    def stop(self, limit: float) -> bool:
        return True

    def unblock(self) -> None:
        self.unblocked += 1

    def after_fork(self) -> None:
        self.was_forked = True
        self.jobs.clear()


class Scene:
    """A prober, and everything around it."""

    def __init__(self, *, at_once: bool = True, alias: str = "shop", **shared: Any) -> None:
        self.clock: Clock = shared.get("clock") or Clock()
        self.server: Server = shared.get("server") or Server()
        self.rejections: Rejections = shared.get("rejections") or Rejections()
        self.hands = Hands(at_once=at_once)
        self.prober = Prober(
            alias,
            self.server.open,
            login_timeout=LOGIN_TIMEOUT,
            query_timeout=QUERY_TIMEOUT,
            rejections=lambda: self.rejections,
            clock=self.clock,
            hands=self.hands,
        )
