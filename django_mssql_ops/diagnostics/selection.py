"""Which rules are asked: ``--only`` and ``--skip``.

A rule is named by its number, its whole id or its slug: ``107``, ``W107``, ``mssql_ops.W107`` and
``options-unknown-key`` are one rule. The letter is the severity shown some time and does not count.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.findings import ID_PREFIX

_ID: Final = re.compile(rf"(?:{ID_PREFIX}\.)?[EWIU]?(\d{{1,9}})", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Rule numbers: ``only`` these (None: all of them), and never those in ``skip``."""

    only: frozenset[int] | None = None
    skip: frozenset[int] = frozenset()

    def __contains__(self, number: int) -> bool:
        return (self.only is None or number in self.only) and number not in self.skip


EVERYTHING: Final = Selection()


def select(only: Iterable[str], skip: Iterable[str], slugs: Mapping[int, str]) -> Selection:
    """The selection that two lists of words ask for; ``slugs`` are the rules there are, by number.

    Raises ConfigurationError when a word names no rule, or when both lists name the same one.
    """
    chosen = frozenset(_number(word, slugs) for word in only)
    skipped = frozenset(_number(word, slugs) for word in skip)
    both = sorted(chosen & skipped)
    if both:
        raise ConfigurationError(
            f"rule {both[0]} ({slugs[both[0]]}) is named by --only and by --skip; choose one"
        )
    return Selection(only=chosen or None, skip=skipped)


def _number(word: str, slugs: Mapping[int, str]) -> int:
    text = word.strip()
    match = _ID.fullmatch(text)
    if match is not None and int(match.group(1)) in slugs:
        return int(match.group(1))
    for number, slug in slugs.items():
        if slug == text.lower():
            return number
    raise ConfigurationError(f"there is no rule {word!r}; {_advice(text, slugs)}")


def _advice(text: str, slugs: Mapping[int, str]) -> str:
    if "," in text:
        return "give the option once for each rule"
    known = {str(number): number for number in slugs} | {slug: n for n, slug in slugs.items()}
    match = _ID.fullmatch(text)
    wanted = match.group(1) if match is not None else text.lower()
    close = difflib.get_close_matches(wanted, known, n=1)
    if close:
        number = known[close[0]]
        return f"did you mean {number} ({slugs[number]})?"
    return "--list-rules shows them all"
