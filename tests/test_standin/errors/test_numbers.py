"""Every error with its number, severity, state and text, through three clients no one here wrote.

The classes agree with those measured with a fake server that sent the numbers; that the statements
give these numbers on the product is what the run against a real server shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from django_mssql_ops.errors import classify, diagnostic_records
from tests.test_standin.errors.case import Case
from tests.test_standin.errors.cases import CASES
from tests.test_standin.servers import Server

pytestmark = pytest.mark.socket

_CLEAN = "IF @@TRANCOUNT > 0 ROLLBACK"
every_case = pytest.mark.parametrize("case", CASES, ids=str)


@pytest.fixture(scope="module")
def pyodbc_connection(server: Server) -> Iterator[Any]:
    connection = server.pyodbc()
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def mssql_python_connection(server: Server) -> Iterator[Any]:
    connection = server.mssql_python()
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def pytds_connection(server: Server) -> Iterator[Any]:
    connection = server.pytds()
    yield connection
    connection.close()


def failure_of(connection: Any, statement: str) -> Any:
    """The exception of a batch; everything it answers is read, as errors may come late."""
    cursor = connection.cursor()
    try:
        cursor.execute(statement)
        while cursor.nextset():
            pass
    except Exception as error:
        return error
    finally:
        cursor.close()
        connection.cursor().execute(_CLEAN)
    raise AssertionError(f"no error: {statement}")


@every_case
def test_the_server_says(case: Case, server: Server, pytds_connection: Any) -> None:
    """python-tds raises the last error of a statement, and its message has the texts of all."""
    import pytds

    error = failure_of(pytds_connection, case.statement)
    assert isinstance(error, pytds.DatabaseError), error
    text = case.text.format(database=server.database)
    if case.followed_by is None:
        number, state, last = case.number, case.state, text
    else:
        number, state, last = case.followed_by
    assert (error.number, error.text, error.severity) == (number, last, case.severity)
    assert error.state == state
    assert text in error.args[0]


@every_case
def test_pyodbc_makes_of_it(case: Case, server: Server, pyodbc_connection: Any) -> None:
    import pyodbc

    error = failure_of(pyodbc_connection, case.statement)
    assert isinstance(error, pyodbc.Error), error
    assert (type(error).__name__, error.args[0]) == (case.exception, case.sqlstate)
    assert case.text.format(database=server.database) in error.args[1]
    classified = classify(error)
    assert classified is not None
    assert classified.server_number == case.number


@pytest.mark.mssql_python
@every_case
def test_mssql_python_makes_of_it(case: Case, server: Server, mssql_python_connection: Any) -> None:
    import mssql_python

    with diagnostic_records() as offered:
        assert offered
        error = failure_of(mssql_python_connection, case.statement)
    assert isinstance(error, mssql_python.Error), error
    assert case.text.format(database=server.database) in str(error)
    classified = classify(error)
    assert classified is not None
    assert (classified.sqlstate, classified.server_number) == (case.sqlstate, case.number)
