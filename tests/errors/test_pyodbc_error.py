from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops.errors import Confidence, DriverError, Origin, Phase, classify
from tests.errors.fake_drivers import PyodbcError

MS18 = "[Microsoft][ODBC Driver 18 for SQL Server]"
SERVER = f"{MS18}[SQL Server]"


def read(*args: object) -> DriverError:
    error = classify(PyodbcError(*args))
    assert error is not None
    return error


def record(state: str, text: str, number: int, function: str) -> tuple[str, str]:
    return (state, f"[{state}] {text} ({number}) ({function})")


# Measured with pyodbc 5.5 and msodbcsql 18.6.2 on Linux unless the row says otherwise.
MEASURED: list[tuple[tuple[str, ...], str | None, int | None, Origin, Phase]] = [
    (
        record("28000", f"{SERVER}Login failed for user 'a'.", 18456, "SQLDriverConnect"),
        "28000",
        18456,
        "server",
        Phase.CONNECT,
    ),
    (
        record("HYT00", f"{MS18}Login timeout expired", 0, "SQLDriverConnect"),
        "HYT00",
        0,
        "client",
        Phase.CONNECT,
    ),
    (
        record("08S01", f"{MS18}TCP Provider: Error code 0x68", 104, "SQLExecDirectW"),
        "08S01",
        104,
        "client",
        Phase.EXECUTE,
    ),
    (
        record("08S01", f"{MS18}TCP Provider: Error code 0x68", 104, "SQLEndTran"),
        "08S01",
        104,
        "client",
        Phase.COMMIT_OR_ROLLBACK,
    ),
    (
        record("40001", f"{SERVER}Transaction was deadlocked", 1205, "SQLSetConnectAttr"),
        "40001",
        1205,
        "server",
        Phase.AUTOCOMMIT,
    ),
    (
        record(
            "01000",
            "[unixODBC][Driver Manager]Can't open lib 'Nope' : file not found",
            0,
            "SQLDriverConnect",
        ),
        "01000",
        0,
        "driver_manager",
        Phase.CONNECT,
    ),
    (
        record(
            "08001",
            f"{MS18}SSL Provider: [error:0A000086:SSL routines::x] ",
            -1,
            "SQLDriverConnect",
        ),
        "08001",
        -1,
        "client",
        Phase.CONNECT,
    ),
    (("HY000", "The driver did not supply an error!"), "HY000", None, "client", Phase.UNKNOWN),
    (
        ("The SQL contains 1 parameter markers, but 2 parameters were supplied", "HY000"),
        "HY000",
        None,
        "client",
        Phase.UNKNOWN,
    ),
    (("Attempt to use a closed connection.",), None, None, "client", Phase.UNKNOWN),
    # Windows' driver manager (errors catalogue, not measured here).
    (
        record(
            "IM002",
            "[Microsoft][ODBC Driver Manager] Data source name not found",
            0,
            "SQLDriverConnect",
        ),
        "IM002",
        0,
        "driver_manager",
        Phase.CONNECT,
    ),
]


@pytest.mark.parametrize(("args", "state", "number", "origin", "phase"), MEASURED)
def test_each_measured_form_is_taken_apart(
    args: tuple[str, ...], state: str | None, number: int | None, origin: Origin, phase: Phase
) -> None:
    error = read(*args)
    assert (error.sqlstate, error.number, error.origin, error.phase) == (
        state,
        number,
        origin,
        phase,
    )
    assert error.driver == "pyodbc"
    assert (error.confidence is Confidence.HIGH) == (number is not None)


def test_the_drivers_words_are_kept_with_their_tags() -> None:
    args = record("28000", f"{SERVER}Login failed for user 'a'.", 18456, "SQLDriverConnect")
    error = read(*args)
    assert error.text == args[1]
    assert error.describe() == "28000/18456 Login failed for user 'a'."
    assert error.odbc_function == "SQLDriverConnect"
    assert error.exception_class == "pyodbc.Error"


def test_the_number_that_233_has_depends_on_the_origin() -> None:
    server = read(*record("23000", f"{SERVER}The column cannot be NULL.", 233, "SQLExecDirectW"))
    client = read(
        *record("08001", f"{MS18}No process is on the other end.", 233, "SQLDriverConnect")
    )
    assert (server.server_number, client.server_number) == (233, None)


WINDOWS_REFUSED = (
    "08001",
    f"[08001] {MS18}TCP Provider: No connection could be made because the target machine actively "
    f"refused it.\r\n (10061) (SQLDriverConnect); [08001] {MS18}Login timeout expired (0); "
    f"[08001] {MS18}Invalid connection string attribute (0)",
)


def test_windows_joins_records_and_the_function_follows_the_first() -> None:
    error = read(*WINDOWS_REFUSED)
    assert (error.sqlstate, error.number, error.phase) == ("08001", 10061, Phase.CONNECT)
    assert error.confidence is Confidence.HIGH
    assert [(r.sqlstate, r.number, r.origin) for r in error.records] == [
        (None, 0, "client"),
        (None, 0, "client"),
    ]


def test_windows_records_that_could_end_in_two_places_are_uncertain() -> None:
    fake = f"x (40613) (SQLExecDirectW); [23000] {SERVER}y"
    text = (
        f"[23000] {SERVER}Duplicate ({fake}). (2627) (SQLExecDirectW); [23000] {SERVER}End. (3621)"
    )
    error = read("23000", text)
    assert error.number == 2627
    assert error.confidence is Confidence.LOW


def test_freetds_does_not_tell_whose_words_they_are() -> None:
    error = read(*record("08001", "[FreeTDS][SQL Server]Unable to connect", 0, "SQLDriverConnect"))
    assert error.origin == "unknown"


def test_unixodbc_may_stand_before_the_driver() -> None:
    error = read(*record("28000", f"[unixODBC]{SERVER}Login failed.", 18456, "SQLDriverConnect"))
    assert error.origin == "server"


USER_TEXT = st.one_of(
    st.text(max_size=200),
    st.lists(
        st.sampled_from(
            [
                "(40613)",
                " (40613) (SQLExecDirectW)",
                "[SQL Server]",
                SERVER,
                "[40001] ",
                "; [23000] ",
                "; [40001] [Microsoft][ODBC Driver 18 for SQL Server][SQL Server]x (1205)",
                "\n",
                "(SQL",
                "(1205) (SQLEndTran",
                "SQLSTATE:40001:[",
            ]
        ),
        max_size=12,
    ).map("".join),
)


@given(data=USER_TEXT)
def test_user_data_never_changes_what_the_server_said(data: str) -> None:
    error = read(*record("23000", f"{SERVER}Duplicate value is ({data}).", 2627, "SQLExecDirectW"))
    assert (error.sqlstate, error.number, error.origin) == ("23000", 2627, "server")
    assert (error.phase, error.confidence) == (Phase.EXECUTE, Confidence.HIGH)


@given(data=USER_TEXT)
def test_user_data_never_makes_a_client_error_the_servers(data: str) -> None:
    error = read(*record("HY000", f"{MS18}No lib {data}", 0, "SQLExecDirectW"))
    if not data.startswith("[SQL Server]"):
        assert error.origin == "client"
    assert error.number == 0
