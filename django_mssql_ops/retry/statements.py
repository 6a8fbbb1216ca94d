"""What a batch of SQL can have done, by its text: nothing, one statement's work, or anything.

A reader of tokens, not of SQL: what it does not understand is OTHER, and a word that begins a
statement counts wherever it stands outside a string or a quoted name, since T-SQL wants no
semicolon in between. Wrong answers are on the side that forbids a retry.

Linear in the text; called for an attempt that failed, and never on the way of one that works.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from django_mssql_ops.retry.lexing import SEMICOLON, TOKEN, NotUnderstood, tokens_of
from django_mssql_ops.retry.reading import Batch
from django_mssql_ops.retry.vocabulary import DOING, HARMLESS_CONTROL, REMOTE, WRITES
from django_mssql_ops.retry.writing import end_of_only_write

#: Characters; nobody waits for a longer text to be read.
MAX_LENGTH: Final = 1_000_000
#: Longer ones are read again each time, so that the cache stays small.
_MAX_CACHED: Final = 8_000


class Kind(enum.Enum):
    """What can have survived a batch that was sent in autocommit mode.

    READ: nothing. WRITE: one plain INSERT, UPDATE, DELETE or MERGE, which is atomic by itself: when
    the server says it failed, nothing of it is left. WRITE_THEN_READ: the same, and behind it only
    SET, or SELECT without a table, as in "INSERT …; SELECT SCOPE_IDENTITY()": an error that belongs
    to a statement was the write's, and undid it, but one that ended the session may have come after
    it. OTHER: anything.
    """

    READ = "read"
    WRITE = "write"
    WRITE_THEN_READ = "write, then read"
    OTHER = "other"


def kind_of(
    text: object, read_only_functions: Iterable[str] = (), *, sql_server: bool = True
) -> Kind:
    """The kind of a batch; ``read_only_functions`` are "schema.name" or "name", in any case.

    For other vendors (``sql_server`` False) only functions of a short list are taken for harmless,
    and quoting that differs between dialects is not understood. Never raises.
    """
    if not isinstance(text, str) or not text or len(text) > MAX_LENGTH:
        return Kind.OTHER
    allowed = frozenset(name.lower() for name in read_only_functions)
    read = _kind if len(text) > _MAX_CACHED else _cached_kind
    return read(text, allowed, sql_server)


def verb_of(text: str) -> str:
    """The first word that says what a batch does, for messages: INSERT, EXEC; "SQL" if none does.

    Nothing of what the text is about is in it.
    """
    try:
        words = [part for group, part in tokens_of(text, True) if group == "word"]
    except NotUnderstood:
        found = TOKEN.finditer(text[:_MAX_CACHED])
        words = [match[0].upper() for match in found if match.lastgroup == "word"]
    return next((word for word in words if word in _VERBS), "SQL")


def outlives_rollback(text: str, *, sql_server: bool = True) -> bool:
    """A batch that was sent inside a transaction may have left something when that is rolled back.

    A COMMIT in the text ends Django's transaction behind its back; another server and an extended
    procedure are not part of it. Other vendors commit by themselves before DDL (MySQL, Oracle).
    """
    if sql_server:
        return _OUTLIVING.search(text) is not None
    return kind_of(text, sql_server=False) is Kind.OTHER and verb_of(text) not in _UNDOABLE


_OUTLIVING: Final = re.compile(
    r"\b(?:COMMIT|OPENQUERY|OPENROWSET|OPENDATASOURCE|XP_\w+|SP_SEND_DBMAIL)\b", re.IGNORECASE
)
_UNDOABLE: Final = WRITES | {"SELECT"}
_VERBS: Final = WRITES | REMOTE | HARMLESS_CONTROL | DOING | {"SELECT"}


def _kind(text: str, allowed: frozenset[str], sql_server: bool) -> Kind:
    try:
        batch = Batch(tokens_of(text, sql_server), allowed, sql_server)
    except NotUnderstood:
        return Kind.OTHER
    if batch.is_control() or batch.is_read(batch.tokens):
        return Kind.READ
    end = end_of_only_write(batch)
    return Kind.OTHER if end is None else _kind_of_write(batch, end)


def _kind_of_write(batch: Batch, end: int) -> Kind:
    """By what follows the write that ends at ``end``."""
    rest = batch.tokens[end:]
    if all(token == SEMICOLON for token in rest):
        return Kind.WRITE
    reads_a_table = ("word", "FROM") in rest
    return Kind.OTHER if reads_a_table or not batch.is_read(rest) else Kind.WRITE_THEN_READ


_cached_kind: Final = lru_cache(maxsize=512)(_kind)
