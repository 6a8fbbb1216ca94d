"""Functions that find text in text, replace it, join it and take it for codes.

Source of types and rules: Microsoft Learn, the page of each function, "String Functions
(Transact-SQL)".
"""

from __future__ import annotations

import hashlib
from typing import Final

from tests.standin.engine import StatementFailed, not_supported
from tests.standin.errors import failure
from tests.standin.runtime import sqlite_function
from tests.standin.sqltypes.like import like
from tests.standin.sqltypes.sql_type import BIGINT, INT, MAX, SqlType, varbinary
from tests.standin.translation.functions import arguments, utf16
from tests.standin.translation.functions.arguments import passing_null
from tests.standin.translation.functions.folding import folded, replaced
from tests.standin.translation.functions.registry import FunctionCall, function
from tests.standin.translation.plan import Fragment

#: The algorithms of HASHBYTES that the stand-in has; MD2 and MD4 are gone from Python.
_HASHES: Final = {
    "MD5": "md5",
    "SHA": "sha1",
    "SHA1": "sha1",
    "SHA2_256": "sha256",
    "SHA2_512": "sha512",
}


# --- search and replacement -----------------------------------------------------------------------


@function("CHARINDEX", 2, 3)
def _charindex(call: FunctionCall) -> Fragment:
    wanted, value = arguments.text(call, 0), arguments.text(call, 1)
    start = arguments.any_integer(call, 2) if call.count == 3 else Fragment("1", INT, False)
    kind = BIGINT if arguments.is_max(value) else INT
    collation = arguments.comparison(call)
    return Fragment(
        f"tsql_charindex({wanted.sql}, {value.sql}, {start.sql}, {collation})",
        kind,
        arguments.nullable(wanted, value, start),
    )


@sqlite_function("tsql_charindex", 4)
@passing_null
def _position(wanted: str, value: str, start: int, collation: str) -> int:
    if not wanted:
        return 0
    haystack = folded(utf16.units(value), collation)
    return haystack.find(folded(utf16.units(wanted), collation), max(start - 1, 0)) + 1


@function("PATINDEX", 2, 2)
def _patindex(call: FunctionCall) -> Fragment:
    pattern, value = arguments.text(call, 0), arguments.text(call, 1)
    kind = BIGINT if arguments.is_max(value) else INT
    return Fragment(
        f"tsql_patindex({pattern.sql}, {value.sql}, {arguments.comparison(call)})",
        kind,
        arguments.nullable(pattern, value),
    )


@sqlite_function("tsql_patindex", 3)
@passing_null
def _pattern_position(pattern: str, value: str, collation: str) -> int:
    """Where what the pattern has behind its first % begins."""
    if not pattern.startswith("%"):
        return int(like(value, pattern, None, collation))
    rest = pattern.lstrip("%")
    for start in range(len(value)):
        if like(value[start:], rest, None, collation):
            return utf16.length(value[:start]) + 1
    return 0


@function("REPLACE", 3, 3)
def _replace(call: FunctionCall) -> Fragment:
    texts = [arguments.text(call, index) for index in range(3)]
    limit = MAX if arguments.is_max(texts[0]) else 8000
    kind = arguments.text_type(call, limit, *texts)
    sql = ", ".join(text.sql for text in texts)
    collation = arguments.comparison(call)
    return Fragment(
        f"tsql_replace({sql}, {collation}, {kind.length})", kind, arguments.nullable(*texts)
    )


@sqlite_function("tsql_replace", 5)
@passing_null
def _replaced(value: str, wanted: str, by: str, collation: str, limit: int) -> str:
    changed = replaced(value, wanted, by, collation)
    if limit != MAX and len(changed) * 2 > limit:
        return utf16.joined(utf16.units(changed)[:limit])
    return changed


@function("TRANSLATE", 3, 3)
def _translate(call: FunctionCall) -> Fragment:
    value, wanted, by = (arguments.text(call, index) for index in range(3))
    kind = arguments.text_type(call, value.type.length, value, wanted, by)
    collation = arguments.comparison(call)
    return Fragment(f"tsql_translate({value.sql}, {wanted.sql}, {by.sql}, {collation})", kind)


@sqlite_function("tsql_translate", 4)
@passing_null
def _translated(value: str, wanted: str, by: str, collation: str) -> str:
    if utf16.length(wanted) != utf16.length(by):
        raise failure(
            9828,
            "The second and third arguments of the TRANSLATE built-in function must contain an "
            "equal number of characters.",
        )
    # The first of several equal characters counts.
    pairs = dict(reversed(list(zip(folded(wanted, collation), by, strict=False))))
    keys = folded(value, collation)
    return "".join(pairs.get(key, own) for key, own in zip(keys, value, strict=True))


