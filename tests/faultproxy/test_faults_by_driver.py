"""What both drivers make of each fault, and what the server's transaction is afterwards.

The expected classes, SQLSTATEs and numbers are those that were measured with msodbcsql 18.6.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from django_mssql_ops.errors import DriverError, classify
from django_mssql_ops.faultproxy.moments import Point
from django_mssql_ops.faultproxy.registry import fault_named
from django_mssql_ops.faultproxy.triggers import injection
from tests.faultproxy.proxied import Proxied, proxied
from tests.standin.process import ServerProcess
from tests.test_standin.clients import connect_mssql_python, connect_pyodbc, odbc_string

pytestmark = [pytest.mark.socket, pytest.mark.process]

Connect = Callable[..., Any]

#: The class of an exception by its SQLSTATE: pyodbc's, then mssql-python's.
CLASSES = {
    "08001": ("OperationalError", "OperationalError"),
    "08S01": ("OperationalError", "OperationalError"),
    "23000": ("IntegrityError", "IntegrityError"),
    "28000": ("InterfaceError", "OperationalError"),
    "40001": ("Error", "OperationalError"),
    "42000": ("ProgrammingError", "ProgrammingError"),
    "HY000": ("Error", "OperationalError"),
    "HYT00": ("OperationalError", "OperationalError"),
}

#: Arguments with which a method of the cursor fetches.
FETCHED: dict[str, tuple[int, ...]] = {"fetchone": (), "fetchmany": (100,), "fetchall": ()}

DRIVERS = {
    "pyodbc": pytest.param(connect_pyodbc, id="pyodbc"),
    "mssql_python": pytest.param(
        connect_mssql_python, id="mssql_python", marks=pytest.mark.mssql_python
    ),
}


@pytest.fixture(params=DRIVERS.values())
def connect(request: pytest.FixtureRequest) -> Connect:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with ServerProcess(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture(scope="module")
def _through(server: ServerProcess) -> Iterator[Proxied]:
    with proxied(server) as through:
        yield through


@pytest.fixture
def through(_through: Proxied) -> Iterator[Proxied]:
    yield _through
    _through.reset()


def failure(call: Callable[[], object]) -> tuple[str, DriverError]:
    """The name of the exception's class, and what classify makes of it."""
    try:
        call()
    except Exception as exc:
        error = classify(exc)
        assert error is not None
        return type(exc).__name__, error
    raise AssertionError("nothing was raised")


@contextlib.contextmanager
def connected(connect: Connect, through: Proxied, **options: Any) -> Iterator[Any]:
    connection = connect(through, **options)
    try:
        yield connection
    finally:
        with contextlib.suppress(Exception):
            connection.close()


def check(raised: tuple[str, DriverError], sqlstate: str, number: int | None) -> None:
    name, error = raised
    assert (error.sqlstate, error.number or None) == (sqlstate, number)
    assert name == CLASSES[sqlstate][error.driver != "pyodbc"]


def execute(connection: Any, sql: str, *parameters: object) -> Any:
    return connection.cursor().execute(sql, *parameters)


def insert(connection: Any, entry: int) -> None:
    execute(connection, "INSERT INTO ledger (entry) VALUES (?)", entry)


# --- errors of the server at a statement ---


@pytest.mark.parametrize("parameters", [(), (1,)], ids=["batch", "rpc"])
@pytest.mark.parametrize(
    ("number", "sqlstate", "lives"),
    [
        (1205, "40001", True),
        (1222, "42000", True),
        (3960, "42000", True),
        (41302, "42000", True),
        (2627, "23000", True),
        (40613, "42000", False),
        (40197, "42000", False),
        (40501, "HY000", False),
        (10928, "HY000", False),
    ],
)
def test_an_error_of_the_server(
    connect: Connect,
    through: Proxied,
    number: int,
    sqlstate: str,
    lives: bool,
    parameters: tuple[int, ...],
) -> None:
    with connected(connect, through) as connection:
        through.arm(injection(fault_named("server-error", number=number), verb="SELECT"))
        sql = "SELECT 1 WHERE 1 = ?" if parameters else "SELECT 1"
        check(failure(lambda: execute(connection, sql, *parameters)), sqlstate, number)
        if lives:
            assert execute(connection, "SELECT 7").fetchone()[0] == 7
        else:
            assert failure(lambda: execute(connection, "SELECT 7"))[1].sqlstate == "08S01"
    assert through.fired == {"server-error": 1}


