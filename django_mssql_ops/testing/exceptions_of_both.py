"""Lets a backend of another database take the drivers' exceptions for its own."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import Any, Final

from django_mssql_ops.testing.driver_exceptions import DRIVERS

_DATABASE_EXCEPTIONS: Final = frozenset(
    {
        "DataError",
        "DatabaseError",
        "Error",
        "IntegrityError",
        "InterfaceError",
        "InternalError",
        "NotSupportedError",
        "OperationalError",
        "ProgrammingError",
    }
)


def driver_modules() -> list[ModuleType]:
    """The drivers for SQL Server that can be imported here."""
    modules = []
    for name in DRIVERS:
        try:
            modules.append(import_module(name))
        except ImportError:
            continue
    return modules


class ExceptionsOfBoth:
    """A DB-API module whose exceptions are its own and those of the drivers for SQL Server.

    Django's ``wrap_database_errors`` then makes of an injected error what it makes of a real one.
    """

    def __init__(self, module: Any) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._module, name)
        if name not in _DATABASE_EXCEPTIONS:
            return found
        return (found, *(getattr(module, name) for module in driver_modules()))
