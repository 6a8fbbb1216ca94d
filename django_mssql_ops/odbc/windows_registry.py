"""Windows: the ODBC drivers and data sources that the registry names.

Drivers are values below ``SOFTWARE\\ODBC\\ODBCINST.INI\\ODBC Drivers`` and keep their library in a
key of their own; data sources are values below ``SOFTWARE\\ODBC\\ODBC.INI\\ODBC Data Sources`` of
the user and of the machine (Microsoft: "Registry Entries for ODBC Components"). Not run by this
project's own tests except against a fake registry.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import Protocol

if sys.platform == "win32":
    import winreg

DRIVERS_KEY = r"SOFTWARE\ODBC\ODBCINST.INI"
DATA_SOURCES_KEY = r"SOFTWARE\ODBC\ODBC.INI\ODBC Data Sources"


class RegistryReader(Protocol):
    """What is asked of the registry; a test hands in a fake."""

    def values(self, key: str, *, user: bool = False) -> dict[str, str]:
        """Name and text of every value of ``key``; empty when there is no such key."""
        ...


class WindowsRegistry:
    """The registry of this machine, in the view of the running interpreter's word size."""

    def values(self, key: str, *, user: bool = False) -> dict[str, str]:
        found: dict[str, str] = {}
        if sys.platform == "win32":
            hive = winreg.HKEY_CURRENT_USER if user else winreg.HKEY_LOCAL_MACHINE
            with contextlib.suppress(OSError), winreg.OpenKey(hive, key) as opened:
                for index in range(winreg.QueryInfoKey(opened)[1]):
                    name, value, _ = winreg.EnumValue(opened, index)
                    found[name] = str(value)
        return found


def registered_drivers(registry: RegistryReader) -> Iterator[tuple[str, str]]:
    """Name and library of every driver that is marked as installed."""
    for name, mark in registry.values(rf"{DRIVERS_KEY}\ODBC Drivers").items():
        if mark.lower() == "installed":
            yield name, registry.values(rf"{DRIVERS_KEY}\{name}").get("Driver", "")


def data_sources(registry: RegistryReader) -> Iterator[tuple[str, str]]:
    """Name and driver name of every data source; the user's own wins over the machine's."""
    user = registry.values(DATA_SOURCES_KEY, user=True)
    machine = registry.values(DATA_SOURCES_KEY)
    yield from (machine | user).items()
