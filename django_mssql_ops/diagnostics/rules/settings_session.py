"""What extra_params changes about every session."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django_mssql_ops.configuration.connection_settings import Keyword
from django_mssql_ops.configuration.driver_choice import is_microsoft_driver
from django_mssql_ops.configuration.effective_keywords import effective_keywords
from django_mssql_ops.diagnostics.facts import Facts
from django_mssql_ops.diagnostics.registry import Verdicts, error, rule

#: Keyword (lower case) -> its usual spelling and what "no" switches off.
_ANSI: Final[Mapping[str, tuple[str, str]]] = {
    "quotedid": ("QuotedId", "QUOTED_IDENTIFIER"),
    "ansinpw": ("AnsiNPW", "ANSI_NULLS, ANSI_PADDING and ANSI_WARNINGS"),
}


@rule(189, "quotedid-off", stage="settings", needs=("settings.keywords",))
def quotedid_off(facts: Facts, keywords: tuple[Keyword, ...]) -> Verdicts:
    """`QuotedId=no` or `AnsiNPW=no` switches off what filtered indexes need.

    A session that writes to a table with a filtered index must have `QUOTED_IDENTIFIER`,
    `ANSI_NULLS`, `ANSI_PADDING` and `ANSI_WARNINGS` on, else the server refuses the statement with
    error 1934. mssql-django creates such an index for every unique field that may be NULL, so
    ordinary inserts and migrations break. Remove the keyword; `yes` is the default of both.

    Source: mssql-django 2.0, `schema.py` (the filtered indexes); Microsoft, "CREATE INDEX" (the
    options that they need). Error 1934 has not been provoked here on a SQL Server.
    """
    settings = facts.settings
    if not keywords or settings.python_driver != "pyodbc":  # mssql-python has neither keyword
        return
    if not is_microsoft_driver(settings.driver_family, settings.driver):
        return
    effective = effective_keywords(settings)
    for key, (spelling, switched_off) in _ANSI.items():
        if key in effective and effective[key].value.lower() == "no":
            yield error(
                f"{facts.extra_params}: {spelling}=no switches "
                f"off {switched_off}, which filtered indexes need",
                hint="Remove it; yes is the default.",
                about=spelling,
            )
