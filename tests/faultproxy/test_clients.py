"""Four clients through a proxy that does nothing: they must not be able to tell."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from django_mssql_ops.faultproxy.process import ProxyProcess
from django_mssql_ops.faultproxy.upstream import Upstream
from tests.standin.process import ServerProcess
from tests.test_standin.clients import (
    connect_mssql_python,
    connect_pymssql,
    connect_pyodbc,
    connect_pytds,
)

pytestmark = [pytest.mark.socket, pytest.mark.process]

Connect = Callable[..., Any]

PYODBC = pytest.param(connect_pyodbc, id="pyodbc")
MSSQL_PYTHON = pytest.param(connect_mssql_python, id="mssql_python", marks=pytest.mark.mssql_python)
both_drivers = pytest.mark.parametrize("connect", [PYODBC, MSSQL_PYTHON])
all_clients = pytest.mark.parametrize(
    "connect",
    [
        PYODBC,
        MSSQL_PYTHON,
        pytest.param(connect_pytds, id="pytds"),
        pytest.param(connect_pymssql, id="pymssql"),
    ],
)
#: Watched or not, the bytes are the same; each has its own way through the proxy.
both_ways = pytest.mark.parametrize("watched", [False, True], ids=["unwatched", "watched"])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with ServerProcess(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture(scope="module")
def proxy(server: ServerProcess) -> Iterator[ProxyProcess]:
    with ProxyProcess(Upstream(host=server.host, port=server.port, encrypt="no")) as running:
        yield running


@pytest.fixture
def way(proxy: ProxyProcess, watched: bool) -> Iterator[ProxyProcess]:
    if watched:
        proxy.arm()
    yield proxy
    proxy.disarm()


@contextlib.contextmanager
def connected(connect: Connect, *arguments: Any, **options: Any) -> Iterator[Any]:
    connection = connect(*arguments, **options)
    try:
        yield connection
    finally:
        connection.close()


def ask(connection: Any, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
    cursor = connection.cursor()
    cursor.execute(sql, *parameters)
    return [tuple(row) for row in cursor.fetchall()]


@both_ways
@all_clients
def test_a_client_reads_and_writes(connect: Connect, way: ProxyProcess) -> None:
    with connected(connect, way, autocommit=False) as connection:
        cursor = connection.cursor()
        cursor.execute("CREATE TABLE #t (id int, name nvarchar(50))")
        cursor.execute("INSERT INTO #t (id, name) VALUES (1, N'Zoë'), (2, NULL)")
        assert ask(connection, "SELECT id, name FROM #t ORDER BY id") == [(1, "Zoë"), (2, None)]
        connection.rollback()
        connection.commit()


@both_ways
@both_drivers
def test_a_transaction_is_the_servers(
    connect: Connect, way: ProxyProcess, server: ServerProcess
) -> None:
    with connected(connect, server) as direct, connected(connect, way, autocommit=False) as through:
        direct.cursor().execute("CREATE TABLE kept (id int)")
        through.cursor().execute("INSERT INTO kept (id) VALUES (?)", 1)
        through.commit()
        through.cursor().execute("INSERT INTO kept (id) VALUES (?)", 2)
        through.rollback()
        assert ask(direct, "SELECT id FROM kept") == [(1,)]
        direct.cursor().execute("DROP TABLE kept")


@both_ways
@both_drivers
@pytest.mark.parametrize("size", ["512", "32767"])
def test_large_values_and_results_come_whole(
    connect: Connect, way: ProxyProcess, size: str
) -> None:
    text, blob = "ß" * 60_000, bytes(range(256)) * 400
    # mssql-python 1.16 asks for 4,096 bytes whatever it is told.
    with connected(connect, way, PacketSize=size) as connection:
        assert ask(connection, "SELECT ?, ?", text, blob) == [(text, blob)]
        cursor = connection.cursor()
        cursor.execute("CREATE TABLE #many (id int, name nvarchar(100))")
        rows = [(number, f"{number:050}") for number in range(100)]
        cursor.executemany("INSERT INTO #many (id, name) VALUES (?, ?)", rows)
        assert ask(connection, "SELECT id, name FROM #many ORDER BY id") == rows


@both_ways
def test_many_rows_go_as_one_message(way: ProxyProcess) -> None:
    with connected(connect_pyodbc, way) as connection:
        cursor = connection.cursor()
        cursor.execute("CREATE TABLE #many (id int, name nvarchar(100))")
        cursor.fast_executemany = True
        rows = [(number, f"{number:090}") for number in range(400)]
        cursor.executemany("INSERT INTO #many (id, name) VALUES (?, ?)", rows)
        assert ask(connection, "SELECT COUNT(*), MAX(id) FROM #many") == [(400, 399)]


@pytest.mark.parametrize(
    "watched", [pytest.param(False, marks=pytest.mark.slow), True], ids=["unwatched", "watched"]
)
@both_drivers
def test_a_query_time_out_cancels_and_the_connection_lives(
    connect: Connect, way: ProxyProcess
) -> None:
    with connected(connect, way) as connection:
        connection.timeout = 1
        began = time.monotonic()
        with pytest.raises(Exception, match=r"(?i)timeout expired"):
            ask(connection, "WAITFOR DELAY '00:00:20'")
        assert time.monotonic() - began < 2.5  # not acknowledged, it would take three times as long
        assert ask(connection, "SELECT 42") == [(42,)]


@both_drivers
@pytest.mark.parametrize(
    ("wrong", "number"), [({"PWD": "wrong"}, 18456), ({"DATABASE": "nowhere"}, 4060)]
)
def test_a_refused_login_is_the_servers(
    connect: Connect, proxy: ProxyProcess, server: ServerProcess, wrong: Any, number: int
) -> None:
    since = proxy.stats().last_event
    with pytest.raises(Exception) as direct:
        connect(server, **wrong)
    with pytest.raises(Exception) as through:
        connect(proxy, **wrong)
    assert str(through.value) == str(direct.value)
    assert type(through.value) is type(direct.value)
    (login,) = (event for event in proxy.events(since) if event.kind == "login")
    assert login.errors[0] == number


@both_ways
@both_drivers
def test_a_server_error_is_the_servers(
    connect: Connect, way: ProxyProcess, server: ServerProcess
) -> None:
    seen = []
    for place in (server, way):
        with connected(connect, place) as connection:
            with pytest.raises(Exception, match="nowhere") as raised:
                ask(connection, "SELECT * FROM nowhere")
            seen.append((type(raised.value), str(raised.value)))
    assert seen[0] == seen[1]


@pytest.mark.slow
@both_drivers
def test_a_server_that_dies_is_seen_to(connect: Connect, tmp_path: Any) -> None:
    with ServerProcess(tmp_path) as server:
        upstream = Upstream(host=server.host, port=server.port, encrypt="no")
        with ProxyProcess(upstream) as proxy, connected(connect, proxy) as connection:
            server.kill()
            with pytest.raises(Exception, match=r"(?i)link failure|0x2746|0x68"):
                ask(connection, "SELECT 1")


def test_a_pool_resets_the_servers_session(proxy: ProxyProcess) -> None:
    """mssql-python's pool says so in the header of the next request."""
    pytest.importorskip("mssql_python")
    import mssql_python

    from tests.test_standin.clients import odbc_string

    mssql_python.pooling(max_size=2, idle_timeout=5)
    try:
        for _ in range(3):
            with connected(mssql_python.connect, odbc_string(proxy)) as connection:
                assert ask(connection, "SELECT OBJECT_ID('tempdb..#left')") == [(None,)]
                connection.cursor().execute("CREATE TABLE #left (id int)")
                connection.commit()
    finally:
        mssql_python.pooling(enabled=False)
