"""What the health checks ask the server beyond ``SELECT 1``: two statements, one row each.

:data:`RIGHTS` says which views may be read. :func:`statement` then joins the sections that may be
into one statement; each section is a query that gives exactly one row of short scalar columns,
whatever it finds. So the answer is one row well below 4,096 bytes, the usual packet: when
``execute`` returns all of it is here, and no fetch waits for the network. (mssql-python holds
Python's global lock in ``fetchone``.) A section can also be asked alone.

Nothing here waits for the application's locks. Dynamic management views show what the engine holds
in memory, and metadata is read as READ COMMITTED whatever the session's level is (Microsoft Learn,
"Metadata access, isolation levels and lock hints"): only another session's ALTER DATABASE of this
very database can make the row of sys.databases wait, and the query time-out ends that.

Sources, Microsoft Learn: sys.dm_exec_sessions, sys.dm_exec_connections, sys.dm_os_waiting_tasks,
sys.dm_hadr_database_replica_states, sys.dm_database_replica_states (Azure SQL Database),
sys.dm_user_db_resource_governance (Azure SQL Database), sys.databases, "Server configuration: user
connections", @@MAX_CONNECTIONS, CONNECTIONPROPERTY, DATABASEPROPERTYEX, HAS_PERMS_BY_NAME, and
"Permissions: dynamic management views" for what SQL Server 2022 asks for.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

#: engine_edition (int), and whether the login has a permission (int: 1, 0, or NULL where this
#: product has no permission of that name or scope).
RIGHTS: Final = """\
SELECT CAST(SERVERPROPERTY('EngineEdition') AS int) AS engine_edition,
 HAS_PERMS_BY_NAME(NULL, NULL, 'VIEW SERVER STATE') AS server_state,
 HAS_PERMS_BY_NAME(NULL, NULL, 'VIEW SERVER PERFORMANCE STATE') AS server_performance,
 HAS_PERMS_BY_NAME(NULL, NULL, 'VIEW SERVER SECURITY STATE') AS server_security,
 HAS_PERMS_BY_NAME(NULL, 'DATABASE', 'VIEW DATABASE STATE') AS database_state,
 HAS_PERMS_BY_NAME(NULL, 'DATABASE', 'VIEW DATABASE PERFORMANCE STATE') AS database_performance,
 HAS_PERMS_BY_NAME(NULL, 'DATABASE', 'VIEW DATABASE SECURITY STATE') AS database_security"""

#: SERVERPROPERTY('EngineEdition') of Azure SQL Database and of SQL database in Fabric, where the
#: database is what has permissions and limits. (8 is Managed Instance, which is like the product.)
OF_ONE_DATABASE: Final = frozenset({5, 12})
#: Editions of the product itself: Standard, Enterprise (and Developer), Express.
OF_THE_PRODUCT: Final = frozenset({2, 3, 4})


class Section(enum.Enum):
    """What one part of the statement is about."""

    SESSION = "session"
    DATABASE = "database"
    ENCRYPTION = "encryption"
    SESSIONS = "sessions"
    LIMIT = "limit"
    BLOCKED = "blocked"
    REPLICA = "replica"


#: auth_scheme, updateability (nvarchar). No permission is needed.
_SESSION: Final = """\
SELECT CAST(CONNECTIONPROPERTY('auth_scheme') AS nvarchar(40)) AS auth_scheme,
 CAST(DATABASEPROPERTYEX(DB_NAME(), 'Updateability') AS nvarchar(60)) AS updateability"""

#: state (nvarchar), rcsi, in_group (int 0/1); NULL when the login does not see the row. It is found
#: by name: on Azure SQL Database DB_ID() need not be the database_id of sys.databases (DB_ID).
_DATABASE: Final = """\
SELECT MAX(d.state_desc) AS state,
 MAX(CAST(d.is_read_committed_snapshot_on AS int)) AS rcsi,
 MAX(CASE WHEN d.replica_id IS NULL THEN 0 ELSE 1 END) AS in_group
FROM sys.databases AS d WHERE d.name = DB_NAME()"""

#: encrypt_option (nvarchar 'TRUE'/'FALSE').
_ENCRYPTION: Final = """\
SELECT MAX(c.encrypt_option) AS encrypt_option
FROM sys.dm_exec_connections AS c WHERE c.session_id = @@SPID"""

#: sessions (int) of all users; of this host and program: own, own_running, own_sleeping,
#: own_dormant, idle_open (sleeping with an open transaction), idle_seconds (of the one that has
#: slept longest). The view without the permission shows the own session alone. A session without
#: a finished request has last_request_end_time 1900-01-01, too long ago for DATEDIFF in seconds.
_SESSIONS: Final = """\
SELECT COUNT(*) AS sessions,
 SUM(o.is_own) AS own,
 SUM(CASE WHEN o.status = 'running' THEN o.is_own ELSE 0 END) AS own_running,
 SUM(CASE WHEN o.status = 'sleeping' THEN o.is_own ELSE 0 END) AS own_sleeping,
 SUM(CASE WHEN o.status = 'dormant' THEN o.is_own ELSE 0 END) AS own_dormant,
 SUM(CASE WHEN o.status = 'sleeping' AND o.open_count > 0 THEN o.is_own ELSE 0 END) AS idle_open,
 DATEDIFF(second, MIN(CASE WHEN o.is_own = 1 AND o.status = 'sleeping' AND o.open_count > 0
  AND o.ended > '20000101' THEN o.ended ELSE GETDATE() END), GETDATE()) AS idle_seconds
