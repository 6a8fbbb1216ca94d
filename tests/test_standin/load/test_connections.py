"""Connections in great number: none leaves a thread or a file behind."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import Any

import pytest

from tests.standin import StandIn
from tests.standin.fixtures import StartStandIn
from tests.standin.process import ServerProcess, needs_proc
from tests.test_standin.clients import connect_mssql_python, connect_pyodbc
from tests.test_standin.load.talker import Talker

pytestmark = [pytest.mark.socket, needs_proc]

MANY = 200


@pytest.fixture
def counted(start_standin: StartStandIn) -> Iterator[StandIn]:
    """A stand-in for many clients, whose threads and files are counted before and after."""
    standin = start_standin(max_connections=MANY)
    with Talker(standin) as first:  # what is opened once and kept is open now
        first.run("CREATE TABLE t (n int); INSERT INTO t VALUES (1)")
    standin.wait_until_idle()
    before = _held()
    yield standin
    standin.wait_until_idle()
    assert _held() == before


def _held() -> tuple[int, int]:
    served = [thread for thread in threading.enumerate() if thread.name.startswith("stand-in")]
    for thread in served[1:]:  # the first one accepts
        thread.join(1)
    return threading.active_count(), len(os.listdir("/proc/self/fd"))


def test_one_after_the_other(counted: StandIn) -> None:
    for _ in range(MANY):
        with Talker(counted) as client:
            assert client.value("SELECT n FROM t") == 1


def test_all_at_once_and_no_more(counted: StandIn) -> None:
    with ExitStack() as open_clients:
        clients = [open_clients.enter_context(Talker(counted)) for _ in range(MANY)]
        for client in clients:
            client.ask("SELECT n FROM t")
        assert all(client.answer() for client in clients)
        with socket.create_connection((counted.host, counted.port)) as one_more:
            assert one_more.recv(1) == b""
        assert counted.counters.turned_away == 1


def test_every_one_in_a_transaction_of_its_own(counted: StandIn) -> None:
    """All but one wait for the lock, in vain: they leave, and it is free."""
    clients = [Talker(counted) for _ in range(40)]
    for client in clients:
        client.ask("BEGIN TRANSACTION; UPDATE t SET n = n + 1")
    for client in clients:
        client.vanish()
    with Talker(counted) as last:
        assert last.value("SELECT n FROM t WITH (UPDLOCK)") == 1


@pytest.mark.slow
@pytest.mark.process
@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    "connect",
    [connect_pyodbc, pytest.param(connect_mssql_python, marks=pytest.mark.mssql_python)],
    ids=["pyodbc", "mssql_python"],
)
def test_through_the_drivers(server: ServerProcess, connect: Callable[..., Any]) -> None:
    def visit() -> None:
        with closing(connect(server)) as connection, closing(connection.cursor()) as cursor:
            assert cursor.execute("SELECT 1").fetchone()[0] == 1

    visit()
    server.wait_until_idle()
    descriptors = server.descriptors
    for _ in range(MANY):
        visit()
    server.wait_until_idle()
    assert server.descriptors == descriptors
