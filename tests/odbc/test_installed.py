from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from django_mssql_ops import odbc
from django_mssql_ops.odbc.installed import DataSource, RegisteredDriver, registry_inventory
from tests.odbc.programs import answer, environment


def test_drivers_and_data_sources_come_with_their_library_and_file(
    home: Path, system: Callable[..., Path]
) -> None:
    directory = system("[ODBC]\nTrace=No\n[A]\nDriver=/a.so\n", "[Sales]\nDriver=A\n")
    (home / ".odbcinst.ini").write_text("[B]\nDriver64=/b.so\nDriver=/b32.so\n")
    found = odbc.inventory({"HOME": str(home), "ODBCSYSINI": str(directory)})
    assert found.drivers == (
        RegisteredDriver("A", "/a.so", str(directory / "odbcinst.ini")),
        RegisteredDriver("B", "/b.so", str(home / ".odbcinst.ini")),
    )
    assert DataSource("Sales", "A") in found.data_sources
    assert found.system_directory == str(directory)


def test_a_name_is_found_without_regard_to_case(system: Callable[..., Path]) -> None:
    found = odbc.inventory({"ODBCSYSINI": str(system("[FreeTDS]\nDriver=/f.so\n"))})
    driver = found.find(" freetds ")
    assert driver is not None
    assert driver.library == "/f.so"
    assert found.find("FreeTD") is None


def test_a_library_exists_when_its_file_does_or_the_loader_is_to_find_it(tmp_path: Path) -> None:
    there = tmp_path / "lib.so"
    there.touch()
    exists = [RegisteredDriver("A", lib, "").library_exists for lib in (str(there), "libx.so")]
    assert all(exists)
    assert not RegisteredDriver("A", str(tmp_path / "gone.so"), "").library_exists
    assert not RegisteredDriver("A", "", "").library_exists


class Registry:
    """A registry in a dict; keys below HKEY_CURRENT_USER begin with "user:"."""

    def __init__(self, keys: dict[str, dict[str, str]]) -> None:
        self.keys = keys

    def values(self, key: str, *, user: bool = False) -> dict[str, str]:
        return self.keys.get(f"user:{key}" if user else key, {})


def test_windows_names_its_drivers_in_the_registry() -> None:
    instance, sources = r"SOFTWARE\ODBC\ODBCINST.INI", r"SOFTWARE\ODBC\ODBC.INI\ODBC Data Sources"
    registry = Registry(
        {
            rf"{instance}\ODBC Drivers": {"SQL Server": "Installed", "Gone": "Removed"},
            rf"{instance}\SQL Server": {"Driver": r"C:\Windows\SQLSRV32.dll"},
            sources: {"Shared": "SQL Server", "Both": "machine"},
            f"user:{sources}": {"Both": "user"},
        }
    )
    found = registry_inventory(registry)
    assert [(d.name, d.library) for d in found.drivers] == [
        ("SQL Server", r"C:\Windows\SQLSRV32.dll")
    ]
    assert {(s.name, s.driver) for s in found.data_sources} == {
        ("Shared", "SQL Server"),
        ("Both", "user"),
    }


@pytest.mark.process
def test_reading_the_inventory_imports_no_driver(home: Path) -> None:
    code = """
import json, sys
from django_mssql_ops import odbc
odbc.inventory()
print(json.dumps(sorted({"pyodbc", "mssql_python", "mssql_python_odbc"} & set(sys.modules))))
"""
    assert answer(code, environment(home)) == []
