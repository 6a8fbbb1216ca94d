"""OPTIONS["isolation_level"]: a valid level that makes queries read what was never committed."""

from __future__ import annotations

from django_mssql_ops.diagnostics.facts import Facts
from django_mssql_ops.diagnostics.registry import Verdicts, rule, warning


@rule(164, "isolation-read-uncommitted", stage="settings", needs=("settings.isolation_level",))
def isolation_read_uncommitted(facts: Facts, level: str) -> Verdicts:
    """`isolation_level` is READ UNCOMMITTED on an alias that also writes.

    Queries then see changes of other transactions before they are committed, also those that are
    rolled back a moment later, and can read a row twice or miss it while a page is being split.
    What the application computes from such rows and writes back stays wrong for ever. The usual
    reason for the setting is readers that wait for writers; row versioning solves that without
    dirty reads:

        ALTER DATABASE CURRENT SET READ_COMMITTED_SNAPSHOT ON

    An alias for reports only is another matter: mark it with `ApplicationIntent=ReadOnly` in
    `extra_params`.

    Source: Microsoft, "Transactions" for mssql-django and "SET TRANSACTION ISOLATION LEVEL".
    """
    is_dirty = " ".join(level.upper().split()) == "READ UNCOMMITTED"
    if is_dirty and facts.settings.application_intent != "readonly":
        yield warning(
            f"{facts.setting('OPTIONS', 'isolation_level')} is {level!r}: queries of an "
            "alias that writes see what other transactions have not committed",
            hint="Remove it, and set READ_COMMITTED_SNAPSHOT ON for the database if readers wait "
            "for writers.",
        )
