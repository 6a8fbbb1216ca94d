"""What is noted of one call, and that time lapse shortens the watched thread's sleeps alone."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from django_mssql_ops.retry import signals
from django_mssql_ops.retrytest.result import Kind
from django_mssql_ops.retrytest.watch import Watch


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def watch(clock: Clock, scale: float = 0.01) -> Watch:
    return Watch(scale=scale, clock=clock, sleep=clock.sleep)


def announce(delay: float) -> None:
    event = signals.Event(name="retry_attempted", function="f", attempt=1, reason="r", why="w")
    changed = {name: getattr(event, name) for name in event.__slots__} | {"delay": delay}
    signals.retry_attempted.send_robust(sender=object, event=signals.Event(**changed))


def test_a_delay_is_shortened_and_counts_in_full() -> None:
    clock = Clock()
    with watch(clock) as watched:
        clock.now += 1
        time.sleep(10)
        clock.now += 1
    assert clock.slept == [0.1]
    assert watched.delays == (10.0,)
    assert watched.seconds == pytest.approx(12)
    assert watched.real_seconds == pytest.approx(2.1)


def test_in_real_time_nothing_is_shortened() -> None:
    clock = Clock()
    with watch(clock, 1.0) as watched:
        time.sleep(10)
    assert clock.slept == [10.0]
    assert watched.seconds == pytest.approx(10)


def test_asyncio_sleeps_are_shortened_too() -> None:
    async def patient() -> str:
        return await asyncio.sleep(2, "result")

    with Watch() as watched:
        found = asyncio.run(patient())
    assert found == "result"
    assert watched.delays == (2.0,)
    assert 2.0 <= watched.seconds < 3


def test_other_threads_sleep_as_they_asked() -> None:
    clock = Clock()
    took: list[float] = []

    def other() -> None:
        start = time.monotonic()
        time.sleep(0.02)
        took.append(time.monotonic() - start)

    with watch(clock) as watched:
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert took[0] >= 0.02
    assert (clock.slept, watched.delays) == ([], ())


def test_everything_is_as_it_was_afterwards() -> None:
    before = (time.sleep, asyncio.sleep, list(signals.retry_attempted.receivers))
    with pytest.raises(ZeroDivisionError), Watch():
        raise ZeroDivisionError
    assert (time.sleep, asyncio.sleep, list(signals.retry_attempted.receivers)) == before


def test_two_calls_cannot_be_watched_at_once_and_the_second_changes_nothing() -> None:
    with Watch():
        replaced = time.sleep
        with pytest.raises(RuntimeError), Watch():
            pass
        assert time.sleep is replaced
    with Watch():
        pass


def test_attempts_that_are_wrapped_become_marks() -> None:
    clock = Clock()
    with watch(clock) as watched:
        with pytest.raises(ValueError), watched.attempt():
            clock.now += 1
            raise ValueError
        time.sleep(5)
        with watched.attempt():
            clock.now += 2
    assert watched.attempts == 2
    marks = sorted(watched.marks(held=True), key=lambda mark: mark.start)
    assert [(mark.kind, round(mark.start, 6), round(mark.end, 6)) for mark in marks] == [
        (Kind.FAILED_ATTEMPT, 0, 1),
        (Kind.DELAY, 1, 6),
        (Kind.ATTEMPT, 6, 8),
    ]


def test_attempts_that_cannot_be_wrapped_are_known_from_the_retry_engine() -> None:
    clock = Clock()
    with watch(clock) as watched:
        clock.now += 1
        announce(5)
        time.sleep(5)
        clock.now += 2
    assert (watched.attempts, watched.delays) == (2, (5.0,))
    marks = sorted(watched.marks(held=False), key=lambda mark: mark.start)
    assert [mark.kind for mark in marks] == [Kind.FAILED_ATTEMPT, Kind.DELAY, Kind.FAILED_ATTEMPT]
    assert [round(mark.end, 6) for mark in marks] == [1, 6, 8]


def test_delays_that_nobody_slept_here_are_known_from_the_retry_engine() -> None:
    with watch(Clock()) as watched:
        announce(0.0)
        announce(7.5)
    assert (watched.attempts, watched.delays) == (3, (0.0, 7.5))


def test_what_other_threads_retry_is_not_ours() -> None:
    with watch(Clock()) as watched:
        thread = threading.Thread(target=announce, args=(1.0,))
        thread.start()
        thread.join()
    assert watched.attempts == 1
