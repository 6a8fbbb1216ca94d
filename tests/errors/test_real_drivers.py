"""What the real drivers make of a server's answer, and what classify makes of that."""

from __future__ import annotations

import contextlib
import socket
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from django_mssql_ops.errors import Confidence, DriverError, Phase, classify, diagnostic_records
from django_mssql_ops.odbc import BUNDLED_DRIVER_NAME
from tests.standin import StandIn
from tests.standin.engine import Failure, Notice
from tests.standin.logins import (
    cannot_open_database,
    database_unavailable,
    disabled,
    firewall_blocked,
    locked_out,
    login_failed,
    password_expired,
    service_busy,
    untrusted_domain,
)
from tests.standin.script import Drop
from tests.standin.script import Phase as When
from tests.test_standin.clients import connect_mssql_python, connect_pyodbc

pytestmark = pytest.mark.socket

Connect = Callable[..., Any]

BOTH = pytest.mark.parametrize(
    "connect",
    [
        pytest.param(connect_pyodbc, id="pyodbc"),
        pytest.param(connect_mssql_python, id="mssql_python", marks=pytest.mark.mssql_python),
    ],
)

DEADLOCK = Failure(
    number=1205,
    severity=13,
    message="Transaction (Process ID 52) was deadlocked on lock resources with another process and "
    "has been chosen as the deadlock victim. Rerun the transaction.",
    rolls_back=True,
)
TERMINATED = Notice(number=3621, message="The statement has been terminated.")
GERMAN = Failure(number=40501, message="Der Dienst ist zurzeit ausgelastet.")


#: The stand-in answers inside TLS here; its certificate is not what these tests are about.
ENCRYPTED = {"Encrypt": "yes", "TrustServerCertificate": "yes"}


def failure(call: Callable[[], object]) -> DriverError:
    try:
        call()
    except Exception as exc:
        error = classify(exc)
        assert error is not None
        return error
    raise AssertionError("nothing was raised")


@contextlib.contextmanager
def connected(connect: Connect, standin: StandIn, **options: Any) -> Iterator[Any]:
    connection = connect(standin, **options)
    try:
        yield connection
    finally:
        with contextlib.suppress(Exception):
            connection.close()


@BOTH
@pytest.mark.parametrize(
    ("answer", "rejected"),
    [
        (login_failed("svc40613"), True),
        (untrusted_domain(), True),
        (disabled("a"), True),
        (locked_out("a"), True),
        (password_expired("a"), True),
        (firewall_blocked(), True),
        (cannot_open_database("x"), True),
        (database_unavailable("x"), False),
        (service_busy(), False),
    ],
    ids=lambda value: str(getattr(value, "number", value)),
)
def test_what_ends_a_login_is_recognised(
    connect: Connect, standin: StandIn, answer: Failure, rejected: bool
) -> None:
    standin.script.on(When.LOGIN, answer)
    error = failure(lambda: connect(standin, **ENCRYPTED))
    assert (error.number, error.origin, error.phase) == (answer.number, "server", Phase.CONNECT)
    assert error.is_login_rejected is rejected
    assert (error.confidence is Confidence.HIGH) == (error.driver == "pyodbc")


@BOTH
def test_a_missing_database_is_among_the_possible_numbers(
    connect: Connect, standin: StandIn
) -> None:
    """A server that cannot open it sends 4060, then 18456; the drivers choose differently."""
    error = failure(lambda: connect(standin, DATABASE="nowhere", **ENCRYPTED))
    (record,) = standin.wait_until_idle()
    assert record.refused_with == (4060, 18456)
    assert error.number == (4060 if error.driver == "pyodbc" else 18456)
    assert 4060 in error.possible_numbers
    assert error.is_login_rejected


def _closed(connect: Connect) -> DriverError:
    """One connect to a port that nobody listens on."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        server = f"SERVER=127.0.0.1,{holder.getsockname()[1]};UID=a;PWD=hunter2;Encrypt=no"
        if connect is connect_pyodbc:
            import pyodbc

            return failure(
                lambda: pyodbc.connect(f"DRIVER={{{BUNDLED_DRIVER_NAME}}};{server}", timeout=1)
            )
        import mssql_python

        return failure(lambda: mssql_python.connect(server, timeout=1))


@BOTH
def test_a_closed_port_is_nobodys_rejection(connect: Connect) -> None:
    error = _closed(connect)
    assert (error.origin, error.phase) == ("client", Phase.CONNECT)
    assert error.sqlstate == ("HYT00" if error.driver == "pyodbc" else "08001")
    assert not error.is_login_rejected
    assert "hunter2" not in repr(error)


@BOTH
def test_a_statements_error_has_its_number_and_phase(connect: Connect, standin: StandIn) -> None:
    standin.script.on("BOOM", TERMINATED, DEADLOCK)
    with connected(connect, standin) as connection:
        error = failure(lambda: connection.cursor().execute("BOOM"))
    assert (error.sqlstate, error.number, error.phase) == ("40001", 1205, Phase.EXECUTE)


@BOTH
def test_a_reset_is_the_clients_104(connect: Connect, standin: StandIn) -> None:
    standin.script.on("BOOM", Drop.RESET)
    with connected(connect, standin) as connection:
        error = failure(lambda: connection.cursor().execute("BOOM"))
    assert (error.sqlstate, error.number, error.origin) == ("08S01", 104, "client")


@BOTH
def test_a_failing_commit_may_have_committed(connect: Connect, standin: StandIn) -> None:
    standin.script.on("TM_COMMIT", DEADLOCK)
    with connected(connect, standin, autocommit=False) as connection:
        connection.cursor().execute("SELECT 1")
        error = failure(connection.commit)
    assert (error.number, error.phase.may_commit) == (1205, True)


@pytest.mark.mssql_python
def test_the_shim_gives_every_record_and_leaves_no_trace(standin: StandIn) -> None:
    standin.script.on("BOOM", TERMINATED, GERMAN, DEADLOCK)
    with connected(connect_mssql_python, standin) as connection:
        cursor_module: Any = sys.modules["mssql_python.cursor"]
        before = cursor_module.check_error
        with diagnostic_records() as offered:
            assert offered
            error = failure(lambda: connection.cursor().execute("BOOM"))
        assert cursor_module.check_error is before
    assert (error.number, error.confidence) == (1205, Confidence.HIGH)
    assert {record.number for record in error.records} == {40501, 3621}


@pytest.mark.mssql_python
def test_only_the_shim_knows_the_number_of_another_language(standin: StandIn) -> None:
    standin.script.on("BOOM", GERMAN)
    with connected(connect_mssql_python, standin) as connection:
        without = failure(lambda: connection.cursor().execute("BOOM"))
        with diagnostic_records():
            with_records = failure(lambda: connection.cursor().execute("BOOM"))
    assert (without.number, without.sqlstate, without.origin) == (None, "42000", "server")
    assert (with_records.number, with_records.confidence) == (40501, Confidence.HIGH)
