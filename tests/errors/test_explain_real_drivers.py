"""What the real drivers raise, explained."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest

from django_mssql_ops.errors import Diagnosis, explain
from django_mssql_ops.odbc import BUNDLED_DRIVER_NAME
from tests.standin import StandIn
from tests.standin.logins import cannot_open_database, firewall_blocked, login_failed
from tests.standin.script import Drop
from tests.standin.script import Phase as When
from tests.test_standin.clients import connect_mssql_python, connect_pyodbc

pytestmark = [pytest.mark.socket, pytest.mark.mssql_python]

BOTH = pytest.mark.parametrize("connect", [connect_pyodbc, connect_mssql_python])
ENCRYPTED = {"Encrypt": "yes", "TrustServerCertificate": "yes"}


def explained(call: Callable[[], object]) -> tuple[Diagnosis, Diagnosis]:
    """From the exception and from its text: both name the same row."""
    try:
        call()
    except Exception as exc:
        return explain(exc), explain(f"{type(exc).__name__}: {exc}")
    raise AssertionError("nothing was raised")


def assert_row(number: int, call: Callable[[], object]) -> None:
    for found in explained(call):
        assert found.symptom is not None, found
        assert found.symptom.number == number


@BOTH
@pytest.mark.parametrize(
    ("answer", "row"),
    [(login_failed("app"), 49), (cannot_open_database("x"), 53), (firewall_blocked(), 71)],
    ids=["49", "53", "71"],
)
def test_a_refused_login(
    connect: Callable[..., object], standin: StandIn, answer: object, row: int
) -> None:
    standin.script.on(When.LOGIN, answer)  # type: ignore[arg-type]
    assert_row(row, lambda: connect(standin, **ENCRYPTED))


@BOTH
def test_a_certificate_of_an_unknown_authority(
    connect: Callable[..., object], standin: StandIn
) -> None:
    strict = {"Encrypt": "yes", "TrustServerCertificate": "no"}
    assert_row(36, lambda: connect(standin, **strict))


@BOTH
def test_a_reset_during_a_statement(connect: Callable[..., object], standin: StandIn) -> None:
    standin.script.on("BOOM", Drop.RESET)
    connection = connect(standin)
    assert_row(23, lambda: connection.cursor().execute("BOOM"))  # type: ignore[attr-defined]


def test_a_closed_port_is_told_by_one_driver_only() -> None:
    import mssql_python
    import pyodbc

    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        server = f"SERVER=127.0.0.1,{holder.getsockname()[1]};UID=a;PWD=hunter2;Encrypt=no"
        driver = f"DRIVER={{{BUNDLED_DRIVER_NAME}}}"
        assert_row(16, lambda: pyodbc.connect(f"{driver};{server}", timeout=1))
        assert_row(17, lambda: mssql_python.connect(server, timeout=1))


def test_a_driver_that_is_not_there() -> None:
    import pyodbc

    found, _ = explained(lambda: pyodbc.connect("DRIVER={No Such Driver};SERVER=x"))
    assert found.symptom is not None
    assert found.symptom.number in (1, 2)
