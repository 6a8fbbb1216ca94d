"""Connections of this process: which are open, since when, and in what state."""

from __future__ import annotations

import gc
import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import connection as sqlite
from django.db.backends.signals import connection_created

from django_mssql_ops.pooling import live
from django_mssql_ops.pooling.live import LiveConnection, State, Tracker
from tests.odbc.programs import environment, run


class Wrapper:
    """What a wrapper of Django's has that the tracker looks at."""

    vendor = "microsoft"
    allow_thread_sharing = False

    def __init__(self, alias: str = "shop", **state: Any) -> None:
        self.alias = alias
        self.connection: object | None = object()
        self.closed_in_transaction = False
        self.errors_occurred = False
        self.in_atomic_block = False
        self.autocommit = True
        self.close_at: float | None = None
        self.settings_dict = {"CONN_MAX_AGE": 60}
        self.__dict__.update(state)


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tracker(clock: Clock) -> Tracker:
    return Tracker(clock)


def connect(tracker: Tracker, wrapper: Any) -> Any:
    tracker.connected(connection=wrapper, signal=None, sender=type(wrapper))
    return wrapper


def in_thread(work: Any) -> None:
    thread = threading.Thread(target=work, name="pooling test")
    thread.start()
    thread.join(10)
    assert not thread.is_alive()


def states(tracker: Tracker) -> list[State]:
    return [one.state for one in tracker.live()]


def test_a_connection_has_an_alias_an_age_and_a_state(tracker: Tracker, clock: Clock) -> None:
    kept = [connect(tracker, Wrapper())]
    clock.now += 7
    kept.append(connect(tracker, Wrapper("other")))
    clock.now += 1
    assert tracker.live() == (
        LiveConnection(alias="shop", age=8.0, state=State.IDLE),
        LiveConnection(alias="other", age=1.0, state=State.IDLE),
    )


@pytest.mark.parametrize(
    ("wrapper", "expected"),
    [
        ({}, State.IDLE),
        ({"in_atomic_block": True}, State.IN_TRANSACTION),
        ({"autocommit": False}, State.IN_TRANSACTION),
        ({"close_at": 100.0}, State.EXPIRED),
        ({"close_at": 100.1}, State.IDLE),
        ({"close_at": 100.0, "settings_dict": {"CONN_MAX_AGE": 0}}, State.IDLE),
        ({"errors_occurred": True, "in_atomic_block": True}, State.BROKEN),
        ({"close_at": 1.0, "in_atomic_block": True}, State.IN_TRANSACTION),
    ],
)
def test_the_state_is_what_the_wrapper_says(
    tracker: Tracker, wrapper: dict[str, Any], expected: State
) -> None:
    kept = connect(tracker, Wrapper(**wrapper))
    assert states(tracker) == [expected]
    assert kept.connection


@pytest.mark.parametrize("closed", [{"connection": None}, {"closed_in_transaction": True}])
def test_what_is_closed_is_not_live(tracker: Tracker, closed: dict[str, Any]) -> None:
    wrapper = connect(tracker, Wrapper())
    wrapper.__dict__.update(closed)
    assert tracker.live() == ()


def test_a_wrapper_that_connects_anew_is_young_again(tracker: Tracker, clock: Clock) -> None:
    wrapper = connect(tracker, Wrapper())
    clock.now += 60
    connect(tracker, wrapper)
    assert [one.age for one in tracker.live()] == [0.0]
    assert tracker.counts() == {"shop": 2}


def test_a_connection_whose_thread_has_ended_is_nobodys(tracker: Tracker) -> None:
    wrapper = Wrapper()
    in_thread(lambda: connect(tracker, wrapper))
    assert states(tracker) == [State.ORPHANED]
    wrapper.allow_thread_sharing = True
    assert states(tracker) == [State.IDLE]


def test_a_new_thread_with_an_old_number_does_not_bring_an_orphan_back(tracker: Tracker) -> None:
    wrapper, seen = Wrapper(), []
    in_thread(lambda: connect(tracker, wrapper))
    for _ in range(20):
        in_thread(lambda: seen.extend(states(tracker)))
    assert set(seen) == {State.ORPHANED}


def test_a_thread_that_threading_does_not_know_is_not_made_up(
    tracker: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threading, "_active", {})
    kept = connect(tracker, Wrapper())
    assert states(tracker) == [State.IDLE]
    assert kept.connection


def test_a_wrapper_is_held_weakly(tracker: Tracker) -> None:
    connect(tracker, Wrapper())
    gc.collect()
    assert tracker.live() == ()
    assert not tracker._open
    assert tracker.counts() == {"shop": 1}


def test_other_databases_are_not_ours(tracker: Tracker) -> None:
    kept = Wrapper()
    kept.vendor = "sqlite"
    connect(tracker, kept)
    sqlite.ensure_connection()
    connect(tracker, sqlite)
    assert (tracker.live(), tracker.counts()) == ((), {})


def test_there_is_an_end_to_what_is_kept(tracker: Tracker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "_MOST_WRAPPERS", 3)
    kept = [connect(tracker, Wrapper()) for _ in range(5)]
    assert len(tracker.live()) == 3
    kept[0].connection = None
    connect(tracker, kept[4])
    assert len(tracker._open) == 3
    assert tracker.counts() == {"shop": 6}


def test_there_is_an_end_to_the_aliases(tracker: Tracker) -> None:
    for number in range(200):
        connect(tracker, Wrapper(f"tenant {number}"))
    assert len(tracker.counts()) == 65
    assert tracker.counts()["other"] == 136


def test_looking_while_others_connect(tracker: Tracker) -> None:
    kept: list[Any] = []

    def work() -> None:
        for _ in range(60):
            kept.append(connect(tracker, Wrapper()))
            tracker.live()

    threads = [threading.Thread(target=work, name=f"pooling test {n}") for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(tracker.live()) == 240
    assert tracker.counts() == {"shop": 240}


def test_the_app_has_begun_to_track_once() -> None:
    live.start_tracking()
    keys = [key for key in (r[0] for r in connection_created.receivers) if key[0] == live._UID]
    assert len(keys) == 1
    kept = Wrapper("pooling test")
    connect(live._tracker, kept)
    assert [one for one in live.live_connections() if one.alias == kept.alias]
    assert live.connections_opened()[kept.alias] == 1


FORK = """
import os, sys
import django
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()
from django.db.backends.signals import connection_created
from django_mssql_ops.pooling.live import connections_opened, live_connections
from tests.pooling.test_live import Wrapper
kept = Wrapper()
connection_created.send(sender=Wrapper, connection=kept)
assert len(live_connections()) == 1
child = os.fork()
if not child:
    empty = (live_connections(), dict(connections_opened())) == ((), {})
    connection_created.send(sender=Wrapper, connection=kept)
    os._exit(0 if empty and len(live_connections()) == 1 else 1)
_, status = os.waitpid(child, 0)
assert (status, len(live_connections())) == (0, 1), status
"""


@pytest.mark.process
def test_a_forked_child_begins_with_nothing(tmp_path: Path) -> None:
    done = run(FORK, environment(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
