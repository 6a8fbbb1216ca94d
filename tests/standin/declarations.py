"""Parameter declarations: ``@P1 int,@P2 decimal(10,2) OUTPUT``, as sp_executesql takes them."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tests.standin.errors import failure
from tests.standin.tsql.nodes import TypeName

#: A name, a type with its arguments, and what may follow.
_DECLARATION: Final = re.compile(
    r"\s*(?P<name>@[\w@#$]+)\s+(?:AS\s+)?(?:\[?(?P<schema>\w+)\]?\.)?"
    r"\[?(?P<type>\w+(?:\s+precision|\s+varying)?)\]?"
    r"\s*(?:\(\s*(?P<arguments>[\w\s,]*)\))?"
    r"(?P<output>\s+OUT(?:PUT)?)?\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ParameterDeclaration:
    """One parameter; ``name`` has its ``@``."""

    name: str
    type: TypeName
    output: bool = False


@functools.lru_cache(maxsize=2_000)
def parameter_declarations(declarations: str) -> tuple[ParameterDeclaration, ...]:
    """All of them in order. Raises StatementFailed with 102 for what is none."""
    return tuple(_declaration(part) for part in _parts(declarations) if part.strip())


def _declaration(text: str) -> ParameterDeclaration:
    match = _DECLARATION.fullmatch(text)
    if match is None:
        near = (text.split() or [""])[0]
        raise failure(102, f"Incorrect syntax near '{near}'.", severity=15)
    arguments = tuple(
        argument.strip().lower() for argument in (match["arguments"] or "").split(",") if argument
    )
    name = " ".join(match["type"].lower().split())
    return ParameterDeclaration(
        match["name"], TypeName(name, arguments, match["schema"] or ""), bool(match["output"])
    )


def _parts(declarations: str) -> Iterator[str]:
    """Cut at commas that are not inside parentheses."""
    depth, start = 0, 0
    for index, character in enumerate(declarations):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            yield declarations[start:index]
            start = index + 1
    yield declarations[start:]
