"""Requests a second through pyodbc: the stand-in, and beside it another engine when one listens.

The other is any server that speaks TDS without TLS, such as Babelfish for PostgreSQL:
``BENCH_PEER=127.0.0.1:1433`` with BENCH_PEER_USER, BENCH_PEER_PASSWORD and BENCH_PEER_DATABASE
(defaults: the stand-in's own). Both are measured in one run, the workloads by turns.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import pyodbc

from django_mssql_ops.odbc import BUNDLED_DRIVER_NAME, use_bundled_driver
from tests.standin.logins import DEFAULT_DATABASE, DEFAULT_PASSWORD, DEFAULT_USER

_SECONDS = 2.0
_ROUNDS = 3
_ROWS = 1_000
_TABLE = "bench_rows"

Workload = Callable[[pyodbc.Connection, int], None]


def main() -> None:
    use_bundled_driver()
    with ExitStack() as running:
        servers = {"stand-in": running.enter_context(_standin())}
        peer = _peer()
        if peer is not None:
            servers["peer"] = running.enter_context(_connection(**peer))
        for connection in servers.values():
            running.callback(_drop_table, connection)
            _prepare(connection)
        for title, workload in _WORKLOADS.items():
            _report(title, {name: _rate(c, workload) for name, c in servers.items()})
    if peer is None:
        print("no peer: set BENCH_PEER=host:port to measure another engine beside it")


def _report(title: str, rates: dict[str, float]) -> None:
    measured = ", ".join(f"{name} {rate:,.0f}/s" for name, rate in rates.items())
    ratio = ""
    if "peer" in rates:
        ratio = f" (stand-in / peer = {rates['stand-in'] / rates['peer']:.2f})"
    print(f"{title}: {measured}{ratio}")


def _rate(connection: pyodbc.Connection, workload: Workload) -> float:
    """The best of some rounds: what disturbs a round only ever makes it slower."""
    return max(_one_round(connection, workload) for _ in range(_ROUNDS))


def _one_round(connection: pyodbc.Connection, workload: Workload) -> float:
    started_at, count = time.perf_counter(), 0
    while (elapsed := time.perf_counter() - started_at) < _SECONDS / _ROUNDS:
        workload(connection, count)
        count += 1
    return count / elapsed


def _select_one(connection: pyodbc.Connection, count: int) -> None:
    connection.execute("SELECT 1").fetchall()


def _select_by_key(connection: pyodbc.Connection, count: int) -> None:
    sql = f"SELECT id, name, price FROM {_TABLE} WHERE id = ?"
    rows = connection.execute(sql, count % _ROWS + 1).fetchall()
    assert len(rows) == 1


def _insert_in_transaction(connection: pyodbc.Connection, count: int) -> None:
    connection.autocommit = False
    connection.execute(f"INSERT INTO {_TABLE} (name, price) VALUES (?, ?)", f"name {count}", count)
    connection.commit()
    connection.autocommit = True


_WORKLOADS: dict[str, Workload] = {
    "SELECT 1": _select_one,
    "select by key": _select_by_key,
    "insert in a transaction": _insert_in_transaction,
}


def _prepare(connection: pyodbc.Connection) -> None:
    _drop_table(connection)
    connection.execute(
        f"CREATE TABLE {_TABLE} (id int IDENTITY(1, 1) PRIMARY KEY, name nvarchar(100) NOT NULL, "
        "price decimal(10, 2) NOT NULL)"
    )
    for start in range(0, _ROWS, 100):
        values = ", ".join(f"(N'name {n}', {n}.5)" for n in range(start, start + 100))
        connection.execute(f"INSERT INTO {_TABLE} (name, price) VALUES {values}")


def _drop_table(connection: pyodbc.Connection) -> None:
    with suppress(pyodbc.Error):
        connection.execute(f"DROP TABLE {_TABLE}")


@contextmanager
def _standin() -> Iterator[pyodbc.Connection]:
    """A stand-in in a process of its own, as a real server would be."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.standin"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline().rpartition(":")[2])
        with _connection(
            "127.0.0.1", port, DEFAULT_USER, DEFAULT_PASSWORD, DEFAULT_DATABASE
        ) as connection:
            yield connection
    finally:
        process.terminate()
        process.communicate(timeout=30)


@contextmanager
def _connection(
    host: str, port: int, user: str, password: str, database: str
) -> Iterator[pyodbc.Connection]:
    connection = pyodbc.connect(
        f"DRIVER={{{BUNDLED_DRIVER_NAME}}};SERVER={host},{port};UID={user};PWD={{{password}}};"
        f"DATABASE={database};Encrypt=no",
        autocommit=True,
        timeout=15,
    )
    try:
        yield connection
    finally:
        connection.close()


def _peer() -> dict[str, Any] | None:
    """Where the other engine is, when one was named and listens."""
    host, _, port = os.environ.get("BENCH_PEER", "").partition(":")
    if not port:
        return None
    with suppress(OSError), socket.create_connection((host, int(port)), timeout=2):
        return {
            "host": host,
            "port": int(port),
            "user": os.environ.get("BENCH_PEER_USER", DEFAULT_USER),
            "password": os.environ.get("BENCH_PEER_PASSWORD", DEFAULT_PASSWORD),
            "database": os.environ.get("BENCH_PEER_DATABASE", DEFAULT_DATABASE),
        }
    print(f"no peer: nothing listens on {host}:{port}")
    return None
