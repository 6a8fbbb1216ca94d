"""One value in storage form to another type: the engine behind CAST, CONVERT and assignments.

SQLite sees three functions, which have the types as text (their declaration and, behind a blank,
the collation), so that a plan stays plain SQL.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from tests.standin.engine import StatementFailed
from tests.standin.errors import conversion as errors
from tests.standin.runtime import sqlite_function
from tests.standin.sqltypes import texts
from tests.standin.sqltypes.declarations import declaration, from_declaration
from tests.standin.sqltypes.families import TEMPORAL, Family, family
from tests.standin.sqltypes.permissions import check_explicit
from tests.standin.sqltypes.sql_type import BIGINT, FLOAT, MAX, SqlType, nvarchar, varbinary
from tests.standin.sqltypes.to_numbers import (
    to_decimal,
    to_float,
    to_integer,
    to_money,
    unsupported,
)
from tests.standin.sqltypes.to_texts import to_binary, to_guid, to_text
from tests.standin.sqltypes.to_times import to_time

#: Value, source, target, style (None when not given).
_Conversion = Callable[[object, SqlType, SqlType, int | None], object]


def _with_style_0(
    conversion: Callable[[object, SqlType, SqlType, int], object],
) -> _Conversion:
    return lambda value, source, target, style: conversion(value, source, target, style or 0)


_CONVERSIONS: Final[dict[Family, _Conversion]] = {
    Family.INTEGER: _with_style_0(to_integer),
    Family.DECIMAL: _with_style_0(to_decimal),
    Family.MONEY: _with_style_0(to_money),
    Family.FLOAT: _with_style_0(to_float),
    Family.TEXT: to_text,
    Family.BINARY: to_binary,
    Family.GUID: _with_style_0(to_guid),
    **dict.fromkeys(TEMPORAL, _with_style_0(to_time)),
}
#: What a sql_variant keeps as it is; see wire_values.
_IN_VARIANT: Final = frozenset({Family.INTEGER, Family.FLOAT, Family.TEXT, Family.BINARY})


def convert(stored: object, source: SqlType, target: SqlType, style: int | None = None) -> object:
    """A stored value of one type as a stored value of another, as CAST or CONVERT do it.

    Raises StatementFailed with SQL Server's error where the value or the type does not allow it.
    """
    if stored is None:
        return None
    if source.name == "sql_variant" and target.name != "sql_variant":
        source = _base_type(stored)
    check_explicit(source, target)
    kind = family(target)
    if kind is Family.VARIANT and (source == target or family(source) in _IN_VARIANT):
        return stored
    conversion = _CONVERSIONS.get(kind)
    if conversion is None or family(source) is Family.MARKUP:
        raise unsupported(source, target)
    return conversion(stored, source, target, style)


def _base_type(stored: object) -> SqlType:
    """The type of a value in a sql_variant."""
    if isinstance(stored, int):
        return BIGINT
    if isinstance(stored, float):
        return FLOAT
    return nvarchar(4000) if isinstance(stored, str) else varbinary(8000)


def assign(stored: object, source: SqlType, target: SqlType, table: str, column: str) -> object:
    """A stored value as a column takes it: text and bytes that do not fit are refused (2628),
    but for trailing blanks."""
    if stored is None:
        return None
    kind = family(target)
    if target.length in (MAX, 0) or kind not in (Family.TEXT, Family.BINARY):
        return convert(stored, source, target)
    if kind is Family.BINARY and family(source) is not Family.BINARY:
        return convert(stored, source, target)
    whole = convert(stored, source, _unbounded(target))
    if isinstance(whole, str):
        kept: str | bytes = texts.cut(whole, target)
        lost: str | bytes = whole[len(kept) :].strip(" ")
    else:
        raw = bytes(whole) if isinstance(whole, (bytes, bytearray)) else b""
        kept, lost = raw[: target.length], raw[target.length :]
    if lost:
        shown = kept if isinstance(kept, str) else "0x" + kept.hex().upper()
        raise errors.truncated(table, column, shown)
    return convert(kept, target, target)


@lru_cache(maxsize=512)
def _unbounded(target: SqlType) -> SqlType:
    name = target.name if target.name.endswith("binary") else target.name.replace("char", "varchar")
    name = name.replace("varvar", "var")
    return SqlType("varbinary" if name == "binary" else name, MAX, collation=target.collation)


def type_text(sql_type: SqlType) -> str:
    """A type as the SQLite functions below take it."""
    collation = f" {sql_type.collation}" if sql_type.collation else ""
    return declaration(sql_type) + collation


@lru_cache(maxsize=2048)
def type_of_text(text: str) -> SqlType:
    """The type behind :func:`type_text`."""
    declared, _, collation = text.partition(" ")
    name, _, rest = declared.partition("(")
    sql_type = from_declaration(name, tuple(rest.rstrip(")").split(",")) if rest else ())
    if not collation:
        return sql_type
    return SqlType(sql_type.name, sql_type.length, collation=collation)


@sqlite_function("tsql_convert", 4)
def _convert(stored: object, source: str, target: str, style: int | None) -> object:
    return convert(stored, type_of_text(source), type_of_text(target), style)


@sqlite_function("tsql_try_convert", 4)
def _try_convert(stored: object, source: str, target: str, style: int | None) -> object:
    try:
        return convert(stored, type_of_text(source), type_of_text(target), style)
    except StatementFailed as error:
        if error.failure.number in errors.CONVERSION_FAILURES:
            return None
        raise


@sqlite_function("tsql_assign", 5)
def _assign(stored: object, source: str, target: str, table: str, column: str) -> object:
    return assign(stored, type_of_text(source), type_of_text(target), table, column)
