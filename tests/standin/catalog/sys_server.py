"""Views about the server rather than the database: databases, configuration, time zones.

Columns: the pages of these views on Microsoft Learn, for SQL Server 2022; of sys.databases those
that tools read. The databases come from the engine through ``Runtime.databases``.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Final

from tests.standin.catalog.view_definition import ViewDefinition, system_view
from tests.standin.runtime import Runtime, sqlite_function


@sqlite_function("standin_databases", 0, runtime=True)
def _databases(runtime: Runtime) -> str:
    return json.dumps([asdict(database) for database in runtime.databases()])


@sqlite_function("standin_identity_current", 1, runtime=True)
def _identity_current(runtime: Runtime, object_id: int) -> int | None:
    return runtime.identity_current(object_id)


#: Of the zones Windows knows: those that tests and the sample use, with their names there.
_TIME_ZONES: Final = (
    ("Dateline Standard Time", "-12:00", 0),
    ("Pacific Standard Time", "-08:00", 0),
    ("Eastern Standard Time", "-05:00", 0),
    ("UTC", "+00:00", 0),
    ("GMT Standard Time", "+00:00", 0),
    ("W. Europe Standard Time", "+01:00", 0),
    ("India Standard Time", "+05:30", 0),
    ("Tokyo Standard Time", "+09:00", 0),
)


def _rows(rows: tuple[tuple[object, ...], ...]) -> str:
    quoted = (
        ", ".join("'" + v.replace("'", "''") + "'" if isinstance(v, str) else str(v) for v in row)
        for row in rows
    )
    return "(VALUES " + ", ".join(f"({row})" for row in quoted) + ")"


#: id, name, value, is_dynamic, is_advanced, description (sys.configurations).
_CONFIGURATIONS: Final = (
    (103, "user connections", 0, 0, 1, "Number of user connections allowed"),
    (1562, "clr enabled", 0, 1, 0, "CLR user code execution enabled in the server"),
    (1587, "clr strict security", 1, 1, 1, "CLR strict security enabled in the server"),
    (518, "show advanced options", 0, 1, 0, "show advanced options"),
    (115, "nested triggers", 1, 1, 0, "Allow triggers to be invoked within triggers"),
    (1534, "user options", 0, 1, 0, "user options"),
)

#: Codes of sys.databases for what is described beside them.
_USER_ACCESS: Final = (
    "CASE b.value ->> 'user_access' WHEN 'SINGLE_USER' THEN 1 WHEN 'RESTRICTED_USER' THEN 2 ELSE 0"
    " END"
)
_STATES: Final = (
    *("ONLINE", "RESTORING", "RECOVERING", "RECOVERY_PENDING", "SUSPECT", "EMERGENCY", "OFFLINE"),
    "COPYING",
)
_STATE: Final = (
    "CASE b.value ->> 'state' "
    + " ".join(f"WHEN '{name}' THEN {code}" for code, name in enumerate(_STATES))
    + " WHEN 'OFFLINE_SECONDARY' THEN 10 END"
)
#: The stand-in's one availability group.
GROUP_ID: Final = "'5E000000-0000-4000-8000-000000000001'"
REPLICA_ID: Final = "'5E000000-0000-4000-8000-000000000002'"
GROUP_DATABASE_ID: Final = "'5E000000-0000-4000-8000-000000000003'"
_IN_GROUP: Final = "b.value ->> 'is_primary_replica' IS NOT NULL"
_SNAPSHOT: Final = "b.value ->> 'snapshot_isolation' = 'ON'"
_PAGE_VERIFY: Final = (
    "CASE b.value ->> 'page_verify'"
    " WHEN 'CHECKSUM' THEN 2 WHEN 'TORN_PAGE_DETECTION' THEN 1 ELSE 0 END"
)

VIEWS: Final[tuple[ViewDefinition, ...]] = (
    system_view(
        "sys",
        "databases",
        f"""
        name                         sysname!      b.value ->> 'name'
        database_id                  int!          b.value ->> 'database_id'
        source_database_id           int           NULL
        owner_sid                    varbinary(85) x'01'
        create_date                  datetime!     b.value ->> 'created'
        compatibility_level          tinyint!      b.value ->> 'compatibility_level'
        collation_name               sysname       b.value ->> 'collation'
        user_access                  tinyint       {_USER_ACCESS}
        user_access_desc             nvarchar(60)  b.value ->> 'user_access'
        is_read_only                 bit           b.value ->> 'is_read_only'
        is_auto_close_on             bit!          b.value ->> 'auto_close'
        is_auto_shrink_on            bit           b.value ->> 'auto_shrink'
        state                        tinyint       {_STATE}
        state_desc                   nvarchar(60)  b.value ->> 'state'
        is_in_standby                bit           0
        is_cleanly_shutdown          bit           0
        is_supplemental_logging_enabled bit        0
        snapshot_isolation_state     tinyint       {_SNAPSHOT}
        snapshot_isolation_state_desc nvarchar(60) b.value ->> 'snapshot_isolation'
        is_read_committed_snapshot_on bit          b.value ->> 'read_committed_snapshot'
        recovery_model               tinyint       1
        recovery_model_desc          nvarchar(60)  'FULL'
        page_verify_option           tinyint       {_PAGE_VERIFY}
        page_verify_option_desc      nvarchar(60)  b.value ->> 'page_verify'
        is_auto_create_stats_on      bit           1
        is_auto_create_stats_incremental_on bit    0
        is_auto_update_stats_on      bit           1
        is_auto_update_stats_async_on bit          0
        is_ansi_null_default_on      bit           0
        is_ansi_nulls_on             bit           0
        is_ansi_padding_on           bit           0
        is_ansi_warnings_on          bit           0
        is_arithabort_on             bit           0
        is_concat_null_yields_null_on bit          0
        is_numeric_roundabort_on     bit           0
        is_quoted_identifier_on      bit           0
        is_recursive_triggers_on     bit           0
        is_cursor_close_on_commit_on bit           0
        is_local_cursor_default      bit           0
        is_fulltext_enabled          bit           0
        is_trustworthy_on            bit           0
        is_db_chaining_on            bit           0
        is_parameterization_forced   bit           0
        is_master_key_encrypted_by_server bit      0
        is_query_store_on            bit           0
        is_published                 bit           0
        is_subscribed                bit           0
        is_merge_published           bit           0
        is_distributor               bit           0
        is_sync_with_backup          bit           0
        service_broker_guid          uniqueidentifier '00000000-0000-0000-0000-000000000000'
        is_broker_enabled            bit           0
        log_reuse_wait               tinyint       0
        log_reuse_wait_desc          nvarchar(60)  'NOTHING'
        is_date_correlation_on       bit           0
        is_cdc_enabled               bit           0
        is_encrypted                 bit           0
        is_honor_broker_priority_on  bit           0
        replica_id                   uniqueidentifier iif({_IN_GROUP}, {REPLICA_ID}, NULL)
        group_database_id            uniqueidentifier iif({_IN_GROUP}, {GROUP_DATABASE_ID}, NULL)
        containment                  tinyint       0
        containment_desc             nvarchar(60)  'NONE'
        target_recovery_time_in_seconds int        60
        delayed_durability           int           0
        delayed_durability_desc      nvarchar(60)  'DISABLED'
        is_memory_optimized_elevate_to_snapshot_on bit 0
        """,
        "json_each(standin_databases()) AS b",
        server_wide=True,
    ),
    system_view(
        "sys",
        "configurations",
        """
        configuration_id  int!            c.column1
        name              nvarchar(35)!   c.column2
        value             int             c.column3
        minimum           int             0
        maximum           int             1
        value_in_use      int             c.column3
        description       nvarchar(255)!  c.column6
        is_dynamic        bit!            c.column4
        is_advanced       bit!            c.column5
        """,
        f"{_rows(_CONFIGURATIONS)} AS c",
        server_wide=True,
    ),
    system_view(
        "sys",
        "assemblies",
        """
        name             sysname!      NULL
        principal_id     int           NULL
        assembly_id      int!          NULL
        clr_name         nvarchar(4000) NULL
        permission_set   tinyint       NULL
        permission_set_desc nvarchar(60) NULL
        is_visible       bit!          NULL
        create_date      datetime!     NULL
        modify_date      datetime!     NULL
        is_user_defined  bit           NULL
        """,
        "(SELECT 1) WHERE 0",
    ),
    system_view(
        "sys",
        "time_zone_info",
        """
        name               sysname!     z.column1
        current_utc_offset nvarchar(6)! z.column2
        is_currently_dst   bit!         z.column3
        """,
        f"{_rows(_TIME_ZONES)} AS z",
        server_wide=True,
    ),
)
