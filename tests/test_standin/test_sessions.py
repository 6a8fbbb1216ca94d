"""The sessions of a running server: their numbers, what is seen of them, and a failover."""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops.health.server import questions
from tests.standin.__main__ import configure, parse
from tests.standin.fixtures import StartStandIn
from tests.standin.logins import DEFAULT_PASSWORD, Accounts
from tests.standin.outage import Outage
from tests.standin.process import ServerProcess
from tests.standin.profiles import AZURE_SQL_DATABASE, SQLSERVER2022
from tests.standin.server import StandIn
from tests.standin.sessions import FIRST_OF_USERS, SessionNumbers
from tests.test_standin.clients import Listening, connect_mssql_python, connect_pyodbc

#: Seconds; only a broken test waits for it.
LIMIT = 20
HERE = "FROM sys.dm_exec_sessions WHERE is_user_process = 1"


class Connect(Protocol):
    """Opens a connection that is closed with the test."""

    def __call__(self, standin: Listening, *, autocommit: bool = True, **keywords: str) -> Any: ...


@pytest.fixture(
    params=[
        connect_pyodbc,
        pytest.param(connect_mssql_python, marks=pytest.mark.mssql_python),
    ],
    ids=["pyodbc", "mssql_python"],
)
def connect(request: pytest.FixtureRequest) -> Iterator[Connect]:
    with ExitStack() as stack:

        def open_one(standin: Listening, *, autocommit: bool = True, **keywords: str) -> Any:
            connection = request.param(standin, autocommit=autocommit, **keywords)
            stack.callback(_close, connection)
            return connection

        yield open_one


def _close(connection: Any) -> None:
    """One that is closed already, or died, says so."""
    with contextlib.suppress(Exception):
        connection.close()


def ask(connection: Any, query: str) -> list[Any]:
    cursor = connection.cursor()
    try:
        return [tuple(row) for row in cursor.execute(query).fetchall()]
    finally:
        cursor.close()


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LIMIT
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.005)


# --- numbers --------------------------------------------------------------------------------------


def test_the_lowest_free_number_is_given_out() -> None:
    numbers = SessionNumbers()
    assert [numbers.take() for _ in range(3)] == [51, 52, 53]
    numbers.give_back(52)
    numbers.give_back(51)
    assert [numbers.take() for _ in range(3)] == [51, 52, 54]


@given(st.lists(st.integers(0, 20)))
def test_no_two_have_one_number(steps: list[int]) -> None:
    numbers, taken = SessionNumbers(), set[int]()
    for step in steps:
        if step in range(len(taken)):
            number = sorted(taken)[step]
            taken.remove(number)
            numbers.give_back(number)
        else:
            number = numbers.take()
            free = (n for n in range(FIRST_OF_USERS, FIRST_OF_USERS + 99) if n not in taken)
            assert number == next(free)
            taken.add(number)


@pytest.mark.socket
def test_a_closed_sessions_number_comes_again(standin: StandIn, connect: Connect) -> None:
    first, second = connect(standin), connect(standin)
    assert [ask(one, "SELECT @@SPID") for one in (first, second)] == [[(51,)], [(52,)]]
    first.close()
    until(lambda: standin.open_connections == 1)
    assert ask(connect(standin), "SELECT @@SPID") == [(51,)]


# --- what is seen ---------------------------------------------------------------------------------


@pytest.mark.socket
def test_every_connection_is_a_session_with_its_program(standin: StandIn, connect: Connect) -> None:
    # mssql-python says its own program and host, and takes no other (1.16, measured).
    own, other = connect(standin), connect_pyodbc(standin, WSID="elsewhere", APP="work")
    seen = "SELECT session_id, host_name, program_name, host_process_id, login_name, status"
    program = standin.counters.logins[0].application
    assert ask(own, f"{seen} {HERE} ORDER BY session_id") == [
        (51, socket.gethostname(), program, os.getpid(), "app", "running"),
        (52, "elsewhere", "work", os.getpid(), "app", "sleeping"),
    ]
    mine = "host_name = HOST_NAME() AND program_name = APP_NAME()"
    assert ask(own, f"SELECT session_id {HERE} AND {mine}") == [(51,)]
    other.close()
    until(lambda: standin.open_connections == 1)
    assert ask(own, f"SELECT session_id {HERE}") == [(51,)]


@pytest.mark.socket
def test_a_connection_shows_its_wire(standin: StandIn, connect: Connect) -> None:
    plain = connect(standin)
    connect(standin, Encrypt="yes", TrustServerCertificate="yes")
    rows = ask(
        plain,
        "SELECT session_id, net_transport, protocol_type, encrypt_option, auth_scheme,"
        " client_net_address, local_tcp_port, net_packet_size, DATEDIFF(minute, connect_time,"
        " GETDATE()) FROM sys.dm_exec_connections ORDER BY session_id",
    )
    same = ("SQL", "127.0.0.1", standin.port, 4096, 0)
    assert rows == [(51, "TCP", "TSQL", "FALSE", *same), (52, "TCP", "TSQL", "TRUE", *same)]
    ids = ask(plain, "SELECT connection_id FROM sys.dm_exec_connections")
    assert len(set(ids)) == 2


