"""LIKE: %, _, [a-z], [^a-z] and ESCAPE, by the rules of a collation.

Source: Microsoft Learn, "LIKE (Transact-SQL)": every character of the pattern counts, trailing
blanks too; in a text that is not Unicode its own trailing blanks may be left out. Ranges follow the
collation's order. An unclosed [ matches nothing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from tests.standin.engine import StatementFailed, not_supported
from tests.standin.errors import conversion as errors
from tests.standin.runtime import sqlite_function
from tests.standin.sqltypes.collations import KEYS, sqlite_collation_of
from tests.standin.sqltypes.families import UNICODE
from tests.standin.sqltypes.fragment import Fragment

_PATTERNS: Final = 1024


@dataclass(frozen=True, slots=True)
class _One:
    """Matches one character; ``accepts`` None takes any."""

    accepts: Callable[[str], bool] | None


@dataclass(frozen=True, slots=True)
class _Pattern:
    """Runs of single characters; between two of them stands a %."""

    runs: tuple[tuple[_One, ...], ...]
    possible: bool = True


@lru_cache(maxsize=16384)
def _folded(character: str, collation: str) -> str:
    """What two characters that the collation holds equal have in common."""
    if collation == "TSQL_BIN":
        return character
    if collation.endswith("_AI"):
        character = unicodedata.normalize("NFD", character)[:1]
    return character.casefold() if "_CI_" in collation else character


def _character(wanted: str, collation: str) -> _One:
    folded = _folded(wanted, collation)
    return _One(lambda character: _folded(character, collation) == folded)


def _set(content: str, collation: str) -> _One:
    """[abc], [a-z] and their opposite with ^."""
    negated = content.startswith("^")
    content = content[negated:]
    singles: list[str] = []
    ranges: list[tuple[str, str]] = []
    index = 0
    while index < len(content):
        if content[index + 1 : index + 2] == "-" and index + 2 < len(content):
            ranges.append((content[index], content[index + 2]))
            index += 3
        else:
            singles.append(_folded(content[index], collation))
            index += 1
    key = KEYS[collation]

    def accepts(character: str) -> bool:
        inside = _folded(character, collation) in singles or any(
            _between(key, low, character, high) for low, high in ranges
        )
        return inside is not negated

    return _One(accepts)


def _between(key: Callable[[str], object], low: str, character: str, high: str) -> bool:
    return _not_above(key(low), key(character)) and _not_above(key(character), key(high))


def _not_above(a: Any, b: Any) -> bool:
    return bool(a <= b)


@lru_cache(maxsize=_PATTERNS)
def _compiled(pattern: str, escape: str | None, collation: str) -> _Pattern:
    runs: list[list[_One]] = [[]]
    index = 0
    while index < len(pattern):
        character = pattern[index]
        index += 1
        if character == escape:
            # An escape character at the end stands for nothing that could match.
            if index == len(pattern):
                return _Pattern((), possible=False)
            runs[-1].append(_character(pattern[index], collation))
            index += 1
        elif character == "%":
            runs.append([])
        elif character == "_":
            runs[-1].append(_One(None))
        elif character == "[":
            end, content = _set_content(pattern, index, escape)
            if end < 0:
                return _Pattern((), possible=False)
            runs[-1].append(_set(content, collation))
            index = end + 1
        else:
            runs[-1].append(_character(character, collation))
    return _Pattern(tuple(tuple(run) for run in runs))


def _set_content(pattern: str, start: int, escape: str | None) -> tuple[int, str]:
    """Where the set ends, and what it has; -1 when it does not end."""
    content, index = "", start
    while index < len(pattern):
        character = pattern[index]
        if character == escape and index + 1 < len(pattern):
            content += pattern[index + 1]
            index += 2
            continue
        if character == "]":
            if content in ("", "^") or content.endswith("-"):
                # No document says what these mean, nor does anything here need them.
                raise StatementFailed(not_supported(f"the set [{content}] of LIKE"))
            return index, content
        content += character
        index += 1
    return -1, ""


def _at(value: str, run: Sequence[_One], start: int) -> bool:
    return all(
        one.accepts is None or one.accepts(value[start + index]) for index, one in enumerate(run)
    )


def _matches(value: str, pattern: _Pattern) -> bool:
    """Each run is looked for once, from the left; only the last one is bound to the end."""
    if not pattern.possible:
        return False
    first, *rest = pattern.runs
    if len(value) < sum(len(run) for run in pattern.runs) or not _at(value, first, 0):
        return False
    if not rest:
        return len(value) == len(first)
    *middle, last = rest
    position = len(first)
    for run in middle:
        end = len(value) - len(run)
        position = next((p for p in range(position, end + 1) if _at(value, run, p)), -1)
        if position < 0:
            return False
        position += len(run)
    start = len(value) - len(last)
    return start >= position and _at(value, last, start)


def like(
    value: str, pattern: str, escape: str | None, collation: str, *, unicode: bool = True
) -> bool:
    """Whether the value is like the pattern. Raises StatementFailed with 506 for an escape of
    more or less than one character."""
    if escape is not None and len(escape) != 1:
        raise errors.invalid_escape(escape)
    if collation != "TSQL_BIN" and not (value.isascii() and pattern.isascii()):
        value = unicodedata.normalize("NFC", value)
        pattern = unicodedata.normalize("NFC", pattern)
    compiled = _compiled(pattern, escape, collation)
    if _matches(value, compiled):
        return True
    return not unicode and value.endswith(" ") and _matches(value.rstrip(" "), compiled)


@sqlite_function("tsql_like", 4)
def _like(value: str | None, pattern: str | None, escape: str | None, collation: str) -> int | None:
    if value is None or pattern is None:
        return None
    return int(like(value, pattern, escape, collation))


@sqlite_function("tsql_like_ansi", 4)
def _like_ansi(
    value: str | None, pattern: str | None, escape: str | None, collation: str
) -> int | None:
    """For two texts of which neither is Unicode."""
    if value is None or pattern is None:
        return None
    return int(like(value, pattern, escape, collation, unicode=False))


def like_sql(value: Fragment, pattern: Fragment, escape: str = "NULL") -> str:
    """``value LIKE pattern ESCAPE escape`` of texts, 1, 0 or NULL. ``escape`` is SQL too.

    The collation is that of ``value``, or the pattern's where that one has none of its own.
    """
    chosen = value if value.type.collation or not pattern.type.collation else pattern
    unicode = value.type.name in UNICODE or pattern.type.name in UNICODE
    function = "tsql_like" if unicode else "tsql_like_ansi"
    collation = sqlite_collation_of(chosen.type)
    return f"{function}({value.sql}, {pattern.sql}, {escape}, '{collation}')"
