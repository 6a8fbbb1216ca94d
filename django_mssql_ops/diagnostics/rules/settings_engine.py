"""Which backend and which database an alias names."""

from __future__ import annotations

from django_mssql_ops.configuration.engines import ENGINE, is_retired
from django_mssql_ops.diagnostics.facts import Facts
from django_mssql_ops.diagnostics.registry import Verdicts, error, rule


@rule(101, "engine-legacy", stage="settings", needs=("settings.engine",), of_any_engine=True)
def engine_legacy(facts: Facts, engine: str) -> Verdicts:
    """Source: Microsoft, "Migrate from django-mssql-backend"."""
    if is_retired(engine):
        yield error(
            f"DATABASES[{facts.alias!r}]['ENGINE'] is {engine!r}, "
            "the name of a SQL Server backend that this Django cannot load",
            hint=f"Install mssql-django and set ENGINE to {ENGINE!r}.",
        )


@rule(102, "name-missing", stage="settings", needs=("settings.name",))
def name_missing(facts: Facts, name: str | None) -> Verdicts:
    """``get_connection_params`` of mssql-django refuses an empty NAME, also with a DSN."""
    if name == "" and "NAME" not in facts.settings.wrong_types:
        yield error(
            f"DATABASES[{facts.alias!r}]['NAME'] is empty: "
            "connecting will raise ImproperlyConfigured",
            hint="Set NAME to the database of this project.",
        )
