"""MARS_Connection: several results at once on one connection."""

from __future__ import annotations

from django_mssql_ops.configuration.connection_settings import ConnectionSettings
from django_mssql_ops.configuration.driver_choice import is_microsoft_driver
from django_mssql_ops.diagnostics.facts import Facts
from django_mssql_ops.diagnostics.registry import Verdicts, rule, warning


@rule(
    174,
    "mars-unset-posix",
    stage="settings",
    needs=("settings.driver_family", "project.platform"),
)
def mars_unset_posix(facts: Facts, family: str, platform: str) -> Verdicts:
    """`MARS_Connection` is not set, and on Linux and macOS mssql-django relies on it all the same.

    With MARS a connection can have several results open at once. mssql-django asks for it by itself
    on Windows only, but takes it for granted with every Microsoft driver unless `extra_params`
    says no. So on Linux `QuerySet.iterator()` reads in pieces without MARS, and a query inside the
    loop fails with "Connection is busy with results for another command". Say it one way or the
    other; with `no`, results are read to their end first:

        "OPTIONS": {"extra_params": "MARS_Connection=yes"}

    Source: mssql-django 2.0, _build_connection_string and init_connection_state;
    microsoft/mssql-django#618.
    """
    if platform == "nt" or not _is_microsofts(facts.settings, family):
        return
    # mssql-django looks for the name alone: blanks around it, and pairs that ODBC loses, count.
    if facts.settings.keyword("mars_connection") is None:
        yield warning(
            f"{facts.extra_params} has no MARS_Connection: "
            "mssql-django takes it for switched on, and outside Windows it is not",
            hint="Add 'MARS_Connection=yes', or 'MARS_Connection=no' to have results read whole.",
            about="MARS_Connection",
        )


def _is_microsofts(settings: ConnectionSettings, family: str) -> bool:
    """By name, or by a file that gets as far as connecting (rule 142)."""
    if family == "path" and settings.host_is_server:
        return is_microsoft_driver(settings.driver_family, settings.driver)
    return family in ("17", "18")
