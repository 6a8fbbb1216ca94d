"""The system's odbcinst.ini with one more driver in it, so that nothing it registers is hidden."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django_mssql_ops.odbc.ini_files import DRIVER_MANAGER_SECTION, IniSection, ascii_lower

#: Keys that name a library; the rest of a section (pooling, threading) is the administrator's.
_LIBRARY_KEYS = frozenset({"driver", "driver64", "setup", "setup64"})


def merged_drivers(
    system: Iterable[IniSection], driver: str, library: str, *, file_dsn_directory: str = ""
) -> str:
    """The text of an odbcinst.ini: every section of ``system`` as written, and ``driver``.

    A section that is already named ``driver`` keeps its other keys and gets ``library``; a second
    one of that name, which unixODBC never reads, goes. ``file_dsn_directory`` is written as
    ``FileDSNPath`` where [ODBC] has none: its default lies beside the file that is merged.
    """
    wanted = ascii_lower(driver)
    sections = list(system)
    own = next((s for s in sections if s.key == wanted), None)
    parts = [
        "\n".join(_lines(section, file_dsn_directory))
        for section in sections
        if section.key != wanted
    ]
    if file_dsn_directory and all(s.key != DRIVER_MANAGER_SECTION for s in sections):
        parts.insert(0, f"[ODBC]\nFileDSNPath={file_dsn_directory}")
    parts.append("\n".join(_driver_lines(driver, library, own)))
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _lines(section: IniSection, file_dsn_directory: str) -> Iterator[str]:
    yield from section.lines
    if (
        file_dsn_directory
        and section.key == DRIVER_MANAGER_SECTION
        and not section.get("FileDSNPath")
    ):
        yield f"FileDSNPath={file_dsn_directory}"


def _driver_lines(driver: str, library: str, own: IniSection | None) -> Iterator[str]:
    yield f"[{driver}]"
    yield f"Driver={library}"
    for key, value in own.entries if own else (("Description", "Microsoft, from a Python wheel"),):
        if ascii_lower(key) not in _LIBRARY_KEYS:
            yield f"{key}={value}"
