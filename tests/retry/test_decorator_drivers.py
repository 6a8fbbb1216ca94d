"""The decorator with the real drivers and the real mssql-django, on the stand-in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import Error, connections, transaction

from django_mssql_ops.retry import OutcomeUnknown, budget, retry_on_transient
from django_mssql_ops.retry.retrying import Retrying
from tests.retry.aliases import alias_of
from tests.standin import StandIn
from tests.standin.engine import Failure
from tests.standin.logins import cannot_open_database, database_unavailable, login_failed
from tests.standin.script import Drop, Phase

pytestmark = pytest.mark.socket

DEADLOCK = Failure(
    number=1205,
    severity=13,
    message="Transaction (Process ID 52) was deadlocked on lock resources with another process and "
    "has been chosen as the deadlock victim. Rerun the transaction.",
    rolls_back=True,
)
LOCKED = Failure(number=1222, message="Lock request time out period exceeded.")
FAILOVER = Failure(
    number=40197,
    severity=20,
    message="The service has encountered an error processing your request. Please try again. "
    "Error code 4815.",
)
THROWN = Failure(number=50001, message="order (40501) is on hold", raised_by="THROW")


@pytest.fixture(params=["pyodbc", pytest.param("mssql_python", marks=pytest.mark.mssql_python)])
def driver(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


@pytest.fixture
def wrapper(standin: StandIn, driver: str) -> Iterator[Any]:
    # The backend's own retries stay as they are by default: an attempt has to turn them off.
    with alias_of(standin, driver, connection_timeout=10, query_timeout=10) as ours:
        run(ours, "CREATE TABLE retried (n INT)")
        yield ours
        assert not ours.in_atomic_block
        run(ours, "SELECT 1")


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def ours(wrapper: Any, slept: list[float]) -> Callable[..., Retrying]:
    budget.refill()

    def make(**options: Any) -> Retrying:
        return retry_on_transient(
            using=wrapper.alias, sleep=slept.append, random=lambda: 0.0, **options
        )

    return make


def run(wrapper: Any, sql: str) -> Any:
    with wrapper.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else None


def rows(wrapper: Any) -> int:
    ((count,),) = run(wrapper, "SELECT COUNT(*) FROM retried")
    return int(count)


def logins(standin: StandIn) -> int:
    return len(standin.counters.logins)


def insert(wrapper: Any) -> Callable[[], str]:
    def work() -> str:
        run(wrapper, "INSERT INTO retried VALUES (1)")
        return "done"

    return work


@pytest.mark.parametrize("step", [DEADLOCK, LOCKED, FAILOVER, Drop.RESET, Drop.CLOSE], ids=str)
def test_a_fault_in_a_transaction(
    standin: StandIn, wrapper: Any, ours: Callable[..., Retrying], step: Any
) -> None:
    standin.script.on("INSERT INTO retried VALUES (1)", step, times=1)
    assert ours(atomic=True).call(insert(wrapper)) == "done"
    assert rows(wrapper) == 1


@pytest.mark.parametrize("times", [1, 3])
def test_a_login_that_fails(
    standin: StandIn, wrapper: Any, ours: Callable[..., Retrying], slept: list[float], times: int
) -> None:
    """One login for each attempt: the backend would make six of its own, 5 s apart."""
    wrapper.close()
    standin.script.on(Phase.LOGIN, database_unavailable("app"), times=times)
    before = logins(standin)
    assert ours(atomic=True).call(insert(wrapper)) == "done"
    assert slept == [5.0] * times
    assert logins(standin) - before == times + 1


@pytest.mark.parametrize("answer", [login_failed("app40613"), cannot_open_database("app")])
def test_a_login_that_is_turned_down(
    standin: StandIn, wrapper: Any, ours: Callable[..., Retrying], slept: list[float], answer: Any
) -> None:
    wrapper.close()
    standin.script.on(Phase.LOGIN, answer, times=1)
    before = logins(standin)
    with pytest.raises(Error):
        ours().call(insert(wrapper))
    assert (logins(standin) - before, slept) == (1, [])


def test_an_error_of_the_project(
    standin: StandIn, wrapper: Any, ours: Callable[..., Retrying], slept: list[float]
) -> None:
    standin.script.on("INSERT INTO retried VALUES (1)", THROWN, times=1)
    with pytest.raises(Error, match="on hold"):
        ours(atomic=True).call(insert(wrapper))
    assert (rows(wrapper), slept) == (0, [])


@pytest.mark.parametrize("step", [Drop.RESET, Drop.CLOSE], ids=str)
def test_an_idle_connection_that_died(
    standin: StandIn,
    wrapper: Any,
    ours: Callable[..., Retrying],
    slept: list[float],
    step: Any,
) -> None:
    standin.script.on("TM_BEGIN", step, times=1)
    assert ours(atomic=True).call(insert(wrapper)) == "done"
    assert (rows(wrapper), slept) == (1, [0.0])


@pytest.mark.parametrize("step", [Drop.RESET, Drop.CLOSE, FAILOVER], ids=str)
def test_a_commit_that_is_not_answered(
    standin: StandIn, wrapper: Any, ours: Callable[..., Retrying], slept: list[float], step: Any
) -> None:
    standin.script.on("TM_COMMIT", step, times=1)
    with pytest.raises(OutcomeUnknown) as caught:
        ours(atomic=True).call(insert(wrapper))
    assert caught.value.driver_error is not None
    assert slept == []


def test_a_commit_that_is_aborted_for_certain(
    standin: StandIn, wrapper: Any, ours: Callable[..., Retrying]
) -> None:
    standin.script.on("TM_COMMIT", DEADLOCK, times=1)
    assert ours(atomic=True).call(insert(wrapper)) == "done"
    assert rows(wrapper) == 1


def test_a_commit_of_reads_only(
    standin: StandIn, wrapper: Any, ours: Callable[..., Retrying]
) -> None:
    standin.script.on("TM_COMMIT", Drop.RESET, times=1)
    assert ours(atomic=True).call(lambda: rows(wrapper)) == 0


def test_a_commit_that_verify_knows(
    standin: StandIn, wrapper: Any, ours: Callable[..., Retrying]
) -> None:
    standin.script.on("TM_COMMIT", Drop.RESET, times=1)
    asked = ours(atomic=True, verify=lambda: rows(wrapper) == 1)
    assert asked.call(insert(wrapper)) == "done"
    assert rows(wrapper) == 1


class TestOutsideATransaction:
    def test_a_lost_write(self, standin: StandIn, wrapper: Any, ours: Callable[..., Any]) -> None:
        standin.script.on("INSERT INTO retried VALUES (1)", Drop.RESET, times=1)
        with pytest.raises(OutcomeUnknown):
            ours().call(insert(wrapper))

    @pytest.mark.parametrize("step", [DEADLOCK, LOCKED], ids=str)
    def test_a_write_that_failed(
        self, standin: StandIn, wrapper: Any, ours: Callable[..., Any], step: Any
    ) -> None:
        standin.script.on("INSERT INTO retried VALUES (1)", step, times=1)
        assert ours().call(insert(wrapper)) == "done"
        assert rows(wrapper) == 1

    def test_a_lost_read(self, standin: StandIn, wrapper: Any, ours: Callable[..., Any]) -> None:
        standin.script.on("SELECT COUNT(*) FROM retried", Drop.RESET, times=1)
        assert ours().call(lambda: rows(wrapper)) == 0

    def test_after_a_write(self, standin: StandIn, wrapper: Any, ours: Callable[..., Any]) -> None:
        standin.script.on("SELECT COUNT(*) FROM retried", Drop.RESET, times=1)

        def work() -> int:
            run(wrapper, "INSERT INTO retried VALUES (1)")
            return rows(wrapper)

        with pytest.raises(Error) as caught:
            ours().call(work)
        assert not isinstance(caught.value, OutcomeUnknown)
        assert caught.value.__notes__[0].startswith("not retried: something was written")
        assert rows(wrapper) == 1


def test_inside_an_outer_block(
    standin: StandIn, wrapper: Any, ours: Callable[..., Retrying]
) -> None:
    standin.script.on("INSERT INTO retried VALUES (1)", LOCKED, times=1)
    with transaction.atomic(using=wrapper.alias):
        run(wrapper, "INSERT INTO retried VALUES (2)")
        held = wrapper.connection
        with pytest.raises(Error) as caught:
            ours(atomic=True).call(insert(wrapper))
        assert wrapper.connection is held
        assert "an atomic block" in caught.value.__notes__[0]
    assert rows(wrapper) == 1


@pytest.mark.slow
def test_a_deadline_bounds_a_silent_server(
    standin: StandIn, driver: str, slept: list[float]
) -> None:
    """With query_timeout 0: a second for the driver is three (measured), and the rest is gone."""
    with alias_of(standin, driver, query_timeout=0) as wrapper:
        run(wrapper, "SELECT 1")
        standin.script.on("SELECT 42", Drop.SILENCE, times=1)
        ours = retry_on_transient(deadline=3, sleep=slept.append, random=lambda: 0.0)
        with pytest.raises(Error):
            ours.call(lambda: run(wrapper, "SELECT 42"))
        assert slept == []
        assert run(wrapper, "SELECT 42") == [(42,)]


@pytest.mark.slow
@pytest.mark.mssql_python
def test_a_deadline_bounds_a_commit_that_is_not_answered(standin: StandIn) -> None:
    """mssql-python's own time-out does not reach it (measured with 1.16)."""
    with alias_of(standin, "mssql_python", query_timeout=0) as wrapper:
        run(wrapper, "CREATE TABLE retried (n INT)")
        standin.script.on("TM_COMMIT", Drop.SILENCE, times=1)
        with pytest.raises(OutcomeUnknown):
            retry_on_transient(deadline=3, atomic=True, using=wrapper.alias).call(insert(wrapper))


