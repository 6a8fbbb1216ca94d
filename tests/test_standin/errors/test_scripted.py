"""Errors that take two sessions on a server; a stand-in raises them only where a script says so."""

from __future__ import annotations

import pytest

from django_mssql_ops.errors import classify
from tests.standin import Failure
from tests.standin.fixtures import StartStandIn
from tests.test_standin.servers import Server

pytestmark = pytest.mark.socket

_DEADLOCK = Failure(
    number=1205,
    severity=13,
    state=51,
    message="Transaction (Process ID 52) was deadlocked on lock resources with another process and"
    " has been chosen as the deadlock victim. Rerun the transaction.",
    rolls_back=True,
)
_UPDATE_CONFLICT = Failure(
    number=3960,
    state=2,
    message="Snapshot isolation transaction aborted due to update conflict. You cannot use snapshot"
    " isolation to access table 'dbo.evidence_rows' directly or indirectly in database 'app' to"
    " update, delete, or insert the row that has been modified or deleted by another transaction."
    " Retry the transaction or change the isolation level for the update/delete statement.",
    rolls_back=True,
)


@pytest.mark.parametrize(
    ("failure", "sqlstate", "exception"),
    [(_DEADLOCK, "40001", "Error"), (_UPDATE_CONFLICT, "42000", "ProgrammingError")],
    ids=["deadlock", "update conflict"],
)
def test_a_script_brings_about_what_takes_two(
    start_standin: StartStandIn, failure: Failure, sqlstate: str, exception: str
) -> None:
    import pyodbc

    standin = start_standin()
    standin.script.on("UPDATE victim SET a = 1", failure, times=1)
    connection = Server.of(standin).pyodbc()
    connection.autocommit = False
    connection.execute("CREATE TABLE victim (a int)")
    with pytest.raises(pyodbc.Error) as error:
        connection.execute("UPDATE victim SET a = 1")
    assert (type(error.value).__name__, error.value.args[0]) == (exception, sqlstate)
    classified = classify(error.value)
    assert classified is not None
    assert classified.server_number == failure.number
    connection.autocommit = True
    assert connection.execute("SELECT OBJECT_ID('victim')").fetchval() is None, "rolled back"
    connection.close()
