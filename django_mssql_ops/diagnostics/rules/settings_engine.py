"""Which backend an alias names."""

from __future__ import annotations

from django_mssql_ops.configuration.engines import ENGINE, is_retired
from django_mssql_ops.diagnostics.facts import Facts
from django_mssql_ops.diagnostics.registry import Verdicts, error, rule


@rule(101, "engine-legacy", stage="settings", needs=("settings.engine",), of_any_engine=True)
def engine_legacy(facts: Facts, engine: str) -> Verdicts:
    """`ENGINE` names a SQL Server backend that supported versions of Django cannot load.

    Such names are `sql_server.pyodbc`, `sqlserver_ado` or `mssql.base`: Django imports the module
    `<ENGINE>.base` and finds none, or one written for another Django. Install mssql-django and set
    `ENGINE` to `"mssql"`. Nothing else about such an alias is checked.

    Source: Microsoft, "Migrate from django-mssql-backend".
    """
    if is_retired(engine):
        yield error(
            f"{facts.setting('ENGINE')} is {engine!r}, "
            "the name of a SQL Server backend that this Django cannot load",
            hint=f"Install mssql-django and set ENGINE to {ENGINE!r}.",
        )
