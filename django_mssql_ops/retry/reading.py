"""Whether tokens are statements that only read, or only begin and leave transactions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django_mssql_ops.retry.lexing import (
    CLOSE,
    DOT,
    OPEN,
    SEMICOLON,
    Token,
    has_remote_name,
    is_lock_clause,
    is_part_of_name,
    names_columns_of_cte,
    plain,
    statements_of,
    word_at,
)
from django_mssql_ops.retry.vocabulary import (
    CONTROL_WORDS,
    DOING,
    FUNCTIONS,
    HARMLESS_CONTROL,
    PORTABLE_FUNCTIONS,
    REMOTE,
    WRITES,
)

#: Words with which a statement, or what looks like one, begins.
STARTS: Final = WRITES | DOING | REMOTE | HARMLESS_CONTROL | {"SELECT", "WITH"}

#: What mssql-django makes of a regex lookup: its own function ("manage.py install_regex_clr").
_REGEXP_LIKE: Final = ["dbo", "regexp_like"]


class Batch:
    """The tokens of one batch, and what is said about them."""

    def __init__(self, tokens: list[Token], allowed: frozenset[str], sql_server: bool) -> None:
        self.tokens = tokens
        self._allowed = allowed
        self.sql_server = sql_server
        self._functions = FUNCTIONS if sql_server else PORTABLE_FUNCTIONS

    # Reads.

    def is_read(self, tokens: Sequence[Token]) -> bool:
        """Nothing but statements that read, each of them."""
        return bool(tokens) and self._begins_reads(tokens) and self.does_nothing(tokens)

    def does_nothing(self, tokens: Sequence[Token]) -> bool:
        """Nowhere in it is anything done, whatever it begins with."""
        for index, (group, part) in enumerate(tokens):
            if is_part_of_name(tokens, index):
                continue
            if group == "word" and self._is_doing(tokens, index, part):
                return False
        return self._calls_are_harmless(tokens) and not has_remote_name(tokens)

    def _begins_reads(self, tokens: Sequence[Token]) -> bool:
        return all(self._begins_read(found) for found in statements_of(tokens) if found)

    def _begins_read(self, statement: Sequence[Token]) -> bool:
        words = [*(part for _, part in statement if part != "("), "", ""]
        if words[0] == "SET":
            return self.sql_server or words[1] == "CONSTRAINTS"
        if words[0] == "DECLARE":
            return self.sql_server and words[1].startswith("@")
        return words[0] in ("SELECT", "WITH")

    def _is_doing(self, tokens: Sequence[Token], index: int, word: str) -> bool:
        if word in ("MERGE", "USE"):
            # OPTION (MERGE JOIN, USE HINT (…)), INNER MERGE JOIN.
            return word_at(tokens, index + 1) not in ("JOIN", "UNION", "HINT", "PLAN")
        if word == "UPDATE" and not self.sql_server:
            return not is_lock_clause(tokens, index)
        if word == "NEXT":
            return word_at(tokens, index + 1) == "VALUE"
        if word in ("BEGIN", "SAVE", "ROLLBACK"):
            return True
        return word in WRITES or word in DOING or word in REMOTE

    def _calls_are_harmless(self, tokens: Sequence[Token]) -> bool:
        return all(
            self._is_harmless_call(tokens, index - 1)
            for index, token in enumerate(tokens)
            if index and token == OPEN and tokens[index - 1][0] in ("word", "quoted")
        )

    def _is_harmless_call(self, tokens: Sequence[Token], index: int) -> bool:
        """The name at ``index`` stands in front of a parenthesis."""
        group, part = tokens[index]
        if not index or tokens[index - 1] != DOT:
            # AS t(a, b) names columns, CAST(x AS decimal(9)) a type.
            known = group == "word" and part in self._functions
            known = known or word_at(tokens, index - 1) == "AS" or plain(part) in self._allowed
            return known or (self.sql_server and self._names_columns(tokens, index))
        first = index
        while is_part_of_name(tokens, first):
            first -= 2
        names = [plain(name) for _, name in tokens[first : index + 1 : 2]]
        if tokens[first][0] == "variable":
            return names[1:] in (["value"], ["query"], ["exist"], ["nodes"])
        if self.sql_server and (names == _REGEXP_LIKE or (names[0] == "sys" and len(names) == 2)):
            return True
        # "database..f" leaves a dot in front: nothing is known of that schema.
        return tokens[first - 1 : first] != [DOT] and ".".join(names) in self._allowed

    def _names_columns(self, tokens: Sequence[Token], index: int) -> bool:
        """(VALUES (1)) t(a), and WITH t(a) AS (SELECT 1).

        Elsewhere DISTINCT ON (a) may stand in front of a function, and AS (…) behind one.
        """
        return tokens[index - 1 : index] == [CLOSE] or names_columns_of_cte(tokens, index + 1)

    # Transactions.

    def is_control(self) -> bool:
        """BEGIN, SAVEPOINT and their like, alone."""
        tokens = self.tokens[:-1] if self.tokens[-1:] == [SEMICOLON] else self.tokens
        if not tokens or len(tokens) > 4 or tokens[0][1] not in HARMLESS_CONTROL:
            return False
        if len(tokens) == 1:
            return tokens[0][1] in ("BEGIN", "ROLLBACK")
        *words, (group, last) = tokens[1:]
        begins = tokens[0][1] in ("SAVEPOINT", "RELEASE") or tokens[1][1] in CONTROL_WORDS
        return (
            begins
            and all(part in CONTROL_WORDS for _, part in words)
            and group in ("word", "quoted", "variable")
            and (last not in STARTS or group != "word")
        )
