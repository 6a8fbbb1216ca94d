"""The driver on this machine: its Python module, the driver manager, the library, what it lacks.

No connection is opened and the ODBC driver is loaded in a child process only. The Python modules
are imported here, as the backend is about to import them anyway: mssql-django imports pyodbc on
both paths (``mssql/base.py``), and mssql-python when an alias asks for it.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from django_mssql_ops import odbc
from django_mssql_ops.configuration import ConnectionSettings
from django_mssql_ops.diagnostics.facts import DriverFacts, Fact, Unreadable
from django_mssql_ops.odbc import driver_manager
from django_mssql_ops.odbc.library_version import version_of_library

FALLBACK_DRIVER = "ODBC Driver 17 for SQL Server"

#: What the wheel's driver needs from the system; mssql-python's error names none of it.
_BUNDLED_NEEDS = ("libltdl.so.7", "libkrb5.so.3", "libgssapi_krb5.so.2")
_MSSQL_PYTHON_LOAD_ERROR = "Failed to load the driver"
#: mssql-python 1.16 can load another driver than Microsoft's ODBC Driver 18 (odbc_provider.py).
_PROVIDER_VARIABLE = "MSSQL_PYTHON_NATIVE_PROVIDER"
_ODBC_PROVIDER = "msodbcsql18"

_DISTRIBUTIONS = {"pyodbc": "pyodbc", "mssql_python": "mssql-python"}


@dataclass(frozen=True, slots=True)
class _Library:
    """The library behind a driver name and what the loader says about it."""

    path: Fact[str]
    exists: bool = True
    report: odbc.LoadReport = field(default_factory=odbc.LoadReport)

    @property
    def opens(self) -> bool:
        """Whether the driver manager can open it, as far as known (OpenSSL is opened later)."""
        needed = [m for m in self.report.missing if not m.name.startswith("libssl")]
        return isinstance(self.path, str) and self.exists and not needed and not self.report.problem


def probe_driver(settings: ConnectionSettings) -> DriverFacts:
    """Everything about the driver of one alias that can be known without a connection."""
    modules = {name: _import(name) for name in _modules(settings)}
    found = odbc.inventory()
    driver, library, falls_back = _choose(settings, found)
    errors = {name: text for name, text in modules.items() if isinstance(text, str)}
    return DriverFacts(
        module=settings.python_driver,
        module_version=_version(settings.python_driver, modules),
        driver=driver,
        driver_manager=_driver_manager(settings),
        registered=found.names,
        library=library.path,
        library_version=_library_version(library.path, found.bundled),
        missing_libraries=_missing(library),
        bundled_version=found.bundled.version if found.bundled else None,
        falls_back=falls_back,
        import_errors=tuple(errors.items()),
        library_exists=library.exists,
        load_error=library.report.problem,
        remedy=_remedy(errors, library),
    )


def _modules(settings: ConnectionSettings) -> tuple[str, ...]:
    """The modules that the backend imports for this alias, in its order."""
    return tuple(dict.fromkeys(("pyodbc", settings.python_driver)))


def _import(name: str) -> ModuleType | str:
    """The module, or the text of what its import raised (a broken wheel can raise anything)."""
    try:
        return importlib.import_module(name)
    except Exception as problem:
        return f"{type(problem).__name__}: {problem}"


def _version(name: str, modules: dict[str, ModuleType | str]) -> Fact[str]:
    module = modules[name]
    if isinstance(module, str):
        return Unreadable(f"{name} could not be imported: {module}")
    version = getattr(module, "__version__", None) or getattr(module, "version", None)
    return str(version) if version else Unreadable(f"{name} does not tell its version")


def _driver_manager(settings: ConnectionSettings) -> Fact[str]:
    """ "unixODBC 2.3.11", by the version string in the library that pyodbc has loaded."""
    if settings.python_driver == "mssql_python":
        return Unreadable("mssql-python loads its driver without a driver manager")
    if sys.platform == "win32":
        return Unreadable("the driver manager is a part of Windows")
    library = driver_manager.library_path()
    version = driver_manager.version_of(library) if library else ""
    return f"unixODBC {version}" if version else Unreadable("its library was not found")


def _choose(
    settings: ConnectionSettings, found: odbc.DriverInventory
) -> tuple[str, _Library, bool]:
    """The driver's name, its library, and whether the backend would take 17 instead of 18."""
    if settings.python_driver == "mssql_python":
        return odbc.BUNDLED_DRIVER_NAME, _bundled_library(found), False
    name = _name(settings, found)
    library = _registered_library(name, found)
    if library.opens or settings.driver_is_explicit or settings.driver_family != "18":
        return name, library, False
    fallback = _registered_library(FALLBACK_DRIVER, found)
    return (FALLBACK_DRIVER, fallback, True) if fallback.opens else (name, library, False)


