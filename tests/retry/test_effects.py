"""Levels, and what they keep."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from django_mssql_ops.retry.effects import MAX_TEXTS, AliasEffects, Effects, current, levels
from django_mssql_ops.retry.recording.watch import Watch


def watch(alias: str = "a") -> Watch:
    """Of a wrapper that nobody uses; it counts as SQL Server's."""
    wrapper: Any = BaseDatabaseWrapper.__new__(BaseDatabaseWrapper)
    wrapper.alias, wrapper.vendor = alias, "microsoft"
    wrapper.atomic_blocks, wrapper.in_atomic_block, wrapper.autocommit = [], False, True
    wrapper.connection = object()
    return Watch(wrapper)


@pytest.fixture(autouse=True)
def _no_level_is_left() -> Iterator[None]:
    yield
    left = list(levels())
    for level in left:
        level.close()
    assert not left


def done(of: Watch, sql: str) -> None:
    of.statement_done(current(), sql)


def test_nothing_is_noted_without_a_level() -> None:
    done(watch(), "DELETE FROM t")
    assert current() is None


def test_every_level_notes_until_it_is_closed() -> None:
    outer, inner, one = Effects(), Effects(), watch()
    outer.open()
    inner.open()
    assert list(levels()) == [inner, outer]
    done(one, "DELETE FROM t")
    inner.close()
    inner.close()
    assert current() is outer
    done(one, "DELETE FROM u")
    outer.close()
    assert inner.aliases[0].writes_outside == ["DELETE FROM t"]
    assert outer.aliases[0].writes_outside == ["DELETE FROM t", "DELETE FROM u"]
    assert current() is None


def test_a_level_is_closed_in_another_context() -> None:
    level = Effects()
    level.open()
    inherited = contextvars.copy_context()
    inherited.run(level.close)
    assert current() is None
    inherited.run(lambda: done(watch(), "DELETE FROM t"))
    assert level.aliases == ()
    later = Effects()
    later.open()
    assert later._outer is None
    later.close()
    level.close()


def test_a_second_wrapper_of_the_alias_has_its_own_entry() -> None:
    level, one, other = Effects(), watch(), watch()
    level.open()
    one.wrapper.in_atomic_block = one.wrapper.autocommit = True
    one.began()
    done(one, "DELETE FROM t")
    other.began()
    other.rolled_back()
    level.close()
    assert [found.alias for found in level.aliases] == ["a", "a"]
    assert level.aliases[0].writes_open == ["DELETE FROM t"]


def test_lists_stay_short_and_forget_no_kind() -> None:
    level, one = Effects(), watch()
    level.open()
    for number in range(20 * MAX_TEXTS):
        done(one, f"SELECT {number}")
        done(one, f"SELECT {number} INTO t")
        done(one, f"DELETE FROM t WHERE a = {number}")
        assert len(level.by_alias["a"].writes_outside) <= MAX_TEXTS
    level.close()
    texts = " ".join(level.aliases[0].writes_outside)
    assert "DELETE" in texts
    assert "INTO" in texts
    assert level.aliases[0].statements == 60 * MAX_TEXTS


def test_failures_stay_few_and_count_as_done_beyond_that() -> None:
    effects = AliasEffects(alias="a", is_sql_server=True)
    for _ in range(MAX_TEXTS + 1):
        effects.fail("DELETE FROM t", ValueError())
    assert len(effects.failures_outside) == MAX_TEXTS
    assert effects.writes_outside == ["DELETE FROM t"]


def test_a_failed_fetch_is_a_failed_statement() -> None:
    level, one, error = Effects(), watch(), ValueError()
    level.open()
    sql = "INSERT INTO t OUTPUT INSERTED.a VALUES (1)"
    done(one, sql)
    one.fetch_failed(sql, error)
    level.close()
    [found] = level.aliases
    assert (found.writes_outside, found.failures_outside) == ([], [(sql, error)])


def test_what_ends_the_transaction_by_itself_outlives_its_rollback() -> None:
    level, one = Effects(), watch()
    level.open()
    one.began()
    one.wrapper.autocommit = False
    done(one, "DELETE FROM t")
    done(one, "IF 1 = 1 COMMIT")
    one.rolled_back()
    level.close()
    assert level.aliases[0].writes_outside == ["IF 1 = 1 COMMIT"]


def test_what_a_copy_does_elsewhere_is_in_no_transaction() -> None:
    level, one = Effects(), watch()
    level.open()
    one.wrapper.autocommit = False
    one.done_elsewhere("BULK INSERT")
    level.close()
    assert level.aliases[0].writes_outside == ["BULK INSERT"]


def test_what_is_no_text_is_anything() -> None:
    level, one = Effects(), watch()
    level.open()
    done(one, b"SELECT 1")  # type: ignore[arg-type]
    level.close()
    assert level.aliases[0].writes_outside == [""]


def test_a_coroutines_work_in_another_thread_is_noted() -> None:
    def work() -> None:
        with connections["default"].cursor() as cursor:
            cursor.execute("CREATE TABLE IF NOT EXISTS t (a int)")
        connections["default"].close()

    async def attempt() -> Effects:
        level = Effects()
        level.open()
        try:
            await sync_to_async(work)()
        finally:
            await sync_to_async(level.close)()
        assert current() is None
        return level

    [found] = asyncio.run(attempt()).aliases
    assert found.writes_outside == ["CREATE TABLE IF NOT EXISTS t (a int)"]
    assert not found.in_outer_block
