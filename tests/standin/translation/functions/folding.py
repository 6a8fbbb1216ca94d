"""Finding text in text as a collation does, where positions matter.

A collation compares whole strings inside SQLite; CHARINDEX, REPLACE and TRANSLATE look for one
string inside another. They fold both, one character to one character so that positions stay, and
compare what comes out.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache


@lru_cache(maxsize=1024)
def folded(text: str, collation: str) -> str:
    """``text`` under a SQLite collation of the stand-in, such as ``TSQL_CI_AS``."""
    if "_AI" in collation:
        text = "".join(map(_without_accent, text))
    if "_CI" in collation:
        text = "".join(map(_lower, text))
    return text


def upper(text: str) -> str:
    """Upper case, one character for one: SQL Server leaves "ß" as it is."""
    return text.upper() if text.isascii() else "".join(map(_upper, text))


def lower(text: str) -> str:
    """Lower case, one character for one."""
    return text.lower() if text.isascii() else "".join(map(_lower, text))


def replaced(text: str, wanted: str, by: str, collation: str) -> str:
    """``text`` with every occurrence of ``wanted`` replaced, from left to right."""
    if not wanted:
        return text
    haystack, needle = folded(text, collation), folded(wanted, collation)
    pieces, position = [], 0
    while (found := haystack.find(needle, position)) >= 0:
        pieces += [text[position:found], by]
        position = found + len(wanted)
    return "".join([*pieces, text[position:]])


def _lower(character: str) -> str:
    changed = character.lower()
    return changed if len(changed) == 1 else character


def _upper(character: str) -> str:
    changed = character.upper()
    return changed if len(changed) == 1 else character


def _without_accent(character: str) -> str:
    return unicodedata.normalize("NFD", character)[0]