@pytest.mark.parametrize("number", [1205, 3960, 41302])
def test_an_error_that_ends_the_transaction_leaves_nothing_behind(
    connect: Connect, through: Proxied, number: int
) -> None:
    """The driver knows that the transaction is over: what is written later is there later."""
    with connected(connect, through, autocommit=False) as connection:
        through.arm(injection(fault_named("server-error", number=number), verb="INSERT", nth=2))
        insert(connection, 1)
        assert failure(lambda: insert(connection, 2))[1].number == number
        assert through.entries == []  # nothing is locked, and nothing stayed
        connection.rollback()
        connection.autocommit = True
        insert(connection, 3)
        assert through.entries == [3]
    assert through.entries == [3]


def test_an_error_of_a_statement_leaves_the_transaction_open(
    connect: Connect, through: Proxied
) -> None:
    with connected(connect, through, autocommit=False) as connection:
        through.arm(injection(fault_named("server-error", number=1222), verb="INSERT", nth=2))
        insert(connection, 1)
        assert failure(lambda: insert(connection, 2))[1].number == 1222
        insert(connection, 3)
        connection.commit()
    assert through.entries == [1, 3]


@pytest.mark.parametrize(
    ("when", "number", "written"),
    [("before", 2627, []), ("after", 2627, [1]), ("before", 40501, []), ("after", 40501, [1])],
)
def test_an_error_before_or_after_the_execution(
    connect: Connect, through: Proxied, when: str, number: int, written: list[int]
) -> None:
    with connected(connect, through) as connection:
        through.arm(injection(fault_named("server-error", number=number, when=when)))
        assert failure(lambda: insert(connection, 1))[1].number == number
    assert through.entries == written


@pytest.mark.parametrize("rows", [0, 2])
def test_an_error_between_rows_is_no_short_list(
    connect: Connect, through: Proxied, rows: int
) -> None:
    with connected(connect, through) as connection:
        for entry in range(5):
            insert(connection, entry)
        fault = fault_named("server-error", number=1205, when="mid-rows", rows=rows)
        through.arm(injection(fault, verb="SELECT"))
        raised = failure(lambda: execute(connection, "SELECT entry FROM ledger").fetchall())
        check(raised, "40001", 1205)
        assert execute(connection, "SELECT 7").fetchone()[0] == 7


def test_a_made_up_text_is_the_servers_text(connect: Connect, through: Proxied) -> None:
    with connected(connect, through) as connection:
        fault = fault_named("server-error", number=50001, message="order (40501) is late")
        through.arm(injection(fault))
        _, error = failure(lambda: execute(connection, "SELECT 1"))
    assert error.number in (50001, None)  # mssql-python shows none
    assert "order (40501) is late" in error.text


# --- the connection ---


@pytest.mark.parametrize(
    ("name", "parameters", "sqlstate", "number"),
    [
        ("reset", {}, "08S01", 104),
        ("reset", {"when": "after"}, "08S01", 104),
        ("close", {}, "08S01", 10054),
        ("close", {"when": "after"}, "08S01", 10054),
        ("session-killed", {}, "HY000", 596),
        ("garbage", {}, "HY000", None),
        ("garbage", {"content": "http"}, "HY000", None),
        ("truncate", {}, "08S01", 104),
        ("truncate", {"inside_token": True}, "08S01", 104),
        ("truncate", {"how": "close", "inside_token": True}, "08S01", 10054),
    ],
)
def test_a_statement_loses_its_connection(
    connect: Connect,
    through: Proxied,
    name: str,
    parameters: dict[str, Any],
    sqlstate: str,
    number: int | None,
) -> None:
    with connected(connect, through) as connection:
        through.arm(injection(fault_named(name, **parameters)))
        check(failure(lambda: execute(connection, "SELECT 1").fetchall()), sqlstate, number)
        assert failure(lambda: execute(connection, "SELECT 7"))[1].sqlstate == "08S01"
    assert through.fired == {name: 1}


@pytest.mark.parametrize("name", ["reset", "close", "session-killed"])
def test_a_lost_connection_takes_its_transaction_along(
    connect: Connect, through: Proxied, name: str
) -> None:
    with connected(connect, through, autocommit=False) as connection:
        through.arm(injection(fault_named(name), verb="INSERT", nth=2))
        insert(connection, 1)
        failure(lambda: insert(connection, 2))
        assert through.entries == []


