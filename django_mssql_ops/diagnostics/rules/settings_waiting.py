"""How long a worker may wait for a connection before it gets an error."""

from __future__ import annotations

from typing import Final

from django_mssql_ops.configuration.connection_settings import ConnectionSettings
from django_mssql_ops.diagnostics.facts import Facts
from django_mssql_ops.diagnostics.registry import Verdicts, info, rule, warning

#: Seconds: what the driver takes for connection_timeout 0 (measured, msodbcsql 18.6.2.1).
_DRIVER_DEFAULT: Final = 15
_FAMILIES_WITH_DEFAULT: Final = ("17", "18", "mssql_python")
#: Seconds: Microsoft's advice for Azure SQL.
_LEAST_FOR_AZURE: Final = 30
#: Longer sums are a slip of the keyboard, and need not be written out.
_MAX_SECONDS: Final = 999_999_999
_OPTIONS: Final = (
    "connection_timeout",
    "connection_retries",
    "connection_retry_backoff_time",
)


@rule(167, "connection-timeout-azure", stage="settings", needs=("settings.connection_timeout",))
def connection_timeout_azure(facts: Facts, seconds: int) -> Verdicts:
    """`connection_timeout` is shorter than Azure SQL may take to answer.

    A database in Azure SQL is moved between machines without notice, and a serverless one that was
    paused is resumed by the first connection. A short time limit turns such a pause into an error.
    Microsoft advises at least 30 seconds, and 60 for a serverless database that pauses by itself.
    Lower `connection_retries` along with it, because each attempt may take that long: rule 169
    adds them up.

    Source: Microsoft, "Troubleshoot common connection issues" of Azure SQL and "Connection options"
    for mssql-django.
    """
    if facts.settings.is_on_azure and 0 < seconds < _LEAST_FOR_AZURE:
        yield warning(
            f"{facts.setting('OPTIONS')}['connection_timeout'] is {seconds}, less than the "
            f"{_LEAST_FOR_AZURE} seconds that Azure SQL may need to answer",
            hint=f"Set it to {_LEAST_FOR_AZURE}, to 60 for a serverless database, and "
            "'connection_retries' to 0 unless MSSQL_OPS['CONNECT_BUDGET'] allows for more.",
        )


@rule(168, "connection-timeout-unset", stage="settings", needs=("settings.connection_timeout",))
def connection_timeout_unset(facts: Facts, seconds: int) -> Verdicts:
    """`connection_timeout` is not set, so the driver's 15 seconds count.

    The driver spends the whole of this time also where the answer is known at once: on Linux a
    refused port and a host name that does not exist take as long as a server that is silent. Until
    then the worker does nothing else. Set the time that a request can bear: a few seconds for a
    server on the same network, 30 or more for Azure SQL.

        "OPTIONS": {"connection_timeout": 5}

    Source: measured with msodbcsql 18.6.2.1 on Linux, through pyodbc 5.5 and mssql-python 1.16.
    """
    settings = facts.settings
    if seconds != 0 or "OPTIONS.connection_timeout" in settings.wrong_types:
        return
    if settings.driver_family in _FAMILIES_WITH_DEFAULT:
        yield info(
            f"{facts.setting('OPTIONS')}['connection_timeout'] is not set: each attempt to reach a "
            f"server that does not answer holds a worker for {_DRIVER_DEFAULT} seconds, on Linux "
            "also where the port is refused",
            hint="Set it to the seconds a request can bear: 5 on the same network; 30 or more for "
            "Azure SQL, with connection_retries 0 unless CONNECT_BUDGET allows more.",
        )


@rule(
    169,
    "connect-budget",
    stage="settings",
    needs=("settings.connection_timeout", "project.connect_budget"),
)
def connect_budget(facts: Facts, timeout: int, budget: float) -> Verdicts:
    """Time limit and retries together let a worker wait longer for a connection than it should.

    mssql-django tries again by itself when the server's answer holds one of nine error numbers, for
    example while a database of Azure SQL is moved, and also when `NAME` is wrong (4060). By default
    that is five times with pauses of five seconds, and each attempt may take the whole
    `connection_timeout` (15 seconds where it is not set). A worker that waits so long answers
    nobody, and soon all of them wait.

    Through mssql-python there is one attempt: its errors do not hold the numbers that mssql-django
    looks for, so `connection_retries` has no effect and `connection_timeout` alone counts.

    Lower `connection_retries` or `connection_timeout`. What is long enough for your project stands
    in `MSSQL_OPS["CONNECT_BUDGET"]`, in seconds; it is 60 unless you set it.

    Source: mssql-django 2.0, get_new_connection; measured: one wrong database name costs six logins
    and 25 seconds. That mssql-python's errors have no number: its 1.16, exceptions.py.
    """
    settings = facts.settings
    retries, pause = settings.connection_retries, settings.connection_retry_backoff_time
    if any(f"OPTIONS.{name}" in settings.wrong_types for name in _OPTIONS):
        return
    if min(timeout, retries, pause) < 0:
        return
    if settings.python_driver == "mssql_python":
        retries = 0
    limit = timeout or _default_timeout(settings)
    total = (retries + 1) * limit + retries * pause
    if total > budget:
        yield warning(
            f"{facts.setting('OPTIONS')} lets a worker wait {_seconds(total)} for a connection: "
            f"{_seconds(retries + 1, 'attempt')} of up to {_seconds(limit)} and pauses of "
            f"{_seconds(pause)}, more than the {budget:g} of MSSQL_OPS['CONNECT_BUDGET']",
            hint=_hint(limit, pause, budget),
        )


def _default_timeout(settings: ConnectionSettings) -> int:
    return _DRIVER_DEFAULT if settings.driver_family in _FAMILIES_WITH_DEFAULT else 0


def _hint(limit: int, pause: int, budget: float) -> str:
    raise_it = "or raise CONNECT_BUDGET if workers may wait that long"
    if limit > budget:
        return (
            f"Set 'connection_timeout' below {budget:g} and 'connection_retries' to 0, {raise_it}."
        )
    fitting = int((budget - limit) // (limit + pause)) if limit + pause else 0
    at_most = "0" if fitting == 0 else f"{fitting} or less"
    return f"Set 'connection_retries' to {at_most}, or lower 'connection_timeout', {raise_it}."


def _seconds(number: int, unit: str = "second") -> str:
    if number > _MAX_SECONDS:
        return f"more than {_MAX_SECONDS} {unit}s"
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
