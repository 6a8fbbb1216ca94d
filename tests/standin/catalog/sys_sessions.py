"""The dynamic management views: sessions, connections, requests, waits, replicas and limits.

Columns, types and what may be NULL: the page of each view on Microsoft Learn, for SQL Server 2022.
Their rows come from the engine through ``Runtime.server_state``; a column written without a value
is in them under its own name.
"""

from __future__ import annotations

import json
import re
from typing import Final

from tests.standin.catalog.sys_server import GROUP_DATABASE_ID, GROUP_ID, REPLICA_ID
from tests.standin.catalog.view_definition import ViewDefinition, system_view
from tests.standin.runtime import Runtime, sqlite_function

#: SET options that a session and a request both show; the stand-in knows one value of each.
_OPTIONS: Final = """
    quoted_identifier            bit!            1
    arithabort                   bit!
    ansi_null_dflt_on            bit!            1
    ansi_defaults                bit!            1
    ansi_warnings                bit!            1
    ansi_padding                 bit!            1
    ansi_nulls                   bit!            1
    concat_null_yields_null      bit!            1
    transaction_isolation_level  smallint!
    lock_timeout                 int!
    deadlock_priority            int!            0
    row_count                    bigint!
    prev_error                   int!
"""
_LANGUAGE: Final = """
    text_size                    int!            2147483647
    language                     nvarchar(128)
    date_format                  nvarchar(3)
    date_first                   smallint!
"""
_REPLICA: Final = f"""
    database_id                  int
    group_id                     uniqueidentifier {GROUP_ID}
    replica_id                   uniqueidentifier {REPLICA_ID}
    group_database_id            uniqueidentifier {GROUP_DATABASE_ID}
    is_local                     bit             1
    is_primary_replica           bit
    synchronization_state        tinyint         2
    synchronization_state_desc   nvarchar(60)    'SYNCHRONIZED'
    is_commit_participant        bit             1
    synchronization_health       tinyint         2
    synchronization_health_desc  nvarchar(60)    'HEALTHY'
    database_state               tinyint         NULL
    database_state_desc          nvarchar(60)
    is_suspended                 bit             0
    suspend_reason               tinyint         NULL
    suspend_reason_desc          nvarchar(60)    NULL
    log_send_queue_size          bigint          0
    redo_queue_size              bigint          0
    secondary_lag_seconds        bigint          0
"""
_NAME_AND_TYPE: Final = re.compile(r"\s*(\w+)\s+\S+\s*")


@sqlite_function("standin_server_state", 1, runtime=True)
def _server_state(runtime: Runtime, view: str) -> str:
    return json.dumps(runtime.server_state(view))


def _view(name: str, columns: str) -> ViewDefinition:
    lines = (_with_value(line) for line in columns.splitlines())
    source = f"json_each(standin_server_state('{name}')) AS b"
    return system_view("sys", name, "\n".join(lines), source, server_wide=True)


def _with_value(line: str) -> str:
    match = _NAME_AND_TYPE.fullmatch(line)
    return line if match is None else f"{line} b.value ->> '{match[1]}'"


VIEWS: Final[tuple[ViewDefinition, ...]] = (
    _view(
        "dm_exec_sessions",
        f"""
    session_id                   smallint!
    login_time                   datetime!
    host_name                    nvarchar(128)
    program_name                 nvarchar(128)
    host_process_id              int
    client_version               int
    client_interface_name        nvarchar(32)
    security_id                  varbinary(85)!  x'01'
    login_name                   nvarchar(128)!
    nt_domain                    nvarchar(128)   NULL
    nt_user_name                 nvarchar(128)   NULL
    status                       nvarchar(30)!
    context_info                 varbinary(128)  NULL
    cpu_time                     int!            0
    memory_usage                 int!            0
    total_scheduled_time         int!            0
    total_elapsed_time           int!
    endpoint_id                  int!            4
    last_request_start_time      datetime!
    last_request_end_time        datetime
    reads                        bigint!         0
    writes                       bigint!         0
    logical_reads                bigint!         0
    is_user_process              bit!
    {_LANGUAGE}
    {_OPTIONS}
    original_security_id         varbinary(85)!  x'01'
    original_login_name          nvarchar(128)!
    last_successful_logon        datetime        NULL
    last_unsuccessful_logon      datetime        NULL
    unsuccessful_logons          bigint          NULL
    group_id                     int!            2
    database_id                  smallint
    authenticating_database_id   int             0
    open_transaction_count       int!
    """,
    ),
    _view(
        "dm_exec_connections",
        """
    session_id                   int
    most_recent_session_id       int             b.value ->> 'session_id'
    connect_time                 datetime!
    net_transport                nvarchar(40)!
    protocol_type                nvarchar(40)    'TSQL'
    protocol_version             int
    endpoint_id                  int             4
    encrypt_option               nvarchar(40)!
    auth_scheme                  nvarchar(40)!
    node_affinity                smallint!       0
    num_reads                    int
    num_writes                   int
    last_read                    datetime
    last_write                   datetime
    net_packet_size              int
    client_net_address           varchar(48)
    client_tcp_port              int
    local_net_address            varchar(48)
    local_tcp_port               int
    connection_id                uniqueidentifier!
    parent_connection_id         uniqueidentifier NULL
    most_recent_sql_handle       varbinary(64)   NULL
    """,
    ),
    _view(
        "dm_exec_requests",
        f"""
    session_id                   smallint!
    request_id                   int!            0
    start_time                   datetime!
    status                       nvarchar(30)!
    command                      nvarchar(32)!
    sql_handle                   varbinary(64)   NULL
    statement_start_offset       int             NULL
    statement_end_offset         int             NULL
    plan_handle                  varbinary(64)   NULL
    database_id                  smallint!
    user_id                      int!            1
    connection_id                uniqueidentifier
    blocking_session_id          smallint
    wait_type                    nvarchar(60)
    wait_time                    int!
    last_wait_type               nvarchar(60)!
    wait_resource                nvarchar(256)!
    open_transaction_count       int!
    open_resultset_count         int!            1
    transaction_id               bigint!         0
    context_info                 varbinary(128)  NULL
    percent_complete             real!           0.0
    estimated_completion_time    bigint!         0
    cpu_time                     int!            0
    total_elapsed_time           int!
    scheduler_id                 int             0
    task_address                 varbinary(8)    NULL
    reads                        bigint!         0
    writes                       bigint!         0
    logical_reads                bigint!         0
    {_LANGUAGE}
    {_OPTIONS}
    nest_level                   int!
    granted_query_memory         int!            0
    executing_managed_code       bit!            0
    group_id                     int!            2
    query_hash                   binary(8)       NULL
    query_plan_hash              binary(8)       NULL
    """,
    ),
    _view(
        "dm_os_waiting_tasks",
        """
    waiting_task_address         varbinary(8)    NULL
    session_id                   smallint
    exec_context_id              int             0
    wait_duration_ms             bigint
    wait_type                    nvarchar(60)
    resource_address             varbinary(8)    NULL
    blocking_task_address        varbinary(8)    NULL
    blocking_session_id          smallint
    blocking_exec_context_id     int             NULL
    resource_description         nvarchar(3072)
    """,
    ),
    _view("dm_hadr_database_replica_states", _REPLICA),
    _view("dm_database_replica_states", _REPLICA),
    _view(
        "dm_user_db_resource_governance",
        """
    database_id                  int
    server_name                  nvarchar(128)
    database_name                nvarchar(128)
    slo_name                     nvarchar(128)
    dtu_limit                    int             NULL
    cpu_limit                    int             NULL
    max_sessions                 int
    replica_type                 int
    """,
    ),
)
