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
from itertools import pairwise
from typing import Final

from django_mssql_ops.retry.lexing import (
    SEMICOLON,
    TOKEN,
    NotUnderstood,
    Token,
    has_remote_name,
    statements_of,
    tokens_of,
)
from django_mssql_ops.retry.reading import Batch
from django_mssql_ops.retry.temporary import is_temporary
from django_mssql_ops.retry.vocabulary import DOING, HARMLESS_CONTROL, REMOTE, WRITES
from django_mssql_ops.retry.writing import end_of_only_write

_FIRST_WORD: Final = re.compile(r"\s*[A-Za-z]+\b")
#: Not an INSERT into what may be a temporary table.
_BEGINS_A_WRITE: Final = re.compile(
    r"\s*(?:SET\s+NOCOUNT\s+O(?:N|FF)[\s;]+)?"
    r"(?:(?:UPDATE|DELETE|MERGE)\b|INSERT\s+INTO\s+(?:[^\s#\[\"]|[\[\"][^#]))",
    re.IGNORECASE,
)
#: How the name of a table begins that the session makes for itself.
_TEMPORARY: Final = ("#", "[#", '"#')
#: Characters; nobody waits for a longer text to be read.
MAX_LENGTH: Final = 1_000_000
#: Longer ones are read again each time, so that the cache stays small.
_MAX_CACHED: Final = 8_000


class Kind(enum.Enum):
    """What can have survived a batch that was sent in autocommit mode.

    READ: nothing but what goes with the session. WRITE: one plain INSERT, UPDATE, DELETE or MERGE,
    which is atomic by itself: when the server says it failed, nothing of it is left.
    WRITE_THEN_READ: the same, and behind it only SET, or SELECT without a table, as in "INSERT …;
    SELECT SCOPE_IDENTITY()": an error that belongs to a statement was the write's, and undid it,
    but one that ended the session may have come after it. OTHER: anything.
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


def is_read(text: str, read_only_functions: Iterable[str] = (), *, sql_server: bool = True) -> bool:
    """Whether its kind is READ; most writes are told by how they begin, however long they are."""
    if _BEGINS_A_WRITE.match(text) is not None:
        return False
    return kind_of(text, read_only_functions, sql_server=sql_server) is Kind.READ


def opening(text: str) -> str:
    """The first word in upper case where it is one that begins a statement, or "SQL"."""
    found = _FIRST_WORD.match(text)
    word = "" if found is None else found[0].strip().upper()
    return word if word in _VERBS else "SQL"


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

    A COMMIT in the text ends Django's transaction behind its back; another server, and a procedure
    that works outside the database, need not be part of it. Other vendors commit by themselves
    before DDL (MySQL, Oracle).
    """
    if not sql_server:
        if opening(text) in _UNDOABLE:
            return False
        return kind_of(text, sql_server=False) is Kind.OTHER and verb_of(text) not in _UNDOABLE
    upper = text.upper()
    if not any(part in upper for part in _SUSPICIOUS):
        return False
    if len(text) > MAX_LENGTH:
        return True
    return (_may_outlive if len(text) > _MAX_CACHED else _cached_may_outlive)(text)


def _may_outlive(text: str) -> bool:
    """A column may be called [commit]; a string may be what EXEC executes."""
    try:
        tokens = tokens_of(text, True)
    except NotUnderstood:
        return True
    for group, part in tokens:
        if _OUTSIDE.search(part) or (group != "quoted" and _OUTLIVING.search(part)):
            return True
    return _executes_elsewhere(tokens)


def _executes_elsewhere(tokens: list[Token]) -> bool:
    """EXEC server.database.schema.name, EXEC (…) AT server; not AT TIME ZONE."""
    if ("word", "EXEC") not in tokens and ("word", "EXECUTE") not in tokens:
        return False
    followers = [after for token, after in pairwise(tokens) if token == ("word", "AT")]
    return has_remote_name(tokens) or any(after != ("word", "TIME") for after in followers)


#: Words that do it, and the beginnings of procedures that do, whose names may be quoted.
_OUTLIVING: Final = re.compile(r"\b(?:COMMIT|OPENQUERY|OPENROWSET|OPENDATASOURCE)\b", re.IGNORECASE)
_OUTSIDE: Final = re.compile(
    r"\b(?:XP_\w|SP_OA\w|SP_SEND_DBMAIL\b|SP_ST(?:ART|OP)_JOB\b)", re.IGNORECASE
)
#: What stands in all that these find, and EXEC: few texts are read for it.
_SUSPICIOUS: Final = ("COMMIT", "OPEN", "XP_", "SP_OA", "SP_SEND", "SP_ST", "EXEC")
_UNDOABLE: Final = WRITES | {"SELECT"}
_VERBS: Final = WRITES | REMOTE | HARMLESS_CONTROL | DOING | {"SELECT"}


def _kind(text: str, allowed: frozenset[str], sql_server: bool) -> Kind:
    try:
        batch = Batch(tokens_of(text, sql_server), allowed, sql_server)
    except NotUnderstood:
        return Kind.OTHER
    if batch.is_control() or batch.is_read(batch.tokens) or _is_temporary(batch):
        return Kind.READ
    end = end_of_only_write(batch)
    return Kind.OTHER if end is None else _kind_of_write(batch, end)


def _is_temporary(batch: Batch) -> bool:
    """Each statement reads, or works on a table that goes with the session."""
    if not batch.sql_server or not any(part.startswith(_TEMPORARY) for _, part in batch.tokens):
        return False
    statements = [found for found in statements_of(batch.tokens) if found]
    return all(is_temporary(batch, found) or batch.is_read(found) for found in statements)


def _kind_of_write(batch: Batch, end: int) -> Kind:
    """By what follows the write that ends at ``end``."""
    rest = batch.tokens[end:]
    if all(token == SEMICOLON for token in rest):
        return Kind.WRITE
    reads_a_table = ("word", "FROM") in rest
    return Kind.OTHER if reads_a_table or not batch.is_read(rest) else Kind.WRITE_THEN_READ


_cached_may_outlive: Final = lru_cache(maxsize=512)(_may_outlive)
_cached_kind: Final = lru_cache(maxsize=512)(_kind)
