"""The parser's trunk: which rule reads a statement that begins with which word."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from tests.standin.errors import syntax
from tests.standin.tsql.nodes import Statement
from tests.standin.tsql.stream import TokenStream

#: SQL Server nests blocks to 32 levels in a procedure call; how deep IF in IF goes is not
#: documented. This is deep enough for a chain of ELSE IF and far from Python's own limit.
DEEPEST: Final = 64


class Parser(TokenStream):
    """A batch under way. ``loops`` counts the WHILEs around the next token."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.loops = 0
        self._depth = 0
        self._open_end = -1

    @property
    def at_batch_start(self) -> bool:
        """Whether nothing was read yet."""
        return self.position == 0

    @property
    def after_open_statement(self) -> bool:
        """Whether the statement just before has no semicolon."""
        return self.position == self._open_end

    def statement(self) -> Statement:
        """Read one statement and the semicolon after it."""
        if self._depth >= DEEPEST:
            raise syntax.nested_too_deeply(self.line)
        self._depth += 1
        try:
            statement = self._rule()(self)
        finally:
            self._depth -= 1
        if not self.accept(";"):
            self._open_end = self.position
        return statement

    def _rule(self) -> Rule:
        rule = _RULES.get(self.token.key)
        if rule is not None:
            return rule
        if self.at_batch_start and self.at_identifier():
            return _RULES["EXECUTE"]  # a batch may begin with a procedure's name alone
        raise self.error()


Rule = Callable[[Parser], Statement]

_RULES: Final[dict[str, Rule]] = {}


def statement(*words: str) -> Callable[[Rule], Rule]:
    """Register a rule for statements that begin with one of these words.

    The rule finds the word unread.
    """

    def register(rule: Rule) -> Rule:
        _RULES.update(dict.fromkeys(words, rule))
        return rule

    return register
