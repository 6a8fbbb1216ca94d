"""Exactly once with the real drivers: the COMMIT is cut before and after the server executed it."""

from __future__ import annotations

import datetime
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections, transaction
from django.test import modify_settings

from django_mssql_ops.contrib.retry_tokens.models import RetryToken
from django_mssql_ops.errors import classify
from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.retry import OutcomeUnknown, retry_on_transient, tokens
from django_mssql_ops.retry.tokens import ExactlyOnce, exactly_once
from tests.retry.aliases import alias_of
from tests.standin import Drop, Execute, StandIn

pytestmark = pytest.mark.socket


@pytest.fixture(params=["pyodbc", pytest.param("mssql_python", marks=pytest.mark.mssql_python)])
def driver(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


@pytest.fixture
def wrapper(standin: StandIn, driver: str) -> Iterator[Any]:
    with alias_of(standin, driver, connection_timeout=10, query_timeout=10) as ours:
        with ours.schema_editor() as editor:
            editor.create_model(RetryToken)
        with ours.cursor() as cursor:
            cursor.execute("CREATE TABLE ledger (n INT)")
        yield ours


def count(wrapper: Any, table: str) -> int:
    with wrapper.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {table}")
        found: int = cursor.fetchone()[0]
        return found


def write(wrapper: Any) -> None:
    with wrapper.cursor() as cursor:
        cursor.execute("INSERT INTO ledger (n) VALUES (1)")


#: Drivers commit what they ask on their own; only the COMMIT behind the INSERT is to be cut.
class CutAfterInsert:
    def __init__(self, standin: StandIn, wrapper: Any, *steps: Any) -> None:
        self._arguments = (standin, wrapper, steps)
        self.calls = 0

    def __call__(self) -> None:
        standin, wrapper, steps = self._arguments
        self.calls += 1
        write(wrapper)
        if self.calls == 1:
            standin.script.on("TM_COMMIT", *steps, times=1)


@pytest.mark.parametrize(
    ("steps", "calls"),
    [((Drop.RESET,), 2), ((Execute(), Drop.RESET), 1), ((Execute(), Drop.CLOSE), 1)],
    ids=["before", "after", "after-close"],
)
def test_a_lost_commit_applies_it_once(
    standin: StandIn, wrapper: Any, steps: tuple[Any, ...], calls: int
) -> None:
    work = CutAfterInsert(standin, wrapper, *steps)
    retrying = retry_on_transient(
        using=wrapper.alias, atomic=True, verify=exactly_once, sleep=lambda _: None
    )
    retrying(work)()
    assert work.calls == calls
    assert (count(wrapper, "ledger"), count(wrapper, tokens.TABLE)) == (1, 1)


def test_without_it_nobody_knows(standin: StandIn, wrapper: Any) -> None:
    work = CutAfterInsert(standin, wrapper, Execute(), Drop.RESET)
    with pytest.raises(OutcomeUnknown):
        retry_on_transient(using=wrapper.alias, atomic=True, sleep=lambda _: None)(work)()
    assert (work.calls, count(wrapper, "ledger")) == (1, 1)


def test_the_question_waits_for_a_transaction_that_is_open(wrapper: Any) -> None:
    """Under snapshots a read would say no while the COMMIT is still under way."""
    claim = exactly_once.begin((wrapper.alias,))
    recorded, answers = threading.Event(), []

    def other_session() -> None:
        try:
            with transaction.atomic(using=wrapper.alias):
                claim.record()
                recorded.set()
                time.sleep(0.3)
        finally:
            connections[wrapper.alias].close()

    thread = threading.Thread(target=other_session)
    thread.start()
    assert recorded.wait(10)
    answers.append(claim.applied())
    thread.join(10)
    assert answers == [True]


def test_the_question_gives_up_after_its_time(wrapper: Any) -> None:
    claim = ExactlyOnce(lock_timeout=0.05).begin((wrapper.alias,))
    recorded, done = threading.Event(), threading.Event()

    def other_session() -> None:
        try:
            with transaction.atomic(using=wrapper.alias):
                claim.record()
                recorded.set()
                done.wait(10)
        finally:
            connections[wrapper.alias].close()

    thread = threading.Thread(target=other_session)
    thread.start()
    try:
        assert recorded.wait(10)
        with pytest.raises(Exception) as raised:
            claim.applied()
    finally:
        done.set()
        thread.join(10)
    error = classify(raised.value)
    assert error is not None
    assert error.number == 1222
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT @@LOCK_TIMEOUT")
        assert cursor.fetchone()[0] == -1
    assert claim.applied()


def test_purge_and_a_missing_table(wrapper: Any) -> None:
    with transaction.atomic(using=wrapper.alias):
        tokens.record("now", using=wrapper.alias)
    assert tokens.purge(datetime.timedelta(days=1), using=wrapper.alias) == 0
    time.sleep(0.01)
    assert tokens.purge(datetime.timedelta(milliseconds=1), using=wrapper.alias) == 1
    with wrapper.cursor() as cursor:
        cursor.execute(f"DROP TABLE {tokens.TABLE}")
    with pytest.raises(ConfigurationError, match=f"migrate .* --database {wrapper.alias}"):
        tokens.applied("now", using=wrapper.alias)
    with pytest.raises(ConfigurationError, match="has no table"):
        tokens.purge(datetime.timedelta(days=1), using=wrapper.alias)


@modify_settings(INSTALLED_APPS={"append": "django_mssql_ops.contrib.retry_tokens"})
def test_the_migration_makes_the_table(standin: StandIn, driver: str) -> None:
    with alias_of(standin, driver, connection_timeout=10) as wrapper:
        call_command(
            "migrate", "django_mssql_ops_retry_tokens", database=wrapper.alias, verbosity=0
        )
        with transaction.atomic(using=wrapper.alias):
            tokens.record("mine", using=wrapper.alias)
        assert tokens.applied("mine", using=wrapper.alias)
