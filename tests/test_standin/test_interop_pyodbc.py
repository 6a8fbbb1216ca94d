"""pyodbc with Microsoft's ODBC Driver 18 on the stand-in."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pyodbc
import pytest

from tests.standin import (
    CertificateKind,
    Delay,
    Drop,
    EncryptionPolicy,
    Failure,
    Phase,
    ResultSet,
    StandIn,
)
from tests.standin.columns import INT, column
from tests.standin.fixtures import StartStandIn
from tests.standin.logins import (
    Accounts,
    database_unavailable,
    firewall_blocked,
    login_failed,
)
from tests.test_standin.clients import connect_pyodbc

pytestmark = pytest.mark.socket

TRUSTING = {"Encrypt": "yes", "TrustServerCertificate": "yes"}


def texts(standin: StandIn) -> list[str]:
    return [request.text for request in standin.counters.requests_after_login]


@pytest.mark.parametrize(
    ("policy", "keywords", "expected"),
    [
        (EncryptionPolicy.UNAVAILABLE, {}, "none"),
        (EncryptionPolicy.OPTIONAL, {}, "login only"),
        (EncryptionPolicy.FORCED, {"TrustServerCertificate": "yes"}, "full"),
        (EncryptionPolicy.OPTIONAL, TRUSTING, "full"),
        (EncryptionPolicy.FORCED, TRUSTING, "full"),
    ],
)
def test_every_way_to_encrypt_ends_in_select_1(
    start_standin: StartStandIn,
    policy: EncryptionPolicy,
    keywords: dict[str, str],
    expected: str,
) -> None:
    standin = start_standin(encryption=policy)
    connection = connect_pyodbc(standin, autocommit=True, **keywords)
    assert connection.execute("SELECT 1").fetchone()[0] == 1
    connection.close()
    (record,) = standin.wait_until_idle()
    assert record.encryption == expected
    assert record.accepted


def test_the_driver_verifies_the_certificate_against_ssl_cert_file(
    standin: StandIn, ca_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(ca_file))
    server = f"localhost,{standin.port}"
    connect_pyodbc(standin, SERVER=server, Encrypt="yes").close()
    assert standin.wait_until_idle()[0].protocol == "TLSv1.2"


def test_strict_encryption_is_tls_1_3_before_prelogin(
    standin: StandIn, ca_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(ca_file))
    connection = connect_pyodbc(standin, SERVER=f"localhost,{standin.port}", Encrypt="strict")
    assert connection.execute("SELECT 1").fetchone()[0] == 1
    connection.close()
    (record,) = standin.wait_until_idle()
    assert (record.encryption, record.protocol) == ("strict", "TLSv1.3")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (CertificateKind.EXPIRED, "certificate has expired"),
        (CertificateKind.SELF_SIGNED, "self-signed certificate"),
        (CertificateKind.WRONG_NAME, "certificate verify failed"),
        (CertificateKind.WEAK, "certificate verify failed|too weak|key too small"),
    ],
)
def test_the_driver_refuses_a_bad_certificate(
    start_standin: StartStandIn,
    ca_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: CertificateKind,
    words: str,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(ca_file))
    standin = start_standin(certificate=kind)
    with pytest.raises(pyodbc.OperationalError) as error:
        connect_pyodbc(standin, SERVER=f"localhost,{standin.port}", Encrypt="yes")
    assert error.value.args[0] == "08001"
    assert re.search(words, error.value.args[1])
    assert not standin.counters.logins


def test_a_wrong_password_is_18456_after_one_login(standin: StandIn) -> None:
    with pytest.raises(pyodbc.InterfaceError) as error:
        connect_pyodbc(standin, PWD="wrong")
    assert error.value.args[0] == "28000"
    assert "Login failed for user 'app'. (18456)" in error.value.args[1]
    assert [login.user for login in standin.counters.logins] == ["app"]


def test_a_missing_database_is_4060(standin: StandIn) -> None:
    with pytest.raises(pyodbc.ProgrammingError, match=r"Cannot open database .*\(4060\)"):
        connect_pyodbc(standin, DATABASE="nowhere")
    assert standin.wait_until_idle()[0].refused_with == (4060, 18456)


@pytest.mark.parametrize("encrypt", ["yes", "no"])
def test_scripted_refusals_reach_the_client_whatever_is_encrypted(
    standin: StandIn, encrypt: str
) -> None:
    standin.script.on(Phase.LOGIN, database_unavailable("app"), login_failed("app"))
    with pytest.raises(pyodbc.Error, match=r"\(40613\)"):
        connect_pyodbc(standin, Encrypt=encrypt, TrustServerCertificate="yes")
    (record,) = standin.wait_until_idle()
    assert record.refused_with == (40613, 18456)


def test_a_refusal_of_its_own_reaches_the_client(start_standin: StartStandIn) -> None:
    standin = start_standin(
        accounts=Accounts(passwords={"svc40613": "x"}, refusals={"svc40613": (firewall_blocked(),)})
    )
    with pytest.raises(pyodbc.ProgrammingError, match=r"\(40615\)"):
        connect_pyodbc(standin, UID="svc40613", PWD="x", DATABASE="master")


@pytest.mark.parametrize(
    "value",
    [
        7,
        2**40,
        "text with ümlaut and 🐍",
        "x" * 9000,
        b"\x00\x01",
        Decimal("12.345"),
        1.5,
        True,
        dt.date(2024, 2, 29),
        dt.datetime(2024, 2, 29, 12, 34, 56, 123456),
        dt.time(1, 2, 3),
    ],
    ids=lambda value: f"{type(value).__name__}-{len(repr(value))}",
)
def test_a_parameter_comes_back_as_it_went(standin: StandIn, value: object) -> None:
    connection = connect_pyodbc(standin)
    assert connection.execute("SELECT ?", value).fetchone()[0] == value
    connection.close()


def test_a_uuid_comes_back_as_text(standin: StandIn) -> None:
    value = uuid.UUID(int=0x0123456789ABCDEF0123456789ABCDEF)
    connection = connect_pyodbc(standin)
    assert uuid.UUID(connection.execute("SELECT ?", value).fetchone()[0]) == value
    connection.close()


def test_a_null_parameter_survives_a_server_that_cannot_describe_it(standin: StandIn) -> None:
    connection = connect_pyodbc(standin)
    assert connection.execute("SELECT ?", None).fetchone()[0] is None
    connection.close()
    procedures = [trip.procedure for trip in standin.wait_until_idle()[0].round_trips]
    assert procedures[:2] == ["sp_describe_undeclared_parameters", "sp_prepexec"]


def test_a_prepared_statement_replaces_the_one_before_it_and_is_let_go(standin: StandIn) -> None:
    connection = connect_pyodbc(standin)
    cursor = connection.cursor()
    for value in (1, 2):
        assert cursor.execute("SELECT ?", value).fetchone()[0] == value
    cursor.execute("SELECT 1")
    connection.close()
    trips = standin.wait_until_idle()[0].round_trips
    assert [trip.procedure for trip in trips] == ["sp_prepexec", "sp_prepexec", "sp_unprepare", ""]


def test_a_long_parameter_is_prepared_and_executed_by_its_handle(standin: StandIn) -> None:
    connection = connect_pyodbc(standin)
    assert connection.execute("SELECT ?", "x" * 9000).fetchone()[0] == "x" * 9000
    connection.close()
    trips = standin.wait_until_idle()[0].round_trips
    assert [(trip.procedure, trip.text) for trip in trips[:2]] == [
        ("sp_prepare", "SELECT @P1"),
        ("sp_execute", "SELECT @P1"),
    ]


@pytest.mark.parametrize("ending", ["commit", "rollback"])
def test_a_transaction_begins_and_ends_on_the_wire(standin: StandIn, ending: str) -> None:
    connection = connect_pyodbc(standin, autocommit=False)
    assert connection.execute("SELECT @@TRANCOUNT").fetchone()[0] == 1
    getattr(connection, ending)()
    connection.autocommit = True
    assert connection.execute("SELECT @@TRANCOUNT").fetchone()[0] == 0
    connection.close()
    sent = texts(standin)
    assert sent.index("TM_BEGIN") < sent.index(f"TM_{ending.upper()}")


def test_savepoints_are_text(standin: StandIn) -> None:
    connection = connect_pyodbc(standin, autocommit=False)
    connection.execute("SAVE TRANSACTION s1")
    connection.execute("ROLLBACK TRANSACTION s1")
    assert connection.execute("SELECT @@TRANCOUNT").fetchone()[0] == 1
    with pytest.raises(pyodbc.Error, match="6401"):
        connection.execute("ROLLBACK TRANSACTION s2")
    connection.rollback()
    connection.close()


def test_a_scripted_result_and_a_scripted_error(standin: StandIn) -> None:
    rows = [(number,) for number in range(5000)]
    standin.script.on("SELECT n FROM t", ResultSet((column("n", INT),), rows))
    standin.script.on("DROP TABLE t", Failure(number=3701, severity=11, message="no t"))
    connection = connect_pyodbc(standin)
    assert [row.n for row in connection.execute("SELECT n FROM t")] == list(range(5000))
    with pytest.raises(pyodbc.ProgrammingError, match=r"no t \(3701\)"):
        connection.execute("DROP TABLE t")
    assert connection.execute("SELECT 1").fetchone()[0] == 1
    connection.close()


def test_a_deadlock_ends_the_transaction_on_both_sides(standin: StandIn) -> None:
    deadlock = Failure(number=1205, severity=13, message="chosen as the victim", rolls_back=True)
    standin.script.on("UPDATE t SET a = 1", deadlock, times=1)
    connection = connect_pyodbc(standin, autocommit=False)
    with pytest.raises(pyodbc.Error) as error:
        connection.execute("UPDATE t SET a = 1")
    assert error.value.args[0] == "40001"
    assert connection.execute("SELECT @@TRANCOUNT").fetchone()[0] == 1, "a new transaction"
    connection.close()


def test_what_it_does_not_know_is_named(standin: StandIn) -> None:
    connection = connect_pyodbc(standin)
    with pytest.raises(pyodbc.ProgrammingError, match="not supported by the stand-in: GRANT"):
        connection.execute("GRANT SELECT TO public")
    connection.close()


def test_a_fatal_error_ends_the_connection(standin: StandIn) -> None:
    standin.script.on("SELECT 2", Failure(number=40501, severity=20, message="busy"))
    connection = connect_pyodbc(standin)
    with pytest.raises(pyodbc.Error, match="40501"):
        connection.execute("SELECT 2")
    with pytest.raises(pyodbc.OperationalError) as error:
        connection.execute("SELECT 1")
    assert error.value.args[0] == "08S01"


@pytest.mark.parametrize(("drop", "code"), [(Drop.RESET, "0x68"), (Drop.CLOSE, "0x2746")])
def test_reset_and_close_are_told_apart(standin: StandIn, drop: Drop, code: str) -> None:
    standin.script.on("SELECT 2", drop)
    connection = connect_pyodbc(standin)
    with pytest.raises(pyodbc.OperationalError, match=f"Error code {code}"):
        connection.execute("SELECT 2")


def test_a_query_time_out_is_cancelled_by_an_attention(standin: StandIn) -> None:
    standin.script.on("SELECT 2", Delay(30))
    connection = connect_pyodbc(standin)
    connection.timeout = 1
    with pytest.raises(pyodbc.OperationalError) as error:
        connection.execute("SELECT 2")
    assert error.value.args[0] == "HYT00"
    assert connection.execute("SELECT 1").fetchone()[0] == 1
    connection.close()


def test_a_cursor_closed_early_stops_the_rows(standin: StandIn) -> None:
    sent = []

    def rows() -> Iterator[tuple[int]]:
        for number in range(100_000):
            sent.append(number)
            yield (number,)

    standin.script.on("SELECT n", ResultSet((column("n", INT),), rows()))
    connection = connect_pyodbc(standin)
    cursor = connection.execute("SELECT n")
    assert cursor.fetchone()[0] == 0
    cursor.close()
    assert connection.execute("SELECT 1").fetchone()[0] == 1
    connection.close()
    assert len(sent) < 100_000


def test_driver_initialisation_is_counted_apart_from_round_trips(standin: StandIn) -> None:
    connection = connect_pyodbc(standin)
    connection.execute("SELECT 1")
    connection.close()
    (record,) = standin.wait_until_idle()
    assert [trip.text for trip in record.round_trips] == ["SELECT 1"]
    assert len(record.requests) == len(record.initialisation) + 1
