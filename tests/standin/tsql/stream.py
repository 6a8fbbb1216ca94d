"""The tokens of a batch without its white space and comments, and a position among them."""

from __future__ import annotations

from bisect import bisect_left
from itertools import islice, takewhile
from operator import attrgetter
from typing import Final

from tests.standin.engine import StatementFailed
from tests.standin.errors import syntax
from tests.standin.tsql.keywords import RESERVED
from tests.standin.tsql.nodes import SqlText
from tests.standin.tsql.shapes import misplaced
from tests.standin.tsql.tokens import TRIVIA, Kind, Token, tokenize

#: sysname's length.
LONGEST_IDENTIFIER: Final = 128
#: Whoever takes an expression apart does it by recursion. Subqueries nest to 32 levels
#: (Microsoft Learn, "Subqueries"); for parentheses no limit is documented.
DEEPEST_GROUP: Final = 32
_CLOSINGS: Final = {"(": ")", "CASE": "END"}
_CLOSING: Final = frozenset(_CLOSINGS.values())
_IDENTIFIERS: Final = frozenset({Kind.WORD, Kind.QUOTED})


class TokenStream:
    """Reads a batch token by token; past the last one is an END token, for ever."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self._comments: list[Token] = []
        self._tokens: list[Token] = []
        for token in tokenize(text):
            if token.kind not in TRIVIA:
                self._tokens.append(token)
            elif token.kind is Kind.COMMENT:
                self._comments.append(token)
        last_line = 1 + text.count("\n")
        self._end = Token(Kind.END, "", len(text), last_line)

    @property
    def token(self) -> Token:
        """The token to be read next."""
        return self.peek(0)

    @property
    def line(self) -> int:
        """The line of the token to be read next."""
        return self.peek(0).line

    @property
    def ended(self) -> bool:
        return self.position >= len(self._tokens)

    def peek(self, ahead: int = 1) -> Token:
        """The token ``ahead`` of the next one; -1 is the one read last."""
        index = self.position + ahead
        return self._tokens[index] if 0 <= index < len(self._tokens) else self._end

    def at(self, *keys: str) -> bool:
        """Whether the next tokens are these words or operators."""
        return all(self.peek(ahead).key == key for ahead, key in enumerate(keys))

    def at_any(self, keys: frozenset[str]) -> bool:
        """Whether the next token is one of these words or operators."""
        return self.peek(0).key in keys

    def at_identifier(self) -> bool:
        """Whether a name comes next: quoted, or a word that is not reserved."""
        token = self.peek(0)
        return token.kind in _IDENTIFIERS and token.key not in RESERVED

    def advance(self) -> Token:
        """Read one token; END and what is no token at all are syntax errors."""
        token = self.peek(0)
        if token.kind in (Kind.END, Kind.UNKNOWN):
            raise self.error()
        if token.kind in _IDENTIFIERS and len(token.text) > LONGEST_IDENTIFIER:
            self._check_length(token)
        self.position += 1
        return token

    def _check_length(self, token: Token) -> None:
        """The quotes do not count."""
        if len(token.value) > LONGEST_IDENTIFIER:
            raise syntax.identifier_too_long(token.value[:LONGEST_IDENTIFIER], token.line)

    def accept(self, *keys: str) -> bool:
        """Read these words or operators where they come next, all or none."""
        if not self.at(*keys):
            return False
        self.position += len(keys)
        return True

    def accept_any(self, keys: frozenset[str]) -> str:
        """Read one of these words where it comes next; empty where it does not."""
        return self.advance().key if self.at_any(keys) else ""

    def expect(self, *keys: str) -> None:
        """Read these words or operators; anything else is a syntax error."""
        for key in keys:
            if not self.at(key):
                raise self.error()
            self.position += 1

    def expect_any(self, keys: frozenset[str]) -> str:
        """Read one of these words; anything else is a syntax error."""
        found = self.accept_any(keys)
        if not found:
            raise self.error()
        return found

    def identifier(self) -> str:
        """Read a name of one part, without its quotes."""
        if not self.at_identifier():
            raise self.error()
        return self.advance().value

    def variable(self) -> str:
        """Read a variable's name, with its @."""
        if self.peek(0).kind is not Kind.VARIABLE:
            raise self.error()
        return self.advance().text

    def skip_parentheses(self) -> None:
        """Read from an opening parenthesis to the one that closes it."""
        if not self.at("("):
            raise self.error()
        self.skip_group()

    def skip_group(self) -> None:
        """Read ``(…)`` or ``CASE … END``, whichever comes next, and all that nests in it."""
        awaited: list[str] = []
        while True:
            key = self.peek(0).key
            if key in _CLOSINGS:
                awaited.append(_CLOSINGS[key])
                if len(awaited) > DEEPEST_GROUP:
                    raise self.refused(f"an expression nested over {DEEPEST_GROUP} levels deep")
            elif key == ";" or (key in _CLOSING and key != awaited.pop()):
                raise self.error()
            self.advance()
            if not awaited:
                return

    def since(self, start: int) -> SqlText:
        """What was read from that position on: at least one token."""
        return self.between(start, self.position)

    def between(self, start: int, end: int) -> SqlText:
        """The text of the tokens from one position up to another: at least one."""
        if start >= end:
            raise self.error(self.peek(start - self.position))
        first, last = self._tokens[start], self._tokens[end - 1]
        wrong = misplaced(self._tokens[start:end], self.peek(end - self.position))
        if wrong is not None:
            raise self.error(wrong)
        return SqlText(self._without_comments(first.start, last.end), first.line)

    def _without_comments(self, start: int, end: int) -> str:
        """A piece of the text; a comment leaves a blank, and the ends of its lines."""
        pieces = []
        first = bisect_left(self._comments, start, key=attrgetter("start"))
        for comment in takewhile(lambda c: c.start < end, islice(self._comments, first, None)):
            pieces.append(self.text[start : comment.start])
            pieces.append("\n" * comment.text.count("\n") or " ")
            start = comment.end
        return "".join((*pieces, self.text[start:end]))

    def error(self, token: Token | None = None) -> StatementFailed:
        """The syntax error at a token; at the end SQL Server names the last one before it.

        156 is for reserved words, 102 for everything else and for the end (unconfirmed).
        """
        wrong = token or self.peek(0)
        if wrong.kind is Kind.END:
            last = self._tokens[-1] if self._tokens else wrong
            return syntax.incorrect_syntax(last.value, last.line)
        if wrong.key in RESERVED:
            return syntax.incorrect_keyword(wrong.text, wrong.line)
        return syntax.incorrect_syntax(wrong.value, wrong.line)

    def refused(self, construct: str) -> StatementFailed:
        """What the stand-in does not do, at the next token."""
        return syntax.refused(construct, self.line)
