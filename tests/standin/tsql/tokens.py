"""Text into tokens, white space and comments included: their texts joined are the text again.

Rules: Microsoft Learn, "Transact-SQL syntax conventions", "Constants", "Database identifiers",
"/*…*/ (Block comment)" (they nest). QUOTED_IDENTIFIER counts as ON, as ODBC sets it.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from tests.standin.errors import syntax


class Kind(enum.Enum):
    """What a token is."""

    BLANK = enum.auto()
    COMMENT = enum.auto()
    WORD = enum.auto()  # an identifier without quotes, or a keyword
    QUOTED = enum.auto()  # [name] or "name"
    VARIABLE = enum.auto()  # @name or @@name
    STRING = enum.auto()  # 'text' or N'text'
    NUMBER = enum.auto()  # 1, 1.5, .5, 1e3, 0x1F, $1.50
    OPERATOR = enum.auto()
    UNKNOWN = enum.auto()  # a character that T-SQL does not know
    END = enum.auto()  # behind the last token


class Token(NamedTuple):
    """``key`` is the upper-case text of a word or operator, else empty: compare this one."""

    kind: Kind
    text: str
    start: int
    line: int
    key: str = ""

    @property
    def end(self) -> int:
        """Where the next token starts."""
        return self.start + len(self.text)

    @property
    def value(self) -> str:
        """What the token says without its quotes."""
        if self.kind is Kind.QUOTED:
            closing = self.text[-1]
            return self.text[1:-1].replace(closing * 2, closing)
        if self.kind is Kind.STRING:
            return self.text[self.text.index("'") + 1 : -1].replace("''", "'")
        return self.text


TRIVIA: Final = frozenset({Kind.BLANK, Kind.COMMENT})

#: Possessive quantifiers: an unclosed quote must not be tried in every possible way.
_PATTERN: Final = re.compile(
    r"""
      (?P<BLANK>[\s\x00-\x1f\ufeff]+)
    | (?P<COMMENT>--[^\n]*)
    | (?P<STRING>[nN]?'(?:[^']++|'')*+')
    | (?P<QUOTED>\[(?:[^\]]++|\]\])*+\]|"(?:[^"]++|"")*+")
    | (?P<VARIABLE>@[\w@#$]*)
    | (?P<NUMBER>0[xX][0-9a-fA-F]*|\$?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]*)?)
    | (?P<WORD>(?:[^\W\d]|\#|\$[a-zA-Z])[\w@#$]*)
    | (?P<OPERATOR>[-+*/%&|^]=|::|\|\||<>|[<>!]=|![<>]|[-+*/%&|^~=<>().,;:])
    """,
    re.VERBOSE,
)
_COMMENT_MARK: Final = re.compile(r"/\*|\*/")
#: How much of an unclosed string error 105 shows; unconfirmed.
_SHOWN: Final = 128


def tokenize(text: str) -> Iterator[Token]:
    """All tokens of a text, without an END; raises 105 and 113."""
    position, line = 0, 1
    while position < len(text):
        token = _token_at(text, position, line)
        yield token
        line += token.text.count("\n")
        position = token.end


def _token_at(text: str, position: int, line: int) -> Token:
    if text.startswith("/*", position):
        return Token(Kind.COMMENT, _block_comment(text, position, line), position, line)
    match = _PATTERN.match(text, position)
    if match is None:
        _check_closed(text, position, line)
        return Token(Kind.UNKNOWN, text[position], position, line)
    found, kind = match[0], Kind[match.lastgroup or "UNKNOWN"]
    key = found.upper() if kind in (Kind.WORD, Kind.OPERATOR) else ""
    if key == "N" and text.startswith("'", match.end()):
        _check_closed(text, match.end(), line)
    return Token(kind, found, position, line, key)


def _block_comment(text: str, start: int, line: int) -> str:
    depth = 0
    for mark in _COMMENT_MARK.finditer(text, start):
        depth += 1 if mark[0] == "/*" else -1
        if depth == 0:
            return text[start : mark.end()]
    raise syntax.missing_end_comment(line)


def _check_closed(text: str, position: int, line: int) -> None:
    """What opens here and did not match has no end."""
    if text[position] in "'\"[":
        raise syntax.unclosed_quotation_mark(text[position + 1 :][:_SHOWN], line)
