r"""How much of a regular expression is literal, and which words every match of it holds.

``literal_length(r"Error \d+: (?:a|bc)")`` is 9: the characters that every match has in common with
the pattern, nothing optional, no classes, of alternatives the shortest. ``needle`` of it is
``"error "``: the longest piece that stands in every match, for a look that is cheaper than a
search. The syntax is the part of Python's that clues are written in.
"""

from __future__ import annotations

import re
from functools import cache


@cache
def _token() -> re.Pattern[str]:
    return re.compile(
        r"""
        (?P<look>\(\?(?:=|!|<=|<!))
        | (?P<open>\((?:\?(?:[aiLmsux]*-?[aiLmsux]*:|P<\w+>))?)
        | (?P<close>\))
        | (?P<bar>\|)
        | (?P<optional>[*?]|\{0?,\d*\})\??
        | (?P<repeat>\+|\{\d+(?:,\d*)?\})\??
        | (?P<zero>\\[AbBdDsSwWZ]|[.^$]|\[\^?\]?(?:\\.|[^\]\\])*\])
        | (?P<one>\\.|.)
        """,
        re.VERBOSE | re.DOTALL,
    )


class _Group:
    """Alternatives so far, the current one's length, and the length of its last atom."""

    def __init__(self, *, is_look: bool) -> None:
        self.is_look = is_look
        self.alternatives: list[int] = []
        self.length = 0
        self.last = 0

    def add(self, length: int) -> None:
        self.length += length
        self.last = length

    def drop_last(self) -> None:
        self.length -= self.last
        self.last = 0

    def next_alternative(self) -> None:
        self.alternatives.append(self.length)
        self.length = self.last = 0

    @property
    def total(self) -> int:
        return 0 if self.is_look else min([*self.alternatives, self.length])


def literal_length(pattern: str) -> int:
    """Literal characters in every match of ``pattern``."""
    groups = [_Group(is_look=False)]
    for token in _token().finditer(pattern):
        kind = token.lastgroup
        if kind in ("open", "look"):
            groups.append(_Group(is_look=kind == "look"))
        elif kind == "close" and len(groups) > 1:
            done = groups.pop()
            groups[-1].add(done.total)
        elif kind == "bar":
            groups[-1].next_alternative()
        elif kind == "optional":
            groups[-1].drop_last()
        elif kind in ("one", "zero"):
            groups[-1].add(1 if kind == "one" else 0)
    return groups[0].total


def needle(pattern: str) -> str:
    """The longest piece outside of groups, in lower case; empty when there is none for certain."""
    pieces, depth = [""], 0
    for token in _token().finditer(pattern):
        kind = token.lastgroup
        if kind == "bar" and depth == 0:
            return ""
        if kind == "one" and depth == 0:
            pieces[-1] += token[0][-1]
            continue
        depth += {"open": 1, "look": 1, "close": -1}.get(kind or "", 0)
        if kind == "optional":
            pieces[-1] = pieces[-1][:-1]
        pieces.append("")
    return max(pieces, key=len).lower()
