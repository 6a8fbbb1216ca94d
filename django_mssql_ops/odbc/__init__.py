"""ODBC on this machine: what is installed, and the driver a wheel brings, for pyodbc.

Importing this loads no driver and no driver manager. The bundled driver is Microsoft's, under its
own licence; it is used where pip put it and never copied.
"""

from __future__ import annotations

from django_mssql_ops.odbc.bundled import BUNDLED_DRIVER_NAME, BundledDriver, bundled_driver
from django_mssql_ops.odbc.installed import (
    DataSource,
    DriverInventory,
    RegisteredDriver,
    inventory,
)
from django_mssql_ops.odbc.loader import (
    LoadReport,
    examine_library,
    missing_libraries,
    missing_library_in,
)
from django_mssql_ops.odbc.packages import MissingLibrary, install_command, package_of
from django_mssql_ops.odbc.registration import Registration, use_bundled_driver

__all__ = [
    "BUNDLED_DRIVER_NAME",
    "BundledDriver",
    "DataSource",
    "DriverInventory",
    "LoadReport",
    "MissingLibrary",
    "RegisteredDriver",
    "Registration",
    "bundled_driver",
    "examine_library",
    "install_command",
    "inventory",
    "missing_libraries",
    "missing_library_in",
    "package_of",
    "use_bundled_driver",
]
