"""Between the COMMIT that counts and the return to autocommit, over sockets, with both drivers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import Error, transaction

from django_mssql_ops.retry.effects import Effects
from django_mssql_ops.retry.reset import hard_reset
from tests.retry.conftest import ALIAS
from tests.standin import StandIn
from tests.standin.engine import Failure
from tests.standin.script import Delay, Drop

pytestmark = pytest.mark.socket

FAILOVER = Failure(number=40613, severity=20, message="not currently available")


@pytest.fixture
def effects(wrapper: Any) -> Iterator[Effects]:
    with wrapper.cursor() as cursor:
        cursor.execute("CREATE TABLE ledger (a int)")
    level = Effects()
    level.open()
    yield level
    level.close()


def insert() -> None:
    from django.db import connections

    with connections[ALIAS].cursor() as cursor:
        cursor.execute("INSERT INTO ledger (a) VALUES (1)")


def count(wrapper: Any) -> int:
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM ledger")
        found: int = cursor.fetchone()[0]
        return found


def break_second_commit(standin: StandIn, how: Any) -> None:
    standin.script.on("TM_COMMIT", how, times=1)
    standin.script.on("TM_COMMIT", Delay(0), times=1)


@pytest.mark.parametrize("how", [Drop.RESET, Drop.CLOSE], ids=str)
def test_a_committed_transaction_is_no_error(
    wrapper: Any, effects: Effects, standin: StandIn, how: Drop
) -> None:
    called: list[bool] = []
    break_second_commit(standin, how)
    with transaction.atomic(using=ALIAS):
        insert()
        transaction.on_commit(lambda: called.append(True), using=ALIAS)
    assert called == [True]
    assert wrapper.connection is None
    assert wrapper.autocommit
    assert not wrapper.in_atomic_block
    [found] = effects.aliases
    assert (found.writes_committed, found.commit_failures) == (
        ["INSERT INTO ledger (a) VALUES (1)"],
        [],
    )
    standin.script.clear()
    assert count(wrapper) == 1


@pytest.mark.parametrize("how", [FAILOVER, Drop.RESET], ids=str)
def test_what_an_on_commit_function_raises_is_not_swallowed(
    wrapper: Any, effects: Effects, standin: StandIn, how: Any
) -> None:
    """It is the project's own, and Django calls no further function after it."""
    called: list[int] = []

    def ask() -> None:
        called.append(1)
        with wrapper.cursor() as cursor:
            cursor.execute("SELECT 5")

    standin.script.on("SELECT 5", how, times=1)
    with pytest.raises(Error), transaction.atomic(using=ALIAS):
        insert()
        transaction.on_commit(ask, using=ALIAS)
        transaction.on_commit(lambda: called.append(2), using=ALIAS)
    assert called == [1]
    hard_reset(ALIAS)
    assert count(wrapper) == 1


def test_without_an_attempt_it_is_what_django_makes_of_it(
    wrapper: Any, effects: Effects, standin: StandIn
) -> None:
    effects.close()
    break_second_commit(standin, Drop.RESET)
    with pytest.raises(Error), transaction.atomic(using=ALIAS):
        insert()


def test_the_commit_that_counts_still_fails(
    wrapper: Any, effects: Effects, standin: StandIn
) -> None:
    called: list[bool] = []
    standin.script.on("TM_COMMIT", Drop.RESET, times=1)
    with pytest.raises(Error), transaction.atomic(using=ALIAS):
        insert()
        transaction.on_commit(lambda: called.append(True), using=ALIAS)
    assert called == []


def test_what_was_written_after_the_commit_is_not_taken_for_committed(
    wrapper: Any, effects: Effects, standin: StandIn
) -> None:
    transaction.set_autocommit(False, using=ALIAS)
    insert()
    transaction.commit(using=ALIAS)
    insert()
    standin.script.on("TM_COMMIT", Drop.RESET, times=1)
    with pytest.raises(Error):
        transaction.set_autocommit(True, using=ALIAS)
    [found] = effects.aliases
    assert len(found.commit_failures) >= 1


def test_an_error_that_is_no_loss_is_raised(
    wrapper: Any, effects: Effects, standin: StandIn
) -> None:
    denied = Failure(number=229, severity=14, message="The SELECT permission was denied.")
    standin.script.on("SELECT @@TRANCOUNT", denied, times=1)
    with pytest.raises(Error, match="denied"), transaction.atomic(using=ALIAS):
        insert()


def test_a_failed_block_does_not_connect_again(
    wrapper: Any, effects: Effects, standin: StandIn
) -> None:
    logins = standin.counters.accepted
    standin.script.on("INSERT INTO ledger (a) VALUES (1)", Drop.RESET)
    standin.script.on("TM_ROLLBACK", Drop.RESET)
    with pytest.raises(Error), transaction.atomic(using=ALIAS):
        insert()
    assert standin.counters.accepted == logins
    assert not wrapper.in_atomic_block


def test_a_failed_rollback_does_not_connect_again(
    wrapper: Any, effects: Effects, standin: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where rollback() fails, Django drops the connection and then turns autocommit on."""
    logins = standin.counters.accepted

    def fail() -> None:
        raise Error("lost")

    with pytest.raises(ZeroDivisionError), transaction.atomic(using=ALIAS):
        insert()
        monkeypatch.setattr(wrapper, "_rollback", fail)
        raise ZeroDivisionError
    assert wrapper.connection is None
    assert wrapper.autocommit
    assert standin.counters.accepted == logins
