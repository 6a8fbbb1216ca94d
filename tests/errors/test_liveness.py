from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops.errors import DiagnosticRecord, DriverError, Origin, Phase, classify
from django_mssql_ops.errors.catalogue.rows import CATALOGUE, CLIENT_CODES
from tests.errors.fake_drivers import MssqlPythonError, PyodbcError

SERVER = "[Microsoft][ODBC Driver 18 for SQL Server][SQL Server]"
CLIENT = "[Microsoft][ODBC Driver 18 for SQL Server]"


def error(
    state: str | None,
    number: int | None,
    text: str = "",
    *,
    origin: Origin = "server",
    phase: Phase = Phase.EXECUTE,
    records: tuple[DiagnosticRecord, ...] = (),
) -> DriverError:
    return DriverError(
        driver="pyodbc",
        sqlstate=state,
        number=number,
        origin=origin,
        phase=phase,
        text=text,
        records=records,
    )


@pytest.mark.parametrize(
    ("state", "number"),
    [
        ("HY000", 596),
        ("42000", 3971),
        ("42000", 3989),
        ("HY000", 615),
        ("HY000", 1203),
        ("HY000", 10928),
        ("HY000", 10929),
        ("HY000", 40501),
        ("HY000", 40544),
        ("42000", 40613),
        ("HY000", 40613),
        ("42000", 40197),
    ],
)
def test_the_server_has_ended_it(state: str, number: int) -> None:
    assert error(state, number).is_connection_dead is True


@pytest.mark.parametrize(
    ("state", "number"),
    [
        ("40001", 1205),
        ("42000", 1222),
        ("42000", 3960),
        ("HY000", 1204),  # severity 19 comes with HY000 and ends nothing
        ("42000", 41302),
        ("42000", 102),
        ("23000", 2627),
        ("23000", 233),
        ("22001", 8152),
        ("42S02", 208),
        ("25000", 3906),
        ("42000", 50000),
        ("42000", 229),
    ],
)
def test_an_ordinary_error_leaves_it(state: str, number: int) -> None:
    assert error(state, number).is_connection_dead is False


@pytest.mark.parametrize(
    ("state", "number"),
    [
        ("HY000", 59999),  # 19 or more, and nobody knows
        ("HY000", None),
        ("01000", 5701),  # an INFO that hides the error
        ("42000", 10928),  # sent with less than 20, in a statement
        ("42000", 10929),
        ("42000", 3980),
        ("HY000", 1222),  # more severe than documented
        (None, None),
    ],
)
def test_what_cannot_be_told_is_none(state: str | None, number: int | None) -> None:
    assert error(state, number).is_connection_dead is None


@pytest.mark.parametrize(
    ("state", "number", "text"),
    [
        ("08S01", 104, "TCP Provider: Error code 0x68"),
        ("08S01", 10054, "TCP Provider: Error code 0x2746"),
        ("08S01", 32, "TCP Provider: Error code 0x20"),
        ("08S01", 0, "Communication link failure"),
        ("08S02", 0, "whatever"),
        ("08003", 0, "Connection not open"),
        ("08007", 0, "Connection failure during transaction"),
        ("IMC06", 0, "The connection is broken and recovery is not possible."),
        ("IMC01", 0, "whatever"),
        ("HYT01", 0, "Connection timeout expired"),
        ("HY000", 0, "Protocol error in TDS stream"),
        (
            "HY000",
            0,
            "Unspecified error occurred on SQL Server. Connection may have been terminated by the "
            "server.",
        ),
        (
            "HYT00",
            0,
            "The connection is no longer usable because the server failed to respond to a command "
            "cancellation for a previously executed statement in a timely manner.",
        ),
        ("08S01", 0, "SMux Provider: Physical connection is not usable [xFFFFFFFF]."),
        (None, None, "Attempt to use a closed connection."),
        (None, None, "The cursor's connection has been closed."),
        (None, None, "Cannot commit on a closed connection"),
    ],
)
def test_the_drivers_last_words(state: str | None, number: int | None, text: str) -> None:
    found = error(state, number, f"{CLIENT}{text}", origin="client")
    assert found.is_connection_dead is True


