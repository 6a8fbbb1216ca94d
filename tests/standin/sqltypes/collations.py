"""How values compare: the collations inside SQLite, and where they are written down.

Sources: Microsoft Learn, "Collation and Unicode support", "uniqueidentifier" (order of bytes: that
of .NET's SqlGuid), KB 316626 (trailing blanks count for nothing in a comparison). The order of
punctuation is that of the "Default sort orders" Microsoft gives for Excel; SQL Server's own weights
are not published, so only letters, digits and blanks can be relied on. Word sort: hyphen and
apostrophe count only between texts that are otherwise equal. Expansions (æ as ae) are not here,
except for ß as ss.
"""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from tests.standin.runtime import sqlite_collation
from tests.standin.sqltypes import exact_numbers, moments
from tests.standin.sqltypes.collation_names import named_collation
from tests.standin.sqltypes.families import Family, family
from tests.standin.sqltypes.fragment import Fragment
from tests.standin.sqltypes.sql_type import SqlType

#: Keys remembered for each collation: sorting asks for the same ones again and again.
_REMEMBERED: Final = 16384
#: Characters of texts whose keys are kept: documents would fill the memory.
_LONGEST_REMEMBERED: Final = 1000
_PUNCTUATION: Final = ' !"#$%&()*,./:;?@[\\]^_`{|}~+<=>'
#: Printing ASCII in its order, below the digits; control characters stay where they are.
_ORDER: Final = (
    {ord(character): chr(ord(" ") + index) for index, character in enumerate(_PUNCTUATION)}
    | {ord(digit): chr(0x60 + index) for index, digit in enumerate("0123456789")}
    | {0x61 + index: chr(0x70 + index) for index in range(26)}
)
_MINIMAL: Final = str.maketrans("", "", "-'")


def _compared(a: Any, b: Any) -> int:
    """-1, 0 or 1, for two keys of one kind."""
    return -1 if a < b else int(a > b)


def _primary(text: str) -> str:
    """Letters without case and accents, in the order of the dictionary."""
    return text.casefold().translate(_MINIMAL).translate(_ORDER)


def _base_and_marks(text: str) -> tuple[str, str]:
    """The text without accents, and the accents, each behind the position of its letter."""
    if text.isascii():
        return text, ""
    letters: list[str] = []
    marks: list[str] = []
    for character in unicodedata.normalize("NFD", text):
        if unicodedata.combining(character):
            marks.append(f"{len(letters):08x}{character}")
        else:
            letters.append(character)
    return "".join(letters), "".join(marks)


@lru_cache(maxsize=_REMEMBERED)
def _key_ci_as(text: str) -> tuple[str, ...]:
    text = text.rstrip(" ")
    base, marks = _base_and_marks(text)
    return _primary(base), marks, _specials(base)


@lru_cache(maxsize=_REMEMBERED)
def _key_ci_ai(text: str) -> tuple[str, ...]:
    base, _ = _base_and_marks(text.rstrip(" "))
    return _primary(base), _specials(base)


@lru_cache(maxsize=_REMEMBERED)
def _key_cs_as(text: str) -> tuple[str, ...]:
    base, marks = _base_and_marks(text.rstrip(" "))
    # At the third level small letters come before capitals.
    return _primary(base), marks, base.swapcase(), _specials(base)


@lru_cache(maxsize=_REMEMBERED)
def _key_cs_ai(text: str) -> tuple[str, ...]:
    base, _ = _base_and_marks(text.rstrip(" "))
    return _primary(base), base.swapcase(), _specials(base)


def _specials(text: str) -> str:
    """Where the hyphens and apostrophes are that word sort leaves to the end."""
    if "-" not in text and "'" not in text:
        return ""
    return "".join(f"{index:08x}{c}" for index, c in enumerate(text) if c in "-'")


def _key_bin(text: str) -> str:
    return text.rstrip(" ")


KEYS: Final[dict[str, Callable[[str], object]]] = {
    "TSQL_CI_AS": _key_ci_as,
    "TSQL_CI_AI": _key_ci_ai,
    "TSQL_CS_AS": _key_cs_as,
    "TSQL_CS_AI": _key_cs_ai,
    "TSQL_BIN": _key_bin,
}


def _comparison(key: Callable[[str], object]) -> Callable[[str, str], int]:
    uncached: Callable[[str], object] = getattr(key, "__wrapped__", key)

    def compare(a: str, b: str) -> int:
        if a == b:
            return 0
        if len(a) + len(b) > _LONGEST_REMEMBERED:
            return _compared(uncached(a), uncached(b))
        return _compared(key(a), key(b))

    return compare


for _name, _key in KEYS.items():
    sqlite_collation(_name)(_comparison(_key))


@sqlite_collation("TSQL_DECIMAL")
def _compare_decimals(a: str, b: str) -> int:
    if a == b:
        return 0
    return _compared(exact_numbers.parsed(a), exact_numbers.parsed(b))


@sqlite_collation("TSQL_INSTANT")
def _compare_instants(a: str, b: str) -> int:
    return _compared(a[: moments.DATETIME_WIDTH], b[: moments.DATETIME_WIDTH])


@lru_cache(maxsize=_REMEMBERED)
def _guid_key(stored: str) -> bytes:
    raw = uuid.UUID(stored).bytes_le
    return raw[10:16] + raw[8:10] + raw[6:8] + raw[4:6] + raw[0:4]


@sqlite_collation("TSQL_GUID")
def _compare_guids(a: str, b: str) -> int:
    return 0 if a == b else _compared(_guid_key(a), _guid_key(b))


_BY_FAMILY: Final = {
    Family.DECIMAL: "TSQL_DECIMAL",
    Family.MONEY: "TSQL_DECIMAL",
    Family.GUID: "TSQL_GUID",
    Family.OFFSET: "TSQL_INSTANT",
}
_COLUMN_TYPES: Final = {
    Family.INTEGER: "INTEGER",
    Family.FLOAT: "REAL",
    Family.BINARY: "BLOB",
    Family.VARIANT: "BLOB",
    Family.OPAQUE: "BLOB",
}


@lru_cache(maxsize=1024)
def sqlite_collation_of(sql_type: SqlType) -> str:
    """The SQLite collation of a type's values; empty where SQLite's own comparison is right."""
    kind = family(sql_type)
    if kind is Family.TEXT:
        return named_collation(sql_type.collation).sqlite
    return _BY_FAMILY.get(kind, "")


def collated(fragment: Fragment) -> str:
    """The fragment's SQL, such that SQLite compares and sorts it by its type."""
    collation = sqlite_collation_of(fragment.type)
    return f"({fragment.sql}) COLLATE {collation}" if collation else fragment.sql


@lru_cache(maxsize=1024)
def column_sql(sql_type: SqlType) -> str:
    """The column type, with its collation, for SQLite's CREATE TABLE."""
    collation = sqlite_collation_of(sql_type)
    declared = _COLUMN_TYPES.get(family(sql_type), "TEXT")
    return f"{declared} COLLATE {collation}" if collation else declared
