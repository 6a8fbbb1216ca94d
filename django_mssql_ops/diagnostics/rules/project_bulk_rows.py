"""OPTIONS["return_rows_bulk_insert"], which one alias sets for all."""

from __future__ import annotations

from django_mssql_ops.diagnostics.facts import Project
from django_mssql_ops.diagnostics.registry import Verdicts, rule, warning


@rule(
    173,
    "bulk-rows-global",
    stage="project",
    needs=("project.aliases", "project.bulk_rows"),
)
def bulk_rows_global(
    facts: Project, aliases: tuple[str, ...], bulk_rows: tuple[str, ...]
) -> Verdicts:
    """`return_rows_bulk_insert` is on for one alias, and so for all others as well.

    mssql-django stores the option on a class that all aliases of a process share, when the first
    connection of that alias is made. From then on `bulk_create()` asks for the new keys on every
    SQL Server alias. That fails for tables with triggers, so an alias that never had the option
    starts to fail depending on which one connected first. Give it to all aliases, or to none when
    any of them has tables with triggers.

    Source: mssql-django 2.0, init_connection_state; microsoft/mssql-django#130.
    """
    others = [alias for alias in aliases if alias not in bulk_rows]
    if bulk_rows and others:
        yield warning(
            f"DATABASES[{bulk_rows[0]!r}]['OPTIONS']['return_rows_bulk_insert'] takes effect on "
            f"every alias of the process, also on {', '.join(map(repr, others))}",
            hint="Set the same value everywhere; tables with triggers need it off.",
        )
