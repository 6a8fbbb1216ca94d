"""The dynamic management views without a wire: whose rows are seen, and what they say."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.standin.activity import ClientFacts
from tests.standin.counters import BATCH, RPC, TRANSACTION, RequestRecord
from tests.standin.execution import server_state
from tests.standin.profiles import (
    AZURE_SQL_DATABASE,
    FABRIC,
    MANAGED_INSTANCE,
    SQLSERVER2019,
    SQLSERVER2022,
    Profile,
)
from tests.standin.rights import Denial
from tests.standin.sql_engine import SqlEngine
from tests.test_standin.execution.client import Client

#: Seconds; only a broken test waits for it.
LIMIT = 20
SESSION_IDS = "SELECT session_id FROM sys.dm_exec_sessions WHERE is_user_process = 1"
NOBODY = replace(SQLSERVER2022, view_server_state=False)
OLD_NOBODY = replace(SQLSERVER2019, view_server_state=False)
AZURE_S3 = replace(AZURE_SQL_DATABASE, service_objective="S3")
ASKED = RequestRecord(BATCH, "SELECT 1")


@pytest.fixture(autouse=True)
def _together(client: Client, other: Client) -> None:
    """Both are sessions of one server."""
    for one in (client, other):
        one.session.sessions = lambda: (client.session, other.session)


def become(client: Client, profile: Profile) -> None:
    """A new login on the same engine."""
    client.close()
    client.session.engine_state = None
    client.session.profile = profile


def test_everybodys_sessions_are_seen_with_view_server_state(client: Client) -> None:
    assert client.rows(SESSION_IDS) == [(51,), (52,)]
    assert client.rows("SELECT session_id FROM sys.dm_exec_connections") == [(51,), (52,)]


def test_the_servers_own_session_has_no_host_and_no_program(client: Client) -> None:
    own = "SELECT host_name, program_name, host_process_id, status FROM sys.dm_exec_sessions"
    assert client.rows(f"{own} WHERE is_user_process = 0") == [(None, None, None, "sleeping")]


@pytest.mark.parametrize("profile", [NOBODY, OLD_NOBODY], ids=["2022", "2019"])
def test_without_the_permission_only_the_own_session_is_seen(
    client: Client, other: Client, profile: Profile
) -> None:
    become(client, profile)
    assert client.rows("SELECT session_id FROM sys.dm_exec_sessions") == [(51,)]
    with client.session.activity.answering(ASKED), other.session.activity.answering(ASKED):
        assert client.rows("SELECT session_id FROM sys.dm_exec_requests") == [(51,)]


@pytest.mark.parametrize(
    ("profile", "permission"),
    [(NOBODY, "VIEW SERVER SECURITY STATE"), (OLD_NOBODY, "VIEW SERVER STATE")],
    ids=["2022", "2019"],
)
def test_connections_are_refused_with_300_and_297(
    client: Client, profile: Profile, permission: str
) -> None:
    become(client, profile)
    first, second = client.failures("SELECT 1 FROM sys.dm_exec_connections")
    assert (first.number, second.number) == (300, 297)
    assert first.message.startswith(f"{permission} permission was denied on object 'server'")
    view = "sys.dm_os_waiting_tasks"
    assert client.numbers(f"SELECT 1 AS one WHERE EXISTS (SELECT 1 FROM {view})") == [300, 297]
    assert client.numbers("SELECT * FROM sys.dm_hadr_database_replica_states") == [300, 297]


def test_half_of_the_permission_shows_sessions_but_no_connections(client: Client) -> None:
    become(client, replace(NOBODY, granted=("VIEW SERVER PERFORMANCE STATE",)))
    assert client.rows(SESSION_IDS) == [(51,), (52,)]
    assert client.numbers("SELECT 1 FROM sys.dm_exec_connections") == [300, 297]


def test_sa_sees_everything_whatever_the_profile_says(client: Client) -> None:
    become(client, NOBODY)
    client.session.login = "sa"
    assert client.rows(SESSION_IDS) == [(51,), (52,)]


def test_azure_shows_the_sessions_of_the_own_database(client: Client, other: Client) -> None:
    become(client, AZURE_S3)
    assert client.rows("SELECT session_id FROM sys.dm_exec_sessions") == [(51,), (52,)]
    other.run("USE master")
    assert client.rows("SELECT session_id FROM sys.dm_exec_sessions") == [(51,)]
    become(client, replace(AZURE_S3, denials=(Denial("VIEW DATABASE STATE"),)))
    assert client.numbers("SELECT 1 FROM sys.dm_exec_connections") == [262, 297]


def test_a_small_service_objective_closes_connections_and_waits(client: Client) -> None:
    become(client, AZURE_SQL_DATABASE)
    assert client.numbers("SELECT 1 FROM sys.dm_exec_connections") == [300, 297]
    assert client.numbers("SELECT 1 FROM sys.dm_os_waiting_tasks") == [300, 297]
    assert client.rows("SELECT slo_name, max_sessions FROM sys.dm_user_db_resource_governance") == [
        ("S0", 600)
    ]


@pytest.mark.parametrize(
    ("profile", "view"),
    [
        (SQLSERVER2022, "dm_user_db_resource_governance"),
        (SQLSERVER2022, "dm_database_replica_states"),
        (MANAGED_INSTANCE, "dm_user_db_resource_governance"),
        (FABRIC, "dm_user_db_resource_governance"),
        (AZURE_SQL_DATABASE, "dm_hadr_database_replica_states"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_a_view_of_another_product_is_208(client: Client, profile: Profile, view: str) -> None:
    become(client, profile)
    assert client.numbers(f"SELECT * FROM sys.{view}") == [208]


def test_a_session_is_running_while_it_answers(client: Client, other: Client) -> None:
    asked = "SELECT status FROM sys.dm_exec_sessions WHERE session_id = 52"
    assert client.value(asked) == "sleeping"
    with other.session.activity.answering(ASKED):
        assert client.value(asked) == "running"
    assert client.value(asked) == "sleeping"


def test_times_of_a_request(client: Client, other: Client) -> None:
    times = (
        "SELECT YEAR(last_request_start_time), YEAR(last_request_end_time),"
        " DATEDIFF(minute, login_time, GETDATE())"
        " FROM sys.dm_exec_sessions WHERE session_id = 52"
    )
    assert client.rows(times) == [(1900, 1900, 0)]
    with other.session.activity.answering(ASKED):
        pass
    ((started, ended, since),) = client.rows(times)
    assert (started > 2000, ended > 2000, since) == (True, True, 0)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("asked", "command"),
    [
        (RequestRecord(TRANSACTION, "TM_COMMIT"), "COMMIT TRANSACTION"),
        (RequestRecord(RPC, "sp_rename", "sp_rename"), "SP_RENAME"),
        (RequestRecord(RPC, "x" * 40, "x" * 40), "X" * 32),
    ],
    ids=["transaction", "procedure", "long name"],
)
def test_a_request_without_a_statement_has_a_command(
    client: Client, other: Client, asked: RequestRecord, command: str
) -> None:
    with other.session.activity.answering(asked):
        found = client.rows(
            "SELECT command, status, blocking_session_id, wait_type FROM sys.dm_exec_requests"
            " WHERE session_id = 52"
        )
    assert found == [(command, "running", 0, None)]


def test_an_open_transaction_and_settings_are_seen(client: Client, other: Client) -> None:
    other.run(
        "BEGIN TRAN; BEGIN TRAN; SET LOCK_TIMEOUT 5; SET TRANSACTION ISOLATION LEVEL SNAPSHOT"
    )
    assert client.rows(
        "SELECT open_transaction_count, lock_timeout, transaction_isolation_level,"
        " DB_NAME(database_id) FROM sys.dm_exec_sessions WHERE session_id = 52"
    ) == [(2, 5, 5, "app")]


@pytest.fixture
def third(engine: SqlEngine) -> Iterator[Client]:
    client = Client(engine, spid=53)
    yield client
    client.close()


def test_a_blocked_request_says_who_blocks_it(client: Client, other: Client, third: Client) -> None:
    client.session.sessions = lambda: (client.session, other.session, third.session)
    client.run("CREATE TABLE t (a int)")
    other.run("BEGIN TRAN; INSERT INTO t VALUES (1)")

    def wait() -> None:
        with third.session.activity.answering(ASKED):
            third.run("UPDATE t SET a = 2")

    waiter = threading.Thread(target=wait)
    waiter.start()
    try:
        blocked = until_rows(
            client,
            "SELECT session_id, status, command, blocking_session_id, wait_type, wait_resource"
            " FROM sys.dm_exec_requests WHERE blocking_session_id <> 0",
        )
        tasks = client.rows(
            "SELECT session_id, wait_type, blocking_session_id FROM sys.dm_os_waiting_tasks"
        )
    finally:
        other.run("COMMIT")
        waiter.join(LIMIT)
    assert blocked == [(53, "suspended", "UPDATE", 52, "LCK_M_X", "DATABASE: 5:0")]
    assert tasks == [(53, "LCK_M_X", 52)]
    assert client.rows("SELECT * FROM sys.dm_os_waiting_tasks") == []


def until_rows(client: Client, query: str) -> list[tuple[object, ...]]:
    """The rows of a query as soon as there are some."""
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline:
        rows = client.rows(query)
        if rows:
            return rows
    raise TimeoutError(query)


def test_waitfor_is_a_wait(client: Client, other: Client) -> None:
    seen: list[object] = []
    other.session.pause = lambda seconds: seen.extend(
        client.rows("SELECT command, status, wait_type FROM sys.dm_exec_requests")
    )
    client.session.profile = AZURE_S3
    with other.session.activity.answering(ASKED):
        other.run("WAITFOR DELAY '00:00:05'")
    assert seen == [("WAITFOR", "suspended", "WAITFOR")]


@pytest.mark.parametrize("role", ["PRIMARY", "SECONDARY"])
def test_a_replica_says_its_role(client: Client, role: str) -> None:
    become(client, replace(SQLSERVER2022, replica_role=role))
    primary = role == "PRIMARY"
    assert client.value("SELECT sys.fn_hadr_is_primary_replica(DB_NAME())") is primary
    assert client.rows(
        "SELECT is_primary_replica, is_local FROM sys.dm_hadr_database_replica_states"
        " WHERE database_id = DB_ID()"
    ) == [(primary, True)]
    in_group = "SELECT COUNT(replica_id) FROM sys.databases WHERE name"
    assert client.value(f"{in_group} = 'app'") == 1
    assert client.value(f"{in_group} = 'master'") == 0


def test_no_availability_group_no_role(client: Client) -> None:
    assert client.value("SELECT sys.fn_hadr_is_primary_replica('app')") is None
    assert client.value("SELECT sys.fn_hadr_is_primary_replica('missing')") is None
    assert client.rows("SELECT * FROM sys.dm_hadr_database_replica_states") == []


def test_the_role_takes_view_server_state_and_no_azure(client: Client) -> None:
    role = "SELECT sys.fn_hadr_is_primary_replica('app')"
    become(client, NOBODY)
    assert client.numbers(role) == [300, 297]
    become(client, AZURE_S3)
    assert client.numbers(role) == [4121]
    assert client.value("SELECT is_primary_replica FROM sys.dm_database_replica_states") is True


def test_an_unhealthy_database_is_the_users_not_the_servers(client: Client) -> None:
    become(client, replace(SQLSERVER2022, database_state="SUSPECT", user_access="RESTRICTED_USER"))
    state = (
        "SELECT state, state_desc, user_access, user_access_desc,"
        " CAST(DATABASEPROPERTYEX(name, 'Status') AS nvarchar(60)) FROM sys.databases WHERE name"
    )
    app = [(4, "SUSPECT", 2, "RESTRICTED_USER", "SUSPECT")]
    assert client.rows(f"{state} = 'app'") == app
    assert client.rows(f"{state} = 'master'") == [(0, "ONLINE", 0, "MULTI_USER", "ONLINE")]


def test_facts_of_the_own_connection(client: Client) -> None:
    client.session.client = ClientFacts(address="203.0.113.9", port=9, local_port=1433)
    asked = "SELECT CAST(CONNECTIONPROPERTY('{}') AS nvarchar(48))"
    names = ("protocol_type", "client_net_address", "local_tcp_port", "auth_scheme", "no such")
    found = [client.value(asked.format(name)) for name in names]
    assert found == ["TSQL", "203.0.113.9", "1433", "SQL", None]
    become(client, AZURE_S3)
    assert client.value(asked.format("local_tcp_port")) is None
    assert client.value("SELECT @@MAX_CONNECTIONS") == 32767


def has(name: str, scope: str = "NULL") -> str:
    return f"SELECT HAS_PERMS_BY_NAME(NULL, {scope}, '{name}')"


@pytest.mark.parametrize(
    ("profile", "answers"),
    [
        (SQLSERVER2022, (1, 1, 1, 1, 1)),
        (NOBODY, (0, 0, 0, 1, 1)),
        (replace(NOBODY, is_db_owner=False), (0, 0, 0, 0, 0)),
        (replace(NOBODY, granted=("VIEW SERVER SECURITY STATE",)), (0, 0, 1, 1, 1)),
        (OLD_NOBODY, (0, None, None, 1, None)),
        (SQLSERVER2019, (1, None, None, 1, None)),
        (AZURE_SQL_DATABASE, (None, None, None, 1, 1)),
        (replace(FABRIC, is_db_owner=False), (None, None, None, 0, 0)),
    ],
    ids=["2022", "nobody", "reader", "half", "old nobody", "2019", "azure", "fabric reader"],
)
def test_has_perms_by_name_knows_the_state(
    client: Client, profile: Profile, answers: tuple[int | None, ...]
) -> None:
    become(client, profile)
    on_server = ("VIEW SERVER STATE", "VIEW SERVER PERFORMANCE STATE", "VIEW SERVER SECURITY STATE")
    found = [client.value(has(name)) for name in on_server]
    found.append(client.value(has("VIEW DATABASE STATE", "'DATABASE'")))
    found.append(client.value(has("VIEW DATABASE PERFORMANCE STATE", "'database'")))
    assert tuple(found) == answers


def test_a_permission_of_the_other_scope_is_null(client: Client) -> None:
    assert client.value(has("VIEW DATABASE STATE")) is None
    assert client.value(has("VIEW SERVER STATE", "'DATABASE'")) is None
    assert client.value(has("VIEW SERVER STATE", "N'SERVER'")) == 1


# --- READ_ONLY ------------------------------------------------------------------------------------

WRITES = (
    "INSERT INTO t VALUES (2)",
    "UPDATE t SET a = 3",
    "DELETE FROM t",
    "INSERT INTO t EXEC ('SELECT 1')",
    "SELECT a INTO copied FROM t",
    "CREATE TABLE u (a int)",
    "DROP TABLE t",
    "CREATE SCHEMA s",
    "TRUNCATE TABLE t",
    "EXEC sp_rename 't', 'u'",
)
TEMPORARY = (
    "CREATE TABLE #t (a int); INSERT INTO #t VALUES (1); SELECT a INTO #u FROM t; DROP TABLE #t, #u"
)


@pytest.mark.parametrize("write", WRITES)
def test_a_read_only_database_refuses_writes_with_3906(
    client: Client, other: Client, write: str
) -> None:
    client.run("CREATE TABLE t (a int); INSERT INTO t VALUES (1)")
    other.close()
    client.run("ALTER DATABASE app SET READ_ONLY")
    assert client.numbers(write) == [3906]
    client.run("ALTER DATABASE CURRENT SET READ_WRITE WITH NO_WAIT")
    assert client.rows("SELECT a FROM t") == [(1,)]
    assert 3906 not in client.numbers(write)


def test_a_read_only_database_can_be_read_and_says_so(client: Client, other: Client) -> None:
    client.run("CREATE TABLE t (a int); INSERT INTO t VALUES (1)")
    ended: list[str] = []
    other.run("SELECT 1")
    other.session.end = lambda: ended.append("other")
    assert client.numbers("ALTER DATABASE app SET READ_ONLY WITH NO_WAIT") == [5070]
    client.run("ALTER DATABASE app SET READ_ONLY WITH ROLLBACK IMMEDIATE")
    assert ended == ["other"]
    assert client.rows("SELECT a FROM t WITH (UPDLOCK)") == [(1,)]
    assert client.rows(
        "SELECT is_read_only, CAST(DATABASEPROPERTYEX(name, 'Updateability') AS nvarchar(60))"
        " FROM sys.databases WHERE name IN ('app', 'tempdb') ORDER BY name"
    ) == [(True, "READ_ONLY"), (False, "READ_WRITE")]
    client.run(TEMPORARY)


def test_a_secondary_replica_is_read_only_without_the_option(client: Client) -> None:
    client.run("CREATE TABLE t (a int)")
    become(client, replace(SQLSERVER2022, replica_role="SECONDARY", updateability="READ_ONLY"))
    assert client.numbers("INSERT INTO t VALUES (1)") == [3906]
    assert client.rows(
        "SELECT is_read_only, CAST(DATABASEPROPERTYEX(name, 'Updateability') AS nvarchar(60))"
        " FROM sys.databases WHERE name = 'app'"
    ) == [(False, "READ_ONLY")]
    client.run(TEMPORARY)


@pytest.mark.parametrize("change", ["SINGLE_USER", "READ_ONLY WITH ROLLBACK AFTER 5", "OFFLINE"])
def test_what_else_a_database_can_be_set_to_is_refused(client: Client, change: str) -> None:
    assert client.numbers(f"ALTER DATABASE app SET {change}") == [50000]


def test_nobody_asks_nobody_pays(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows of the views are only made for a statement that names one."""
    asked: list[str] = []

    def rows(view: str, *arguments: object) -> list[object]:
        asked.append(view)
        return []

    monkeypatch.setattr(server_state, "rows", rows)
    client.run("SELECT name FROM sys.databases; SELECT @@SPID, HOST_NAME(), APP_NAME()")
    client.run("SELECT * FROM sys.dm_exec_sessions")
    assert set(asked) == {"dm_exec_sessions"}
