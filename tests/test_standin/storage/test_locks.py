"""The write lock: one owner, first come first served, every wait bounded."""

from __future__ import annotations

import threading

import pytest

from tests.standin.engine import Cancelled, StatementFailed
from tests.standin.storage.locks import LockWait, WriteLock


def test_a_second_owner_gets_1222_when_its_time_is_over() -> None:
    lock = WriteLock()
    lock.acquire("first", 1)
    with pytest.raises(StatementFailed) as caught:
        lock.acquire("second", 0)
    assert caught.value.failure.number == 1222
    assert lock.is_held_by("first")


def test_the_owner_may_ask_again() -> None:
    lock = WriteLock()
    lock.acquire("first", 1)
    lock.acquire("first", 0)
    assert lock.is_held_by("first")


def test_a_waiter_gets_the_lock_when_it_is_released() -> None:
    lock = WriteLock()
    lock.acquire("first", 1)
    waiting = threading.Event()
    waiter = threading.Thread(target=lambda: lock.acquire("second", 10, waiting.set))
    waiter.start()
    assert waiting.wait(10)
    lock.release("first")
    waiter.join(10)
    assert lock.is_held_by("second")


def test_waiters_are_served_in_their_order() -> None:
    lock = WriteLock()
    lock.acquire("first", 1)
    served: list[str] = []
    threads = []
    for name in ("second", "third", "fourth"):
        waiting = threading.Event()

        def take(name: str = name, waiting: threading.Event = waiting) -> None:
            lock.acquire(name, 10, waiting.set)
            served.append(name)
            lock.release(name)

        threads.append(threading.Thread(target=take))
        threads[-1].start()
        assert waiting.wait(10)
    lock.release("first")
    for thread in threads:
        thread.join(10)
    assert served == ["second", "third", "fourth"]


def test_only_the_owner_can_release() -> None:
    lock = WriteLock()
    lock.acquire("first", 1)
    lock.release("second")
    assert lock.is_held_by("first")


def test_a_waiter_that_gives_up_leaves_the_queue() -> None:
    lock = WriteLock()
    lock.acquire("first", 1)

    def give_up() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        lock.acquire("second", 10, give_up)
    lock.release("first")
    lock.acquire("third", 0)
    assert lock.is_held_by("third")


def test_a_waiter_whose_time_is_over_leaves_the_queue() -> None:
    lock = WriteLock()
    lock.acquire("first", 1)
    with pytest.raises(StatementFailed):
        lock.acquire("second", 0)
    lock.release("first")
    lock.acquire("third", 0)
    assert lock.is_held_by("third")


def test_a_waiter_is_known_with_its_blocker_until_it_waits_no_longer() -> None:
    lock = WriteLock()
    lock.acquire("first", 1)
    assert lock.wait_of("first") is None
    looked: list[LockWait | None] = []

    def look() -> None:
        looked.append(lock.wait_of("second"))
        raise Cancelled

    with pytest.raises(Cancelled):
        lock.acquire("second", 10, look)
    (wait,) = looked
    assert wait is not None
    assert wait.behind == "first"
    assert lock.wait_of("second") is None
    lock.release("first")
    lock.acquire("second", 0)
    assert lock.wait_of("second") is None