@pytest.mark.parametrize(
    ("state", "text"),
    [
        ("HY000", "Connection is busy with results for another command"),
        ("HY104", "Invalid precision value"),
        ("22018", "Invalid character value for cast specification"),
        ("07002", "COUNT field incorrect or syntax error"),
    ],
)
def test_a_call_that_the_driver_refused_leaves_it(state: str, text: str) -> None:
    found = error(state, 0, f"{CLIENT}{text}", origin="client")
    assert found.is_connection_dead is False


@pytest.mark.parametrize("phase", [Phase.EXECUTE, Phase.FETCH, Phase.COMMIT, Phase.UNKNOWN])
def test_a_query_timeout_leaves_it_open(phase: Phase) -> None:
    found = error("HYT00", 0, f"{CLIENT}Query timeout expired", origin="client", phase=phase)
    assert found.is_connection_dead is None


@pytest.mark.parametrize("phase", [Phase.CONNECT, Phase.DISCONNECT])
@pytest.mark.parametrize("number", [18456, 40613, None])
def test_a_failed_login_leaves_no_connection(phase: Phase, number: int | None) -> None:
    assert error("28000", number, phase=phase).is_connection_dead is True


def test_a_severe_error_behind_a_mild_one_counts() -> None:
    behind = DiagnosticRecord(
        sqlstate="HY000", number=596, origin="server", text=f"{SERVER}the session is in the kill"
    )
    assert error("42000", 102, records=(behind,)).is_connection_dead is True
    mild = DiagnosticRecord(sqlstate=None, number=3621, origin="server", text=SERVER)
    assert error("23000", 2627, records=(mild,)).is_connection_dead is False


@pytest.mark.parametrize("words", ["Communication link failure", "no longer usable"])
def test_what_the_server_repeats_is_not_the_drivers_word(words: str) -> None:
    text = f"{SERVER}The duplicate key value is ({words})."
    assert error("23000", 2627, text).is_connection_dead is False


def test_through_pyodbc_and_through_mssql_python() -> None:
    reset = f"[08S01] {CLIENT}TCP Provider: Error code 0x68 (104) (SQLExecDirectW)"
    through_pyodbc = classify(PyodbcError("08S01", reset))
    assert through_pyodbc is not None
    assert through_pyodbc.is_connection_dead is True
    link = MssqlPythonError("Communication link failure", f"{CLIENT}TCP Provider: Error code 0x68")
    through_mssql_python = classify(link)
    assert through_mssql_python is not None
    assert through_mssql_python.is_connection_dead is True
    duplicate = MssqlPythonError(
        "Integrity constraint violation",
        f"{SERVER}Violation of UNIQUE KEY constraint 'u'. Cannot insert duplicate key.",
    )
    refused = classify(duplicate)
    assert refused is not None
    assert refused.is_connection_dead is False


def test_the_row_of_an_error() -> None:
    told = error("42000", 40613)
    assert told.meaning is not None
    assert told.meaning.number == 40613
    reset = error("08S01", 104, origin="client")
    assert reset.meaning is not None
    assert reset.meaning.name == "ECONNRESET"
    assert error("08S01", 104, origin="driver_manager").meaning is None


@given(
    state=st.one_of(st.none(), st.from_regex(r"[0-9A-Z]{5}", fullmatch=True)),
    number=st.one_of(
        st.none(),
        st.integers(-(2**31), 2**31),
        st.sampled_from([row.number for row in (*CATALOGUE, *CLIENT_CODES)]),
    ),
    text=st.text(max_size=60),
    origin=st.sampled_from(["server", "client", "driver_manager", "unknown"]),
    phase=st.sampled_from(list(Phase)),
)
def test_every_error_gets_an_answer(
    state: str | None, number: int | None, text: str, origin: Origin, phase: Phase
) -> None:
    found = error(state, number, text, origin=origin, phase=phase)
    assert found.is_connection_dead in (True, False, None)
    assert found.is_login_rejected in (True, False)
