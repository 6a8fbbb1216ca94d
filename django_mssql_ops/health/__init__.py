"""Health checks that answer in time whatever the server does (see docs/health.md).

Nothing here imports django-health-check until one of its names is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django_mssql_ops.lazy_names import lazy_names

if TYPE_CHECKING:
    from django_mssql_ops.health.checks import MSSQLConnection, MSSQLPool

__all__ = ["MSSQLConnection", "MSSQLPool"]

#: Name -> its module, which is imported when the name is first asked for.
_MODULES: Final = {"MSSQLConnection": "checks", "MSSQLPool": "checks"}

__getattr__ = lazy_names(__name__, _MODULES)
