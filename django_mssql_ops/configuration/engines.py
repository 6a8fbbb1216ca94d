"""Which ``ENGINE`` values are SQL Server through mssql-django."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from types import ModuleType
from typing import Final

#: mssql-django's own name.
ENGINE: Final = "mssql"

#: Names of backends that came before it, and misspellings of its own (Microsoft, "Migrate from
#: django-mssql-backend"); none of them runs on a supported Django.
RETIRED_ENGINES: Final = frozenset(
    {
        "django_mssql",
        "django_mssql_backend",
        "django_pyodbc",
        "mssql.base",
        "mssql_django",
        "sql_server",
        "sql_server.pyodbc",
        "sqlserver",
        "sqlserver_ado",
        "sqlserver_pymssql",
    }
)

_BACKEND_MODULE: Final = "mssql.base"


def is_retired(engine: object) -> bool:
    """True for a backend of SQL Server that Django can no longer use."""
    return isinstance(engine, str) and engine in RETIRED_ENGINES


def is_sql_server(
    engine: object,
    further: Collection[str] = (),
    modules: Mapping[str, ModuleType] = sys.modules,
) -> bool:
    """True when ``engine`` is mssql-django, one of ``further``, or known to subclass it.

    A subclass is recognised by the bases of its DatabaseWrapper once its module is imported; this
    imports nothing. ``further`` comes from ``MSSQL_OPS["ENGINES"]``.
    """
    if not isinstance(engine, str):
        return False
    return engine == ENGINE or engine in further or _subclasses_mssql(engine, modules)


def concerns_sql_server(engine: object, further: Collection[str] = ()) -> bool:
    """True for SQL Server, and for its retired backends: the settings rules say what to use."""
    return is_retired(engine) or is_sql_server(engine, further)


def _subclasses_mssql(engine: str, modules: Mapping[str, ModuleType]) -> bool:
    wrapper = getattr(modules.get(f"{engine}.base"), "DatabaseWrapper", None)
    if not isinstance(wrapper, type):
        return False
    return any(base.__module__ == _BACKEND_MODULE for base in wrapper.__mro__)
