"""How production uses the database: which one, how long it waits, what it may read."""

from __future__ import annotations

from typing import Final

from django_mssql_ops.configuration.system_databases import is_system_database
from django_mssql_ops.diagnostics.facts import Facts
from django_mssql_ops.diagnostics.registry import Verdicts, error, rule, warning

_DIRTY: Final = "READ UNCOMMITTED"


@rule(
    216,
    "query-timeout-none",
    stage="settings",
    needs=("settings.query_timeout",),
    deploy_only=True,
)
def query_timeout_none(facts: Facts, seconds: int) -> Verdicts:
    """No query ever times out, so one lock can stop the whole application.

    SQL Server lets a statement wait for a lock as long as it takes, and without `query_timeout` so
    does the driver. A forgotten transaction in somebody's query window is enough: each request that
    needs the locked rows keeps its worker, until no worker is left and pages fail that have nothing
    to do with them. In development nobody notices, because nobody else is there.

    Set `OPTIONS["query_timeout"]` to the seconds after which a page is of no use any more, 30 for
    example. Give reports and migrations an alias of their own with a longer one.

    Source: mssql-django 2.0, get_new_connection (0 means no limit); Microsoft, "Performance tuning"
    for mssql-django.
    """
    if seconds == 0 and "OPTIONS.query_timeout" not in facts.settings.wrong_types:
        yield warning(
            f"{facts.setting('OPTIONS', 'query_timeout')} is 0 or absent: a query that "
            "waits for a lock keeps its worker for ever",
            hint="Set it to the seconds after which an answer is of no use, for example 30.",
        )


@rule(
    218,
    "read-uncommitted",
    stage="settings",
    needs=("settings.isolation_level",),
    deploy_only=True,
)
def read_uncommitted(facts: Facts, level: str) -> Verdicts:
    """Production acts on rows that were never committed.

    With READ UNCOMMITTED a query sees what other transactions are in the middle of: rows that are
    rolled back a moment later, rows twice, and rows not at all while pages move. Under the load of
    production that is no theory. What was decided or written on such a reading stays, and
    `get_or_create` and sums are the first to be wrong.

    Take the line out and let the database do what it was meant to do:
    `ALTER DATABASE ... SET READ_COMMITTED_SNAPSHOT ON` lets readers read without waiting, and what
    they read was committed. Keep READ UNCOMMITTED for an alias of its own that only counts roughly.

    Source: Microsoft, "Transactions" for mssql-django and "SET TRANSACTION ISOLATION LEVEL".
    """
    reads_only = facts.settings.application_intent == "readonly"
    if " ".join(level.split()).upper() == _DIRTY and not reads_only:
        yield warning(
            f"{facts.setting('OPTIONS', 'isolation_level')} is {_DIRTY}: under load the "
            "application acts on rows that are rolled back, seen twice or missed",
            hint="Remove it and switch READ_COMMITTED_SNAPSHOT on in the database: readers then do "
            "not wait either.",
        )


@rule(220, "system-db", stage="settings", needs=("settings.name",), deploy_only=True)
def system_db(facts: Facts, name: str | None) -> Verdicts:
    """The application's tables would live in a database of the server itself.

    `master`, `model`, `msdb` and `tempdb` belong to SQL Server. `tempdb` is made anew at each
    start, and everything in it is gone; what is put into `model` appears in every database created
    after it; `master` and `msdb` cannot be in an availability group, so what they hold does not
    fail over. A `NAME` of None means `master` to mssql-django. The first day shows none of it.

    Create a database for the application, with a user that exists only there, and move the tables
    before there are rows worth keeping.

    Source: mssql-django 2.0, get_connection_params (None is master). What the system databases are
    for is general knowledge of SQL Server and was not looked up.
    """
    if "NAME" in facts.settings.wrong_types:
        return
    path = f"{facts.setting('NAME')}"
    hint = "Create a database for the application and name it here."
    if name is None:
        yield error(f"{path} is None: the tables of production would go to 'master'", hint=hint)
    elif is_system_database(name):
        yield error(
            f"{path} is {name!r}: the tables of production would live in a database of the server "
            "itself",
            hint=hint,
        )
