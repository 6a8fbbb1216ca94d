"""How long a text is for its type, what of it fits, and what bytes it has.

nchar and nvarchar count UTF-16 code units, char and varchar bytes of their collation's code page
(Microsoft Learn, "nchar and nvarchar", "char and varchar").
"""

from __future__ import annotations

import unicodedata
from typing import Final

from tests.standin.engine import StatementFailed, not_supported
from tests.standin.sqltypes.collation_names import named_collation
from tests.standin.sqltypes.families import PADDED, UNICODE
from tests.standin.sqltypes.sql_type import MAX, SqlType

_BEYOND_BMP: Final = 0x10000


def encoding_of(sql_type: SqlType) -> str:
    """Python's codec for the bytes of a text type."""
    return "utf-16-le" if sql_type.name in UNICODE else named_collation(sql_type.collation).encoding


def encoded(text: str, sql_type: SqlType) -> bytes:
    """The bytes of a text, as DATALENGTH counts them and HASHBYTES hashes them."""
    return text.encode(encoding_of(sql_type), "surrogateescape")


def length_of(text: str, sql_type: SqlType) -> int:
    """The length in the units of the type."""
    if text.isascii():
        return len(text)
    if sql_type.name in UNICODE:
        return len(text) + sum(ord(character) >= _BEYOND_BMP for character in text)
    return len(encoded(text, sql_type))


def cut(text: str, sql_type: SqlType) -> str:
    """As much of the text as the type has room for."""
    length = sql_type.length
    if length in (MAX, 0) or length_of(text, sql_type) <= length:
        return text
    if text.isascii():
        return text[:length]
    return _cut_units(text, sql_type)


def _cut_units(text: str, sql_type: SqlType) -> str:
    """SQL Server cuts a character beyond the BMP in two; half a character cannot be stored here."""
    if sql_type.name not in UNICODE:
        return encoded(text, sql_type)[: sql_type.length].decode(encoding_of(sql_type), "ignore")
    kept = text.encode("utf-16-le")[: sql_type.length * 2]
    try:
        return kept.decode("utf-16-le")
    except UnicodeDecodeError:
        raise StatementFailed(not_supported("half of a surrogate pair")) from None


def padded(text: str, sql_type: SqlType) -> str:
    """char and nchar filled up with blanks."""
    if sql_type.name in PADDED:
        return text + " " * (sql_type.length - length_of(text, sql_type))
    return text


def in_code_page(text: str, sql_type: SqlType) -> str:
    """Unicode text as char or varchar can hold it: what the code page lacks becomes "?".

    Characters for which the code page has a look-alike become that in SQL Server ("best fit");
    that table is not here, so they are refused.
    """
    if text.isascii() or sql_type.name in UNICODE:
        return text
    encoding = encoding_of(sql_type)
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return "".join(_replaced(character, encoding) for character in text)
    return text


def _replaced(character: str, encoding: str) -> str:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        base = unicodedata.normalize("NFKD", character)[0]
        if base != character and base.isascii():
            raise StatementFailed(
                not_supported(f"the character U+{ord(character):04X} in {encoding}")
            ) from None
        return "?" if ord(character) < _BEYOND_BMP else "??"
    return character


def storable(text: str) -> str:
    """The text, if SQLite can hold it: lone surrogates are refused."""
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise StatementFailed(not_supported("half of a surrogate pair")) from None
    return text
