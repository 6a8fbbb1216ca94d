"""``use_bundled_driver()``: the wheel's ODBC Driver 18 under its usual name, for pyodbc.

The driver manager finds drivers by name in odbcinst.ini, and finds that file through ODBCSYSINI. So
an odbcinst.ini of our own is written, with everything in it that the system's registers, and
ODBCSYSINI points to its directory from then on, for this process and its children. No root, no
package repository, nothing copied from the wheel.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django_mssql_ops.exceptions import DriverSetupTooLate, DriverUnavailable
from django_mssql_ops.odbc import freeze, ini_files, private_directory
from django_mssql_ops.odbc.bundled import (
    BUNDLED_DRIVER_NAME,
    BundledDriver,
    bundled_driver,
    this_platform,
)
from django_mssql_ops.odbc.driver_manager import (
    default_system_directory,
    extension_module,
    loaded_library,
)
from django_mssql_ops.odbc.installed import inventory
from django_mssql_ops.odbc.loader import LoadReport, examine_library
from django_mssql_ops.odbc.merge import merged_drivers
from django_mssql_ops.odbc.packages import MissingLibrary, install_command

PIP_LINE = 'pip install "django-mssql-ops[driver]"'

#: unixODBC reads lines of up to 1000 bytes (INI_MAX_LINE), "Driver=" and the end included.
_MAX_PATH_BYTES = 980

_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Registration:
    """What pyodbc will find: ``driver`` is the name, ``library`` the file behind it.

    ``directory`` holds the odbcinst.ini in force ("" on Windows). ``already_registered`` is True
    when nothing had to be done, because a driver of that name and its library were there.
    """

    driver: str
    library: str
    directory: str
    already_registered: bool


def use_bundled_driver() -> Registration:
    """Make the ODBC Driver 18 of the ``mssql-python-odbc`` wheel known to pyodbc.

    Call it before the first connection, for instance at the top of the settings module. A driver
    of that name that is registered with an existing library is left alone. May be called again,
    from several threads and processes. Sets ``os.environ["ODBCSYSINI"]``, which child processes
    inherit. Takes about 0.1 s the first time (a child process asks the loader).

    Raises DriverUnavailable, naming the remedy, when the wheel or a shared library is missing, when
    no private directory can be made, or on Windows, where drivers come from the registry.
    Raises DriverSetupTooLate when the driver manager had already read its configuration.
    """
    with _lock:
        found = inventory()
        registered = found.find(BUNDLED_DRIVER_NAME)
        if registered is not None and registered.library_exists:
            return Registration(
                registered.name, registered.library, found.system_directory, already_registered=True
            )
        if sys.platform == "win32":
            raise DriverUnavailable(
                f"{BUNDLED_DRIVER_NAME!r} is not registered, and on Windows only Microsoft's "
                "installer can do that: run msodbcsql.msi, or let OPTIONS['python_driver'] be "
                "'mssql_python', which brings its own driver."
            )
        driver = _usable_driver()
        directory = _write_configuration(driver)
        _point_driver_manager_to(directory, driver)
        return Registration(driver.name, driver.library, str(directory), already_registered=False)


def _usable_driver() -> BundledDriver:
    """The wheel's driver with all it needs; raises DriverUnavailable otherwise."""
    driver = bundled_driver()
    if driver is None:
        place = this_platform()
        looked_for = f" (looked for libs/{place.directory}/{place.pattern})" if place else ""
        raise DriverUnavailable(
            f"no installed wheel has {BUNDLED_DRIVER_NAME!r} for {sys.platform}{looked_for}: "
            f"{PIP_LINE}"
        )
    extension = extension_module()
    reports = [examine_library(driver.library)]
    if extension is not None:
        reports.append(examine_library(str(extension), only_needed=True))
    require_loadable(driver.library, reports)
    return driver


def require_loadable(library: str, reports: Iterable[LoadReport]) -> None:
    """Raise DriverUnavailable with the missing libraries and the command that installs them.

    What could not be asked is no reason to refuse: the driver manager will say it itself.
    """
    missing: dict[str, MissingLibrary] = {}
    for report in reports:
        missing |= {found.name: found for found in report.missing}
        if report.problem:
            raise DriverUnavailable(f"{library} cannot be loaded: {report.problem}")
    if missing:
        command = install_command(found.package for found in missing.values())
        remedy = f": {command}" if command else "; install the package that has it"
        names = ", ".join(str(found) for found in missing.values())
        raise DriverUnavailable(
            f"{BUNDLED_DRIVER_NAME!r} needs what the loader cannot find: {names}{remedy}"
        )


def _write_configuration(driver: BundledDriver) -> Path:
    """The directory with the merged odbcinst.ini and a link to the system's odbc.ini."""
    _require_writable_as_value(driver.library)
    locations = ini_files.locate(os.environ, default_system_directory())
    file_dsns = locations.system_directory / "ODBCDataSources"
    text = merged_drivers(
        ini_files.read_ini(locations.system_drivers) or (),
        driver.name,
        driver.library,
        file_dsn_directory=str(file_dsns) if file_dsns.is_dir() else "",
    )
    # A link, not a copy: a DSN may hold a password, and it stays in the file that protects it.
    data_sources = str(locations.system_data_sources.resolve())
    try:
        return private_directory.store(
            {"odbcinst.ini": text.encode("utf-8", "surrogateescape")},
            {"odbc.ini": data_sources},
            os.environ,
        )
    except (private_directory.UnsafePlace, OSError) as problem:
        raise DriverUnavailable(
            f"{BUNDLED_DRIVER_NAME!r} could not be registered: {problem}. Set XDG_CACHE_HOME to a "
            "directory that belongs to this user and that no one else can write."
        ) from problem


def _require_writable_as_value(library: str) -> None:
    if library != library.strip() or not library.isprintable():
        raise DriverUnavailable(f"an odbcinst.ini cannot hold the path {library!r}")
    if len(os.fsencode(library)) > _MAX_PATH_BYTES:
        raise DriverUnavailable(
            f"the path of the driver is longer than the {_MAX_PATH_BYTES} bytes that unixODBC "
            f"reads: {library!r}"
        )


def _point_driver_manager_to(directory: Path, driver: BundledDriver) -> None:
    """Set ODBCSYSINI and make sure the driver manager follows, if it is loaded already."""
    before = {name: os.environ.get(name) for name in ("ODBCSYSINI", "ODBCINSTINI")}
    os.environ["ODBCSYSINI"] = str(directory)
    os.environ.pop("ODBCINSTINI", None)
    if _is_seen(driver):
        return
    for name, value in before.items():
        if value is not None:
            os.environ[name] = value
        else:
            os.environ.pop(name, None)
    raise DriverSetupTooLate(
        "the ODBC driver manager of this process has already read its configuration, at the first "
        "pyodbc.drivers() or connection: call django_mssql_ops.odbc.use_bundled_driver() before "
        "that, for instance at the top of the settings module"
    )


def _is_seen(driver: BundledDriver) -> bool:
    """False when a driver manager is loaded and does not have our library for the name."""
    driver_manager = loaded_library()
    if driver_manager is not None:
        try:
            return freeze.library_seen_by(driver_manager, driver.name) == driver.library
        except (OSError, AttributeError):
            return driver.name in _names_by_pyodbc()
    return "pyodbc" not in sys.modules or driver.name in _names_by_pyodbc()


def _names_by_pyodbc() -> tuple[str, ...]:
    """The names that pyodbc itself sees; only asked where the driver manager cannot be."""
    pyodbc = sys.modules.get("pyodbc")
    return tuple(pyodbc.drivers()) if pyodbc is not None else ()
