"""Exactly one login, through the project's own driver and settings.

The backend's retry loop is off (see ``connections.private_wrapper``) and nothing here tries twice:
a second login after a no could lock the account. The driver bounds the login itself; the thread
around it bounds the driver, which otherwise waits for ever for a server that goes silent after it
(measured with msodbcsql 18.6.2).
"""

from __future__ import annotations

import contextlib
import math

from django.db.backends.base.base import BaseDatabaseWrapper

from django_mssql_ops.diagnostics.deadline import (
    GRACE_SECONDS,
    Stopwatch,
    TimeLimitExceeded,
    within,
)
from django_mssql_ops.diagnostics.facts import LoginFacts
from django_mssql_ops.errors import DriverError, DriverModule, Phase, classify
from django_mssql_ops.errors.redaction import redact

#: SQLGetInfo's information types (ODBC reference): driver file, its version, the driver manager's.
_SQL_DRIVER_NAME = 6
_SQL_DRIVER_VER = 7
_SQL_DM_VER = 171


def driver_timeout(limit: float) -> int:
    """``limit`` in the whole seconds that a driver takes, never 0, which would mean for ever."""
    return max(1, math.floor(limit))


def probe_login(wrapper: BaseDatabaseWrapper, module: str, *, limit: float) -> LoginFacts:
    """Open ``wrapper``'s connection; it stays open when the login succeeded."""
    watch = Stopwatch()
    try:
        within(limit + GRACE_SECONDS, wrapper.ensure_connection, discard=lambda _: wrapper.close())
    except TimeLimitExceeded as error:
        return LoginFacts(
            module=module,
            milliseconds=watch.milliseconds,
            timed_out=True,
            error=_silent(module, error),
        )
    except Exception as error:
        close_quietly(wrapper, limit=limit)
        failure = classify(error) or _not_from_driver(module, error)
        return LoginFacts(
            module=module,
            milliseconds=watch.milliseconds,
            error=failure,
            rejected=failure.is_login_rejected,
            timed_out=failure.is_timeout,
        )
    milliseconds = watch.milliseconds
    return LoginFacts(
        module=module,
        milliseconds=milliseconds,
        driver_name=_ask(wrapper, _SQL_DRIVER_NAME),
        driver_version=_ask(wrapper, _SQL_DRIVER_VER),
        driver_manager_version=_ask(wrapper, _SQL_DM_VER),
    )


def close_quietly(wrapper: BaseDatabaseWrapper, *, limit: float) -> None:
    """Close within ``limit``: closing can block on a silent server."""
    with contextlib.suppress(Exception):
        within(limit, wrapper.close)


def _ask(wrapper: BaseDatabaseWrapper, information: int) -> str:
    """SQLGetInfo answered by the driver itself, without a round trip; "" when it does not know."""
    try:
        return str(wrapper.connection.getinfo(information))
    except Exception:
        return ""


def _silent(module: str, error: TimeLimitExceeded) -> DriverError:
    return DriverError(
        driver=_module_name(module), phase=Phase.CONNECT, text=f"the driver gave {error}"
    )


def _not_from_driver(module: str, error: Exception) -> DriverError:
    """The backend or Python itself refused, before the driver was asked."""
    return DriverError(
        driver=_module_name(module),
        origin="client",
        phase=Phase.CONNECT,
        text=redact(f"{type(error).__name__}: {error}"),
        exception_class=f"{type(error).__module__}.{type(error).__qualname__}",
    )


def _module_name(module: str) -> DriverModule:
    return "mssql_python" if module == "mssql_python" else "pyodbc"
