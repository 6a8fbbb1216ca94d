"""Clients that leave in the middle: nothing of theirs stays, and their locks are free at once."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.standin import StandIn
from tests.test_standin.clients import connect_mssql_python, connect_pyodbc
from tests.test_standin.load.talker import Talker

pytestmark = pytest.mark.socket

#: Seconds in which a lock is free again; the server looks ten times a second.
AT_ONCE = 1.0
_ROOT = Path(__file__).parents[3]

ways_to_leave = pytest.mark.parametrize("leave", [Talker.leave, Talker.vanish], ids=["FIN", "RST"])
Leave = Callable[[Talker], None]


@pytest.fixture
def numbers(standin: StandIn) -> StandIn:
    """A stand-in with a table."""
    with Talker(standin) as client:
        client.run("CREATE TABLE numbers (n int PRIMARY KEY)")
    return standin


@ways_to_leave
def test_a_transaction_ends_with_its_client(numbers: StandIn, leave: Leave) -> None:
    leaving = Talker(numbers)
    leaving.run("BEGIN TRANSACTION; INSERT INTO numbers VALUES (1)")
    with Talker(numbers) as staying:
        staying.ask("INSERT INTO numbers VALUES (2)")
        assert staying.waits()
        left_at = time.monotonic()
        leave(leaving)
        staying.answer()
        assert time.monotonic() - left_at < AT_ONCE
        assert staying.value("SELECT SUM(n) FROM numbers") == 2


@ways_to_leave
def test_a_client_that_waits_gives_up_its_place(numbers: StandIn, leave: Leave) -> None:
    with Talker(numbers) as holding, Talker(numbers) as last:
        holding.run("BEGIN TRANSACTION; INSERT INTO numbers VALUES (1)")
        leaving = Talker(numbers)
        leaving.ask("INSERT INTO numbers VALUES (2)")
        assert leaving.waits()
        last.ask("INSERT INTO numbers VALUES (3)")
        assert last.waits()
        leave(leaving)
        _wait_for_connections(numbers, 2)
        holding.run("COMMIT")
        last.answer()
        assert last.value("SELECT SUM(n) FROM numbers") == 4


@ways_to_leave
def test_a_client_may_leave_while_rows_come(standin: StandIn, leave: Leave) -> None:
    """The batch has a table variable, which goes with it."""
    leaving = Talker(standin)
    leaving.ask(
        "DECLARE @ten TABLE (n int); "
        "INSERT INTO @ten VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9); "
        "SELECT REPLICATE('x', 1000) FROM @ten a, @ten b, @ten c, @ten d, @ten e"
    )
    assert leaving.socket.recv(1000)
    leave(leaving)
    standin.wait_until_idle()
    with Talker(standin) as next_one:
        assert next_one.value("SELECT 1") == 1


def test_a_temporary_table_goes_with_its_client(standin: StandIn) -> None:
    with Talker(standin) as first:
        first.run("CREATE TABLE #t (n int)")
    with Talker(standin) as second:
        assert second.value("SELECT OBJECT_ID('tempdb..#t')") is None


@pytest.mark.process
def test_a_killed_client_leaves_nothing(numbers: StandIn) -> None:
    script = (
        "import sys\n"
        "from django_mssql_ops.odbc import use_bundled_driver\n"
        "use_bundled_driver()\n"
        "from types import SimpleNamespace\n"
        "from tests.test_standin.clients import connect_pyodbc\n"
        "server = SimpleNamespace(host=sys.argv[1], port=int(sys.argv[2]))\n"
        "connection = connect_pyodbc(server, autocommit=False)\n"
        "connection.execute('INSERT INTO numbers VALUES (1)')\n"
        "print('inserted', flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, numbers.host, str(numbers.port)],
        cwd=_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as client:
        assert client.stdout is not None
        assert client.stdout.readline() == "inserted\n"
        with Talker(numbers) as staying:
            staying.ask("INSERT INTO numbers VALUES (2)")
            assert staying.waits()
            killed_at = time.monotonic()
            client.kill()
            staying.answer()
            assert time.monotonic() - killed_at < AT_ONCE
            assert staying.value("SELECT SUM(n) FROM numbers") == 2


def test_a_cancelled_wait_ends_and_the_queue_goes_on(numbers: StandIn) -> None:
    with Talker(numbers) as holding, Talker(numbers) as cancelled, Talker(numbers) as last:
        holding.run("BEGIN TRANSACTION; INSERT INTO numbers VALUES (1)")
        cancelled.run("BEGIN TRANSACTION")
        cancelled.ask("INSERT INTO numbers VALUES (2)")
        assert cancelled.waits()
        last.ask("INSERT INTO numbers VALUES (3)")
        assert last.waits()
        asked_at = time.monotonic()
        cancelled.cancel()
        assert time.monotonic() - asked_at < AT_ONCE
        holding.run("COMMIT")
        last.answer()
        # The cancelled client still has its transaction (XACT_ABORT is off).
        assert cancelled.value("SELECT @@TRANCOUNT") == 1
        cancelled.run("INSERT INTO numbers VALUES (4); COMMIT")
        assert last.value("SELECT SUM(n) FROM numbers") == 8


@pytest.mark.parametrize(
    "connect",
    [connect_pyodbc, pytest.param(connect_mssql_python, marks=pytest.mark.mssql_python)],
    ids=["pyodbc", "mssql_python"],
)
def test_a_driver_gives_up_waiting_by_its_own_time_limit(
    numbers: StandIn, connect: Callable[..., Any]
) -> None:
    with Talker(numbers) as holding:
        holding.run("BEGIN TRANSACTION; INSERT INTO numbers VALUES (1)")
        connection = connect(numbers)
        connection.timeout = 1
        cursor = connection.cursor()
        asked_at = time.monotonic()
        with pytest.raises(Exception, match=r"[Tt]imeout"):
            cursor.execute("INSERT INTO numbers VALUES (2)")
        assert 0.9 < time.monotonic() - asked_at < 1 + 2 * AT_ONCE
        holding.run("COMMIT")
        cursor.execute("INSERT INTO numbers VALUES (3)")
        connection.close()
        assert holding.value("SELECT SUM(n) FROM numbers") == 4


def test_a_server_stops_while_clients_wait(numbers: StandIn) -> None:
    holding = Talker(numbers)
    holding.run("BEGIN TRANSACTION; INSERT INTO numbers VALUES (1)")
    waiting = [Talker(numbers) for _ in range(5)]
    for n, client in enumerate(waiting):
        client.ask(f"INSERT INTO numbers VALUES ({n})")
    sleeping, reading = Talker(numbers), Talker(numbers)
    sleeping.ask("WAITFOR DELAY '00:00:50'")
    # It never reads its rows: the server waits to send.
    ten = "(VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9))"
    reading.ask(
        "SELECT REPLICATE(CAST('x' AS varchar(max)), 100000) "
        f"FROM {ten} AS a (n), {ten} AS b (n), {ten} AS c (n)"
    )
    assert all(client.waits() for client in (*waiting, sleeping))
    stopped_at = time.monotonic()
    numbers.stop()
    assert time.monotonic() - stopped_at < 3 * AT_ONCE
    for client in (holding, *waiting, sleeping, reading):
        client.leave()


@pytest.mark.parametrize("turn", ["UPDATE", "read and write"])
def test_no_update_is_lost(standin: StandIn, turn: str) -> None:
    """Eight clients count up; the second way reads, computes in the client and writes back."""
    threads, turns = 8, 15
    with Talker(standin) as client:
        client.run("CREATE TABLE counter (n int NOT NULL); INSERT INTO counter VALUES (0)")

    def count() -> None:
        with Talker(standin) as mine:
            for _ in range(turns):
                if turn == "UPDATE":
                    mine.run("UPDATE counter SET n = n + 1")
                else:
                    mine.run("BEGIN TRANSACTION")
                    n = mine.value("SELECT n FROM counter WITH (UPDLOCK)")
                    assert isinstance(n, int)
                    mine.run(f"UPDATE counter SET n = {n + 1}; COMMIT")

    counting = [threading.Thread(target=count) for _ in range(threads)]
    for thread in counting:
        thread.start()
    for thread in counting:
        thread.join()
    with Talker(standin) as client:
        assert client.value("SELECT n FROM counter") == threads * turns


def _wait_for_connections(standin: StandIn, count: int) -> None:
    deadline = time.monotonic() + AT_ONCE
    while standin.open_connections > count:
        assert time.monotonic() < deadline, "a client that left is still served"
        time.sleep(0.005)