FROM (SELECT LOWER(s.status) AS status, s.open_transaction_count AS open_count,
  s.last_request_end_time AS ended,
  CASE WHEN s.host_name = HOST_NAME() AND s.program_name = APP_NAME() THEN 1 ELSE 0 END AS is_own
 FROM sys.dm_exec_sessions AS s WHERE s.is_user_process = 1) AS o"""

#: blocked (int): sessions of this host and program that wait for a lock, and blocked_seconds of the
#: longest wait. (sys.dm_exec_requests shows only the own session on Azure SQL Database.)
_BLOCKED: Final = """\
SELECT COUNT(DISTINCT w.session_id) AS blocked,
 CAST(MAX(w.wait_duration_ms) / 1000 AS int) AS blocked_seconds
FROM sys.dm_os_waiting_tasks AS w
 JOIN sys.dm_exec_sessions AS s ON s.session_id = w.session_id
WHERE LEFT(w.wait_type, 4) = 'LCK_'
 AND s.host_name = HOST_NAME() AND s.program_name = APP_NAME()"""

#: session_limit (int): sessions that the database may have.
_LIMIT_OF_DATABASE: Final = """\
SELECT MAX(g.max_sessions) AS session_limit
FROM sys.dm_user_db_resource_governance AS g WHERE g.database_id = DB_ID()"""

#: session_limit (int): what is configured, 0 for as many as the product can (max_connections, int).
#: Everybody may read it. (The page of @@MAX_CONNECTIONS does not name Azure SQL Database.)
_LIMIT_OF_SERVER: Final = """\
SELECT MAX(CAST(c.value_in_use AS int)) AS session_limit,
 CAST(@@MAX_CONNECTIONS AS int) AS max_connections
FROM sys.configurations AS c WHERE c.name = 'user connections'"""

#: replicas, primaries (int, NULL without replicas): the local replica of this database.
_REPLICA: Final = """\
SELECT COUNT(*) AS replicas,
 SUM(CASE WHEN r.is_primary_replica = 1 THEN 1 ELSE 0 END) AS primaries
FROM {view} AS r WHERE r.is_local = 1 AND r.database_id = DB_ID()"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What the login may read: sessions and waits of all, and the own connection's encryption.

    SQL Server 2022 split VIEW SERVER STATE in a PERFORMANCE and a SECURITY part; on Azure SQL
    Database the permissions are on the database.
    """

    engine_edition: int
    sees_sessions: bool
    sees_connections: bool

    @property
    def is_one_database(self) -> bool:
        return self.engine_edition in OF_ONE_DATABASE

    @property
    def is_product(self) -> bool:
        return self.engine_edition in OF_THE_PRODUCT


NO_RIGHTS: Final = Rights(engine_edition=0, sees_sessions=False, sees_connections=False)


def sections(rights: Rights) -> dict[Section, str]:
    """The sections that may be asked here -> their queries."""
    asked = {Section.SESSION: _SESSION, Section.DATABASE: _DATABASE}
    if rights.sees_connections:
        asked[Section.ENCRYPTION] = _ENCRYPTION
    if not rights.is_one_database:
        asked[Section.LIMIT] = _LIMIT_OF_SERVER
    if rights.sees_sessions:
        asked |= _of_sessions(rights)
    return asked


def _of_sessions(rights: Rights) -> dict[Section, str]:
    asked = {Section.SESSIONS: _SESSIONS, Section.BLOCKED: _BLOCKED}
    if rights.is_one_database:
        asked[Section.LIMIT] = _LIMIT_OF_DATABASE
        view = "sys.dm_database_replica_states"
    else:
        view = "sys.dm_hadr_database_replica_states"
    asked[Section.REPLICA] = _REPLICA.format(view=view)
    return asked


def statement(queries: Iterable[str]) -> str:
    """One statement, one row: the columns of all ``queries`` beside each other."""
    joined = "\nCROSS JOIN ".join(
        f"({query}) AS part{number}" for number, query in enumerate(queries, start=1)
    )
    return f"SELECT * FROM {joined}"  # noqa: S608 - constants of this module
