"""Functions of text that cut, pad and change it.

Source of types and rules: Microsoft Learn, the page of each function, "String Functions
(Transact-SQL)". Lengths count UTF-16 code units, see ``utf16``.
"""

from __future__ import annotations

from typing import Final

from tests.standin.errors.functions import invalid_argument_type, invalid_length
from tests.standin.runtime import sqlite_function
from tests.standin.sqltypes.sql_type import (
    BIGINT,
    INT,
    MAX,
    UNTYPED_NULL,
    SqlType,
    nvarchar,
    varbinary,
    varchar,
)
from tests.standin.translation.functions import arguments, utf16
from tests.standin.translation.functions.arguments import passing_null
from tests.standin.translation.functions.folding import lower, upper
from tests.standin.translation.functions.registry import FunctionCall, function
from tests.standin.translation.plan import Fragment

#: Bytes of the types whose size never changes (Microsoft Learn, "Data types").
_SIZES: Final = {
    "bit": 1,
    "tinyint": 1,
    "smallint": 2,
    "int": 4,
    "bigint": 8,
    "real": 4,
    "float": 8,
    "smallmoney": 4,
    "money": 8,
    "date": 3,
    "smalldatetime": 4,
    "datetime": 8,
    "uniqueidentifier": 16,
}


# --- lengths --------------------------------------------------------------------------------------


@function("LEN", 1, 1)
def _len(call: FunctionCall) -> Fragment:
    value = call.argument(0)
    if value.type.name not in arguments.BINARY:
        value = arguments.text(call, 0)
    kind = BIGINT if arguments.is_max(value) else INT
    return Fragment(f"tsql_len({value.sql})", kind, value.nullable)


@function("DATALENGTH", 1, 1)
def _datalength(call: FunctionCall) -> Fragment:
    value = call.argument(0)
    kind = BIGINT if arguments.is_max(value) else INT
    name = value.type.name
    if value.type == UNTYPED_NULL:
        return Fragment("NULL", INT)
    if name in arguments.TEXT | {"text", "ntext"}:
        encoding = arguments.encoding(value.type)
        return Fragment(f"tsql_byte_count({value.sql}, {encoding})", kind, value.nullable)
    if name in arguments.BINARY | {"image", "rowversion", "timestamp"}:
        return Fragment(f"length({value.sql})", kind, value.nullable)
    size = _SIZES.get(name) or _fractional_size(value.type)
    if not size:
        raise call.refuse()
    return Fragment(f"(CASE WHEN {value.sql} IS NOT NULL THEN {size} END)", kind, value.nullable)


def _fractional_size(kind: SqlType) -> int:
    """time(n), datetime2(n) and datetimeoffset(n) grow with their digits; 0 for other types."""
    base = {"time": 3, "datetime2": 6, "datetimeoffset": 8}.get(kind.name)
    if base is None:
        return 0
    return base + (0 if kind.scale <= 2 else 1 if kind.scale <= 4 else 2)


@sqlite_function("tsql_len", 1)
@passing_null
def _length_without_blanks(value: str | bytes) -> int:
    if isinstance(value, bytes):
        return len(value.rstrip(b" "))
    return utf16.length(value.rstrip(" "))


@sqlite_function("tsql_byte_count", 2)
@passing_null
def _byte_count(value: str, encoding: str) -> int:
    return len(value.encode(encoding, "replace"))


# --- case, blanks, order --------------------------------------------------------------------------


def _changing(name: str, sqlite_name: str) -> None:
    @function(name, 1, 1)
    def rule(call: FunctionCall) -> Fragment:
        value = arguments.text(call, 0)
        kind = arguments.text_type(call, value.type.length, value)
        return Fragment(f"{sqlite_name}({value.sql})", kind, value.nullable)


_changing("UPPER", "tsql_upper")
_changing("LOWER", "tsql_lower")
_changing("REVERSE", "tsql_reverse")
_changing("LTRIM", "tsql_ltrim")
_changing("RTRIM", "tsql_rtrim")
_changing("TRIM", "tsql_trim")

sqlite_function("tsql_upper", 1)(passing_null(upper))
sqlite_function("tsql_lower", 1)(passing_null(lower))


@sqlite_function("tsql_reverse", 1)
@passing_null
def _reversed(value: str) -> str:
    return utf16.joined(utf16.units(value)[::-1])


@sqlite_function("tsql_ltrim", 1)
@passing_null
def _left_trimmed(value: str) -> str:
    return value.lstrip(" ")


@sqlite_function("tsql_rtrim", 1)
@passing_null
def _right_trimmed(value: str) -> str:
    return value.rstrip(" ")


@sqlite_function("tsql_trim", 1)
@passing_null
def _trimmed(value: str) -> str:
    return value.strip(" ")


# --- pieces ---------------------------------------------------------------------------------------


def _constant_length(call: FunctionCall, index: int, otherwise: int) -> int:
    """The length of a result that a literal says; never more than that of the text itself."""
    literal = call.literal(index)
    if literal is None or not literal.isdecimal() or otherwise == MAX:
        return otherwise
    return min(int(literal), otherwise)