@pytest.mark.parametrize("point", [Point.REQUEST, Point.REPLY])
@pytest.mark.parametrize("how", ["reset", "close"])
@pytest.mark.parametrize("fetch", ["fetchone", "fetchmany", "fetchall"])
def test_rows_that_break_off(
    connect: Connect, through: Proxied, point: Point, how: str, fetch: str
) -> None:
    """mssql-python 1.16 gives a short list without an exception (measured): only the diagnostic
    records of the cursor tell, unless the rows are fetched one by one."""
    with connected(connect, through) as connection:
        for entry in range(5):
            insert(connection, entry)
        through.arm(injection(fault_named("truncate", rows=3, how=how), point=point))
        cursor = execute(connection, "SELECT entry FROM ledger")
        if connect is connect_mssql_python and fetch != "fetchone":
            assert len(getattr(cursor, fetch)(*FETCHED[fetch])) == 3
            assert cursor.messages[0][0].startswith("[08S01]")
        else:
            raised = failure(lambda: [getattr(cursor, fetch)(*FETCHED[fetch]) for _ in range(5)])
            check(raised, "08S01", 104 if how == "reset" else 10054)
    assert through.fired == {"truncate": 1}


@pytest.mark.parametrize(
    ("name", "parameters", "written"),
    [
        ("commit-lost-before", {}, []),
        ("commit-lost-before", {"how": "close"}, []),
        ("commit-lost-after", {}, [1]),
        ("commit-lost-after", {"how": "close"}, [1]),
        ("server-error", {"number": 40197}, []),
        ("server-error", {"number": 40197, "when": "after"}, [1]),
        ("server-error", {"number": 1205}, []),
    ],
)
def test_a_commit_that_fails(
    connect: Connect,
    through: Proxied,
    name: str,
    parameters: dict[str, Any],
    written: list[int],
) -> None:
    """The driver cannot tell what became of it; the server can."""
    with connected(connect, through, autocommit=False) as connection:
        through.arm(injection(fault_named(name, **parameters), point=Point.COMMIT))
        insert(connection, 1)
        failure(connection.commit)
        assert through.entries == written
    assert through.fired == {name: 1}


@pytest.mark.parametrize("when", ["before", "after"])
def test_the_empty_commit_behind_a_real_one(connect: Connect, through: Proxied, when: str) -> None:
    """Going back to autocommit begins and commits a transaction of its own."""
    with connected(connect, through, autocommit=False) as connection:
        through.arm(injection(fault_named("empty-commit-lost", when=when)))
        insert(connection, 1)
        connection.commit()
        with contextlib.suppress(Exception):
            execute(connection, "SELECT @@TRANCOUNT").fetchall()
            connection.commit()
    assert through.entries == [1]
    assert through.fired == {"empty-commit-lost": 1}


def test_an_idle_connection_is_cut(connect: Connect, through: Proxied) -> None:
    with connected(connect, through) as connection:
        through.arm(injection(fault_named("idle-cut", seconds=0.1)))
        wait_for(lambda: through.fired == {"idle-cut": 1})
        check(failure(lambda: execute(connection, "SELECT 1")), "08S01", 104)


