"""Collations by their names: what they ignore, and how they go over the wire.

Sources: Microsoft Learn, "Collation and Unicode support", "Windows collation name" and "SQL Server
collation name"; MS-TDS 2.2.5.1.2 for the bits. Only the Latin1_General collations are known here:
others sort by the rules of their languages, which the stand-in does not have, so they are refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django_mssql_ops.tds import DEFAULT_COLLATION, Collation
from tests.standin.engine import StatementFailed, not_supported
from tests.standin.errors import conversion as errors

#: The collation of a database that was created without one.
DEFAULT_NAME: Final = "SQL_Latin1_General_CP1_CI_AS"
_IGNORE_CASE, _IGNORE_ACCENT, _IGNORE_KANA, _IGNORE_WIDTH = 0x01, 0x02, 0x04, 0x08
_BINARY, _BINARY2, _UTF8 = 0x10, 0x20, 0x40
#: SortId of the SQL collations ("SQL Server collation name": sort order 51 to 54).
_SORT_IDS: Final = {"CS_AS": 51, "CI_AS": 52, "CI_AI": 54}
_SQL_PREFIX: Final = "sql_latin1_general_cp1"
_WINDOWS: Final = re.compile(r"latin1_general(?P<version>_100)?", re.IGNORECASE)
_SHAPE: Final = re.compile(
    r"(?P<language>\w+?)_(?:(?P<binary>BIN2?)|(?P<case>C[IS])_(?P<accent>A[IS])"
    r"(?P<kana>_KS)?(?P<width>_WS)?(?P<supplementary>_SC)?)(?P<utf8>_UTF8)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class NamedCollation:
    """``sqlite`` is the collation inside SQLite, ``encoding`` Python's codec for varchar."""

    name: str
    sqlite: str
    wire: Collation

    @property
    def encoding(self) -> str:
        """Python's codec for char and varchar."""
        return self.wire.encoding


@lru_cache(maxsize=256)
def named_collation(name: str) -> NamedCollation:
    """The collation of that name; an empty one is the default.

    Raises StatementFailed: 448 for what is no name of a collation, "not supported" for the
    collations of other languages.
    """
    if not name or name.lower() == DEFAULT_NAME.lower():
        return NamedCollation(DEFAULT_NAME, "TSQL_CI_AS", DEFAULT_COLLATION)
    shape = _SHAPE.fullmatch(name)
    if shape is None:
        raise errors.invalid_collation(name)
    language = shape["language"].lower()
    if language == _SQL_PREFIX and not shape["utf8"]:
        return _sql_collation(name, shape)
    windows = _WINDOWS.fullmatch(language)
    if windows is None:
        raise StatementFailed(not_supported(f"COLLATE {name}"))
    return NamedCollation(name, _sqlite_name(shape), _windows_wire(shape, bool(windows["version"])))


def _sqlite_name(shape: re.Match[str]) -> str:
    if shape["binary"]:
        return "TSQL_BIN"
    return f"TSQL_{shape['case']}_{shape['accent']}".upper()


def _sql_collation(name: str, shape: re.Match[str]) -> NamedCollation:
    flags = f"{shape['case']}_{shape['accent']}".upper()
    if flags not in _SORT_IDS or shape["kana"] or shape["width"] or shape["supplementary"]:
        raise errors.invalid_collation(name)
    wire = Collation(flags=_flags(shape), sort_id=_SORT_IDS[flags])
    return NamedCollation(name, _sqlite_name(shape), wire)


def _windows_wire(shape: re.Match[str], version_100: bool) -> Collation:
    return Collation(flags=_flags(shape), sort_id=0, version=2 if version_100 else 0)


def _flags(shape: re.Match[str]) -> int:
    utf8 = _UTF8 if shape["utf8"] else 0
    if shape["binary"]:
        return utf8 | (_BINARY2 if shape["binary"].upper() == "BIN2" else _BINARY)
    return (
        utf8
        | (_IGNORE_CASE if shape["case"].upper() == "CI" else 0)
        | (_IGNORE_ACCENT if shape["accent"].upper() == "AI" else 0)
        | (0 if shape["kana"] else _IGNORE_KANA)
        | (0 if shape["width"] else _IGNORE_WIDTH)
    )
