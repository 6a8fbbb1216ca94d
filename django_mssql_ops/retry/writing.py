"""Where a batch is one statement that writes: from where to where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django_mssql_ops.retry.lexing import (
    OPEN,
    SEMICOLON,
    Token,
    depth_zero,
    has_remote_name,
    is_part_of_name,
    word_at,
)
from django_mssql_ops.retry.reading import STARTS, Batch
from django_mssql_ops.retry.vocabulary import DOING, REMOTE, STEPS, WRITES

_SET_OPERATORS: Final = ("UNION", "ALL", "EXCEPT", "INTERSECT")
#: ON CONFLICT DO UPDATE, ON DUPLICATE KEY UPDATE.
_UPSERTS: Final = ("DO", "KEY")
#: INSERT INTO, OUTPUT … INTO.
_PARTS_OF_WRITES: Final = ("INTO",)


def end_of_only_write(batch: Batch) -> int | None:
    """Behind the one plain INSERT, UPDATE, DELETE or MERGE; None where it is not that.

    In front of it stand SET and DECLARE at most; what stands behind it is not looked at.
    """
    tokens = batch.tokens
    outer = depth_zero(tokens)
    starts = [index for index in outer if word_at(tokens, index) in STARTS]
    if not starts or not _is_preparation(batch, tokens[: starts[0]]):
        return None
    start, verb = starts[0], starts[0]
    if word_at(tokens, start) == "WITH" and len(starts) > 1:
        verb = starts[1]
    if word_at(tokens, verb) not in WRITES:
        return None
    end = _End(tokens, verb).found([index for index in outer if index > verb])
    if end is None or not _is_plain(batch, tokens[start:end], verb - start):
        return None
    return end


def _is_preparation(batch: Batch, tokens: Sequence[Token]) -> bool:
    """SET and DECLARE, which leave nothing behind."""
    return not tokens or (tokens[0][1] in ("SET", "DECLARE") and batch.is_read(tokens))


class _End:
    """Looks for the end of a write: a semicolon, or the first word of another statement."""

    def __init__(self, tokens: Sequence[Token], verb: int) -> None:
        self._tokens = tokens
        self._verb = tokens[verb][1]
        self._sets = 0
        self._has_source = False

    def found(self, outer: Sequence[int]) -> int | None:
        """The index behind it, by those outside parentheses; None where two cannot be told."""
        previous = ""
        for index in outer:
            group, word = self._tokens[index]
            if (group, word) == SEMICOLON:
                return index
            if group == "word" and not is_part_of_name(self._tokens, index):
                if word in WRITES and not self._belongs(previous):
                    return None
                if self._begins_another(word, previous):
                    return index
            previous = word
        return len(self._tokens)

    def _belongs(self, previous: str) -> bool:
        """A second verb: WHEN MATCHED THEN UPDATE, and those of other vendors."""
        return (self._verb == "MERGE" and previous == "THEN") or previous in _UPSERTS

    def _begins_another(self, word: str, previous: str) -> bool:
        if word == "VALUES":
            self._has_source = True
        elif word == "SELECT":
            if self._verb != "INSERT" or (self._has_source and previous not in _SET_OPERATORS):
                return True
            self._has_source = True
        elif word == "SET":
            self._sets += 1
            return previous != "UPDATE" and (self._verb != "UPDATE" or self._sets > 1)
        return word == "DECLARE"


def _is_plain(batch: Batch, statement: Sequence[Token], verb: int) -> bool:
    """No other statement hides in it, and nothing is done elsewhere."""
    depth = 0
    for index, (group, part) in enumerate(statement):
        if group == "symbol":
            depth += (part == "(") - (part == ")")
        elif group == "word" and not is_part_of_name(statement, index):
            second = part == "WITH" and index > verb and statement[index + 1 : index + 2] != [OPEN]
            if second or _is_foreign(part) or (part in WRITES and depth):
                return False
            if batch.sql_server and _is_step(part, word_at(statement, index - 1)):
                return False
    return word_at(statement, verb + 1) != "STATISTICS" and not has_remote_name(statement)


def _is_foreign(word: str) -> bool:
    """It has no place in a plain write."""
    doing = word in DOING and word not in _PARTS_OF_WRITES
    return doing or word in REMOTE or word in ("BEGIN", "SAVE", "ROLLBACK")


def _is_step(word: str, before: str) -> bool:
    """A statement of its own about cursors or the flow, which may fail after the write."""
    return word in STEPS or (word == "FETCH" and before not in ("ROW", "ROWS"))
