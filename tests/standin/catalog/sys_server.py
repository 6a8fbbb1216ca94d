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
    (1562, "clr enabled", 0, 1, 0, "CLR user code execution enabled in the server"),
    (1587, "clr strict security", 1, 1, 1, "CLR strict security enabled in the server"),
    (518, "show advanced options", 0, 1, 0, "show advanced options"),
    (115, "nested triggers", 1, 1, 0, "Allow triggers to be invoked within triggers"),
    (1534, "user options", 0, 1, 0, "user options"),
)

_ACCESS: Final = "iif(b.value ->> 'single_user', 'SINGLE_USER', 'MULTI_USER')"
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
        user_access                  tinyint       b.value ->> 'single_user'
        user_access_desc             nvarchar(60)  {_ACCESS}
        is_read_only                 bit           0
        is_auto_close_on             bit!          b.value ->> 'auto_close'
        is_auto_shrink_on            bit           b.value ->> 'auto_shrink'
        state                        tinyint       0
        state_desc                   nvarchar(60)  'ONLINE'
        is_in_standby                bit           0
        is_cleanly_shutdown          bit           0
        snapshot_isolation_state     tinyint       {_SNAPSHOT}
        snapshot_isolation_state_desc nvarchar(60) b.value ->> 'snapshot_isolation'
        is_read_committed_snapshot_on bit          b.value ->> 'read_committed_snapshot'
        recovery_model               tinyint       1
        recovery_model_desc          nvarchar(60)  'FULL'
        page_verify_option           tinyint       {_PAGE_VERIFY}
        page_verify_option_desc      nvarchar(60)  b.value ->> 'page_verify'
        is_auto_create_stats_on      bit           1
        is_auto_update_stats_on      bit           1
        is_ansi_nulls_on             bit           0
        is_quoted_identifier_on      bit           0
        is_trustworthy_on            bit           0
        is_encrypted                 bit           0
        containment                  tinyint       0
        containment_desc             nvarchar(60)  'NONE'
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
