from __future__ import annotations

import sys
from pathlib import Path

import pytest

from django_mssql_ops.odbc import driver_manager
from django_mssql_ops.odbc.driver_manager import directory_of_build, version_of
from tests.odbc.programs import answer, environment


@pytest.mark.parametrize(
    ("library", "directory"),
    [
        ("/usr/lib/x86_64-linux-gnu/libodbc.so.2.0.0", "/etc"),
        ("/lib/x86_64-linux-gnu/libodbc.so.2", "/etc"),
        ("/usr/local/lib/libodbc.so.2", "/usr/local/etc"),
        ("/opt/conda/lib/libodbc.so.2", "/opt/conda/etc"),
        ("/venv/lib/python3.12/site-packages/pyodbc.libs/libodbc-ab12.so.2.0.0", "/etc"),
        ("/usr/lib64/libodbc.so.2", "/etc"),
    ],
)
def test_the_ini_directory_goes_with_the_builds_prefix(library: str, directory: str) -> None:
    assert directory_of_build(Path(library)) == Path(directory)


@pytest.mark.parametrize(
    ("content", "version"),
    [
        (b"x\x002.3.11\x00y\x002.3.11\x00", "2.3.11"),
        (b"\x002.3.14pre\x00", "2.3.14pre"),
        (b"\x002.3.11\x00..\x002.2.5\x00", ""),
        (b"2.3.11", ""),
        (b"", ""),
    ],
)
def test_the_version_is_the_one_string_that_is_one(
    tmp_path: Path, content: bytes, version: str
) -> None:
    (tmp_path / "libodbc.so.2").write_bytes(content)
    assert version_of(tmp_path / "libodbc.so.2") == version


def test_a_library_that_is_not_there_has_no_version(tmp_path: Path) -> None:
    assert version_of(tmp_path / "libodbc.so.2") == ""


@pytest.mark.process
def test_the_extension_module_is_found_without_importing_it(home: Path) -> None:
    code = (
        "import json, sys; from django_mssql_ops.odbc.driver_manager import extension_module\n"
        "print(json.dumps([str(extension_module()), 'pyodbc' in sys.modules]))"
    )
    path, imported = answer(code, environment(home))
    assert Path(path).name.startswith("pyodbc.")
    assert not imported


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.process
def test_the_driver_manager_of_this_process_is_seen_once_it_is_loaded(home: Path) -> None:
    code = """
import json
from django_mssql_ops.odbc import driver_manager as dm
before = dm.loaded_library()
import pyodbc
print(json.dumps([str(before), str(dm.loaded_library()), dm.version_of(dm.library_path())]))
"""
    before, after, version = answer(code, environment(home))
    assert before == "None"
    assert Path(after).name.startswith("libodbc")
    assert version.startswith("2.")


def test_a_run_path_with_the_library_in_it_is_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.odbc.test_elf import shared_object

    (tmp_path / "libodbc.so.2").touch()
    module = tmp_path / "pyodbc.so"
    module.write_bytes(shared_object(["libc.so.6", "libodbc.so.2"], runpath="$ORIGIN"))
    monkeypatch.setattr(driver_manager, "extension_module", lambda: module)
    assert list(driver_manager._in_run_path({})) == [(tmp_path / "libodbc.so.2").resolve()]
