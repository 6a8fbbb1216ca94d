"""One thread that does one job after the other."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import pytest

from django_mssql_ops.health.probing.worker import Worker
from tests.health.conftest import LIMIT

NAME = "mssql-ops-health shop"


class Rests:
    """Counts how often the worker came to rest; ``hold`` makes it stay there."""

    def __init__(self) -> None:
        self.count = 0
        self.begun = threading.Event()
        self.hold = threading.Event()
        self.hold.set()

    def __call__(self) -> None:
        self.count += 1
        self.begun.set()
        assert self.hold.wait(LIMIT)


@pytest.fixture
def rests() -> Rests:
    return Rests()


@contextmanager
def working(rests: Rests, idle: float = LIMIT) -> Iterator[Worker]:
    worker = Worker(NAME, idle=idle, at_rest=rests)
    yield worker
    assert worker.stop(LIMIT)


def do(worker: Worker, job: Callable[[], None]) -> None:
    done = threading.Event()

    def whole() -> None:
        try:
            job()
        finally:
            done.set()

    worker.submit(whole)
    assert done.wait(LIMIT)


def own_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == NAME]


def test_it_starts_with_the_first_job_and_does_all_in_one_thread(rests: Rests) -> None:
    seen: list[tuple[int, threading.Thread]] = []

    def note(number: int) -> None:
        seen.append((number, threading.current_thread()))

    with working(rests) as worker:
        assert not own_threads()
        for number in range(3):
            do(worker, partial(note, number))
        assert [number for number, _ in seen] == [0, 1, 2]
        [thread] = {thread for _, thread in seen}
        assert (thread.name, thread.daemon) == (NAME, True)
    assert rests.count == 1
    assert not own_threads()


def test_it_ends_when_idle_and_starts_again(rests: Rests) -> None:
    with working(rests, idle=0.001) as worker:
        for turn in (1, 2):
            rests.begun.clear()
            do(worker, lambda: None)
            assert rests.begun.wait(LIMIT)
            for thread in own_threads():
                thread.join(LIMIT)
            assert not own_threads()
            assert rests.count >= turn


def test_a_job_that_comes_while_it_comes_to_rest_is_done_by_the_same_thread(rests: Rests) -> None:
    seen: list[threading.Thread] = []
    done = threading.Event()
    with working(rests, idle=0.001) as worker:
        do(worker, lambda: seen.append(threading.current_thread()))
        rests.hold.clear()
        rests.begun.clear()
        assert rests.begun.wait(LIMIT)

        def second() -> None:
            seen.append(threading.current_thread())
            done.set()

        worker.submit(second)
        assert len(own_threads()) == 1
        rests.hold.set()
        assert done.wait(LIMIT)
    assert seen[0] is seen[1] or not seen[0].is_alive()


def test_stopping_does_not_wait_longer_than_it_may(rests: Rests) -> None:
    release = threading.Event()
    begun = threading.Event()

    def stuck() -> None:
        begun.set()
        assert release.wait(LIMIT)

    with working(rests) as worker:
        worker.submit(stuck)
        assert begun.wait(LIMIT)
        assert not worker.stop(0)
        assert len(own_threads()) == 1
        release.set()
    assert rests.count >= 1


def test_a_stuck_thread_does_not_get_a_second_one_beside_it(rests: Rests) -> None:
    release = threading.Event()
    with working(rests) as worker:
        worker.submit(lambda: assert_true(release.wait(LIMIT)))
        for _ in range(100):
            worker.submit(lambda: None)
        assert len(own_threads()) == 1
        release.set()


def assert_true(value: bool) -> None:
    assert value


def test_stopping_what_never_ran_is_done(rests: Rests) -> None:
    worker = Worker(NAME, idle=LIMIT, at_rest=rests)
    assert worker.stop(0)
    assert rests.count == 0


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_job_that_raises_costs_its_thread_and_not_the_next_job(rests: Rests) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    seen: list[int] = []
    with working(rests) as worker:
        do(worker, broken)
        for thread in own_threads():
            thread.join(LIMIT)
        do(worker, lambda: seen.append(1))
    assert seen == [1]


def test_a_thread_that_cannot_be_started_is_the_callers_business(
    rests: Rests, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    seen: list[int] = []
    with working(rests) as worker:
        with monkeypatch.context() as patched:
            patched.setattr(threading.Thread, "start", fail)
            with pytest.raises(RuntimeError, match="can't start"):
                worker.submit(lambda: seen.append(1))
        do(worker, lambda: seen.append(2))
    assert seen == [2]


def test_a_child_begins_anew(rests: Rests) -> None:
    """As if forked: the thread is not there, and its lock may be held for ever."""
    seen: list[int] = []
    worker = Worker(NAME, idle=LIMIT, at_rest=rests)
    worker._lock.acquire()
    worker.after_fork()
    do(worker, lambda: seen.append(1))
    assert worker.stop(LIMIT)
    assert seen == [1]


def test_many_who_submit_while_it_keeps_ending(rests: Rests) -> None:
    """No job is lost between a thread that ends and the next one."""
    done: list[int] = []
    at_once: list[int] = []

    def job() -> None:
        at_once.append(len(own_threads()))
        done.append(1)

    with working(rests, idle=0.0) as worker:

        def submit() -> None:
            for _ in range(200):
                worker.submit(job)

        threads = [threading.Thread(target=submit) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(LIMIT)
    assert len(done) == 800
    assert rests.count >= 1


def test_who_is_interrupted_while_it_starts_leaves_no_second_thread(
    rests: Rests, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A signal's handler raises when the thread is there already."""
    real = threading.Thread.start

    def start(thread: threading.Thread) -> None:
        real(thread)
        raise KeyboardInterrupt

    with working(rests) as worker:
        with monkeypatch.context() as patch:
            patch.setattr(threading.Thread, "start", start)
            with pytest.raises(KeyboardInterrupt):
                worker.submit(lambda: None)
        for thread in own_threads():
            thread.join(LIMIT)
        assert own_threads() == []
        do(worker, lambda: None)
        assert len(own_threads()) == 1