def _end_piece(name: str, sqlite_name: str) -> None:
    @function(name, 2, 2)
    def rule(call: FunctionCall) -> Fragment:
        value, count = arguments.text(call, 0), arguments.any_integer(call, 1)
        kind = arguments.text_type(call, _constant_length(call, 1, value.type.length), value)
        return Fragment(
            f"{sqlite_name}({value.sql}, {count.sql})", kind, arguments.nullable(value, count)
        )


_end_piece("LEFT", "tsql_left")
_end_piece("RIGHT", "tsql_right")


@sqlite_function("tsql_left", 2)
@passing_null
def _left(value: str, count: int) -> str:
    if count < 0:
        raise invalid_length("LEFT")
    return utf16.joined(utf16.units(value)[:count])


@sqlite_function("tsql_right", 2)
@passing_null
def _right(value: str, count: int) -> str:
    if count < 0:
        raise invalid_length("RIGHT")
    characters = utf16.units(value)
    return utf16.joined(characters[max(0, len(characters) - count) :])


@function("SUBSTRING", 2, 3)
def _substring(call: FunctionCall) -> Fragment:
    value = call.argument(0)
    if value.type == UNTYPED_NULL or value.type.name in arguments.CLOCKS | arguments.NUMBERS:
        raise invalid_argument_type(arguments.type_name(value.type), 1, call.name)
    if call.count == 2:
        # Two arguments are SQL Server 2025's; the older versions raise 174.
        raise call.refuse()
    start, count = arguments.any_integer(call, 1), arguments.any_integer(call, 2)
    may_be_null = arguments.nullable(value, start, count)
    if value.type.name in arguments.BINARY:
        kind = varbinary(_constant_length(call, 2, value.type.length) or 1)
    else:
        value = arguments.text(call, 0)
        kind = arguments.text_type(call, _constant_length(call, 2, value.type.length), value)
    return Fragment(f"tsql_substring({value.sql}, {start.sql}, {count.sql})", kind, may_be_null)


@sqlite_function("tsql_substring", 3)
@passing_null
def _piece(value: str | bytes, start: int, count: int) -> str | bytes:
    """A start before the text uses up some of ``count``."""
    if count < 0:
        raise invalid_length("SUBSTRING")
    first, end = max(start - 1, 0), max(start - 1 + count, 0)
    if isinstance(value, bytes):
        return value[first:end]
    return utf16.joined(utf16.units(value)[first:end])


@function("STUFF", 4, 4)
def _stuff(call: FunctionCall) -> Fragment:
    value, by = arguments.text(call, 0), arguments.text(call, 3)
    start, count = arguments.any_integer(call, 1), arguments.any_integer(call, 2)
    length = MAX if arguments.is_max(value, by) else value.type.length + by.type.length
    return Fragment(
        f"tsql_stuff({value.sql}, {start.sql}, {count.sql}, {by.sql})",
        arguments.text_type(call, length, value, by),
    )


@sqlite_function("tsql_stuff", 4)
def _stuffed(value: str | None, start: int | None, count: int | None, by: str | None) -> str | None:
    """A replacement that is NULL only deletes."""
    if value is None or start is None or count is None:
        return None
    characters = utf16.units(value)
    if not 1 <= start <= len(characters) or count < 0:
        return None
    rest = characters[start - 1 + count :]
    return utf16.joined(characters[: start - 1] + utf16.units(by or "") + rest)


# --- repetition -----------------------------------------------------------------------------------


@function("REPLICATE", 2, 2)
def _replicate(call: FunctionCall) -> Fragment:
    value, count = arguments.text(call, 0), arguments.any_integer(call, 1)
    kind = arguments.text_type(call, MAX if arguments.is_max(value) else 8000, value)
    return Fragment(f"tsql_replicate({value.sql}, {count.sql}, {kind.length})", kind)


@function("SPACE", 1, 1)
def _space(call: FunctionCall) -> Fragment:
    count = arguments.any_integer(call, 0)
    return Fragment(f"tsql_replicate(' ', {count.sql}, 8000)", varchar(8000))


@sqlite_function("tsql_replicate", 3)
@passing_null
def _repeated(value: str, count: int, limit: int) -> str | None:
    """Cut off at the 8000 bytes of a type that is not max; NULL for a negative count."""
    if count < 0:
        return None
    if limit == MAX:
        return value * count
    characters = utf16.units(value)
    if not characters:
        return ""
    return utf16.joined((characters * min(count, limit // len(characters) + 1))[:limit])


@function("QUOTENAME", 1, 2)
def _quotename(call: FunctionCall) -> Fragment:
    value = arguments.text(call, 0)
    mark = arguments.text(call, 1).sql if call.count == 2 else "'['"
    return Fragment(f"tsql_quotename({value.sql}, {mark})", nvarchar(258))


@sqlite_function("tsql_quotename", 2)
@passing_null
def _quoted(value: str, mark: str) -> str | None:
    """NULL for a name that is too long and for a mark that is none."""
    pairs = {"[": "[]", "]": "[]", "(": "()", ")": "()", "<": "<>", ">": "<>", "{": "{}", "}": "{}"}
    pair = pairs.get(mark[:1]) or (mark[:1] * 2 if mark[:1] in ("'", '"', "`") else "")
    if not pair or utf16.length(value) > 128:
        return None
    return pair[0] + value.replace(pair[1], pair[1] * 2) + pair[1]