# --- joining --------------------------------------------------------------------------------------


@function("CONCAT", 2, 254)
def _concat(call: FunctionCall) -> Fragment:
    """NULL joins as nothing; what is no text joins as its text."""
    texts = [arguments.text(call, index) for index in range(call.count)]
    sql = " || ".join(f"ifnull({text.sql}, '')" for text in texts)
    return Fragment(f"({sql})", _joined_type(call, texts), nullable=False)


@function("CONCAT_WS", 3, 254)
def _concat_ws(call: FunctionCall) -> Fragment:
    texts = [arguments.text(call, index) for index in range(call.count)]
    sql = ", ".join(text.sql for text in texts)
    return Fragment(
        f"tsql_concat_ws({sql})", _joined_type(call, texts[1:], texts[0]), nullable=False
    )


@sqlite_function("tsql_concat_ws", -1)
def _with_separator(separator: str | None, *values: str | None) -> str:
    """NULLs are left out, together with their separator; a separator of NULL is empty."""
    return (separator or "").join(value for value in values if value is not None)


def _joined_type(
    call: FunctionCall, texts: list[Fragment], separator: Fragment | None = None
) -> SqlType:
    every = [*texts, separator] if separator else texts
    if arguments.is_max(*every):
        return arguments.text_type(call, MAX, *every)
    length = sum(text.type.length for text in texts)
    if separator:
        length += separator.type.length * (len(texts) - 1)
    return arguments.text_type(call, length, *every)


# --- codes ----------------------------------------------------------------------------------------


@function("CHAR", 1, 1)
def _char(call: FunctionCall) -> Fragment:
    code = arguments.integer(call, 0)
    return Fragment(f"tsql_char({code.sql})", SqlType("char", 1))


@sqlite_function("tsql_char", 1)
@passing_null
def _character(code: int) -> str | None:
    """The character of code page 1252, which leaves five codes without one."""
    if not 0 <= code <= 255:
        return None
    try:
        return bytes([code]).decode("cp1252")
    except UnicodeDecodeError:
        raise StatementFailed(not_supported(f"CHAR({code})")) from None


@function("NCHAR", 1, 1)
def _nchar(call: FunctionCall) -> Fragment:
    code = arguments.integer(call, 0)
    return Fragment(f"tsql_nchar({code.sql})", SqlType("nchar", 1))


@sqlite_function("tsql_nchar", 1)
@passing_null
def _unicode_character(code: int) -> str | None:
    """Without a supplementary-character collation codes end at 65535."""
    return utf16.joined(chr(code)) if 0 <= code <= 0xFFFF else None


@function("ASCII", 1, 1)
def _ascii(call: FunctionCall) -> Fragment:
    value = arguments.text(call, 0)
    return Fragment(f"tsql_ascii({value.sql})", INT)


@sqlite_function("tsql_ascii", 1)
@passing_null
def _ascii_code(value: str) -> int | None:
    return value[0].encode("cp1252", "replace")[0] if value else None


@function("UNICODE", 1, 1)
def _unicode(call: FunctionCall) -> Fragment:
    value = arguments.text(call, 0)
    return Fragment(f"tsql_unicode({value.sql})", INT)


@sqlite_function("tsql_unicode", 1)
@passing_null
def _unicode_code(value: str) -> int | None:
    return ord(utf16.units(value[0])[0]) if value else None


# --- hashes ---------------------------------------------------------------------------------------


@function("HASHBYTES", 2, 2)
def _hashbytes(call: FunctionCall) -> Fragment:
    """Of varchar the bytes of its code page are hashed, of nvarchar UTF-16."""
    algorithm, value = arguments.text(call, 0), call.argument(1)
    if value.type.name in arguments.BINARY:
        encoding = "''"
    elif value.type.name in arguments.TEXT:
        encoding = arguments.encoding(value.type)
    else:
        raise arguments.invalid(call, 1)
    return Fragment(f"tsql_hashbytes({algorithm.sql}, {value.sql}, {encoding})", varbinary(8000))


@sqlite_function("tsql_hashbytes", 3)
@passing_null
def _hash(algorithm: str, value: str | bytes, encoding: str) -> bytes:
    name = _HASHES.get(algorithm.upper())
    if name is None:
        raise StatementFailed(not_supported(f"HASHBYTES('{algorithm}', …)"))
    if isinstance(value, str):
        value = value.encode(encoding, "replace")
    return hashlib.new(name, value, usedforsecurity=False).digest()