def test_time_outs_are_lowered_and_restored(wrapper: Any, ours: Callable[..., Retrying]) -> None:
    seen: list[int] = []

    def look() -> None:
        wrapper.ensure_connection()
        seen.append(wrapper.connection.timeout)

    ours(deadline=9).call(look)
    ours(deadline=300).call(look)
    look()
    wrapper.close()
    ours(deadline=9).call(look)
    look()
    assert seen == [2, 10, 10, 2, 10]


def test_the_deadline_of_the_outer_call_holds(wrapper: Any, ours: Callable[..., Retrying]) -> None:
    seen: list[int] = []
    inner = ours(deadline=300)(lambda: seen.append(wrapper.connection.timeout))
    ours(deadline=9).call(inner)
    assert seen == [2]
    assert wrapper.connection.timeout == 10


def test_a_coroutine(standin: StandIn, driver: str, slept: list[float]) -> None:
    """Its queries run in another thread, and that is the one whose connection is reset."""

    async def work() -> Any:
        return await sync_to_async(query)()

    def query() -> Any:
        return run(connections[alias], "SELECT 42")

    async def both() -> Any:
        first = await ours.call(work)
        standin.script.on("SELECT 42", Drop.RESET, times=1)
        second = await ours.call(work)
        await sync_to_async(lambda: connections[alias].close())()
        return first, second

    with alias_of(standin, driver) as wrapper:
        alias = wrapper.alias
        ours = retry_on_transient(sleep=slept.append, random=lambda: 0.0)
        assert asyncio.run(both()) == ([(42,)], [(42,)])
    assert slept == [0.0]
