"""unixODBC's ini files: where the driver manager looks for them and how it reads them.

Measured with unixODBC 2.3.11 on Debian 12 (strace, and ``SQLDrivers`` on odd files), read in its
source for 2.3.9 to 2.3.14:

- Drivers come from ``ODBCSYSINI/ODBCINSTINI``, in that order glued with a slash, so that an
  absolute ``ODBCINSTINI`` is still taken below ``ODBCSYSINI``. An empty variable counts as set.
- ``$HOME/.odbcinst.ini`` (the variable) is appended, and only when the first file could be opened
  or created: an unreadable system file hides the user's drivers too.
- Data sources come from ``ODBCINI``, else from ``.odbc.ini`` in the passwd entry's home (not
  ``$HOME``), then from ``ODBCSYSINI/odbc.ini``, which no variable renames.
- A section or a key is found without regard to case, and the first one wins; a section that the
  first file has is skipped in the second. ``SQLDrivers`` lists duplicates inside one file twice.
- A file whose first meaningful line is not a section, without a blank before it, is refused whole.
- ``Driver64`` is read before ``Driver``.
- Both variables are read once a process, at the first connect or ``SQLDrivers``, and kept.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

if sys.platform != "win32":
    import pwd

#: The section of odbcinst.ini that configures the driver manager and names no driver.
DRIVER_MANAGER_SECTION = "odbc"
COMMENT_MARKS = ("#", ";")
#: What C's isspace() takes for blank.
_BLANKS = " \t\r\n\v\f"
#: Sections of odbc.ini that configure something and name no data source.
_NO_DATA_SOURCES = frozenset({"odbc", "odbc data sources", "default"})
#: A driver list is a few kilobytes; more than this is not an ini file someone wrote.
MAX_INI_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class IniSection:
    """One section as written: its name, its keys in order, and the lines it was read from."""

    name: str
    entries: tuple[tuple[str, str], ...] = ()
    lines: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The name as unixODBC compares it (``strcasecmp``: ASCII letters only)."""
        return ascii_lower(self.name)

    def get(self, *names: str) -> str:
        """The first non-empty value among ``names``, each looked up as unixODBC does; else ""."""
        for name in names:
            wanted = ascii_lower(name)
            value = next((v for k, v in self.entries if ascii_lower(k) == wanted), "")
            if value:
                return value
        return ""


def ascii_lower(text: str) -> str:
    return "".join(chr(ord(c) + 32) if "A" <= c <= "Z" else c for c in text)


def parse_ini(text: str, *, is_second: bool = False) -> tuple[IniSection, ...] | None:
    """The sections of ``text`` in order; None when its first line that matters is no section.

    ``is_second`` reads as unixODBC reads a file that it appends to another: there a line with a
    blank in front is nothing; in a first file it is, except for the first section.
    """
    sections: list[IniSection] = []
    name: str | None = None
    entries: list[tuple[str, str]] = []
    lines: list[str] = []
    for line in text.split("\n"):
        stripped = line.strip(_BLANKS)
        matters = stripped and not stripped.startswith(COMMENT_MARKS)
        if matters and name is None and not line.startswith("["):
            return None
        if line.startswith("[") or (stripped.startswith("[") and not is_second):
            if name is not None:
                sections.append(IniSection(name, tuple(entries), tuple(lines)))
            name, entries, lines = stripped[1:].partition("]")[0].strip(_BLANKS), [], []
        elif matters and not (is_second and line[0] in _BLANKS):
            key, _, value = stripped.partition("=")
            entries.append((key.strip(_BLANKS), value.strip(_BLANKS)))
        lines.append(line.rstrip("\r"))
    if name is not None:
        sections.append(IniSection(name, tuple(entries), tuple(lines)))
    return tuple(sections)


def read_ini(path: Path, *, is_second: bool = False) -> tuple[IniSection, ...] | None:
    """The sections of the file at ``path``, or None when unixODBC could not read it either."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_INI_BYTES)
    except (OSError, ValueError):
        return None
    return parse_ini(content.decode("utf-8", "surrogateescape"), is_second=is_second)


def appended(first: Iterable[IniSection], second: Iterable[IniSection]) -> Iterator[IniSection]:
    """``first``, then what of ``second`` has a name that was not seen before."""
    seen: set[str] = set()
    for section in first:
        seen.add(section.key)
        yield section
    for section in second:
        if section.key not in seen:
            seen.add(section.key)
            yield section


@dataclass(frozen=True, slots=True)
class IniLocations:
    """The files this process's driver manager would read if it started now."""

    system_directory: Path
    system_drivers: Path
    user_drivers: Path
    system_data_sources: Path
    user_data_sources: Path


def locate(environ: Mapping[str, str], default_directory: Path) -> IniLocations:
    """The files unixODBC reads under ``environ``; ``default_directory`` is the compiled-in one."""
    directory = environ.get("ODBCSYSINI", str(default_directory))
    drivers = environ.get("ODBCINSTINI", "odbcinst.ini")
    return IniLocations(
        system_directory=Path(directory or "/"),
        system_drivers=Path(f"{directory}/{drivers}"),
        user_drivers=Path(environ.get("HOME", "/home")) / ".odbcinst.ini",
        system_data_sources=Path(f"{directory}/odbc.ini"),
        user_data_sources=Path(environ.get("ODBCINI") or f"{_passwd_home()}/.odbc.ini"),
    )


def _passwd_home() -> str:
    """The home directory of the passwd entry; "/home" without one, as unixODBC has it."""
    if sys.platform == "win32":
        return "/home"
    try:
        return pwd.getpwuid(os.getuid()).pw_dir or "/home"
    except KeyError:
        return "/home"


def driver_sections(locations: IniLocations) -> tuple[tuple[IniSection, Path], ...]:
    """Every section that names a driver, with its file, in the order ``SQLDrivers`` has."""
    system = read_ini(locations.system_drivers)
    if system is None:
        if not _could_be_created(locations.system_drivers):
            return ()
        system = ()
    user = read_ini(locations.user_drivers, is_second=True) or ()
    of_user = {id(section) for section in user}
    return tuple(
        (section, locations.user_drivers if id(section) in of_user else locations.system_drivers)
        for section in appended(system, user)
        if section.key != DRIVER_MANAGER_SECTION
    )


def data_source_sections(locations: IniLocations) -> tuple[IniSection, ...]:
    """Every section of the user's and the system's odbc.ini that is a data source."""
    user = read_ini(locations.user_data_sources) or ()
    system = read_ini(locations.system_data_sources, is_second=True) or ()
    return tuple(s for s in appended(user, system) if s.key not in _NO_DATA_SOURCES)


def _could_be_created(path: Path) -> bool:
    """Whether unixODBC would create the missing file (it opens it for writing) and carry on."""
    return not path.exists() and os.access(path.parent, os.W_OK | os.X_OK)
