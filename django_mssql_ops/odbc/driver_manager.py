"""The driver manager (unixODBC) that pyodbc uses: its file, its version, its ini directory.

Nothing here loads it; :func:`loaded_library` only sees it where something else already has.
"""

from __future__ import annotations

import importlib.util
import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from django_mssql_ops.odbc.elf import read_dynamic_section

_FILE_NAME = re.compile(r"libodbc(-[0-9a-f]+)?\.(so(\.\d+)*|(\d+\.)?dylib)")
#: unixODBC keeps its version as a string of its own (2.3.11; also 2.3.14pre).
_VERSION = re.compile(rb"\0(\d{1,2}\.\d{1,3}\.\d{1,3}(?:pre)?)\0")
#: libodbc is under 1 MB; a file beyond this is something else.
_MAX_LIBRARY_BYTES = 32 * 1024 * 1024

#: Where Homebrew keeps its prefix: Apple silicon, then Intel.
_HOMEBREW_DIRECTORIES = (Path("/opt/homebrew/etc"), Path("/usr/local/etc"))
#: Prefixes whose builds keep their ini files in /etc: distributions configure it so.
_SYSTEM_PREFIXES = frozenset({"/", "/usr"})


def default_system_directory() -> Path:
    """Where odbcinst.ini is when ODBCSYSINI is not set.

    unixODBC compiles it in: ``PREFIX/etc`` unless configured otherwise, /etc in distributions and
    in pyodbc's own wheels (measured on Debian 12). It is told from where the library lies.
    """
    if sys.platform == "darwin":
        found = (d for d in _HOMEBREW_DIRECTORIES if (d / "odbcinst.ini").exists())
        return next(found, Path("/etc"))
    library = library_path()
    return Path("/etc") if library is None else directory_of_build(library)


def directory_of_build(library: Path) -> Path:
    """The ini directory of the unixODBC build that has ``library``."""
    parts = library.parts
    if "lib" not in parts or any("site-packages" in part for part in parts):
        return Path("/etc")
    prefix = Path(*parts[: parts.index("lib")])
    return Path("/etc") if str(prefix) in _SYSTEM_PREFIXES else prefix / "etc"


def library_path() -> Path | None:
    """The libodbc that pyodbc has loaded, or would load as far as its run path tells; else None."""
    return loaded_library() or next(_in_run_path(os.environ), None)


def loaded_library() -> Path | None:
    """The libodbc mapped into this process (Linux; None where that cannot be seen)."""
    try:
        with open("/proc/self/maps", encoding="utf-8", errors="surrogateescape") as maps:
            paths = {line.split(maxsplit=5)[5].strip() for line in maps if "libodbc" in line}
    except (OSError, IndexError):
        return None
    return next((Path(p) for p in sorted(paths) if _FILE_NAME.fullmatch(Path(p).name)), None)


def extension_module() -> Path | None:
    """pyodbc's extension module, found without importing it."""
    try:
        spec = importlib.util.find_spec("pyodbc")
    except (ImportError, ValueError):
        return None
    if spec is None or not spec.origin or not spec.origin.endswith((".so", ".pyd")):
        return None
    return Path(spec.origin)


def version_of(library: Path) -> str:
    """The version string inside ``library``; "" when it holds none or several different ones."""
    try:
        with library.open("rb") as file:
            found = set(_VERSION.findall(file.read(_MAX_LIBRARY_BYTES)))
    except OSError:
        return ""
    return found.pop().decode("ascii") if len(found) == 1 else ""


def _in_run_path(environ: Mapping[str, str]) -> Iterator[Path]:
    """The libodbc in the extension module's run path or in LD_LIBRARY_PATH."""
    module = extension_module()
    try:
        section = read_dynamic_section(module) if module else None
    except OSError:
        return
    if section is None:
        return
    listed = [Path(p) for p in environ.get("LD_LIBRARY_PATH", "").split(":") if p]
    for name in filter(_FILE_NAME.fullmatch, section.needed):
        for directory in (*section.search_path, *listed):
            if (directory / name).is_file():
                yield (directory / name).resolve()
