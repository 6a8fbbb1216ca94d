"""Time limits: what comes in time is returned, what comes late is discarded, nothing hangs.

Threads meet through events, never through sleeping; a wait that must not run out has a limit of
its own, so that a broken deadline fails a test and does not hang it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from django_mssql_ops.diagnostics.deadline import (
    Deadline,
    Stopwatch,
    TimeLimitExceeded,
    within,
)

#: Seconds after which a test that waits has failed.
PATIENCE = 10
#: Seconds that are over at once.
AN_INSTANT = 0.001


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """Blocks a call until the test opens it; opened at the end in any case."""
    opened = threading.Event()
    yield opened
    opened.set()


def test_the_result_of_a_call_in_time_is_returned() -> None:
    assert within(PATIENCE, lambda: 42) == 42


def test_none_is_a_result_like_any_other() -> None:
    within(PATIENCE, lambda: None)


def test_what_the_call_raises_is_raised() -> None:
    raised = LookupError("not here")

    def fail() -> None:
        raise raised

    with pytest.raises(LookupError) as caught:
        within(PATIENCE, fail)
    assert caught.value is raised


def test_a_call_that_takes_longer_is_given_up_with_its_limit(gate: threading.Event) -> None:
    with pytest.raises(TimeLimitExceeded, match=r"no answer within 0\.001 s") as caught:
        within(AN_INSTANT, lambda: gate.wait(PATIENCE))
    assert caught.value.seconds == AN_INSTANT


def test_a_late_result_is_discarded(gate: threading.Event) -> None:
    discarded: list[str] = []
    was_discarded = threading.Event()

    def connect() -> str:
        gate.wait(PATIENCE)
        return "a connection"

    def discard(value: str) -> None:
        discarded.append(value)
        was_discarded.set()

    with pytest.raises(TimeLimitExceeded):
        within(AN_INSTANT, connect, discard=discard)
    assert discarded == []
    gate.set()
    assert was_discarded.wait(PATIENCE)
    assert discarded == ["a connection"]


def test_a_result_in_time_is_not_discarded() -> None:
    discarded: list[str] = []
    assert within(PATIENCE, lambda: "a connection", discard=discarded.append) == "a connection"
    assert discarded == []


def test_a_late_error_and_a_failing_discard_end_quietly(gate: threading.Event) -> None:
    """pytest turns an exception that escapes a thread into a failure of the test."""
    ended: list[threading.Thread] = []

    def fail() -> str:
        ended.append(threading.current_thread())
        gate.wait(PATIENCE)
        raise LookupError

    def succeed() -> str:
        ended.append(threading.current_thread())
        gate.wait(PATIENCE)
        return "late"

    def discard(_value: str) -> None:
        raise OSError("close failed")

    for call in (fail, succeed):
        with pytest.raises(TimeLimitExceeded):
            within(AN_INSTANT, call, discard=discard)
    gate.set()
    for thread in ended:
        thread.join(PATIENCE)
        assert not thread.is_alive()


def test_the_waiting_thread_does_not_keep_the_process_alive(gate: threading.Event) -> None:
    assert within(PATIENCE, lambda: threading.current_thread().daemon)


def test_a_deadline_counts_down_to_zero_and_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    deadline = Deadline(5)
    assert (deadline.seconds, deadline.remaining()) == (5, 5)
    now = 103.5
    assert deadline.remaining() == 1.5
    now = 200.0
    assert deadline.remaining() == 0


def test_a_stopwatch_shows_milliseconds(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 7.0
    monkeypatch.setattr("time.perf_counter", lambda: now)
    watch = Stopwatch()
    now = 7.25
    assert watch.milliseconds == 250