def wait_for(happened: Callable[[], bool], seconds: float = 5.0) -> None:
    """A fault strikes on a clock that is not the test's."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_storm_cuts_who_is_there_and_refuses_who_comes(
    connect: Connect, through: Proxied
) -> None:
    with connected(connect, through) as connection:
        through.arm(injection(fault_named("error-storm", seconds=600)))
        wait_for(lambda: through.fired["error-storm"] > 0)
        check(failure(lambda: execute(connection, "SELECT 1")), "08S01", 104)
    check(failure(lambda: connect(through)), "42000", 40613)
    through.arm(injection(fault_named("error-storm", seconds=600), after=600))
    with connected(connect, through) as connection:
        assert execute(connection, "SELECT 7").fetchone()[0] == 7


# --- before there is a connection ---

#: The driver's own number for a connection that is lost during PRELOGIN; its text does not say it.
NOT_IN_A_TEXT = 26


@pytest.mark.parametrize(
    ("number", "sqlstate"),
    [
        (40613, "42000"),
        (40501, "HY000"),
        (40197, "42000"),
        (10928, "HY000"),
        (49918, "42000"),
        (4221, "42000"),
        (18456, "28000"),
        (18486, "42000"),
    ],
)
@pytest.mark.parametrize("name", ["server-error", "login-error"])
def test_a_login_that_is_refused(
    connect: Connect, through: Proxied, name: str, number: int, sqlstate: str
) -> None:
    through.arm(injection(fault_named(name, number=number), point=Point.LOGIN))
    check(failure(lambda: connect(through)), sqlstate, number)
    connect(through).close()
    assert through.fired == {name: 1}


@pytest.mark.parametrize(
    ("name", "point", "sqlstate", "number"),
    [
        ("reset", Point.PRELOGIN, "08001", 26),
        ("close", Point.PRELOGIN, "08001", 26),
        ("reset", Point.LOGIN, "08S01", 104),
        ("close", Point.LOGIN, "08S01", 10054),
    ],
)
def test_a_connection_that_does_not_come_about(
    connect: Connect, through: Proxied, name: str, point: Point, sqlstate: str, number: int | None
) -> None:
    through.arm(injection(fault_named(name), point=point))
    shown = None if connect is connect_mssql_python and number == NOT_IN_A_TEXT else number
    check(failure(lambda: connect(through)), sqlstate, shown)
    connect(through).close()
    assert through.fired == {name: 1}


@pytest.mark.parametrize("content", ["random", "http"])
def test_another_service_on_the_port(connect: Connect, through: Proxied, content: str) -> None:
    """Whether the driver sees the bytes or the end of the connection first is a race."""
    through.arm(injection(fault_named("garbage", content=content), point=Point.PRELOGIN))
    assert failure(lambda: connect(through))[1].sqlstate in ("HY000", "08001")
    connect(through).close()


def test_a_port_that_is_closed_for_a_moment(connect: Connect, through: Proxied) -> None:
    """Who comes in between is refused, which the driver tries again by itself until its login
    time-out is over, or waits at the port when it closes and is cut: both happen."""
    through.arm(injection(fault_named("refuse", seconds=0.3)))
    wait_for(lambda: can_connect(connect, through))
    assert through.fired == {"refuse": 1}


def can_connect(connect: Connect, through: Proxied) -> bool:
    try:
        connect(through).close()
    except Exception as exc:
        error = classify(exc)
        assert error is not None
        check_lost((type(exc).__name__, error))
        return False
    return True


def check_lost(raised: tuple[str, DriverError]) -> None:
    assert raised[1].sqlstate in ("08001", "08S01")


@pytest.mark.parametrize("alert", ["handshake-failure", "none"])
def test_a_tls_handshake_that_fails(connect: Connect, server: ServerProcess, alert: str) -> None:
    encrypted = {"Encrypt": "yes", "TrustServerCertificate": "yes"}
    with proxied(server, tls=True) as through:
        through.arm(injection(fault_named("tls-failure", alert=alert)))
        check_lost(failure(lambda: connect(through, **encrypted)))
        connect(through, **encrypted).close()
        assert through.fired == {"tls-failure": 1}


@pytest.mark.slow
def test_a_half_open_connection_ends_at_three_times_the_time_limit(through: Proxied) -> None:
    with connected(connect_pyodbc, through) as connection:
        connection.timeout = 1
        through.arm(injection(fault_named("half-open")))
        began = time.monotonic()
        check(failure(lambda: execute(connection, "SELECT 1")), "HYT00", None)
        assert 2.5 < time.monotonic() - began < 10


# --- slow, and in pieces ---


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("slicer", {}),
        ("slicer", {"size": 1}),
        ("latency", {"seconds": 0.005, "jitter": 0.005}),
        ("bandwidth", {"bytes_per_second": 20_000}),
    ],
)
@pytest.mark.parametrize("point", [Point.ACCEPT, Point.REPLY])
def test_a_slow_connection_is_no_error(
    connect: Connect, through: Proxied, name: str, parameters: dict[str, Any], point: Point
) -> None:
    through.arm(injection(fault_named(name, **parameters), point=point))
    with connected(connect, through) as connection:
        for entry in range(5):
            insert(connection, entry)
        rows = execute(connection, "SELECT entry FROM ledger ORDER BY entry").fetchall()
        assert [row[0] for row in rows] == list(range(5))
    assert through.fired[name] > 0


@pytest.mark.slow
def test_a_driver_whose_cancellation_is_ignored_gives_up(through: Proxied) -> None:
    with connected(connect_pyodbc, through) as connection:
        connection.timeout = 1
        through.arm(injection(fault_named("attention-ignored")))
        began = time.monotonic()
        check(failure(lambda: execute(connection, "WAITFOR DELAY '00:00:20'")), "HYT00", None)
        assert 2.5 < time.monotonic() - began < 6.0
    assert through.fired == {"attention-ignored": 1}


@pytest.mark.mssql_python
def test_a_connection_that_nobody_speaks_on_ends_at_the_login_time_out(through: Proxied) -> None:
    mssql_python = pytest.importorskip("mssql_python")
    through.arm(injection(fault_named("silent-accept")))
    began = time.monotonic()
    with pytest.raises(mssql_python.OperationalError, match=r"(?i)time-?out"):
        mssql_python.connect(odbc_string(through), timeout=1)
    assert 0.9 < time.monotonic() - began < 4.0
    assert through.fired == {"silent-accept": 1}
