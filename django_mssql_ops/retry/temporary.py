"""Statements about a local temporary table: what is in it goes with the session.

mssql-django makes one for every ``IN`` with more parameters than SQL Server takes, also where only
objects are read. The connection of a failed attempt is given up before the next one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django_mssql_ops.retry.lexing import CLOSE, COMMA, DOT, OPEN, Token, plain, word_at
from django_mssql_ops.retry.reading import STARTS, Batch
from django_mssql_ops.retry.vocabulary import DOING

#: IF OBJECT_ID('tempdb.dbo.#x', 'U') IS NOT NULL, in front of a DROP TABLE. "" is any string.
_WHERE_THERE_IS_ONE: Final = [
    *(("word", "IF"), ("word", "OBJECT_ID"), OPEN, ("string", ""), COMMA, ("string", ""), CLOSE),
    *(("word", "IS"), ("word", "NOT"), ("word", "NULL")),
]


def is_temporary(batch: Batch, statement: Sequence[Token]) -> bool:
    """Whether a statement of T-SQL does nothing but to read, and to change a table ``#x``."""
    tokens = _without_question(statement)
    verb = word_at(tokens, 0)
    if verb == "SELECT":
        return _selects_into(batch, tokens)
    if verb == "INSERT":
        start = 2 if word_at(tokens, 1) == "INTO" else 1
        return _is_name(tokens, start) and batch.does_nothing(tokens[start + 1 :])
    if word_at(tokens, 1) != "TABLE":
        return False
    if verb == "CREATE":
        rest = tokens[3:]
        return _is_name(tokens, 2) and rest[:1] == [OPEN] and rest[-1] == CLOSE and _is_quiet(rest)
    start = 4 if [word_at(tokens, 2), word_at(tokens, 3)] == ["IF", "EXISTS"] else 2
    return verb in ("DROP", "TRUNCATE") and len(tokens) == start + 1 and _is_name(tokens, start)


def _without_question(statement: Sequence[Token]) -> list[Token]:
    tokens = list(statement)
    size = len(_WHERE_THERE_IS_ONE)
    asked = [(group, "" if group == "string" else part) for group, part in tokens[:size]]
    drops = word_at(tokens, size) == "DROP"
    return tokens[size:] if drops and asked == _WHERE_THERE_IS_ONE else tokens


def _selects_into(batch: Batch, tokens: list[Token]) -> bool:
    index = tokens.index(("word", "INTO")) if ("word", "INTO") in tokens else 0
    rest = tokens[:index] + tokens[index + 2 :]
    return index > 0 and _is_name(tokens, index + 1) and batch.is_read(rest)


def _is_name(tokens: Sequence[Token], index: int) -> bool:
    """A bare #x; ##x is everybody's."""
    if index >= len(tokens) or tokens[index][0] not in ("word", "quoted"):
        return False
    name = plain(tokens[index][1])
    return name.startswith("#") and name[1:2] != "#" and tokens[index + 1 : index + 2] != [DOT]


def _is_quiet(tokens: Sequence[Token]) -> bool:
    """No other statement begins in it."""
    return not any(group == "word" and part in STARTS | DOING for group, part in tokens)
