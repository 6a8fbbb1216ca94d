"""The Microsoft ODBC Driver 18 inside an installed wheel, found without importing the wheel.

``mssql-python-odbc`` (before it, ``mssql-python`` itself) carries the driver below
``libs/<platform>/<distribution>/<architecture>/lib``. Which of them is right is decided as
mssql-python 1.16 decides it: the files it asks for are named in its extension module, in the order
of ``_DISTRIBUTION_MARKS``. The driver is proprietary Microsoft software under its own licence; it
is used where the user's pip put it and is never copied.
"""

from __future__ import annotations

import importlib.util
import platform
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from django_mssql_ops.odbc.library_version import numbers_in

BUNDLED_DRIVER_NAME = "ODBC Driver 18 for SQL Server"

#: (import package, distribution) that may carry ``libs/``; the first that has the driver is taken.
_WHEELS = (("mssql_python_odbc", "mssql-python-odbc"), ("mssql_python", "mssql-python"))

_DISTRIBUTION_MARKS = (
    ("alpine", ("etc/alpine-release",)),
    ("rhel", ("etc/redhat-release", "etc/centos-release")),
    ("suse", ("etc/SuSE-release", "etc/SUSE-brand")),
)

_LINUX_ARCHITECTURES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}
_WINDOWS_ARCHITECTURES = {"win-amd64": "x64", "win32": "x86", "win-arm64": "arm64"}


@dataclass(frozen=True, slots=True)
class BundledDriver:
    """The driver library of an installed wheel; ``version`` is the wheel's (18.6.2.2)."""

    name: str
    library: str
    version: str
    distribution: str


@dataclass(frozen=True, slots=True)
class DriverPlace:
    """Where below ``libs/`` a wheel keeps the driver for one platform."""

    directory: str
    pattern: str


def bundled_driver() -> BundledDriver | None:
    """The driver an installed wheel brings for this platform, or None."""
    place = this_platform()
    if place is None:
        return None
    for package, distribution in _WHEELS:
        root = package_directory(package)
        if root is None:
            continue
        library = _newest(root / "libs" / place.directory, place.pattern)
        if library is not None:
            return BundledDriver(
                name=BUNDLED_DRIVER_NAME,
                library=str(library),
                version=_version(root, distribution),
                distribution=distribution,
            )
    return None


def package_directory(package: str) -> Path | None:
    """The directory of an installed top-level package, without importing it."""
    try:
        spec = importlib.util.find_spec(package)
    except (ImportError, ValueError):
        return None
    if spec is None or not spec.origin:
        return None
    return Path(spec.origin).resolve().parent


def this_platform() -> DriverPlace | None:
    """The place for the running interpreter, or None where Microsoft ships no driver."""
    return driver_place(sys.platform, platform.machine(), distribution_of(Path("/")))


def driver_place(system: str, machine: str, distribution: str) -> DriverPlace | None:
    """The place for ``system`` (as ``sys.platform``), ``machine`` and a Linux ``distribution``."""
    if system.startswith("linux"):
        architecture = _LINUX_ARCHITECTURES.get(machine.lower())
        if architecture is None:
            return None
        return DriverPlace(f"linux/{distribution}/{architecture}/lib", "libmsodbcsql-18.*.so*")
    if system == "darwin":
        return DriverPlace(f"macos/{machine.lower()}/lib", "libmsodbcsql.18.dylib")
    if system == "win32":
        # The machine may be an emulated one; the interpreter's own build decides.
        architecture = _WINDOWS_ARCHITECTURES.get(sysconfig.get_platform().lower())
        return DriverPlace(f"windows/{architecture}", "msodbcsql18.dll") if architecture else None
    return None


def distribution_of(root: Path) -> str:
    """The wheel's word for the Linux below ``root``; debian_ubuntu when nothing says otherwise."""
    for name, marks in _DISTRIBUTION_MARKS:
        if any((root / mark).exists() for mark in marks):
            return name
    return "debian_ubuntu"


def _newest(directory: Path, pattern: str) -> Path | None:
    found = [path for path in directory.glob(pattern) if path.is_file()]
    return max(found, key=lambda path: numbers_in(path.name), default=None)


def _version(package: Path, distribution: str) -> str:
    """The version in the wheel's ``.dist-info`` name (importlib.metadata costs 50 ms to import)."""
    stem = distribution.replace("-", "_")
    for path in package.parent.glob(f"{stem}-*.dist-info"):
        return path.name.removeprefix(f"{stem}-").removesuffix(".dist-info")
    return ""
