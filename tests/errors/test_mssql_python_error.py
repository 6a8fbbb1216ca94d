from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops.errors import Confidence, DriverError, Origin, classify
from django_mssql_ops.errors.mssql_python_error import RECORDS_ATTRIBUTE
from django_mssql_ops.errors.mssql_python_states import STATE_OF_SENTENCE, state_of_sentence
from tests.errors.fake_drivers import (
    ConnectionStringParseError,
    MssqlPythonError,
    connection_error,
)

MS18 = "[Microsoft][ODBC Driver 18 for SQL Server]"
SERVER = f"{MS18}[SQL Server]"


def read(exc: BaseException) -> DriverError:
    error = classify(exc)
    assert error is not None
    return error


# Measured with mssql-python 1.16: sentence, text -> state, number, origin.
MEASURED: list[tuple[str, str, str | None, int | None, Origin]] = [
    (
        "Invalid authorization specification",
        f"{SERVER}Login failed for user 'a'.",
        "28000",
        18456,
        "server",
    ),
    (
        "Syntax error or access violation",
        f'{SERVER}Cannot open database "x" requested by the login. The login failed.',
        "42000",
        4060,
        "server",
    ),
    (
        "Client unable to establish connection",
        f"{MS18}TCP Provider: Error code 0x2749",
        "08001",
        10057,  # a refused port, as WSAENOTCONN: the driver's layer over Linux says so
        "client",
    ),
    ("Communication link failure", f"{MS18}TCP Provider: Error code 0x68", "08S01", 104, "client"),
    ("Communication link failure", f"{MS18}Communication link failure", "08S01", None, "client"),
    (
        "An error occurred with SQLSTATE code: FA005",
        f"{MS18}Cannot use Access Token with any of the following options: User, Password.",
        "FA005",
        None,
        "client",
    ),
    ("An error occurred with SQLSTATE code: ", "Unknown DDBC error", None, None, "client"),
    (
        "Cannot commit on a closed connection",
        "Cannot commit on a closed connection",
        None,
        None,
        "client",
    ),
]


@pytest.mark.parametrize(("sentence", "text", "state", "number", "origin"), MEASURED)
def test_each_measured_form_is_taken_apart(
    sentence: str, text: str, state: str | None, number: int | None, origin: Origin
) -> None:
    error = read(MssqlPythonError(sentence, text))
    assert (error.sqlstate, error.number, error.origin) == (state, number, origin)
    assert (error.driver, error.confidence) == ("mssql_python", Confidence.LOW)


def test_a_connections_error_gives_state_and_tags_from_its_context() -> None:
    text = f"{SERVER}Violation of something unknown"
    error = read(connection_error("IMC06", text, "An error occurred with SQLSTATE code: IMC06"))
    assert (error.sqlstate, error.origin, error.text) == ("IMC06", "server", text)


def test_a_context_about_something_else_is_not_believed() -> None:
    exc = connection_error("08001", f"{MS18}Other", "Communication link failure")
    exc.ddbc_error = f"{MS18}Communication link failure"  # type: ignore[attr-defined]
    assert read(exc).sqlstate == "08S01"


def test_records_from_the_shim_are_certain() -> None:
    exc = MssqlPythonError("General warning", f"{SERVER}Changed database context.")
    records = (
        ("[01000] (5701)", f"{SERVER}Changed database context."),
        ("[42000] (40501)", f"{SERVER}Der Dienst ist ausgelastet."),
    )
    setattr(exc, RECORDS_ATTRIBUTE, records)
    error = read(exc)
    assert (error.sqlstate, error.number, error.origin) == ("42000", 40501, "server")
    assert error.confidence is Confidence.HIGH
    assert [r.number for r in error.records] == [5701]


@pytest.mark.parametrize(
    "records", [None, 7, "x", (), ((),), ((1, 2),), (("[x] (y)", ""),), (("[42000] (1)",),)]
)
def test_records_of_another_shape_are_ignored(records: object) -> None:
    exc = MssqlPythonError("Serialization failure", f"{SERVER}Deadlock")
    setattr(exc, RECORDS_ATTRIBUTE, records)
    assert read(exc).sqlstate == "40001"


@given(data=st.text(max_size=200))
def test_user_data_never_changes_state_or_origin(data: str) -> None:
    text = f"{SERVER}Violation of PRIMARY KEY constraint 'pk'. The value is ({data})."
    error = read(MssqlPythonError("Integrity constraint violation", text))
    assert (error.sqlstate, error.number, error.origin) == ("23000", 2627, "server")


def test_a_refused_connection_string_names_the_keyword() -> None:
    error = read(ConnectionStringParseError(["Unknown keyword 'foo' is not recognized"]))
    assert error.describe() == (
        "Connection string parsing failed: Unknown keyword 'foo' is not recognized"
    )
    assert (error.driver, error.phase.value, error.origin) == ("mssql_python", "connect", "client")
    assert (error.sqlstate, error.number) == (None, None)


@pytest.mark.parametrize(
    "problem",
    [
        "Incomplete specification: keyword 'hunter' has no value (missing '=')",
        "Unknown keyword 'hunter2' is not recognized",
        "Unknown keyword 'a'hunter' is not recognized",
        "Unknown keyword 'a\n  Unknown keyword 'hunter2' is not recognized",
    ],
)
def test_a_refused_connection_string_shows_no_piece_of_a_password(problem: str) -> None:
    assert "hunter" not in repr(read(ConnectionStringParseError([problem])))


@pytest.mark.mssql_python
def test_the_table_of_sentences_agrees_with_the_installed_driver() -> None:
    exceptions = pytest.importorskip("mssql_python.exceptions")
    inspected = re.findall(r'"([0-9A-Z]{5})": ', _source_of(exceptions.sqlstate_to_exception))
    told = {state: exceptions.sqlstate_to_exception(state, "").driver_error for state in inspected}
    assert len(told) > 100
    assert set(told.values()) == set(STATE_OF_SENTENCE)
    differing = {s for s, sentence in told.items() if state_of_sentence(sentence) != s}
    assert differing == {"01004", "40002"}


def _source_of(function: object) -> str:
    import inspect

    return inspect.getsource(function)  # type: ignore[arg-type]
