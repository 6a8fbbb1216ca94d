"""Constants, with the types that Microsoft Learn's "Constants (Transact-SQL)" gives them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from sqlglot import exp

from tests.standin import sqltypes
from tests.standin.engine import StatementFailed, not_supported
from tests.standin.sqltypes.sql_type import (
    INT,
    MAX,
    UNTYPED_NULL,
    SqlType,
    numeric,
    nvarchar,
    varbinary,
    varchar,
)
from tests.standin.translation import handlers
from tests.standin.translation.compiler import Compiler
from tests.standin.translation.plan import Fragment

_NUMBER: Final = re.compile(r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_INT_MAXIMUM: Final = 2**31 - 1
_MAXIMUM_PRECISION: Final = 38
_LONGEST_VARCHAR: Final = 8000
_LONGEST_NVARCHAR: Final = 4000
_LONGEST_VARBINARY: Final = 8000


def text_sql(text: str) -> str:
    """A string as SQLite's literal; SQLite's own text ends at a NUL character."""
    if "\0" in text:
        return f"CAST(x'{text.encode().hex()}' AS TEXT)"
    return "'" + text.replace("'", "''") + "'"


def null() -> Fragment:
    """The constant NULL, which has no type of its own."""
    return Fragment("NULL", UNTYPED_NULL)


@handlers.value(exp.Null, accept=())
def _null(compiler: Compiler, node: exp.Null) -> Fragment:
    return null()


@handlers.value(exp.Literal, accept=("this", "is_string"))
def _literal(compiler: Compiler, node: exp.Literal) -> Fragment:
    if node.is_string:
        return _varchar(node.name)
    return number(node.name)


@handlers.value(exp.National)
def _national(compiler: Compiler, node: exp.National) -> Fragment:
    text = node.name
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    length = MAX if units > _LONGEST_NVARCHAR else max(units, 1)
    return Fragment(text_sql(text), nvarchar(length), nullable=False)


def _varchar(text: str) -> Fragment:
    """SQL Server would put ``?`` for what its code page lacks; that is refused here."""
    try:
        length = len(text.encode("cp1252"))
    except UnicodeEncodeError:
        raise StatementFailed(
            not_supported("a varchar constant outside of code page 1252, without N")
        ) from None
    length = MAX if length > _LONGEST_VARCHAR else max(length, 1)
    return Fragment(text_sql(text), varchar(length), nullable=False)


def number(text: str) -> Fragment:
    """A number: int, numeric where it is longer or has a point, float with an exponent."""
    if not _NUMBER.fullmatch(text):
        # sqlglot takes "1e0+0" for one number.
        raise StatementFailed(not_supported(f"the number {text}; put a blank behind its exponent"))
    if "e" in text.lower():
        return Fragment(repr(float(text)), SqlType("float"), nullable=False)
    if "." not in text and int(text) <= _INT_MAXIMUM:
        return Fragment(str(int(text)), INT, nullable=False)
    value = Decimal(text)
    kind = exact_type(value)
    return Fragment(text_sql(str(sqltypes.to_storage(value, kind))), kind, nullable=False)


def exact_type(value: Decimal) -> SqlType:
    """numeric(p, s) with the smallest p and s: zeros in front do not count, those behind do."""
    digits, exponent = value.as_tuple()[1:]
    scale = -int(exponent)
    significant = len(digits) if any(digits) else 0
    precision = max(significant, scale, 1)
    if precision > _MAXIMUM_PRECISION:
        raise StatementFailed(not_supported(f"a number of more than 38 digits: {value}"))
    return numeric(precision, scale)


@handlers.value(exp.HexString, accept=("this", "is_integer"))
def _binary(compiler: Compiler, node: exp.HexString) -> Fragment:
    digits = str(node.this)
    digits = digits[2:] if digits[:2].lower() == "0x" else digits
    if len(digits) % 2:
        digits = "0" + digits
    size = len(digits) // 2
    kind = varbinary(MAX if size > _LONGEST_VARBINARY else max(size, 1))
    return Fragment(f"x'{digits}'", kind, nullable=False)
