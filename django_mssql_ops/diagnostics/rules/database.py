"""The database: its state and the options that bite an application."""

from __future__ import annotations

from django_mssql_ops.diagnostics.facts import Facts, ServerFacts
from django_mssql_ops.diagnostics.lifecycle import EVERGREEN_EDITIONS, RELEASES
from django_mssql_ops.diagnostics.registry import Verdicts, error, info, rule, warning

#: OPENJSON and STRING_SPLIT do not exist below level 130; the other JSON functions do, and they are
#: the ones that mssql-django 2.0 uses (Microsoft Learn, openjson-transact-sql and
#: string-split-transact-sql).
_OLDEST_LEVEL = 130


@rule(423, "db-state", stage="database", needs=("database.state", "database.user_access"))
def db_state(_facts: Facts, state: str, user_access: str) -> Verdicts:
    """The database is not ONLINE, or not in MULTI_USER.

    SINGLE_USER lets one session in, and it may not be the application's; RESTRICTED_USER lets only
    owners in. The server's error log says why it is not online.

    Source: Microsoft, "sys.databases".
    """
    if state != "ONLINE":
        yield error(
            f"the database is {state}",
            hint="Bring it online: see its error log.",
            about="state",
            fatal=True,
        )
    if user_access != "MULTI_USER":
        yield error(
            f"the database is in {user_access}: it lets at most one user or only owners in",
            hint="ALTER DATABASE ... SET MULTI_USER.",
            about="user access",
        )


@rule(424, "db-updateability", stage="database", needs=("database.updateability",))
def db_updateability(facts: Facts, updateability: str) -> Verdicts:
    """The database is read-only here and the alias is meant for writing.

    The name leads to a secondary replica or to a read-only database. Use the primary's name or the
    listener. The other way round is information: `ApplicationIntent=ReadOnly` reached a writable
    database, so read-only routing is not set up and every read lands on the primary.

    Source: Microsoft, "DATABASEPROPERTYEX" and "Connection options" of mssql-django.
    """
    wants_read_only = facts.settings.application_intent == "readonly"
    if updateability == "READ_ONLY" and not wants_read_only:
        yield error(
            "the database is read-only here and the alias is meant for writing",
            hint="This is a secondary replica or a read-only database: use the primary's name "
            "or the listener, or ApplicationIntent=ReadOnly for an alias that only reads.",
            fatal=True,
        )
    elif updateability == "READ_WRITE" and wants_read_only:
        yield info(
            "ApplicationIntent=ReadOnly reached a writable database",
            hint="Without read-only routing every read lands on the primary.",
        )


@rule(425, "rcsi", stage="database", needs=("database.read_committed_snapshot",))
def rcsi(facts: Facts, enabled: bool) -> Verdicts:
    """READ_COMMITTED_SNAPSHOT is off: readers wait for writers and can deadlock with them.

    A SELECT waits for every uncommitted change it meets. Projects that come from PostgreSQL do not
    expect it. Switching it on needs a moment alone in the database and room in tempdb:

        ALTER DATABASE shop SET READ_COMMITTED_SNAPSHOT ON

    Azure SQL Database has it on from the start. A database that is read-only here, such as a
    readable secondary replica, is not judged: nobody writes there, and a replica reads row versions
    by itself.

    Source: Microsoft, "Migrate from other databases" of mssql-django; "SET TRANSACTION ISOLATION
    LEVEL"; "Offload read-only workload to secondary replica" (the last sentence).
    """
    if not enabled and facts.read("database.updateability") != "READ_ONLY":
        yield warning(
            "READ_COMMITTED_SNAPSHOT is off: readers wait for writers and can deadlock with them",
            hint="ALTER DATABASE ... SET READ_COMMITTED_SNAPSHOT ON (it needs a moment alone in "
            "the database; watch tempdb).",
        )


@rule(426, "snapshot-allowed", stage="database", needs=("database.snapshot_isolation",))
def snapshot_allowed(facts: Facts, state: str) -> Verdicts:
    """`isolation_level` is SNAPSHOT and the database does not allow it.

    Transactions then fail with error 3952. Allow it, and wait while the state is
    IN_TRANSITION_TO_ON:

        ALTER DATABASE shop SET ALLOW_SNAPSHOT_ISOLATION ON

    Source: Microsoft, "Transactions" of mssql-django; "sys.databases". The error number has not
    been seen in a run yet.
    """
    if facts.settings.isolation_level.strip().upper() == "SNAPSHOT" and state != "ON":
        yield error(
            f"isolation_level is SNAPSHOT but snapshot isolation is {state} in this database",
            hint="ALTER DATABASE ... SET ALLOW_SNAPSHOT_ISOLATION ON.",
            fatal=True,
        )


