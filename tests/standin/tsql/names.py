"""Names of several parts, in a batch and in a string."""

from __future__ import annotations

import re
from typing import Final

from tests.standin.errors import syntax
from tests.standin.tsql.nodes import ObjectName
from tests.standin.tsql.stream import TokenStream

_PART: Final = re.compile(
    r"""\s*(?:\[(?P<bracket>(?:[^\]]++|\]\])*+)\]|"(?P<quote>(?:[^"]++|"")*+)"|(?P<bare>[^.\[\]"]*))\s*""",
    re.VERBOSE,
)
_MOST_PARTS: Final = 3


def parse_name(text: str) -> ObjectName:
    """The name that a string has, as OBJECT_ID and sp_rename read it: ``tempdb..[#a b]``.

    Words may be reserved and hold any character but dots, brackets and quotes. What is no name, or
    has more than three parts, becomes the name of nothing: empty.
    """
    parts: list[str] = []
    position = 0
    while match := _PART.match(text, position):
        parts.append(_unquoted(match))
        position = match.end()
        if position == len(text):
            return _object_name(parts) or ObjectName("")
        if text[position] != ".":
            break
        position += 1
    return ObjectName("")


def _unquoted(match: re.Match[str]) -> str:
    if match["bracket"] is not None:
        return match["bracket"].replace("]]", "]")
    if match["quote"] is not None:
        return match["quote"].replace('""', '"')
    return match["bare"].strip()


def quote(name: str) -> str:
    """The identifier in brackets, as QUOTENAME does it."""
    return "[" + name.replace("]", "]]") + "]"


def read_name(stream: TokenStream) -> ObjectName:
    """Read ``[[database.]schema.]name``; a name on another server is refused."""
    line = stream.line
    parts = [stream.identifier()]
    while stream.accept("."):
        parts.append("" if stream.at(".") else stream.identifier())
    name = _object_name(parts)
    if name is not None:
        return name
    if len(parts) == _MOST_PARTS + 1:
        raise syntax.refused(f"a linked server: {'.'.join(parts)}", line)
    raise syntax.too_many_prefixes(".".join(parts), _MOST_PARTS, line)


def _object_name(parts: list[str]) -> ObjectName | None:
    if len(parts) > _MOST_PARTS:
        return None
    database, schema, name = [""] * (_MOST_PARTS - len(parts)) + parts
    return ObjectName(name, schema, database)


def read_names(stream: TokenStream) -> tuple[ObjectName, ...]:
    """Read names with commas between them."""
    names = [read_name(stream)]
    while stream.accept(","):
        names.append(read_name(stream))
    return tuple(names)


def read_identifiers(stream: TokenStream) -> tuple[str, ...]:
    """Read ``(name, name)``."""
    stream.expect("(")
    names = [stream.identifier()]
    while stream.accept(","):
        names.append(stream.identifier())
    stream.expect(")")
    return tuple(names)
