"""Eight threads place orders: none is lost, nothing is sold twice, no connection stays."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.standin.process import ServerProcess, needs_proc
from tests.test_standin.load.shop import MANY, Books, Rush, open_shop, shoppers

THREADS = 8
#: Acknowledged before the server is killed.
_BEFORE_THE_KILL = 8

drivers = pytest.mark.parametrize(
    "driver", ["pyodbc", pytest.param("mssql_python", marks=pytest.mark.mssql_python)]
)
#: Connections that a driver keeps open for the next user, one for each that was open at once:
#: mssql-python pools of its own accord, pyodbc is told not to by mssql-django.
POOLED = {"pyodbc": 0, "mssql_python": THREADS + 1}
pytestmark = [pytest.mark.socket, pytest.mark.process, needs_proc]


@drivers
def test_no_order_is_lost_and_no_connection_kept(corner_shop: ServerProcess, driver: str) -> None:
    """The small one, for every run."""
    went, _ = _place(corner_shop, driver, 64)
    assert went.placed and went.refused


def two_thousand_orders(directory: Path, driver: str) -> str:
    """The figure that is promised; some customers come too late. Says how it went."""
    with ServerProcess(directory / "shop") as server:
        open_shop(server, stock=MANY)
        asked = 2_600
        went, books = _place(server, driver, asked)
    assert len(went.placed) >= 2_000
    assert went.refused
    return (
        f"{driver}: {len(went.placed)} orders placed, {went.refused} refused, "
        f"{books.stock} pieces left, {asked / went.seconds:.0f} orders asked for a second"
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "driver",
    [
        pytest.param(
            "pyodbc", marks=pytest.mark.background.with_args(two_thousand_orders, "pyodbc")
        ),
        pytest.param(
            "mssql_python",
            marks=[
                pytest.mark.mssql_python,
                pytest.mark.background.with_args(two_thousand_orders, "mssql_python"),
            ],
        ),
    ],
)
def test_two_thousand_orders(
    driver: str, background_result: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What fails in the run is raised here."""
    assert driver in background_result
    with capsys.disabled():
        sys.stdout.write(f"\n{background_result}\n")


def _place(server: ServerProcess, driver: str, orders: int) -> tuple[Rush, Books]:
    with shoppers(server, driver) as customers:
        before = customers.audit()
        customers.begin(orders, threads=THREADS, seed=11)
        went = customers.finish()
        # The customers' process still lives: only what it closed is closed.
        server.wait_until_idle(besides=POOLED[driver])
        books = customers.audit()
    server.wait_until_idle()
    assert not went.failures
    assert len(went.placed) + went.refused == orders
    _check(before, books)
    assert sorted(books.numbers) == sorted(went.placed)
    return went, books


@drivers
def test_a_killed_server_keeps_every_acknowledged_order(
    corner_shop: ServerProcess, driver: str
) -> None:
    _kill_in_the_middle(corner_shop, driver, 64, _BEFORE_THE_KILL)


@pytest.mark.slow
@pytest.mark.timeout(300)
@drivers
@pytest.mark.parametrize("acknowledged", [25, 200])
def test_a_server_killed_early_and_late(
    department_store: ServerProcess, driver: str, acknowledged: int
) -> None:
    _kill_in_the_middle(department_store, driver, 400, acknowledged)


def _kill_in_the_middle(server: ServerProcess, driver: str, orders: int, acknowledged: int) -> None:
    with shoppers(server, driver) as customers:
        before = customers.audit()
        customers.begin(orders, threads=THREADS, seed=12)
        server.wait_until_busy(THREADS)
        customers.wait_for(acknowledged)
        server.kill()
        server.start()
        went = customers.finish()
        assert went.retries, "all was over before the kill"
        # The shop tries again, and an order whose answer was lost is found by its number.
        assert not went.failures
        assert len(went.placed) + went.refused == orders
        after = customers.audit()
        _check(before, after)
        assert sorted(after.numbers) == sorted(went.placed)
        customers.begin(orders, threads=THREADS, seed=12)
        again = customers.finish()
        assert not again.failures
        assert set(after.numbers) <= set(again.placed)
        books = customers.audit()
        _check(before, books)
        assert sorted(books.numbers) == sorted(again.placed)


def _check(before: Books, after: Books) -> None:
    assert not before.wrong and not after.wrong
    assert len(set(after.numbers)) == len(after.numbers)
    assert after.stock <= before.stock
