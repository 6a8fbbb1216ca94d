"""Have the migrations been applied?"""

from __future__ import annotations

from typing import Final

from django_mssql_ops.diagnostics.facts import Facts
from django_mssql_ops.diagnostics.registry import Verdicts, rule, warning

_SHOWN: Final = 5


@rule(462, "migrations-state", stage="schema", needs=("schema.history_exists", "schema.pending"))
def migrations_state(facts: Facts, history_exists: bool, pending: tuple[str, ...]) -> Verdicts:
    """Migrations of the installed apps have not been applied to this database.

    The code expects tables and columns that are not there yet, and fails with error 208 or 207 as
    soon as it uses them. Apps that the database routers keep out of this alias do not count, and a
    squashed migration counts as Django counts it. When the table django_migrations itself cannot
    be seen, either nothing was ever migrated here, or the user has no permission on it: SQL Server
    does not tell the two apart.

    Run `migrate` for this alias before the new code serves. Nothing is written to find this out:
    the applied migrations are read with one SELECT, the others from disk.

    Source: Django, `MigrationLoader` and `MigrationRecorder`; Microsoft, "Metadata visibility
    configuration".
    """
    if not pending:
        return
    count = f"{len(pending)} migration{'' if len(pending) == 1 else 's'}"
    command = f"python manage.py migrate --database {facts.alias}"
    if not history_exists:
        yield warning(
            "the table django_migrations does not exist here, or the application's user may not "
            f"see it; {count} on disk would be applied",
            hint=f"Run: {command}. If it has been run, GRANT SELECT ON [django_migrations] to the "
            "application's user.",
        )
        return
    more = len(pending) - _SHOWN
    named = ", ".join(pending[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
    verb = "has" if len(pending) == 1 else "have"
    yield warning(f"{count} {verb} not been applied: {named}", hint=f"Run: {command}.")
