"""A lock that another session holds.

1222's state and what it leaves alone: Microsoft Learn, "SET LOCK_TIMEOUT" and MSSQLSERVER_1222.
"""

from __future__ import annotations

import pytest

from django_mssql_ops.errors import classify
from tests.test_standin.servers import Server

pytestmark = pytest.mark.socket

_UPDATE = "UPDATE dbo.evidence_rows SET a = a"


def test_a_lock_that_is_not_given_is_1222(server: Server) -> None:
    import pyodbc

    holder, waiter = server.pyodbc(), server.pyodbc()
    holder.autocommit = False
    holder.execute(_UPDATE)
    waiter.execute("SET LOCK_TIMEOUT 0")
    try:
        with pytest.raises(pyodbc.ProgrammingError) as error:
            waiter.execute(_UPDATE)
        classified = classify(error.value)
        assert classified is not None
        assert (classified.sqlstate, classified.server_number) == ("42000", 1222)
        assert "Lock request time out period exceeded." in error.value.args[1]
    finally:
        holder.rollback()
    assert waiter.execute(_UPDATE).rowcount == 2
    holder.close()
    waiter.close()


def test_a_lock_time_out_leaves_the_transaction(server: Server) -> None:
    import pytds

    holder, waiter = server.pyodbc(), server.pytds()
    holder.autocommit = False
    holder.execute(_UPDATE)
    cursor = waiter.cursor()
    cursor.execute("SET LOCK_TIMEOUT 0; BEGIN TRANSACTION")
    try:
        with pytest.raises(pytds.DatabaseError) as error:
            cursor.execute(_UPDATE)
        assert (error.value.number, error.value.severity) == (1222, 16)
        cursor.execute("SELECT @@TRANCOUNT, XACT_STATE()")
        assert tuple(cursor.fetchone()) == (1, 1)
        cursor.execute("ROLLBACK")
    finally:
        holder.rollback()
    holder.close()
    waiter.close()
