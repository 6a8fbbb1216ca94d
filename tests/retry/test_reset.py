"""A thread is never left wedged, and close() is nobody's business to wait for."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import Error, transaction

from django_mssql_ops.retry import reaper
from django_mssql_ops.retry.effects import Effects
from django_mssql_ops.retry.reset import hard_reset
from tests.retry.conftest import ALIAS
from tests.standin import StandIn
from tests.standin.script import Drop

#: Seconds; only a broken test waits for it.
LIMIT = 10.0


def reapers() -> list[str]:
    return [t.name for t in threading.enumerate() if t.name.startswith("mssql-ops reaper")]


def wait_until(done: Callable[[], object]) -> None:
    deadline = time.monotonic() + LIMIT
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def one(wrapper: Any) -> int:
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT 1")
        found: int = cursor.fetchone()[0]
        return found


class TestReaper:
    def test_a_close_that_returns_is_waited_for(self) -> None:
        names: list[str] = []
        assert reaper.close_soon(
            "a", lambda: names.append(threading.current_thread().name), limit=LIMIT
        )
        assert names == ["mssql-ops reaper a"]
        wait_until(lambda: not reapers())

    def test_a_close_that_raises_counts_as_closed(self) -> None:
        def fail() -> None:
            raise OSError

        assert reaper.close_soon("a", fail, limit=LIMIT)
        wait_until(lambda: not reapers())

    def test_a_close_that_does_not_return_is_left_alone(self) -> None:
        freed = threading.Event()
        closed: list[int] = []
        assert not reaper.close_soon("a", freed.wait, limit=0.01)
        for number in range(3):
            assert not reaper.close_soon("a", partial(closed.append, number), limit=0)
        assert reapers() == ["mssql-ops reaper a"]
        assert reaper.close_soon("b", lambda: None, limit=LIMIT)
        freed.set()
        wait_until(lambda: not reapers())
        assert closed == [0, 1, 2]

    def test_too_many_are_not_waited_for_and_closed_in_the_end(self) -> None:
        freed, closed = threading.Event(), [0]

        def close() -> None:
            closed[0] += 1

        reaper.close_soon("a", freed.wait, limit=0.01)
        for _ in range(reaper.MAX_WAITING):
            reaper.close_soon("a", close, limit=0)
        began = time.monotonic()
        for _ in range(5):
            assert not reaper.close_soon("a", close, limit=LIMIT)
        assert time.monotonic() - began < LIMIT / 2
        freed.set()
        wait_until(lambda: not reapers())
        assert closed == [reaper.MAX_WAITING + 5]

    def test_a_process_without_threads_to_spare(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(self: threading.Thread) -> None:
            raise RuntimeError("can't start new thread")

        closed: list[int] = []
        with monkeypatch.context() as patched:
            patched.setattr(threading.Thread, "start", fail)
            assert not reaper.close_soon("a", partial(closed.append, 1), limit=LIMIT)
        assert closed == []
        assert reaper.close_soon("a", partial(closed.append, 2), limit=LIMIT)
        assert closed == [1, 2]
        wait_until(lambda: not reapers())
        assert not reaper._queues

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
    def test_a_child_process_closes_nothing_of_its_parents(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(reaper, "_inherited", [])
        freed, closed = threading.Event(), [0]

        def close() -> None:
            closed[0] += 1

        reaper.close_soon("a", freed.wait, limit=0.01)
        reaper.close_soon("a", close, limit=0)
        queues, running = dict(reaper._queues), set(reaper._running)
        reaper._forget()  # what a child does first
        assert reaper.close_soon("a", lambda: None, limit=LIMIT)
        assert closed == [0]
        wait_until(lambda: len(reapers()) == 1)
        with reaper._lock:  # the parent again, whose thread still waits
            reaper._queues.update(queues)
            reaper._running.update(running)
        freed.set()
        wait_until(lambda: not reapers())
        assert closed == [1]


def test_an_alias_that_nobody_uses() -> None:
    hard_reset("default")
    hard_reset("no such alias")


@pytest.mark.socket
class TestHardReset:
    def test_the_next_use_connects_again(self, wrapper: Any) -> None:
        one(wrapper)
        before = wrapper.connection
        hard_reset(ALIAS)
        assert wrapper.connection is None
        assert one(wrapper) == 1
        assert wrapper.connection is not before

    @pytest.mark.parametrize("recorded", [True, False])
    def test_a_wedged_thread(self, wrapper: Any, standin: StandIn, recorded: bool) -> None:
        """Reference 2.6#1: autocommit stays off on a dead connection, and the next block fails."""
        one(wrapper)
        effects = Effects()
        if recorded:
            effects.open()
        standin.script.on("TM_COMMIT", Drop.RESET)
        for _ in range(2):
            with contextlib.suppress(Error), transaction.atomic(using=ALIAS):
                one(wrapper)
        effects.close()
        standin.script.clear()
        hard_reset(ALIAS)
        self.is_as_good_as_new(wrapper)

    def test_the_flags_of_a_wedge(self, wrapper: Any) -> None:
        one(wrapper)
        wrapper.connection.close()
        wrapper.connection = None
        wrapper.in_atomic_block = wrapper.closed_in_transaction = wrapper.needs_rollback = True
        wrapper.run_on_commit = [(set(), print, False)]
        with pytest.raises(Error, match="Cannot open a new connection"):
            one(wrapper)
        hard_reset(ALIAS)
        self.is_as_good_as_new(wrapper)

    def is_as_good_as_new(self, wrapper: Any) -> None:
        assert not wrapper.in_atomic_block
        assert not wrapper.closed_in_transaction
        assert not wrapper.needs_rollback
        assert (wrapper.atomic_blocks, wrapper.savepoint_ids, wrapper.run_on_commit) == ([], [], [])
        with transaction.atomic(using=ALIAS), transaction.atomic(using=ALIAS):
            assert one(wrapper) == 1
        assert wrapper.get_autocommit()

    def test_an_outer_block_is_left_alone(self, wrapper: Any) -> None:
        with wrapper.cursor() as cursor:
            cursor.execute("CREATE TABLE ledger (a int)")
        with transaction.atomic(using=ALIAS):
            with wrapper.cursor() as cursor:
                cursor.execute("INSERT INTO ledger (a) VALUES (1)")
            before = wrapper.connection
            hard_reset(ALIAS)
            assert wrapper.connection is before
            assert wrapper.in_atomic_block
        with wrapper.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM ledger")
            assert cursor.fetchone()[0] == 1

    def test_a_silent_peer_is_not_waited_for(self, wrapper: Any, standin: StandIn) -> None:
        one(wrapper)
        standin.script.on("TM_ROLLBACK", Drop.SILENCE)
        transaction.set_autocommit(False, using=ALIAS)
        one(wrapper)
        wrapper.connection.timeout = 0
        began = time.monotonic()
        hard_reset(ALIAS, limit=0.1)
        assert time.monotonic() - began < 1
        assert reapers() == [f"mssql-ops reaper {ALIAS}"]
        standin.script.clear()
        self.is_as_good_as_new(wrapper)
        standin.stop()  # frees the peer
        wait_until(lambda: not reapers())


