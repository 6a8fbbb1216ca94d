"""DDL, permissions, names that are not there, and versions."""

from __future__ import annotations

from typing import Final

from django_mssql_ops.errors.catalogue import pages
from django_mssql_ops.errors.clues import raised, server_number, server_says, state
from django_mssql_ops.errors.symptom import Clue, Evidence, Symptom

_ISSUES = f"{pages.GITHUB}/microsoft/mssql-django/issues"
_LIMITATIONS = f"{pages.DJANGO}/limitations"
_MIGRATIONS = f"{pages.DJANGO}/migrations"

ROWS: Final[tuple[Symptom, ...]] = (
    Symptom(
        number=107,
        slug="multiple-cascade-paths",
        meaning=(
            "SQL Server allows one cascading path from a table to another. Django cascades in "
            "Python; this comes from ON DELETE CASCADE in SQL or in a migration."
        ),
        remedies=(
            "Make all but one of the foreign keys ON DELETE NO ACTION.",
            "In models use on_delete=CASCADE (Django deletes) instead of DB_CASCADE.",
        ),
        links=(f"{pages.ERRORS}/mssqlserver-1785-database-engine-error", _LIMITATIONS),
        evidence=Evidence.MEASURED,
        clues=(server_number(1785), *server_says("may cause cycles or multiple cascade paths")),
    ),
    Symptom(
        number=108,
        slug="column-has-dependents",
        meaning=(
            "A migration wants to alter or drop a column on which something depends that it does "
            "not know of: a default, an index, statistics, a view WITH SCHEMABINDING."
        ),
        remedies=(
            "Drop what the message names, in a RunSQL before the operation, and create it again "
            "after it.",
            "Look for dependents first: sys.sql_expression_dependencies, sys.indexes, "
            "sys.default_constraints.",
        ),
        links=(_MIGRATIONS, f"{_ISSUES}/581", f"{_ISSUES}/286", f"{_ISSUES}/137"),
        evidence=Evidence.MEASURED,
        clues=(
            server_number(5074, 4922),
            *server_says(
                "is dependent on column '", "failed because one or more objects access this column"
            ),
        ),
    ),
    Symptom(
        number=109,
        slug="trigger-with-output-clause",
        meaning=(
            "The table has a trigger, and mssql-django asks for the new keys with OUTPUT, which "
            "the server refuses there. OPTIONS['return_rows_bulk_insert'] of one alias turns it on "
            "for every alias of the process."
        ),
        remedies=(
            "Leave OPTIONS['return_rows_bulk_insert'] out, on every alias.",
            "Or replace the trigger; a disabled one does no harm.",
        ),
        links=(f"{_ISSUES}/130", f"{_ISSUES}/333", f"{pages.DJANGO}/bulk-operations"),
        evidence=Evidence.MEASURED,
        clues=(
            server_number(334),
            *server_says(
                "cannot have any enabled triggers if the statement contains an output clause"
            ),
        ),
    ),
    Symptom(
        number=110,
        slug="collation-conflict",
        meaning=(
            "Two texts with different collations are compared: columns, or a temporary table, "
            "which has the collation of the server and not of the database."
        ),
        remedies=(
            "Add COLLATE DATABASE_DEFAULT to one side, or to the columns of the temporary table.",
            "Give the columns the same collation (db_collation).",
        ),
        links=(
            "https://learn.microsoft.com/sql/t-sql/statements/collation-precedence-transact-sql",
        ),
        evidence=Evidence.MEASURED,
        clues=(server_number(468), *server_says("cannot resolve (?:the )?collation conflict")),
    ),
    Symptom(
        number=111,
        slug="not-in-a-transaction",
        meaning=(
            "The statement is not allowed inside a transaction (ALTER DATABASE, CREATE FULLTEXT "
            "INDEX, ...), and Django runs a migration in one."
        ),
        remedies=(
            "Set atomic = False in the migration, and keep such statements in one of their own.",
            "In code run it outside of atomic(), in autocommit.",
        ),
        links=(
            "https://docs.djangoproject.com/en/stable/howto/writing-migrations/"
            "#non-atomic-migrations",
            _MIGRATIONS,
        ),
        evidence=Evidence.MEASURED,
        clues=(
            server_number(226, 574),
            *server_says(
                "not allowed within (?:a )?multi-statement transaction",
                "cannot be used inside a user transaction",
            ),
        ),
    ),
    Symptom(
        number=112,
        slug="create-database-denied",
        meaning="The login may not create databases; Django's test runner creates one.",
        remedies=(
            "Give the login of the tests the server role dbcreator, or CREATE ANY DATABASE.",
            "Or let somebody create the test database once, and run with --keepdb.",
        ),
        links=(
            f"{pages.DJANGO}/testing",
            f"{_ISSUES}/61",
            f"{pages.GITHUB}/michiya/django-pyodbc-azure/issues/61",
        ),
        evidence=Evidence.MEASURED,
        clues=(
            server_number(262, text="create database permission denied in database"),
            *server_says("create database permission denied in database"),
        ),
    ),
    Symptom(
        number=113,
        slug="database-in-use",
        meaning=(
            "The database cannot be dropped or altered because somebody is connected, or it exists "
            "already: mostly a test run that was interrupted."
        ),
        remedies=(
            "Close the other sessions (sys.dm_exec_sessions shows them), or "
            "ALTER DATABASE ... SET SINGLE_USER WITH ROLLBACK IMMEDIATE on a test database.",
            "Use --keepdb, or another TEST NAME for each run.",
        ),
        links=(f"{pages.DJANGO}/testing", f"{pages.ERRORS}/mssqlserver-3702-database-engine-error"),
        evidence=Evidence.MEASURED,
        clues=(
            server_number(3702, 1801, 5070),
            *server_says(
                "cannot drop .{0,40}database .{1,140}because it is currently in use",
                "database '.{1,130}' already exists. choose a different database name",
                "database state cannot be changed while other users are using the database",
            ),
        ),
    ),
    Symptom(
        number=114,
        slug="permission-denied",
        meaning="The login works, and it may not do this.",
        remedies=(
            "Grant what the message names: GRANT SELECT ON SCHEMA::dbo TO [user], or the roles "
            "db_datareader and db_datawriter.",
            "For server views: GRANT VIEW SERVER STATE TO [login] (VIEW SERVER PERFORMANCE STATE "
            "from SQL Server 2022 on); on Azure SQL GRANT VIEW DATABASE STATE TO [user].",
        ),
        links=(
            "https://learn.microsoft.com/sql/relational-databases/security/"
            "permissions-database-engine",
        ),
        evidence=Evidence.MEASURED,
        clues=(
            server_number(229, 230, 262, 297, 300, 371),
            *server_says(
                "permission was denied on (?:the )?(?:object|column)",
                "permission denied in database",
                "the user does not have permission to perform this action",
                "the user does not have the external policy action",
            ),
        ),
    ),
    Symptom(
        number=115,
        slug="object-missing-or-there-already",
        meaning=(
            "A table or column does not exist where it was looked for, or exists already: "
            "migrations not run (or run elsewhere), another database, or another default schema."
        ),
        remedies=(
            "Run migrate for this alias, and showmigrations --database to see what it has.",
            "Check the database and schema of the session: SELECT DB_NAME(), SCHEMA_NAME().",
            "For a table in another schema write db_table = '[schema].[table]', or change the "
            "user's default schema.",
            "If it exists already, the migration was applied without being recorded: "
            "migrate --fake after comparing.",
        ),
        links=(_MIGRATIONS, f"{pages.ERRORS}/mssqlserver-208-database-engine-error"),
        evidence=Evidence.MEASURED,
        clues=(
            server_number(208, 207, 2714, 1913),
            *server_says(
                "invalid object name '",
                "invalid column name '",
                "there is already an object named '",
                "the operation failed because an index or statistics with name '",
            ),
            state("42S01", "42S02", "42S11", "42S22"),
        ),
    ),
    Symptom(
        number=116,
        slug="database-read-only",
        meaning=(
            "The session reached a copy of the database that takes no writes: a geo-secondary, a "
            "readable replica (ApplicationIntent=ReadOnly, read-only routing), the old primary "
            "after a failover, or a database that was set read-only."
        ),
        remedies=(
            "Connect to the listener or the primary (failover group: the read-write name), without "
            "ApplicationIntent=ReadOnly.",
            "After a failover open a new connection once DNS has changed, 30 seconds or more "
            "later; the old one stays wrong.",
            "Check DATABASEPROPERTYEX(DB_NAME(), 'Updateability').",
        ),
        links=(
            "https://learn.microsoft.com/azure/azure-sql/database/failover-group-sql-db",
            pages.E3000,
        ),
        evidence=Evidence.MEASURED,
        clues=(
            server_number(3906),
            *server_says("failed to update database .{1,140}because the database is read-only"),
        ),
    ),
    Symptom(
        number=117,
        slug="server-newer-than-backend",
        meaning="mssql-django is older than this version of SQL Server and refuses it.",
        remedies=("Update mssql-django to a release that names the version (17 is 2025).",),
        links=(f"{pages.DJANGO}/support-lifecycle", f"{_ISSUES}/480", f"{_ISSUES}/270"),
        evidence=Evidence.READ,
        clues=(
            raised(r"sql server v\d+ is not supported", "NotSupportedError"),
            Clue(text=r"sql server v\d+ is not supported"),
        ),
    ),
    Symptom(
        number=118,
        slug="database-cascade-not-supported",
        meaning=(
            "inspectdb of Django 6.1 writes on_delete=models.DB_CASCADE (or DB_SET_NULL) for "
            "foreign keys with ON DELETE, and mssql-django refuses it."
        ),
        remedies=(
            "Write on_delete=models.DO_NOTHING in generated models, so that the server's own "
            "cascade does the work.",
            "In models whose tables Django makes write CASCADE.",
        ),
        links=(f"{pages.DJANGO}/inspectdb", _LIMITATIONS),
        evidence=Evidence.MEASURED,
        clues=(
            Clue(text=r"fields\.e324\b"),
            Clue(text="does not support a db_(?:cascade|set_null|set_default)"),
        ),
    ),
    Symptom(
        number=119,
        slug="dbshell-without-encryption-options",
        meaning=(
            "dbshell failed although the application connects: mssql-django starts sqlcmd without "
            "-C and -N, so TrustServerCertificate and Encrypt of extra_params do not count there."
        ),
        remedies=(
            "Pass the options on: manage.py dbshell -- -C (trust the certificate), -N (encrypt).",
            "Beware: dbshell puts the password on the command line, where ps shows it; run sqlcmd "
            "yourself with SQLCMDPASSWORD in the environment.",
        ),
        links=(f"{pages.ODBC}/linux-mac/connecting-with-sqlcmd",),
        evidence=Evidence.READ,
        clues=(
            raised(
                r"\bsqlcmd\b.{1,2000}returned non-zero exit status",
                "CommandError",
                "CalledProcessError",
            ),
            Clue(
                text=r"sqlcmd: error: .{1,60}odbc driver .{1,20}ssl provider: .{1,200}certificate "
                r"verify failed"
            ),
        ),
    ),
)
