"""Settings whose text must be one of a few words."""

from __future__ import annotations

from typing import Final

from django_mssql_ops.configuration.connection_settings import ConnectionSettings
from django_mssql_ops.configuration.driver_choice import is_microsoft_driver
from django_mssql_ops.configuration.effective_keywords import writes_trusted_connection
from django_mssql_ops.diagnostics.facts import Facts
from django_mssql_ops.diagnostics.registry import Verdicts, error, rule

_YES_NO: Final = ("yes", "no")
_ISOLATION_LEVELS: Final = (
    "READ UNCOMMITTED",
    "READ COMMITTED",
    "REPEATABLE READ",
    "SNAPSHOT",
    "SERIALIZABLE",
)


@rule(106, "trusted-connection-value", stage="settings", needs=("settings.trusted_connection",))
def trusted_connection_value(facts: Facts, value: str | None) -> Verdicts:
    """`Trusted_Connection` is neither `yes` nor `no`.

    mssql-django passes the text on, and the driver refuses anything else before any network
    traffic: `true`, `1`, an empty text, and on pyodbc a blank before or behind the word. Write
    `"yes"` or `"no"`; `yes` is the default. Beside a `USER`, a `TOKEN` or `Authentication` in
    `extra_params` the setting is not used, and is not judged.

    Source: measured with msodbcsql 18.6.2.1 on Linux and mssql-python 1.16.
    """
    settings = facts.settings
    if value is None or not _is_used(settings):
        return
    read = value.strip() if settings.python_driver == "mssql_python" else value
    if read.lower() not in _YES_NO:
        yield error(
            f"{facts.setting('Trusted_Connection')} is {value!r}, which the driver refuses",
            hint="Write 'yes' or 'no', without blanks.",
        )


def _is_used(settings: ConnectionSettings) -> bool:
    if not is_microsoft_driver(settings.driver_family, settings.driver):
        return False
    return writes_trusted_connection(settings) and "USER" not in settings.wrong_types


@rule(163, "isolation-level-value", stage="settings", needs=("settings.isolation_level",))
def isolation_level_value(facts: Facts, level: str) -> Verdicts:
    """`isolation_level` is not an isolation level of SQL Server.

    mssql-django puts the text unchecked into `SET TRANSACTION ISOLATION LEVEL ...` on every new
    connection, so a wrong word is an SQL error before the first query, and text from outside would
    be run as SQL. The levels are `READ UNCOMMITTED`, `READ COMMITTED`, `REPEATABLE READ`,
    `SNAPSHOT` and `SERIALIZABLE`, with blanks and not with underscores, in any case.

    Source: mssql-django 2.0, `init_connection_state`; Microsoft, "SET TRANSACTION ISOLATION LEVEL".
    """
    if level and " ".join(level.upper().split()) not in _ISOLATION_LEVELS:
        yield error(
            f"{facts.setting('OPTIONS', 'isolation_level')} is {level!r}: every new "
            "connection will end in an SQL error",
            hint=f"Use one of {', '.join(_ISOLATION_LEVELS)}.",
        )
