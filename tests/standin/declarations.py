"""Parameter declarations: ``@P1 int,@P2 decimal(10,2) OUTPUT``, as sp_executesql takes them."""

from __future__ import annotations

from collections.abc import Iterator


def parameter_names(declarations: str) -> tuple[str, ...]:
    """The names in the order of declaration, each with its ``@``."""
    return tuple(part.split()[0] for part in _parts(declarations) if part.split())


def _parts(declarations: str) -> Iterator[str]:
    """Cut at commas that are not inside parentheses."""
    depth, start = 0, 0
    for index, character in enumerate(declarations):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            yield declarations[start:index]
            start = index + 1
    yield declarations[start:]
