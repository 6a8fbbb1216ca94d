"""Which database an alias names."""

from __future__ import annotations

from django_mssql_ops.configuration.system_databases import is_system_database
from django_mssql_ops.diagnostics.facts import Facts
from django_mssql_ops.diagnostics.registry import Verdicts, error, rule, warning


@rule(102, "name-missing", stage="settings", needs=("settings.name",))
def name_missing(facts: Facts, name: str | None) -> Verdicts:
    """`NAME` is empty or absent, so connecting raises `ImproperlyConfigured`.

    mssql-django refuses an empty database name before it asks the driver, also when
    `OPTIONS["dsn"]` names a data source that has one. Set `NAME` to the database of the project.

    Source: mssql-django 2.0, `get_connection_params`.
    """
    if name == "" and "NAME" not in facts.settings.wrong_types:
        yield error(
            f"{facts.setting('NAME')} is empty: connecting will raise ImproperlyConfigured",
            hint="Set NAME to the database of this project.",
        )


@rule(103, "name-none-master", stage="settings", needs=("settings.name",))
def name_none_master(facts: Facts, name: str | None) -> Verdicts:
    """`NAME` is None, and mssql-django then connects to `master`.

    An empty `NAME` is refused, but None is silently replaced by `"master"`, the server's own
    database. A settings file gets there with `os.environ.get("DB_NAME")` when the variable is not
    set: migrations then create the project's tables in `master`, or fail because the login may not.
    Set `NAME`, and read it in a way that fails when it is missing: `os.environ["DB_NAME"]`.

    Source: mssql-django 2.0, `get_connection_params`.
    """
    if name is None:
        yield warning(
            f"{facts.setting('NAME')} is None: mssql-django connects to the database master",
            hint="Set NAME to the database of this project.",
        )


@rule(104, "name-system-db", stage="settings", needs=("settings.name",))
def name_system_db(facts: Facts, name: str | None) -> Verdicts:
    """`NAME` is one of SQL Server's own databases.

    `master`, `model`, `msdb` and `tempdb` belong to the server. Tables created there are easily
    missed by backups, are copied into every new database (`model`), or are gone after a restart
    (`tempdb`). Create a database for the project and name that one; `CREATE DATABASE` is the only
    thing that needs `master`, and Django connects to it by itself when it creates the databases for
    tests.

    Source: Microsoft, "System databases"; Django, `BaseDatabaseWrapper._nodb_cursor`.
    """
    if name is None or not is_system_database(name):
        return
    path = facts.setting("NAME")
    if facts.settings.python_driver == "mssql_python" and facts.settings.seen("database"):
        path = f"{facts.extra_params}: Database"
    yield warning(
        f"{path} is {name!r}, a database of the server itself",
        hint="Create a database for this project and name that one.",
    )