@pytest.mark.socket
class TestTestCase:
    """Blocks of a TestCase, which commit never and are not the project's."""

    @pytest.fixture
    def in_test_case(self, wrapper: Any) -> Any:
        with wrapper.cursor() as cursor:
            cursor.execute("CREATE TABLE ledger (a int)")
        with contextlib.ExitStack() as blocks:
            for _ in range(2):
                block: Any = transaction.Atomic(ALIAS, True, False)
                block._from_testcase = True
                blocks.enter_context(block)
            yield wrapper
            wrapper.needs_rollback = False
            transaction.set_rollback(True, using=ALIAS)

    def insert(self, wrapper: Any) -> None:
        with wrapper.cursor() as cursor:
            cursor.execute("INSERT INTO ledger (a) VALUES (1)")

    def count(self, wrapper: Any) -> int:
        with wrapper.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM ledger")
            found: int = cursor.fetchone()[0]
            return found

    def test_they_do_not_count(self, in_test_case: Any) -> None:
        effects = Effects()
        effects.open()
        self.insert(in_test_case)
        with transaction.atomic(using=ALIAS):
            self.insert(in_test_case)
        with contextlib.suppress(ZeroDivisionError), transaction.atomic(using=ALIAS):
            self.insert(in_test_case)
            raise ZeroDivisionError
        effects.close()
        [found] = effects.aliases
        assert not found.in_outer_block
        assert (len(found.writes_outside), len(found.writes_committed)) == (1, 1)
        assert found.writes_open == []

    def test_a_block_around_the_attempt_does(self, in_test_case: Any) -> None:
        with transaction.atomic(using=ALIAS):
            effects = Effects()
            effects.open()
            self.insert(in_test_case)
            effects.close()
        assert effects.aliases[0].in_outer_block

    def test_a_block_without_a_savepoint_has_survived(self, in_test_case: Any) -> None:
        effects = Effects()
        effects.open()
        block = transaction.atomic(using=ALIAS, savepoint=False)
        with contextlib.suppress(ZeroDivisionError), block:
            self.insert(in_test_case)
            raise ZeroDivisionError
        effects.close()
        [found] = effects.aliases
        assert found.writes_in_outer or found.writes_committed

    def test_the_marks_of_an_attempt_go(self, in_test_case: Any) -> None:
        in_test_case.needs_rollback = True
        hard_reset(ALIAS)
        self.insert(in_test_case)
        assert self.count(in_test_case) == 1

    def test_a_lost_connection_that_is_made_up(self, in_test_case: Any) -> None:
        """mssql-django closes it, and the TestCase's transaction would be gone."""
        self.insert(in_test_case)
        lost = in_test_case.Database.OperationalError
        error = (
            lost("08S01", "lost")
            if in_test_case.Database.__name__ == "pyodbc"
            else lost(driver_error="Communication link failure", ddbc_error="lost")
        )
        effects = Effects()
        effects.open()
        with contextlib.suppress(ZeroDivisionError), transaction.atomic(using=ALIAS):
            self.insert(in_test_case)
            in_test_case._on_error(error)
            raise ZeroDivisionError
        effects.close()
        [found] = effects.aliases
        assert (found.writes_open, found.writes_committed, found.writes_outside) == ([], [], [])
        hard_reset(ALIAS)
        assert self.count(in_test_case) == 1
        with transaction.atomic(using=ALIAS):
            self.insert(in_test_case)
        assert self.count(in_test_case) == 2
