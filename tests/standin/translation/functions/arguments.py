"""Arguments of functions: what a function takes, and as which type it takes it.

Most functions convert what they get, as an assignment to a parameter would (Microsoft Learn, "Data
type conversion", implicit conversions); a type that a function does not take at all is error 8116.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Final

from tests.standin.engine import StatementFailed, not_supported
from tests.standin.errors.functions import invalid_argument_type
from tests.standin.sqltypes import sqlite_collation_of
from tests.standin.sqltypes.sql_type import (
    BIGINT,
    FLOAT,
    INT,
    MAX,
    UNTYPED_NULL,
    SqlType,
    nvarchar,
    varchar,
)
from tests.standin.sqltypes.texts import encoding_of
from tests.standin.translation.functions.registry import FunctionCall
from tests.standin.translation.plan import Fragment

NATIONAL: Final = frozenset({"nchar", "nvarchar"})
TEXT: Final = NATIONAL | {"char", "varchar"}
BINARY: Final = frozenset({"binary", "varbinary"})
INTEGERS: Final = frozenset({"tinyint", "smallint", "int", "bigint"})
DECIMALS: Final = frozenset({"decimal", "numeric"})
MONEY: Final = frozenset({"money", "smallmoney"})
FLOATS: Final = frozenset({"float", "real"})
NUMBERS: Final = INTEGERS | DECIMALS | MONEY | FLOATS | {"bit"}
CLOCKS: Final = frozenset(
    {"date", "time", "datetime", "smalldatetime", "datetime2", "datetimeoffset"}
)
#: The types that no function of text, numbers or dates takes.
LEGACY: Final = frozenset({"text", "ntext", "image", "xml", "sql_variant", "json"})

#: The longest text of a value of each type, which is the length its implicit conversion gives
#: (unconfirmed for some: it shows only in a result's metadata).
_TEXT_LENGTHS: Final = {
    "bit": 1,
    "tinyint": 4,
    "smallint": 6,
    "int": 12,
    "bigint": 20,
    "decimal": 41,
    "numeric": 41,
    "money": 30,
    "smallmoney": 30,
    "float": 23,
    "real": 23,
    "date": 10,
    "time": 16,
    "datetime": 30,
    "smalldatetime": 30,
    "datetime2": 27,
    "datetimeoffset": 34,
    "uniqueidentifier": 36,
}


def type_name(kind: SqlType) -> str:
    """The type as error texts write it."""
    if kind == UNTYPED_NULL:
        return "NULL"
    name = "numeric" if kind.name == "decimal" else kind.name
    return f"{name}(max)" if kind.length == MAX else name


def invalid(call: FunctionCall, index: int) -> StatementFailed:
    """8116 for the argument as it is."""
    return invalid_argument_type(type_name(call.argument(index).type), index + 1, call.name)


def text(call: FunctionCall, index: int) -> Fragment:
    """An argument as text; varchar stays varchar and nvarchar nvarchar."""
    fragment = call.argument(index)
    kind = fragment.type
    if kind.name in TEXT:
        return fragment
    if kind == UNTYPED_NULL:
        return Fragment("NULL", varchar(1))
    if kind.name in LEGACY:
        raise invalid(call, index)
    return as_text(call, fragment)


def as_text(call: FunctionCall, fragment: Fragment) -> Fragment:
    """A value that is no text as the varchar that it becomes by itself."""
    length = _TEXT_LENGTHS.get(fragment.type.name)
    if length is None:
        raise StatementFailed(
            not_supported(f"{call.name} with an argument of type {fragment.type.name}")
        )
    return call.compiler.coerce(fragment, varchar(length))


def integer(call: FunctionCall, index: int, kind: SqlType = INT) -> Fragment:
    """An argument as int (or bigint)."""
    fragment = call.argument(index)
    if fragment.type.name in LEGACY | CLOCKS:
        raise invalid(call, index)
    return call.compiler.coerce(fragment, kind)


def any_integer(call: FunctionCall, index: int) -> Fragment:
    """An argument as int, or as bigint where it is one."""
    wide = call.argument(index).type.name == "bigint"
    return integer(call, index, BIGINT if wide else INT)


def floating(call: FunctionCall, index: int) -> Fragment:
    """An argument as float."""
    fragment = call.argument(index)
    if fragment.type.name in LEGACY | CLOCKS | BINARY:
        raise invalid(call, index)
    return call.compiler.coerce(fragment, FLOAT)


def is_max(*fragments: Fragment) -> bool:
    """Whether one of them has a max type."""
    return any(fragment.type.length == MAX for fragment in fragments)


def is_national(*fragments: Fragment) -> bool:
    """Whether one of them is Unicode text."""
    return any(fragment.type.name in NATIONAL for fragment in fragments)


def nullable(*fragments: Fragment) -> bool:
    """Whether the result of a function that passes NULL on may be NULL."""
    return any(fragment.nullable for fragment in fragments)


def text_type(call: FunctionCall, length: int, *fragments: Fragment) -> SqlType:
    """varchar, or nvarchar where one of the fragments is national.

    ``length`` is MAX, or is held to the 8000 bytes of the types that are not max.
    """
    make, most = (nvarchar, 4000) if is_national(*fragments) else (varchar, 8000)
    return make(MAX if length == MAX else max(1, min(length, most)), collation_of(call))


def collation_of(call: FunctionCall) -> str:
    """The collation of all texts that a function gets; error 468 where they do not agree."""
    from tests.standin.translation.comparisons import common_collation

    texts = [index for index in range(call.count) if call.argument(index).type.name in TEXT]
    if not texts:
        return ""
    chosen, *others = texts
    for index in others:
        nodes = call.node(chosen), call.node(index)
        values = call.argument(chosen), call.argument(index)
        collation = common_collation(call.compiler, nodes, values, call.name.lower())
        if collation != values[0].type.collation:
            chosen = index
    return call.argument(chosen).type.collation


def comparison(call: FunctionCall) -> str:
    """The SQLite collation in which a function compares its texts, as a SQL string."""
    return f"'{sqlite_collation_of(varchar(1, collation_of(call)))}'"


def encoding(kind: SqlType) -> str:
    """Python's codec for the bytes of a text type, as a SQL string."""
    return f"'{encoding_of(kind)}'"


def sorting(fragment: Fragment) -> str:
    """The SQLite collation that a value sorts by, as a SQL string; empty for the binary one."""
    return f"'{sqlite_collation_of(fragment.type)}'"


def sql_text(value: str) -> str:
    """A string literal of SQLite."""
    return "'" + value.replace("'", "''") + "'"


def passing_null(implementation: Callable[..., object]) -> Callable[..., object]:
    """For the functions inside SQLite: NULL where any argument is NULL."""

    @wraps(implementation)
    def guarded(*arguments: object) -> object:
        if any(argument is None for argument in arguments):
            return None
        return implementation(*arguments)

    return guarded
