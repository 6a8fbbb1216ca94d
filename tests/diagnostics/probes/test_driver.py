from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from django_mssql_ops import odbc
from django_mssql_ops.configuration import ConnectionSettings, read_settings
from django_mssql_ops.diagnostics.facts import DriverFacts, Unreadable
from django_mssql_ops.diagnostics.probes.driver import probe_driver
from django_mssql_ops.odbc import (
    BundledDriver,
    DataSource,
    DriverInventory,
    RegisteredDriver,
    driver_manager,
)

LIBODBC = "libodbc.so.2: cannot open shared object file: No such file or directory"
NAME_18, NAME_17 = "ODBC Driver 18 for SQL Server", "ODBC Driver 17 for SQL Server"


def settings(**options: Any) -> ConnectionSettings:
    entry = {"ENGINE": "mssql", "NAME": "app", "HOST": "db", "OPTIONS": options}
    return read_settings("default", entry)


class Machine:
    """A machine in memory: registered drivers, files that exist, what the loader says of them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        self.monkeypatch, self.directory = monkeypatch, tmp_path
        self.drivers: list[RegisteredDriver] = []
        self.data_sources: list[DataSource] = []
        self.bundled: BundledDriver | None = None
        self.reports: dict[str, odbc.LoadReport] = {}
        monkeypatch.setattr(odbc, "inventory", self.inventory)
        monkeypatch.setattr(odbc, "examine_library", self.examine)
        monkeypatch.setattr(odbc.packages, "this_family", lambda: "debian")
        monkeypatch.setattr(driver_manager, "extension_module", lambda: None)

    def inventory(self) -> DriverInventory:
        return DriverInventory(tuple(self.drivers), tuple(self.data_sources), "/etc", self.bundled)

    def examine(self, library: str, **_: Any) -> odbc.LoadReport:
        return self.reports.get(library, odbc.LoadReport())

    def library(self, file_name: str, *missing: str) -> str:
        """Make a library file; ``missing`` is what the loader cannot find for it."""
        path = self.directory / file_name
        path.touch()
        lacking = tuple(odbc.MissingLibrary(name, odbc.package_of(name)) for name in missing)
        self.reports[str(path)] = odbc.LoadReport(missing=lacking)
        return str(path)

    def register(self, name: str, library: str) -> str:
        self.drivers.append(RegisteredDriver(name, library, "/etc/odbcinst.ini"))
        return library

    def import_fails(self, module: str, text: str, kind: type[Exception] = ImportError) -> None:
        def importing(name: str) -> ModuleType:
            if name == module:
                raise kind(text)
            return ModuleType(name)

        self.monkeypatch.setattr(importlib, "import_module", importing)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Machine:
    return Machine(monkeypatch, tmp_path)


def test_a_registered_driver_gives_its_library_and_version(machine: Machine) -> None:
    library = machine.register(NAME_18, machine.library("libmsodbcsql-18.6.so.2.1"))
    found = probe_driver(settings())
    assert (found.module, found.driver, found.library) == ("pyodbc", NAME_18, library)
    assert found.library_version == (18, 6, 2, 1)
    assert (found.missing_libraries, found.import_errors, found.remedy) == ((), (), "")
    assert found.registered == (NAME_18,)
    assert not found.falls_back


def test_the_version_is_read_behind_links(machine: Machine, tmp_path: Path) -> None:
    link = tmp_path / "libmsodbcsql.so"
    link.symlink_to(machine.library("libmsodbcsql-17.10.so.6.1"))
    machine.register(NAME_18, str(link))
    assert probe_driver(settings()).library_version == (17, 10, 6, 1)


def test_a_name_without_a_version_is_unreadable_not_wrong(machine: Machine) -> None:
    machine.register("FreeTDS", machine.library("libtdsodbc.so"))
    found = probe_driver(settings(driver="FreeTDS"))
    assert isinstance(found.library_version, Unreadable)
    assert found.library_exists


def test_a_driver_that_is_not_registered_is_a_fact(machine: Machine) -> None:
    found = probe_driver(settings())
    assert isinstance(found.library, Unreadable)
    assert NAME_18 in found.library.reason
    assert not found.library_exists
    assert found.registered == ()


def test_a_library_that_is_gone_is_a_fact(machine: Machine) -> None:
    machine.register(NAME_18, "/gone/libmsodbcsql-18.6.so.2.1")
    found = probe_driver(settings())
    assert not found.library_exists
    assert found.missing_libraries == ()


def test_a_section_without_a_library_is_a_fact(machine: Machine) -> None:
    machine.register(NAME_18, "")
    found = probe_driver(settings())
    assert isinstance(found.library, Unreadable)
    assert "names no library" in found.library.reason


def test_what_the_library_lacks_comes_with_the_command(machine: Machine) -> None:
    library = machine.library("libmsodbcsql-18.6.so.2.1", "libltdl.so.7", "libkrb5.so.3")
    machine.register(NAME_18, library)
    found = probe_driver(settings(driver=NAME_18))
    assert found.missing_libraries == (
        "libltdl.so.7 (package libltdl7)",
        "libkrb5.so.3 (package libkrb5-3)",
    )
    assert found.remedy == "apt-get install -y libltdl7 libkrb5-3"


def test_a_loader_that_cannot_be_asked_leaves_the_fact_unreadable(machine: Machine) -> None:
    library = machine.register(NAME_18, machine.library("libmsodbcsql-18.6.so.2.1"))
    machine.reports[library] = odbc.LoadReport(not_asked="no interpreter")
    found = probe_driver(settings())
    assert found.missing_libraries == Unreadable("no interpreter")
    assert not found.falls_back


@pytest.mark.parametrize("broken", ["unregistered", "gone", "lacking"])
def test_the_backend_falls_back_to_17_when_18_cannot_be_opened(
    machine: Machine, broken: str
) -> None:
    if broken == "gone":
        machine.register(NAME_18, "/gone/libmsodbcsql-18.6.so.2.1")
    if broken == "lacking":
        machine.register(NAME_18, machine.library("libmsodbcsql-18.6.so.2.1", "libkrb5.so.3"))
    library = machine.register(NAME_17, machine.library("libmsodbcsql-17.10.so.6.1"))
    found = probe_driver(settings())
    assert found.falls_back
    assert (found.driver, found.library) == (NAME_17, library)
    assert found.library_version == (17, 10, 6, 1)


def test_there_is_no_fallback_for_an_explicit_driver_or_without_a_usable_17(
    machine: Machine,
) -> None:
    machine.register(NAME_17, "/gone/libmsodbcsql-17.10.so.6.1")
    assert not probe_driver(settings()).falls_back
    machine.drivers.clear()
    machine.register(NAME_17, machine.library("libmsodbcsql-17.10.so.6.1"))
    explicit = probe_driver(settings(driver=NAME_18))
    assert (explicit.falls_back, explicit.driver) == (False, NAME_18)


def test_openssl_alone_missing_is_no_reason_for_the_backend_to_fall_back(
    machine: Machine,
) -> None:
    machine.register(NAME_18, machine.library("libmsodbcsql-18.6.so.2.1", "libssl.so.3"))
    machine.register(NAME_17, machine.library("libmsodbcsql-17.10.so.6.1"))
    found = probe_driver(settings())
    assert not found.falls_back
    assert found.missing_libraries == ("libssl.so.3 (package libssl3)",)


def test_a_dsn_is_followed_to_its_driver(machine: Machine) -> None:
    library = machine.register("Ours", machine.library("libmsodbcsql-18.6.so.2.1"))
    machine.data_sources.append(DataSource("Sales", "Ours"))
    found = probe_driver(settings(dsn="sales"))
    assert (found.driver, found.library) == ("Ours", library)


def test_a_path_as_driver_is_taken_as_the_library(machine: Machine) -> None:
    library = machine.library("libmsodbcsql-18.6.so.2.1")
    assert probe_driver(settings(driver=library)).library == library


def test_an_import_that_fails_names_the_library_and_the_command(machine: Machine) -> None:
    machine.import_fails("pyodbc", LIBODBC)
    found = probe_driver(settings())
    assert found.import_errors == (("pyodbc", f"ImportError: {LIBODBC}"),)
    assert isinstance(found.module_version, Unreadable)
    assert found.remedy == "apt-get install -y unixodbc"


def test_a_module_that_is_not_installed_gets_a_pip_line(machine: Machine) -> None:
    text = "No module named 'mssql_python'"
    machine.import_fails("mssql_python", text, ModuleNotFoundError)
    found = probe_driver(settings(python_driver="mssql_python"))
    assert found.remedy == "pip install mssql-python"


def test_an_alias_on_mssql_python_needs_pyodbc_too_as_the_backend_imports_it(
    machine: Machine,
) -> None:
    machine.import_fails("pyodbc", LIBODBC)
    found = probe_driver(settings(python_driver="mssql_python"))
    assert [module for module, _ in found.import_errors] == ["pyodbc"]


def test_mssql_pythons_own_load_error_names_what_its_driver_needs(machine: Machine) -> None:
    text = "Failed to load the driver. Please read the documentation"
    machine.import_fails("mssql_python", text, RuntimeError)
    found = probe_driver(settings(python_driver="mssql_python"))
    assert found.remedy == "apt-get install -y libltdl7 libkrb5-3 libgssapi-krb5-2"


def test_mssql_python_uses_the_wheels_driver_and_no_driver_manager(machine: Machine) -> None:
    library = machine.library("libmsodbcsql-18.6.so.2.1", "libltdl.so.7")
    machine.bundled = BundledDriver(NAME_18, library, "18.6.2.2", "mssql-python-odbc")
    found = probe_driver(settings(python_driver="mssql_python"))
    assert (found.driver, found.library, found.bundled_version) == (NAME_18, library, "18.6.2.2")
    assert isinstance(found.driver_manager, Unreadable)
    assert found.missing_libraries == ("libltdl.so.7 (package libltdl7)",)


def test_mssql_python_without_a_driver_in_any_wheel_is_a_fact(machine: Machine) -> None:
    found = probe_driver(settings(python_driver="mssql_python"))
    assert isinstance(found.library, Unreadable)
    assert not found.library_exists


def test_another_native_provider_of_mssql_python_is_not_judged(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MSSQL_PYTHON_NATIVE_PROVIDER", "mssql-odbc")
    found = probe_driver(settings(python_driver="mssql_python"))
    assert isinstance(found.library, Unreadable)
    assert found.library_exists


def test_without_a_version_in_the_name_the_wheels_own_counts(machine: Machine) -> None:
    library = machine.library("libmsodbcsql.18.dylib")
    machine.bundled = BundledDriver(NAME_18, library, "18.6.2.2", "mssql-python-odbc")
    assert probe_driver(settings(python_driver="mssql_python")).library_version == (18, 6, 2, 2)


@pytest.mark.skipif(sys.platform != "linux", reason="unixODBC on Linux")
@pytest.mark.process
def test_this_machines_own_driver_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home_of: Callable[[Path], None]
) -> None:
    home_of(tmp_path)
    bundled = odbc.bundled_driver()
    assert bundled is not None
    (tmp_path / "odbcinst.ini").write_text(f"[{NAME_18}]\nDriver={bundled.library}\n")
    monkeypatch.setenv("ODBCSYSINI", str(tmp_path))
    found: DriverFacts = probe_driver(settings())
    assert found.library == bundled.library
    assert isinstance(found.library_version, tuple)
    assert found.library_version[0] == 18
    assert found.missing_libraries == ()
    assert isinstance(found.driver_manager, str)
    assert found.driver_manager.startswith("unixODBC 2.")
    assert isinstance(found.module_version, str)


@pytest.fixture
def home_of(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Let nothing of this machine's ODBC configuration be seen."""

    def move(directory: Path) -> None:
        monkeypatch.setenv("HOME", str(directory))
        for name in ("ODBCINSTINI", "ODBCINI"):
            monkeypatch.delenv(name, raising=False)

    return move