@pytest.mark.socket
def test_an_idle_transaction_is_seen_and_gone_with_its_end(
    standin: StandIn, connect: Connect
) -> None:
    watching, working = connect(standin), connect(standin, autocommit=False)
    ask(working, "SELECT 1")
    idle = f"SELECT open_transaction_count, status {HERE} AND session_id = 52"
    assert ask(watching, idle) == [(1, "sleeping")]
    working.close()
    until(lambda: standin.open_connections == 1)
    assert ask(watching, idle) == []


@pytest.mark.socket
@pytest.mark.parametrize(
    "profile",
    [
        SQLSERVER2022,
        replace(SQLSERVER2022, view_server_state=False),
        replace(AZURE_SQL_DATABASE, service_objective="S3"),
    ],
    ids=["administrator", "nobody", "azure"],
)
def test_the_questions_of_the_health_checks_are_answered(
    start_standin: StartStandIn, connect: Connect, profile: Any
) -> None:
    standin = start_standin(profile=profile)
    connection = connect(standin, Encrypt="yes", TrustServerCertificate="yes")
    ((edition, *permissions),) = ask(connection, questions.RIGHTS)
    sees = 1 in permissions[:3] or edition in questions.OF_ONE_DATABASE
    rights = questions.Rights(engine_edition=edition, sees_sessions=sees, sees_connections=sees)
    for query in questions.sections(rights).values():
        assert len(ask(connection, query)) == 1
    assert len(ask(connection, questions.statement(questions.sections(rights).values()))) == 1


@pytest.mark.socket
def test_one_login_may_see_and_the_other_not(start_standin: StartStandIn, connect: Connect) -> None:
    accounts = Accounts(passwords={"app": DEFAULT_PASSWORD, "sa": DEFAULT_PASSWORD})
    profile = replace(SQLSERVER2022, view_server_state=False)
    standin = start_standin(profile=profile, accounts=accounts)
    app, sa = connect(standin), connect(standin, UID="sa")
    assert ask(app, f"SELECT session_id {HERE}") == [(51,)]
    assert ask(sa, f"SELECT session_id {HERE} ORDER BY session_id") == [(51,), (52,)]


# --- failover -------------------------------------------------------------------------------------


def test_an_outage_ends_by_itself_or_when_it_is_healed() -> None:
    now = [100.0]
    outage = Outage(lambda: now[0])
    found = [outage.is_on]
    outage.begin(20)
    for now[0] in (100.0, 119.9, 120.0):
        found.append(outage.is_on)
    outage.begin(20)
    outage.heal()
    assert [*found, outage.is_on] == [False, True, True, False, False]


@pytest.mark.socket
def test_a_failover_ends_connections_and_refuses_logins(standin: StandIn, connect: Connect) -> None:
    connection = connect(standin)
    ask(connection, "CREATE TABLE t (a int); SELECT 1")
    secondary = replace(SQLSERVER2022, updateability="READ_ONLY", replica_role="SECONDARY")
    standin.fail_over(LIMIT, secondary)
    with pytest.raises(Exception, match=r"TCP|ommunication|link"):
        ask(connection, "SELECT 1")
    until(lambda: standin.open_connections == 0)
    with pytest.raises(Exception, match="is not currently available"):
        connect(standin)
    until(lambda: any(c.refused_with == (40613,) for c in standin.counters.connections))
    standin.outage.heal()
    with pytest.raises(Exception, match="read-only"):
        connect(standin).cursor().execute("INSERT INTO t VALUES (1)")


@pytest.mark.process
@pytest.mark.socket
def test_a_process_fails_over_when_it_is_told_to(tmp_path: Path, connect: Connect) -> None:
    with ServerProcess(tmp_path, "--failover-seconds=60") as server:
        connect(server)
        server.fail_over()
        server.wait_until_idle()
        with pytest.raises(Exception, match="is not currently available"):
            connect(server)
        assert server.stop() == 0


def test_the_command_line_describes_what_a_monitor_sees() -> None:
    options = ["--replica=SECONDARY", "--database-state=SUSPECT", "--no-view-server-state"]
    profile = configure(parse(options)).profile
    assert (profile.replica_role, profile.updateability) == ("SECONDARY", "READ_ONLY")
    assert profile.database_state == "SUSPECT"
    assert not profile.view_server_state
    assert configure(parse(["--read-only"])).profile.updateability == "READ_ONLY"
    assert configure(parse([])).profile == SQLSERVER2022