@rule(427, "compat-level", stage="database", needs=("database.compatibility_level", "server"))
def compat_level(_facts: Facts, level: int, server: ServerFacts) -> Verdicts:
    """The database runs at the compatibility level of an older release than its server.

    Below 130 OPENJSON and STRING_SPLIT do not exist, and queries are planned as SQL Server 2014 or
    an older release did (error). Below the release's own level the database runs with an older
    optimizer (warning), usually because it was restored from an older server. Raise it while Query
    Store watches the plans. Azure SQL Database, Managed Instance and Fabric have no release to
    compare with.

    Source: Microsoft, "ALTER DATABASE compatibility level", "OPENJSON" and "STRING_SPLIT".
    """
    hint = "ALTER DATABASE ... SET COMPATIBILITY_LEVEL, with Query Store watching the plans."
    if level < _OLDEST_LEVEL:
        yield error(
            f"the compatibility level is {level}: below {_OLDEST_LEVEL} OPENJSON and STRING_SPLIT "
            "do not exist and the optimizer is that of SQL Server 2014 or older",
            hint=hint,
        )
        return
    release = RELEASES.get(server.version[0]) if server.version else None
    if release is None or server.engine_edition in EVERGREEN_EDITIONS:
        return
    if level < release.compatibility_level:
        yield warning(
            f"the compatibility level is {level}, {release.name}'s own is "
            f"{release.compatibility_level}",
            hint=hint,
        )


@rule(428, "auto-close", stage="database", needs=("database.auto_close",))
def auto_close(_facts: Facts, enabled: bool) -> Verdicts:
    """AUTO_CLOSE is on: the database shuts down when its last connection closes.

    It starts again with the next connection, which waits for seconds. Express sets it for new
    databases. Switch it off: `ALTER DATABASE shop SET AUTO_CLOSE OFF`.

    Source: Microsoft, "ALTER DATABASE SET options".
    """
    if enabled:
        yield error(
            "AUTO_CLOSE is on: the database shuts down whenever its last connection closes",
            hint="ALTER DATABASE ... SET AUTO_CLOSE OFF.",
        )


@rule(429, "auto-shrink", stage="database", needs=("database.auto_shrink",))
def auto_shrink(_facts: Facts, enabled: bool) -> Verdicts:
    """AUTO_SHRINK is on: files shrink, only to grow again.

    Shrinking fragments the indexes, and growing makes statements wait. Switch it off: `ALTER
    DATABASE shop SET AUTO_SHRINK OFF`.

    Source: Microsoft, "ALTER DATABASE SET options".
    """
    if enabled:
        yield warning(
            "AUTO_SHRINK is on: it fragments indexes and grows the files again",
            hint="ALTER DATABASE ... SET AUTO_SHRINK OFF.",
        )


@rule(430, "page-verify", stage="database", needs=("database.page_verify",))
def page_verify(_facts: Facts, option: str) -> Verdicts:
    """PAGE_VERIFY is not CHECKSUM, so damaged pages go unseen.

    A page that the storage damaged is read as if nothing had happened. Databases from before SQL
    Server 2005 still have another option. Switch it on with `ALTER DATABASE shop SET PAGE_VERIFY
    CHECKSUM`; pages get their checksum when they are written next.

    Source: Microsoft, "ALTER DATABASE SET options".
    """
    if option != "CHECKSUM":
        yield warning(
            f"PAGE_VERIFY is {option}: damaged pages go unseen",
            hint="ALTER DATABASE ... SET PAGE_VERIFY CHECKSUM.",
        )


@rule(433, "collation", stage="database", needs=("database.collation", "database.tempdb_collation"))
def collation(facts: Facts, database: str, tempdb: str) -> Verdicts:
    """How text is compared; a collation that is not tempdb's, or not that of tests, is a warning.

    Comparing a text column with one of a temporary table fails with error 468, unless that table's
    column was made with `COLLATE DATABASE_DEFAULT`. mssql-django does so for the table it fills for
    long IN lists; your own SQL and stored procedures may not. Where `TEST["COLLATION"]` is not the
    database's, tests compare strings in another way than production. Both are warnings.

    The collation itself is information. SQL Server's usual ones compare without regard to case:
    `filter(name="smith")` finds Smith as well, and a unique field takes only one of the two.
    Projects that come from PostgreSQL do not expect that; `db_collation` changes it for one field.

    Source: Microsoft, "Collation and Unicode support"; mssql-django 2.0, `functions.py`. The error
    number has not been seen in a run yet.
    """
    yield info(f"the database's collation is {database}{_comparison(database)}", about="database")
    if database != tempdb:
        yield warning(
            f"the database's collation {database} is not tempdb's ({tempdb}): joins with "
            "temporary tables fail with error 468 unless they say COLLATE DATABASE_DEFAULT",
            hint="Create the database with the server's collation, or the server with this one.",
            about="tempdb",
        )
    wanted = facts.settings.test_collation
    if wanted and wanted != database:
        yield warning(
            f"TEST['COLLATION'] is {wanted} and the database has {database}: tests compare "
            "strings differently from production",
            hint="Set TEST['COLLATION'] to the database's collation.",
            about="TEST",
        )


def _comparison(name: str) -> str:
    """What the parts of a collation's name say about comparing text."""
    parts = set(name.upper().split("_"))
    if parts & {"BIN", "BIN2"}:
        return ": text is compared by the numbers of its characters"
    if not parts & {"CI", "CS"}:
        return ""
    return f": text is compared {'without' if 'CI' in parts else 'with'} regard to case"
