"""Connections that are gone or shared: nothing that an attempt did is overlooked."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import Error, transaction

from django_mssql_ops.retry.effects import AliasEffects, Effects
from django_mssql_ops.retry.retrying import Retrying
from tests.retry import test_decorator_drivers as drivers
from tests.retry.test_effects import watch
from tests.standin import StandIn
from tests.standin.fixtures import ca_file, standin, start_standin
from tests.standin.script import Drop

driver, ours, slept, wrapper = drivers.driver, drivers.ours, drivers.slept, drivers.wrapper
__all__ = ["ca_file", "driver", "ours", "slept", "standin", "start_standin", "wrapper"]

CHECK = "IF OBJECT_ID('tempdb.dbo.#Temp_params', 'U') IS NOT NULL DROP TABLE #Temp_params; "


@pytest.mark.socket
def test_a_connection_that_was_closed_behind_djangos_back(
    wrapper: Any, ours: Callable[..., Retrying]
) -> None:
    """The fault comes before there is a cursor, and the alias is reset all the same."""
    wrapper.connection.close()
    assert ours().call(drivers.insert(wrapper)) == "done"
    assert drivers.rows(wrapper) == 1


@pytest.mark.socket
@pytest.mark.parametrize("step", [drivers.FAILOVER, Drop.RESET], ids=str)
def test_an_on_commit_function_that_meets_a_fault(
    standin: StandIn, wrapper: Any, ours: Callable[..., Retrying], slept: list[float], step: Any
) -> None:
    called: list[int] = []

    def ask() -> None:
        called.append(1)
        drivers.run(wrapper, "SELECT 5")

    def work() -> None:
        drivers.run(wrapper, "INSERT INTO retried VALUES (1)")
        transaction.on_commit(ask, using=wrapper.alias)

    standin.script.on("SELECT 5", step, times=1)
    with pytest.raises(Error) as raised:
        ours(atomic=True).call(work)
    assert "on_commit functions" in raised.value.__notes__[0]
    assert (called, slept) == ([1], [])
    assert drivers.rows(wrapper) == 1


@pytest.mark.socket
def test_a_read_with_more_parameters_than_the_server_takes(
    standin: StandIn, wrapper: Any, ours: Callable[..., Retrying]
) -> None:
    """mssql-django fills a temporary table for it, in autocommit."""
    for sql in (CHECK, "CREATE TABLE #Temp_params (params int )", "SELECT 5"):
        standin.script.on(sql, drivers.LOCKED, times=1)

    def work() -> str:
        drivers.run(wrapper, CHECK)
        drivers.run(wrapper, "CREATE TABLE #Temp_params (params int )")
        drivers.run(wrapper, "INSERT INTO [#Temp_params] ([params]) VALUES (1), (2)")
        drivers.run(wrapper, "SELECT 5")
        return "read"

    assert ours().call(work) == "read"


def test_threads_of_one_attempt_lose_no_write(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both find no entry of the alias, and make one each."""
    level, one, other = Effects(), watch(), watch()
    both_are_there = threading.Barrier(2, timeout=10)
    make = AliasEffects.__init__

    def make_slowly(self: AliasEffects, *args: Any, **kwargs: Any) -> None:
        make(self, *args, **kwargs)
        if not level.by_alias:
            both_are_there.wait()

    monkeypatch.setattr(AliasEffects, "__init__", make_slowly)
    level.open()
    with ThreadPoolExecutor(2) as pool:
        for done in [
            pool.submit(of.statement_done, level, f"DELETE FROM t{of.number}")
            for of in (one, other)
        ]:
            done.result()
    level.close()
    texts = [text for found in level.aliases for text in found.writes_outside]
    assert sorted(texts) == sorted(f"DELETE FROM t{of.number}" for of in (one, other))
