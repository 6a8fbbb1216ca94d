"""Which pool under Django is switched on for a driver, read from what switches it.

Sources: pyodbc's wiki, "Connection pooling", for Windows; mssql-python 1.16, ``pooling.py``;
mssql-django 2.0, ``base.py``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from django_mssql_ops.pooling.facts import Layer, PoolSettings
from django_mssql_ops.pooling.unixodbc import unixodbc_pool

_SETTING: Final = "DATABASE_CONNECTION_POOLING"


def pool_settings(
    python_driver: str, odbc_driver: str, environ: Mapping[str, str] | None = None
) -> PoolSettings:
    """What holds for an alias of ``python_driver``; ``odbc_driver`` is the name pyodbc asks for."""
    if python_driver == "mssql_python":
        return replace(_switched_off() or _of_mssql_python(), layer=Layer.MSSQL_PYTHON)
    off = _switched_off() or _switched_off_in_pyodbc()
    if sys.platform == "win32":
        on = PoolSettings(enabled=True, where="the ODBC driver manager of Windows")
        return replace(off or on, layer=Layer.WINDOWS)
    pool = unixodbc_pool(odbc_driver, os.environ if environ is None else environ)
    return replace(pool, ignored=off.where if pool.enabled and off else "", layer=Layer.UNIXODBC)


def _switched_off() -> PoolSettings | None:
    """mssql-django switches both drivers' pools off for a false value, and never on."""
    try:
        wanted = getattr(settings, _SETTING, True)
    except ImproperlyConfigured:
        return None
    return None if wanted else PoolSettings(enabled=False, where=f"{_SETTING} = {wanted!r}")


def _switched_off_in_pyodbc() -> PoolSettings | None:
    if getattr(sys.modules.get("pyodbc"), "pooling", True):
        return None
    return PoolSettings(enabled=False, where="pyodbc.pooling = False")


def _of_mssql_python() -> PoolSettings:
    """mssql-python pools from its first connection on, unless somebody switched that off."""
    manager = getattr(sys.modules.get("mssql_python"), "PoolingManager", None)
    if manager is None:
        return PoolSettings(enabled=True, where="mssql-python's default")
    enabled = _called(manager, "is_enabled")
    if enabled is False and _called(manager, "is_initialized") is False:
        return PoolSettings(enabled=True, where="mssql-python's default, from the first connection")
    configuration = getattr(manager, "_config", None)
    known = configuration if isinstance(configuration, Mapping) else {}
    return PoolSettings(
        enabled=enabled,
        where="mssql-python's PoolingManager",
        max_size=_whole_number(known.get("max_size")),
        idle_seconds=_whole_number(known.get("idle_timeout")),
    )


def _called(manager: object, name: str) -> bool | None:
    """The answer of a method that a later release may not have."""
    method = getattr(manager, name, None)
    try:
        answer = method() if callable(method) else None
    except Exception:
        return None
    return answer if isinstance(answer, bool) else None


def _whole_number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
