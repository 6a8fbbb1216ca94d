"""SQL as tokens, and names made of them: what servers may read in two ways is not understood."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

#: Each alternative is linear by itself: no two of its parts can match the same characters.
TOKEN: Final = re.compile(
    r"""
      (?P<space>    \s+ )
    | (?P<line>     --[^\n]*+ )
    | (?P<comment>  /\* )
    | (?P<string>   '(?:[^']++|'')*+' )
    | (?P<quoted>   "(?:[^"]++|"")*+" | \[(?:[^\]]++|\]\])*+\] | `[^`]*+` )
    | (?P<variable> @{1,2}[\w@#$]*+ )
    | (?P<number>   \d[\w.]*+(?:(?<=[eE])[+-]\d++)?+ )
    | (?P<word>     [^\W\d][\w@#$]*+ | \#[\w@#$]++ )
    | (?P<symbol>   . )
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT_EDGE: Final = re.compile(r"/\*|\*/")
#: T-SQL wants no blank behind a number either: "SELECT 1DELETE FROM t" is two statements, and what
#: looks like a number without being one is not understood.
_NUMBER: Final = re.compile(r"0[xX][0-9a-fA-F]*|\d+(?:\.\d*)?(?:[eE][+-]?\d+)?")

Token = tuple[str, str]  # its group in TOKEN, and its text: a word in upper case


class NotUnderstood(Exception):
    """Nothing is said about this text but that it can be anything."""


OPEN: Final[Token] = ("symbol", "(")
CLOSE: Final[Token] = ("symbol", ")")
COMMA: Final[Token] = ("symbol", ",")
DOT: Final[Token] = ("symbol", ".")
SEMICOLON: Final[Token] = ("symbol", ";")
_REMOTE_DOTS: Final = 3


def tokens_of(text: str, sql_server: bool) -> list[Token]:
    """What counts of the text; raises NotUnderstood for what servers may read otherwise."""
    found: list[Token] = []
    position = 0
    if "\0" in text:
        raise NotUnderstood
    while position < len(text):
        match = TOKEN.match(text, position)
        assert match is not None  # noqa: S101  a symbol is any character
        group, part = match.lastgroup or "", match[0]
        position = match.end()
        if group == "comment":
            position = _end_of_comment(text, match.start(), sql_server)
        elif group == "line":
            _check_line(part, sql_server)
        elif group != "space":
            found.append((group, _checked(group, part, sql_server)))
        elif not part.isascii():
            raise NotUnderstood
    return found


def _end_of_comment(text: str, start: int, sql_server: bool) -> int:
    """Behind a comment, which nests in T-SQL and PostgreSQL and not elsewhere."""
    if not sql_server and text[start + 2 : start + 4].startswith(("!", "M!")):
        raise NotUnderstood  # MySQL and MariaDB execute it
    depth = 0
    for edge in _COMMENT_EDGE.finditer(text, start):
        depth += 1 if edge[0] == "/*" else -1
        if depth == 0:
            return edge.end()
        if depth > 1 and not sql_server:
            break
    raise NotUnderstood


def _check_line(comment: str, sql_server: bool) -> None:
    """Raises NotUnderstood when not everybody ends it here, or (MySQL) takes it for a comment."""
    inner = comment.removesuffix("\r")
    if len(inner.splitlines()) > 1 or (not sql_server and inner[2:3].strip()):
        raise NotUnderstood


def _checked(group: str, part: str, sql_server: bool) -> str:
    """The token's text, a word in upper case; raises NotUnderstood for doubtful ones."""
    if group == "word":
        if not part.isascii() or (part[0] == "#" and not sql_server):
            raise NotUnderstood
        return part.upper()
    if group in ("string", "quoted"):
        if not sql_server and ("\\" in part or (part[0] == "[" and part != "[]")):
            raise NotUnderstood
        return part
    if group == "number" and _NUMBER.fullmatch(part) is None:
        raise NotUnderstood
    if group == "symbol" and (
        not part.isascii() or part in "'\"`[" or (not sql_server and part in "$#")
    ):
        raise NotUnderstood
    return part


def statements_of(tokens: Sequence[Token]) -> list[list[Token]]:
    """The tokens between semicolons."""
    found: list[list[Token]] = [[]]
    for token in tokens:
        if token == ("symbol", ";"):
            found.append([])
        else:
            found[-1].append(token)
    return found


def depth_zero(tokens: Sequence[Token]) -> list[int]:
    """The indexes outside parentheses."""
    found, depth = [], 0
    for index, (group, part) in enumerate(tokens):
        if group == "symbol" and part == ")":
            depth -= 1
        if depth == 0:
            found.append(index)
        if group == "symbol" and part == "(":
            depth += 1
    return found


def word_at(tokens: Sequence[Token], index: int) -> str:
    """The bare word at ``index``, or ""."""
    if not 0 <= index < len(tokens) or tokens[index][0] != "word":
        return ""
    return tokens[index][1]


def is_part_of_name(tokens: Sequence[Token], index: int) -> bool:
    """A dot and a name stand in front of it."""
    return (
        index >= 2
        and tokens[index - 1] == ("symbol", ".")
        and tokens[index - 2][0] in ("word", "quoted", "variable")
    )


def has_remote_name(tokens: Sequence[Token]) -> bool:
    """server.database.schema.table, any of the middle ones left out."""
    dots, after_dot = 0, False
    for group, part in tokens:
        if (group, part) == DOT:
            dots, after_dot = dots + 1, True
            if dots >= _REMOTE_DOTS:
                return True
        else:
            dots = dots if after_dot and group in ("word", "quoted") else 0
            after_dot = False
    return False


def names_columns_of_cte(tokens: Sequence[Token], index: int) -> bool:
    """Names alone are in the parenthesis at ``index``, and AS ( follows: x (a, b) AS (SELECT 1)."""
    end = index + 1
    while end < len(tokens) and (tokens[end][0] in ("word", "quoted") or tokens[end] == COMMA):
        end += 1
    return tokens[end : end + 3] == [CLOSE, ("word", "AS"), OPEN]


def is_lock_clause(tokens: Sequence[Token], index: int) -> bool:
    """FOR UPDATE, FOR NO KEY UPDATE."""
    before = [word_at(tokens, index - 3), word_at(tokens, index - 2), word_at(tokens, index - 1)]
    return before[-1] == "FOR" or before == ["FOR", "NO", "KEY"]


def plain(name: str) -> str:
    """A name in lower case without its quotes."""
    closing = {"[": "]", '"': '"', "`": "`"}.get(name[:1])
    inner = name[1:-1].replace(closing * 2, closing) if closing else name
    return inner.lower()
