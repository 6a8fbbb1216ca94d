"""The questions the probes put to the server itself, one round trip each.

Columns are named so that readers never count. Each statement is a plain batch without parameters,
reads only metadata and takes no lock that an application could notice. Sources: Microsoft's
Transact-SQL reference for SERVERPROPERTY, CONNECTIONPROPERTY, DATABASEPROPERTYEX, sys.databases and
sys.dm_exec_connections. SERVERPROPERTY, CONNECTIONPROPERTY and DATABASEPROPERTYEX return
sql_variant, which not every driver reads, hence the casts. What is asked about the project's own
tables is in :mod:`.table_queries`.
"""

from __future__ import annotations

from typing import Final

#: login_name, original_login, user_name, default_schema (all sysname), is_sysadmin, is_db_owner
#: (int: 1, 0, or NULL when the server does not say), net_transport, auth_scheme (nvarchar).
SESSION: Final = """\
SELECT SUSER_SNAME() AS login_name,
 ORIGINAL_LOGIN() AS original_login,
 USER_NAME() AS user_name,
 SCHEMA_NAME() AS default_schema,
 IS_SRVROLEMEMBER('sysadmin') AS is_sysadmin,
 IS_ROLEMEMBER('db_owner') AS is_db_owner,
 CAST(CONNECTIONPROPERTY('net_transport') AS nvarchar(40)) AS net_transport,
 CAST(CONNECTIONPROPERTY('auth_scheme') AS nvarchar(40)) AS auth_scheme"""

#: encrypt_option (nvarchar 'TRUE'/'FALSE'). Needs VIEW SERVER STATE (VIEW SERVER SECURITY STATE
#: from SQL Server 2022 on, VIEW DATABASE STATE on Azure SQL Database): otherwise error 300 or 297.
ENCRYPTION: Final = """\
SELECT TOP (1) c.encrypt_option AS encrypt_option
FROM sys.dm_exec_connections AS c WHERE c.session_id = @@SPID"""

#: product_version, product_level, product_update_level, edition, collation, server_name (nvarchar,
#: NULL where the product has none), engine_edition (int), banner (nvarchar).
SERVER: Final = """\
SELECT CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(128)) AS product_version,
 CAST(SERVERPROPERTY('ProductLevel') AS nvarchar(128)) AS product_level,
 CAST(SERVERPROPERTY('ProductUpdateLevel') AS nvarchar(128)) AS product_update_level,
 CAST(SERVERPROPERTY('Edition') AS nvarchar(128)) AS edition,
 CAST(SERVERPROPERTY('EngineEdition') AS int) AS engine_edition,
 CAST(SERVERPROPERTY('Collation') AS nvarchar(128)) AS collation,
 CAST(SERVERPROPERTY('ServerName') AS nvarchar(128)) AS server_name,
 @@VERSION AS banner"""

#: name, state, user_access, updateability, snapshot_isolation, collation, tempdb_collation,
#: page_verify (nvarchar), read_committed_snapshot, auto_close, auto_shrink (int 0/1),
#: compatibility_level (int). No row when the login may not see its own database's row.
DATABASE: Final = """\
SELECT d.name AS name,
 d.state_desc AS state,
 d.user_access_desc AS user_access,
 CAST(DATABASEPROPERTYEX(d.name, 'Updateability') AS nvarchar(60)) AS updateability,
 CAST(d.is_read_committed_snapshot_on AS int) AS read_committed_snapshot,
 d.snapshot_isolation_state_desc AS snapshot_isolation,
 CAST(d.compatibility_level AS int) AS compatibility_level,
 d.collation_name AS collation,
 CAST(DATABASEPROPERTYEX('tempdb', 'Collation') AS nvarchar(128)) AS tempdb_collation,
 CAST(d.is_auto_close_on AS int) AS auto_close,
 CAST(d.is_auto_shrink_on AS int) AS auto_shrink,
 d.page_verify_option_desc AS page_verify
FROM sys.databases AS d WHERE d.database_id = DB_ID()"""

#: is_ddl_admin, may_change_schema, may_create_tables (int: 1, 0, or NULL when the server does not
#: say). A NULL securable of class DATABASE is the current database (Microsoft Learn,
#: HAS_PERMS_BY_NAME).
RIGHTS: Final = """\
SELECT IS_ROLEMEMBER('db_ddladmin') AS is_ddl_admin,
 HAS_PERMS_BY_NAME(QUOTENAME(SCHEMA_NAME()), 'SCHEMA', 'ALTER') AS may_change_schema,
 HAS_PERMS_BY_NAME(NULL, 'DATABASE', 'CREATE TABLE') AS may_create_tables"""

LATENCY: Final = "SELECT 1"
LATENCY_SAMPLES: Final = 20
