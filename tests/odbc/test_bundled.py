from __future__ import annotations

import importlib.metadata
import sys
import sysconfig
from pathlib import Path

import pytest

from django_mssql_ops.odbc import bundled
from django_mssql_ops.odbc.bundled import bundled_driver, distribution_of, driver_place


def make_wheel(root: Path, package: str, files: list[str], distribution: str = "") -> None:
    (root / package).mkdir(parents=True)
    (root / package / "__init__.py").write_text("raise AssertionError('imported')")
    for name in files:
        path = root / package / "libs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    if distribution:
        (root / distribution).mkdir()


@pytest.fixture
def debian(monkeypatch: pytest.MonkeyPatch) -> str:
    """Pretend to be Debian on x86_64, with no wheel installed; the place of the driver."""
    place = driver_place("linux", "x86_64", "debian_ubuntu")
    assert place is not None
    monkeypatch.setattr(bundled, "this_platform", lambda: place)
    monkeypatch.setattr(sys, "path", [])
    for name in ("mssql_python", "mssql_python_odbc"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return place.directory


def test_the_driver_of_the_wheel_is_found_without_importing_it(
    tmp_path: Path, debian: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = f"{debian}/libmsodbcsql-18.6.so.2.1"
    make_wheel(tmp_path, "mssql_python_odbc", [library], "mssql_python_odbc-18.6.2.2.dist-info")
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    found = bundled_driver()
    assert found is not None
    assert found.library == str(tmp_path / "mssql_python_odbc" / "libs" / library)
    assert (found.version, found.distribution) == ("18.6.2.2", "mssql-python-odbc")


def test_the_newest_of_several_is_taken(
    tmp_path: Path, debian: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["libmsodbcsql-18.9.so.1.1", "libmsodbcsql-18.10.so.1.1", "libodbcinst.so.2"]
    make_wheel(tmp_path, "mssql_python_odbc", [f"{debian}/{name}" for name in names])
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    found = bundled_driver()
    assert found is not None
    assert Path(found.library).name == names[1]


def test_an_older_mssql_python_that_has_the_driver_itself_will_do(
    tmp_path: Path, debian: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_wheel(tmp_path, "mssql_python", [f"{debian}/libmsodbcsql-18.5.so.1.1"])
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    found = bundled_driver()
    assert found is not None
    assert found.distribution == "mssql-python"


def test_no_wheel_and_a_wheel_for_another_platform_are_none(
    tmp_path: Path, debian: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert bundled_driver() is None
    make_wheel(tmp_path, "mssql_python_odbc", ["linux/alpine/x86_64/lib/libmsodbcsql-18.6.so.2.1"])
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    assert bundled_driver() is None


@pytest.mark.parametrize(
    ("system", "machine", "directory"),
    [
        ("linux", "x86_64", "linux/rhel/x86_64/lib"),
        ("linux", "aarch64", "linux/rhel/arm64/lib"),
        ("darwin", "arm64", "macos/arm64/lib"),
        ("darwin", "x86_64", "macos/x86_64/lib"),
    ],
)
def test_the_place_of_the_driver(system: str, machine: str, directory: str) -> None:
    place = driver_place(system, machine, "rhel")
    assert place is not None
    assert place.directory == directory


def test_windows_goes_by_the_interpreters_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sysconfig, "get_platform", lambda: "win-amd64")
    place = driver_place("win32", "ARM64", "")
    assert place is not None
    assert (place.directory, place.pattern) == ("windows/x64", "msodbcsql18.dll")


@pytest.mark.parametrize(("system", "machine"), [("linux", "riscv64"), ("freebsd14", "amd64")])
def test_a_platform_without_a_driver_has_no_place(system: str, machine: str) -> None:
    assert driver_place(system, machine, "debian_ubuntu") is None


@pytest.mark.parametrize(
    ("marks", "distribution"),
    [
        ([], "debian_ubuntu"),
        (["alpine-release"], "alpine"),
        (["redhat-release"], "rhel"),
        (["centos-release"], "rhel"),
        (["SUSE-brand"], "suse"),
        (["alpine-release", "redhat-release"], "alpine"),
    ],
)
def test_the_distribution_is_told_by_mssql_pythons_marks(
    tmp_path: Path, marks: list[str], distribution: str
) -> None:
    (tmp_path / "etc").mkdir()
    for mark in marks:
        (tmp_path / "etc" / mark).touch()
    assert distribution_of(tmp_path) == distribution


@pytest.mark.mssql_python
def test_the_installed_wheel_is_found_where_mssql_python_finds_it() -> None:
    ddbc_bindings = pytest.importorskip("mssql_python.ddbc_bindings")
    import mssql_python_odbc

    theirs = ddbc_bindings._get_odbc_driver_path(
        str(Path(mssql_python_odbc.__file__).parent), "msodbcsql18"
    )
    ours = bundled_driver()
    assert ours is not None
    assert Path(ours.library).samefile(theirs)
    assert ours.version == importlib.metadata.version("mssql-python-odbc")
