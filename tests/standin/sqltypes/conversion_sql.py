"""Conversions as SQL: nothing where the storage form stays, SQLite's own operators where they do,
a function otherwise."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from tests.standin.sqltypes.collation_names import named_collation
from tests.standin.sqltypes.conversion import type_text
from tests.standin.sqltypes.families import (
    INTEGER_DIGITS,
    INTEGER_RANGES,
    PADDED,
    SCALED,
    UNICODE,
    Family,
    digits_of,
    family,
)
from tests.standin.sqltypes.permissions import check_explicit, check_implicit
from tests.standin.sqltypes.sql_type import MAX, SqlType

_UNBOUNDED: Final = 2**31
_GUID_CHARACTERS: Final = 36
_DATE_CHARACTERS: Final = 10
#: Styles in which a date looks like its storage form.
_ISO_STYLES: Final = frozenset({None, 20, 21, 23, 120, 121, 126})


def conversion_sql(
    sql: str,
    source: SqlType,
    target: SqlType,
    *,
    style: int | None = None,
    attempt: bool = False,
) -> str:
    """CAST and CONVERT, and with ``attempt`` TRY_CAST and TRY_CONVERT, of a piece of SQL.

    Raises StatementFailed with 529 where SQL Server has no such conversion. Implicit ones are to be
    checked before (``check_implicit``).
    """
    if source.name == "null":
        return sql
    check_explicit(source, target)
    if _same_storage(source, target, style):
        return sql
    native = _native(source, target)
    if native:
        return native.format(sql)
    function = "tsql_try_convert" if attempt else "tsql_convert"
    style_sql = "NULL" if style is None else str(int(style))
    return f"{function}({sql}, {_quoted(source)}, {_quoted(target)}, {style_sql})"


def assignment_sql(sql: str, source: SqlType, target: SqlType, *, table: str, column: str) -> str:
    """The value of an expression as INSERT and UPDATE put it into a column.

    ``table`` is "database.schema.table", for error 2628. Raises StatementFailed with 206 or 257.
    """
    check_implicit(source, target)
    if source.name == "null" or _same_storage(source, target, None):
        return sql
    if family(target) in (Family.TEXT, Family.BINARY) and not _native(source, target):
        names = f"{_literal(table)}, {_literal(column)}"
        return f"tsql_assign({sql}, {_quoted(source)}, {_quoted(target)}, {names})"
    return conversion_sql(sql, source, target)


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _quoted(sql_type: SqlType) -> str:
    return _literal(type_text(sql_type))


def _room(sql_type: SqlType) -> int:
    """The length, also of types that do not declare one."""
    return _UNBOUNDED if sql_type.length in (MAX, 0) else sql_type.length


@lru_cache(maxsize=4096)
def _same_storage(source: SqlType, target: SqlType, style: int | None) -> bool:
    """Whether every value of the source is stored in the same way as a value of the target."""
    if source == target:
        return True
    kind, other = family(source), family(target)
    if kind is Family.INTEGER and other is Family.INTEGER:
        low, high = INTEGER_RANGES[target.name]
        mine = INTEGER_RANGES[source.name]
        return target.name != "bit" and low <= mine[0] and mine[1] <= high
    if kind is Family.TEXT and other is Family.TEXT:
        return _same_text(source, target)
    if kind in SCALED and other is Family.DECIMAL:
        (p1, s1), (p2, s2) = digits_of(source), digits_of(target)
        return s1 == s2 and p1 <= p2
    if kind is Family.BINARY and other is Family.BINARY:
        return target.name != "binary" and _room(source) <= _room(target)
    if other is Family.TEXT and target.name not in PADDED:
        if kind is Family.GUID:
            return _room(target) >= _GUID_CHARACTERS
        return kind is Family.DATE and style in _ISO_STYLES and _room(target) >= _DATE_CHARACTERS
    return _same_number_or_time(source, target)


def _same_text(source: SqlType, target: SqlType) -> bool:
    if target.name in PADDED:
        return False
    if target.name not in UNICODE:
        if source.name in UNICODE:
            return False
        encodings = {named_collation(one.collation).encoding for one in (source, target)}
        if len(encodings) > 1:
            return False
    return _room(source) <= _room(target)


def _same_number_or_time(source: SqlType, target: SqlType) -> bool:
    pair = source.name, target.name
    if pair == ("real", "float"):
        return True
    if source.name == target.name and source.name in ("time", "datetime2", "datetimeoffset"):
        return source.scale <= target.scale
    return pair in (("smalldatetime", "datetime2"), ("smalldatetime", "datetime"))


@lru_cache(maxsize=4096)
def _native(source: SqlType, target: SqlType) -> str:
    """A template of SQLite's SQL; empty where there is none. None of them can fail."""
    if family(source) is Family.INTEGER:
        return _native_integer(source, target)
    if family(source) is Family.DATE and target.name == "datetime2":
        return "(({}) || ' 00:00:00.0000000')"
    if family(source) is Family.DATETIME:
        if target.name == "date":
            return "substr({}, 1, 10)"
        if target.name == "time" and source.name != "datetime" and source.scale <= target.scale:
            return "substr({}, 12)"
    return ""


def _native_integer(source: SqlType, target: SqlType) -> str:
    digits = INTEGER_DIGITS[source.name]
    kind = family(target)
    if target.name == "bit":
        return "(({}) <> 0)"
    if target.name == "float" or (target.name == "real" and digits <= INTEGER_DIGITS["smallint"]):
        return "CAST({} AS REAL)"
    if kind is Family.DECIMAL and target.precision - target.scale >= digits:
        decimals = f" || '.{'0' * target.scale}'" if target.scale else ""
        return f"(CAST({{}} AS TEXT){decimals})"
    if kind is Family.TEXT and target.name not in PADDED and _room(target) > digits:
        return "CAST({} AS TEXT)"
    return ""