def _name(settings: ConnectionSettings, found: odbc.DriverInventory) -> str:
    """The driver asked for: the data source's own when the alias names a DSN."""
    source = found.find_data_source(settings.dsn) if settings.dsn else None
    return source.driver if source and source.driver else settings.driver


def _bundled_library(found: odbc.DriverInventory) -> _Library:
    provider = os.environ.get(_PROVIDER_VARIABLE, "").strip().lower()
    if provider and provider != _ODBC_PROVIDER:
        return _Library(Unreadable(f"{_PROVIDER_VARIABLE}={provider} selects another driver"))
    if found.bundled is None:
        reason = "no installed wheel has the driver for this platform"
        return _Library(Unreadable(reason, 'pip install "mssql-python"'), exists=False)
    return _examined(found.bundled.library)


def _registered_library(name: str, found: odbc.DriverInventory) -> _Library:
    if "/" in name:
        return _examined(name)
    driver = found.find(name)
    if driver is None:
        return _Library(Unreadable(f"no driver named {name!r} is registered"), exists=False)
    if not driver.library:
        return _Library(Unreadable(f"[{name}] in {driver.source} names no library"), exists=False)
    return _examined(driver.library)


def _examined(library: str) -> _Library:
    """A path is looked at, a bare file name is left to the loader."""
    if sys.platform == "win32" or ("/" in library and not Path(library).is_file()):
        return _Library(library, exists=Path(library).is_file())
    return _Library(library, report=odbc.examine_library(library))


def _library_version(path: Fact[str], bundled: odbc.BundledDriver | None) -> Fact[tuple[int, ...]]:
    """From the file's name, links followed: ``libmsodbcsql-18.6.so.2.1`` is 18.6.2.1."""
    if isinstance(path, Unreadable):
        return path
    version = version_of_library(path)
    if version is not None:
        return version
    if bundled is not None and path == bundled.library:
        return tuple(int(n) for n in bundled.version.split(".") if n.isdigit())
    return Unreadable(f"the name of {path} does not tell its version")


def _missing(library: _Library) -> Fact[tuple[str, ...]]:
    if library.report.not_asked:
        return Unreadable(library.report.not_asked)
    return tuple(str(missing) for missing in library.report.missing)


def _remedy(errors: dict[str, str], library: _Library) -> str:
    """One command for everything that is missing: system packages, else the Python package."""
    packages = [odbc.package_of(name) for name in _libraries_lacking(errors)]
    packages += [missing.package for missing in library.report.missing]
    command = odbc.install_command(packages)
    if command:
        return command
    absent = next((n for n, text in errors.items() if f"No module named '{n}'" in text), None)
    return f"pip install {_DISTRIBUTIONS[absent]}" if absent else ""


def _libraries_lacking(errors: dict[str, str]) -> Iterator[str]:
    """The libraries that the texts of failed imports name, and what else pyodbc itself lacks."""
    for name, text in errors.items():
        missing = odbc.missing_library_in(text)
        if missing:
            yield missing
        elif _MSSQL_PYTHON_LOAD_ERROR in text:
            yield from _BUNDLED_NEEDS
        extension = driver_manager.extension_module() if name == "pyodbc" else None
        if extension is not None:
            report = odbc.examine_library(str(extension), only_needed=True)
            yield from (lacking.name for lacking in report.missing)
