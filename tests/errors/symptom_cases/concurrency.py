from __future__ import annotations

from functools import partial

from django.db import utils
from django.db.transaction import TransactionManagementError

from tests.errors.fake_drivers import PyodbcError, raised
from tests.errors.forms import NUMBERLESS
from tests.errors.symptom_cases.case import Case, client, pasted, raising
from tests.errors.symptom_cases.case import server as any_server

server = partial(any_server, function="SQLExecDirectW")
LOST = (
    "[08S01] [Microsoft][ODBC Driver 18 for SQL Server]TCP Provider: Error code 0x68 (104) "
    "(SQLExecDirectW)"
)
ATOMIC = "Cannot open a new connection in an atomic block."
BROKEN = (
    "An error occurred in the current transaction. You can't execute queries until the end of the "
    "'atomic' block."
)
#: Where no ODBC function stands, COMMIT is not known.
PHASELESS = NUMBERLESS | {"ssms"}


def hidden_link_failure() -> BaseException:
    """What Django raises for the statement after the one that lost the connection."""
    try:
        try:
            raise PyodbcError("08S01", LOST)
        except PyodbcError:
            raise utils.ProgrammingError(ATOMIC)  # noqa: B904 (so does Django)
    except utils.ProgrammingError as exc:
        return exc


CASES: tuple[Case, ...] = (
    server(
        84,
        "40001",
        1205,
        "Transaction (Process ID 52) was deadlocked on lock resources with another process and has "
        "been chosen as the deadlock victim. Rerun the transaction.",
    ),
    server(
        84,
        "40001",
        1205,
        "Transaction (Process ID 7) was deadlocked on lock | communication buffer resources with "
        "another process and has been chosen as the deadlock victim. Rerun the transaction.",
    ),
    server(85, "42000", 1222, "Lock request time out period exceeded."),
    server(
        86,
        "42000",
        3960,
        "Snapshot isolation transaction aborted due to update conflict. You cannot use snapshot "
        "isolation to access table 'dbo.orders' directly or indirectly in database 'shop' to "
        "update, delete, or insert the row that has been modified or deleted by another "
        "transaction.",
    ),
    server(
        86,
        "42000",
        3961,
        "Snapshot isolation transaction failed in database 'shop' because the object accessed by "
        "the statement has been modified by a DDL statement in another concurrent transaction "
        "since the start of this transaction.",
    ),
    server(
        86,
        "42000",
        41302,
        "The current transaction attempted to update a record that has been updated since this "
        "transaction started. The transaction was aborted.",
    ),
    server(
        86,
        "42000",
        41305,
        "The current transaction failed to commit due to a repeatable read validation failure.",
    ),
    server(
        86,
        "42000",
        41325,
        "The current transaction failed to commit due to a serializable validation failure.",
    ),
    server(86, "42000", 41839, "Too many commit dependencies.", without=NUMBERLESS),
    server(
        87,
        "HY000",
        1204,
        "The instance of the SQL Server Database Engine cannot obtain a LOCK resource at this "
        "time. Rerun your statement when there are fewer active users.",
    ),
    server(
        87,
        "42000",
        701,
        "There is insufficient system memory in resource pool 'default' to run this query.",
    ),
    server(
        87,
        "42000",
        8645,
        "A timeout occurred while waiting for memory resources to execute the query in resource "
        "pool 'default' (2). Rerun the query.",
    ),
    server(
        87,
        "42000",
        8628,
        "A time out occurred while waiting to optimize the query. Rerun the query.",
    ),
    server(
        88,
        "HY000",
        596,
        "Cannot continue the execution because the session is in the kill state.",
    ),
    client(89, "HYT00", 0, "Query timeout expired", function="SQLExecDirectW"),
    client(89, "HYT00", 0, "Query timeout expired", function="SQLFetch"),
    server(90, "42000", 3971, "The server failed to resume the transaction. Desc:3e00000001."),
    server(
        90,
        "42000",
        3989,
        "New request is not allowed to start because it should come with valid transaction "
        "descriptor.",
    ),
    server(
        91,
        "42000",
        3930,
        "The current transaction cannot be committed and cannot support operations that write to "
        "the log file. Roll back the transaction.",
    ),
    server(
        91,
        "42000",
        3998,
        "Uncommittable transaction is detected at the end of the batch. The transaction is rolled "
        "back.",
    ),
    server(
        92,
        "25000",
        3902,
        "The COMMIT TRANSACTION request has no corresponding BEGIN TRANSACTION.",
    ),
    server(
        92,
        "25000",
        3903,
        "The ROLLBACK TRANSACTION request has no corresponding BEGIN TRANSACTION.",
    ),
    raising(93, lambda: raised(utils.ProgrammingError(ATOMIC)), hidden_link_failure),
    pasted(
        93,
        f"django.db.utils.ProgrammingError: {ATOMIC}",
        "Traceback (most recent call last):\n"
        f'pyodbc.OperationalError: ("08S01", "{LOST}")\n\n'
        "During handling of the above exception, another exception occurred:\n\n"
        "Traceback (most recent call last):\n"
        f"django.db.utils.ProgrammingError: {ATOMIC}\n",
    ),
    raising(94, lambda: raised(TransactionManagementError(BROKEN))),
    pasted(94, f"django.db.transaction.TransactionManagementError: {BROKEN}"),
    any_server(
        95,
        "HY000",
        40501,
        "The service is currently busy. Retry the request after 10 seconds.",
        function="SQLEndTran",
        without=PHASELESS,
    ),
    any_server(
        95,
        "HY000",
        596,
        "Cannot continue the execution because the session is in the kill state.",
        function="SQLEndTran",
        without=PHASELESS,
    ),
    any_server(
        95,
        "HY000",
        35217,
        "Something severe that no catalogue has.",
        function="SQLEndTran",
        without=PHASELESS,
    ),
    pasted(
        84,
        "pymssql.OperationalError: (1205, b'Transaction (Process ID 86) was deadlocked on lock "
        "resources with another process and has been chosen as the deadlock victim. Rerun the "
        "transaction.DB-Lib error message 20018')",
        "Msg 1205, Level 13, State 51, Procedure dbo.foo, Line 12\nTransaction (Process ID 86) was "
        "deadlocked on thread resources with another process",
    ),
    pasted(
        91,
        "The current transaction cannot be committed and cannot be rolled back to a savepoint. "
        "Roll back the entire transaction.",
    ),
)
