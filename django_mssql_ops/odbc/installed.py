"""What ODBC drivers and data sources are installed, read without importing a driver."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from django_mssql_ops.odbc import ini_files, windows_registry
from django_mssql_ops.odbc.bundled import BundledDriver, bundled_driver
from django_mssql_ops.odbc.driver_manager import default_system_directory
from django_mssql_ops.odbc.library_version import version_of_library


@dataclass(frozen=True, slots=True)
class RegisteredDriver:
    """A name the driver manager knows, the library behind it and where the two are written.

    ``library`` may be a bare file name that the loader looks up, or "" when the section has none.
    """

    name: str
    library: str
    source: str

    @property
    def library_exists(self) -> bool:
        """Whether the library is there; a bare name is left to the loader and counts as there."""
        return bool(self.library) and ("/" not in self.library or Path(self.library).is_file())

    @property
    def version(self) -> tuple[int, ...] | None:
        """What the library's file name tells: (18, 6, 2, 1), or None."""
        return version_of_library(self.library)


@dataclass(frozen=True, slots=True)
class DataSource:
    """A DSN and the driver it names: a registered name, a path, or "" when it names none."""

    name: str
    driver: str


@dataclass(frozen=True, slots=True)
class DriverInventory:
    """The drivers in the driver manager's order, the data sources, and the wheel's driver.

    ``system_directory`` holds the ini files (``""`` on Windows, where the registry does).
    """

    drivers: tuple[RegisteredDriver, ...]
    data_sources: tuple[DataSource, ...]
    system_directory: str
    bundled: BundledDriver | None

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(driver.name for driver in self.drivers)

    def find(self, name: str) -> RegisteredDriver | None:
        """The driver that ``DRIVER=name`` would load; names are compared without regard to case."""
        return _named(self.drivers, name)

    def find_data_source(self, name: str) -> DataSource | None:
        """The data source that ``DSN=name`` would open."""
        return _named(self.data_sources, name)


_Named = TypeVar("_Named", RegisteredDriver, DataSource)


def _named(entries: tuple[_Named, ...], name: str) -> _Named | None:
    wanted = ini_files.ascii_lower(name.strip())
    return next((e for e in entries if ini_files.ascii_lower(e.name) == wanted), None)


def inventory(environ: Mapping[str, str] | None = None) -> DriverInventory:
    """Read what is installed now; files that are missing or unreadable count as empty.

    On Linux and macOS the ini files are read as unixODBC would under ``environ`` (default: this
    process's environment); on Windows the registry is. Costs a few file reads, no import of a
    driver, no subprocess.
    """
    if sys.platform == "win32":
        return registry_inventory(windows_registry.WindowsRegistry())
    return ini_inventory(os.environ if environ is None else environ)


def ini_inventory(environ: Mapping[str, str]) -> DriverInventory:
    """The inventory of unixODBC's ini files."""
    default = Path("/") if "ODBCSYSINI" in environ else default_system_directory()
    locations = ini_files.locate(environ, default)
    return DriverInventory(
        drivers=tuple(
            RegisteredDriver(section.name, section.get("Driver64", "Driver"), str(path))
            for section, path in ini_files.driver_sections(locations)
        ),
        data_sources=tuple(
            DataSource(section.name, section.get("Driver"))
            for section in ini_files.data_source_sections(locations)
        ),
        system_directory=str(locations.system_directory),
        bundled=bundled_driver(),
    )


def registry_inventory(registry: windows_registry.RegistryReader) -> DriverInventory:
    """The inventory of the Windows registry."""
    return DriverInventory(
        drivers=tuple(
            RegisteredDriver(name, library, rf"HKLM\{windows_registry.DRIVERS_KEY}")
            for name, library in windows_registry.registered_drivers(registry)
        ),
        data_sources=tuple(
            DataSource(name, driver) for name, driver in windows_registry.data_sources(registry)
        ),
        system_directory="",
        bundled=bundled_driver(),
    )
