from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from django_mssql_ops.odbc import bundled_driver, examine_library, loader, missing_libraries
from django_mssql_ops.odbc.loader import missing_library_in, needed_libraries
from tests.odbc.test_elf import shared_object

linux = pytest.mark.skipif(sys.platform != "linux", reason="ELF and glibc's loader")


pytestmark = pytest.mark.process


@pytest.mark.parametrize(
    ("text", "library"),
    [
        ("libodbc.so.2: cannot open shared object file: No such file or directory", "libodbc.so.2"),
        (
            "ImportError: libltdl.so.7: cannot open shared object file: No such file",
            "libltdl.so.7",
        ),
        (
            "Error loading shared library libkrb5.so.3: No such file or directory (needed by /d)",
            "libkrb5.so.3",
        ),
        (
            "dlopen(/d.dylib, 0x0006): Library not loaded: /opt/lib/libodbcinst.2.dylib\n Ref",
            "/opt/lib/libodbcinst.2.dylib",
        ),
        ("/lib/libc.so.6: version `GLIBC_2.38' not found", ""),
        ("", ""),
    ],
)
def test_the_loaders_message_names_the_library(text: str, library: str) -> None:
    assert missing_library_in(text) == library


@linux
def test_the_wheels_driver_loads_here() -> None:
    driver = bundled_driver()
    assert driver is not None
    assert examine_library(driver.library).loads


@linux
def test_what_the_driver_needs_is_followed_through_the_files_beside_it() -> None:
    driver = bundled_driver()
    assert driver is not None
    needed = list(needed_libraries(Path(driver.library)))
    assert "libltdl.so.7" in needed  # asked for by the libodbcinst beside the driver
    assert "libodbcinst.so.2" not in needed


@linux
def test_all_missing_libraries_are_named_not_only_the_first(tmp_path: Path) -> None:
    library = tmp_path / "libexample.so"
    library.write_bytes(shared_object(["libc.so.6", "libltdl.so.99", "libnowhere.so.3"]))
    names = [missing.name for missing in missing_libraries(str(library))]
    assert names == ["libltdl.so.99", "libnowhere.so.3"]


@linux
def test_a_missing_library_of_a_library_beside_it_is_named(tmp_path: Path) -> None:
    library = tmp_path / "libdriver.so"
    library.write_bytes(shared_object(["libown.so"], runpath="$ORIGIN"))
    (tmp_path / "libown.so").write_bytes(shared_object(["libltdl.so.99"]))
    (missing,) = missing_libraries(str(library))
    assert missing.name == "libltdl.so.99"
    assert missing.package


@linux
def test_a_file_that_is_no_library_keeps_the_loaders_own_words(tmp_path: Path) -> None:
    library = tmp_path / "libtext.so"
    library.write_text("no library")
    report = examine_library(str(library))
    assert (report.missing, report.loads) == ((), False)
    assert "libtext.so" in report.problem


def test_a_library_that_crashes_its_process_is_a_problem_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, -11, stdout='""\n')

    library = tmp_path / "libexample.so"
    library.write_bytes(shared_object(["libc.so.6"]))
    monkeypatch.setattr(subprocess, "run", crash)
    report = examine_library(str(library))
    assert (report.missing, report.not_asked) == ((), "")
    assert report.problem == "loading it ended the process with code -11"


@linux
def test_an_extension_module_is_only_asked_for_what_it_needs(tmp_path: Path) -> None:
    module = tmp_path / "module.so"
    module.write_bytes(shared_object(["libc.so.6"]))
    assert examine_library(str(module), only_needed=True).loads


@linux
def test_the_missing_libraries_make_one_command(tmp_path: Path) -> None:
    library = tmp_path / "libexample.so"
    library.write_bytes(shared_object(["libltdl.so.99", "libkrb5.so.99"]))
    command = examine_library(str(library)).install
    assert "ltdl" in command
    assert "krb5" in command


def test_openssl_is_missing_only_when_no_version_of_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = tmp_path / "libmsodbcsql-18.6.so.2.1"
    library.write_bytes(shared_object(["libc.so.6"]))
    absent = {"libssl.so.3": "libssl.so.3: cannot open shared object file"}
    monkeypatch.setattr(loader, "_load_in_child", lambda names: absent)
    assert examine_library(str(library)).missing == ()
    both = {**absent, "libssl.so.1.1": "libssl.so.1.1: cannot open shared object file"}
    monkeypatch.setattr(loader, "_load_in_child", lambda names: both)
    assert [missing.name for missing in missing_libraries(str(library))] == ["libssl.so.3"]


def test_a_child_that_does_not_answer_in_time_is_unknown_not_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_: object, **__: object) -> None:
        raise subprocess.TimeoutExpired("python", 10)

    monkeypatch.setattr(subprocess, "run", silent)
    report = examine_library(str(tmp_path / "lib.so"))
    assert (report.missing, report.loads) == ((), False)
    assert "timed out" in report.not_asked


def test_without_an_interpreter_nothing_is_claimed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/usr/sbin/webserver")
    monkeypatch.setattr(sys, "exec_prefix", str(tmp_path))
    assert "no Python interpreter" in examine_library(str(tmp_path / "lib.so")).not_asked
