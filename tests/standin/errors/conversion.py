"""Errors of declared types, conversions and arithmetic.

Numbers and texts: Microsoft Learn, "Database Engine events and errors". The states of 220, 232,
241, 242, 245, 8114, 8115 and 8134 are those in widely quoted transcripts of SQL Server; the others
are unconfirmed.
"""

from __future__ import annotations

from typing import Final

from tests.standin.engine import StatementFailed
from tests.standin.errors import failure
from tests.standin.sqltypes.sql_type import MAX, SqlType

#: The errors that TRY_CAST and TRY_CONVERT turn into NULL: the value is wrong, not the types.
CONVERSION_FAILURES: Final = frozenset(
    {220, 232, 234, 235, 237, 241, 242, 244, 245, 248, 293, 295, 8114, 8115, 8152, 8169, 8170}
)


def type_label(sql_type: SqlType) -> str:
    """The name of a type in a message."""
    return {"rowversion": "timestamp", "null": "void type"}.get(sql_type.name, sql_type.name)


def _conversion_label(sql_type: SqlType) -> str:
    """8114 and 8115 call every decimal numeric."""
    return "numeric" if sql_type.name == "decimal" else type_label(sql_type)


# Declarations -----------------------------------------------------------------------------------


def unknown_type(name: str) -> StatementFailed:
    """2715; "#1" stands for the position of the column, parameter or variable."""
    return failure(
        2715, f"Column, parameter, or variable #1: Cannot find data type {name}.", state=6
    )


def no_arguments_allowed(name: str) -> StatementFailed:
    return failure(
        2716,
        f"Column, parameter, or variable #1: Cannot specify a column width on data type {name}.",
    )


def invalid_length(length: int) -> StatementFailed:
    return failure(1001, f"Line 1: Length or precision specification {length} is invalid.")


def too_long(length: int, name: str, maximum: int) -> StatementFailed:
    return failure(
        131,
        f"The size ({length}) given to the type '{name}' exceeds the maximum allowed for any "
        f"data type ({maximum}).",
        severity=15,
        state=3,
    )


def too_precise(precision: int) -> StatementFailed:
    return failure(
        2750,
        "Column or parameter #1: Specified column precision "
        f"{precision} is greater than the maximum precision of 38.",
    )


def scale_above_precision() -> StatementFailed:
    return failure(192, "The scale must be less than or equal to the precision.", severity=15)


def invalid_scale(scale: int) -> StatementFailed:
    return failure(1002, f"Line 1: Specified scale {scale} is invalid.", severity=15)


def invalid_collation(name: str) -> StatementFailed:
    return failure(448, f"Invalid collation '{name}'.")


# Types that do not go together ------------------------------------------------------------------


def operand_clash(source: SqlType, target: SqlType) -> StatementFailed:
    return failure(
        206,
        f"Operand type clash: {type_label(source)} is incompatible with {type_label(target)}",
        state=2,
    )


def implicit_not_allowed(source: SqlType, target: SqlType) -> StatementFailed:
    return failure(
        257,
        f"Implicit conversion from data type {type_label(source)} to {type_label(target)} is not "
        "allowed. Use the CONVERT function to run this query.",
        state=3,
    )


def explicit_not_allowed(source: SqlType, target: SqlType) -> StatementFailed:
    return failure(
        529,
        f"Explicit conversion from data type {type_label(source)} to {type_label(target)} is not "
        "allowed.",
        state=2,
    )


def operands_incompatible(left: SqlType, right: SqlType, operator: str) -> StatementFailed:
    """402; ``operator`` as the message has it: "add", "'&'"; a max type with its length."""
    first, second = (
        type_label(operand) + ("(max)" if operand.length == MAX else "")
        for operand in (left, right)
    )
    return failure(
        402, f"The data types {first} and {second} are incompatible in the {operator} operator."
    )


def operand_invalid(operand: SqlType, operator: str) -> StatementFailed:
    return failure(
        8117, f"Operand data type {type_label(operand)} is invalid for {operator} operator."
    )


# Values that do not fit -------------------------------------------------------------------------


def divide_by_zero() -> StatementFailed:
    return failure(8134, "Divide by zero error encountered.")


def conversion_failed(value: str, source: SqlType, target: SqlType) -> StatementFailed:
    return failure(
        245,
        f"Conversion failed when converting the {type_label(source)} value '{value}' to data type "
        f"{type_label(target)}.",
    )


def conversion_error(source: SqlType, target: SqlType) -> StatementFailed:
    return failure(
        8114,
        f"Error converting data type {_conversion_label(source)} to {_conversion_label(target)}.",
        state=5,
    )


def expression_overflow(target: SqlType) -> StatementFailed:
    return failure(
        8115,
        "Arithmetic overflow error converting expression to data type "
        f"{_conversion_label(target)}.",
        state=2,
    )


def overflow(source: SqlType, target: SqlType) -> StatementFailed:
    return failure(
        8115,
        f"Arithmetic overflow error converting {_conversion_label(source)} to data type "
        f"{_conversion_label(target)}.",
        state=8 if target.name in ("decimal", "numeric") else 5,
    )


def small_integer_overflow(target: SqlType, value: int) -> StatementFailed:
    return failure(
        220,
        f"Arithmetic overflow error for data type {type_label(target)}, value = {value}.",
        state=2 if target.name == "tinyint" else 1,
    )


def float_overflow(target: SqlType, value: float, *, state: int = 1) -> StatementFailed:
    return failure(
        232,
        f"Arithmetic overflow error for type {type_label(target)}, value = {value:f}.",
        state=state,
    )


def text_overflows_int(value: str, source: SqlType) -> StatementFailed:
    return failure(
        248,
        f"The conversion of the {type_label(source)} value '{value}' overflowed an int column.",
    )


def text_overflows_small_integer(value: str, source: SqlType, size: int) -> StatementFailed:
    return failure(
        244,
        f"The conversion of the {type_label(source)} value '{value}' overflowed an INT{size} "
        "column. Use a larger integer column.",
    )


def invalid_money() -> StatementFailed:
    return failure(
        235, "Cannot convert a char value to money. The char value has incorrect syntax."
    )


def no_room_for_money(target: SqlType) -> StatementFailed:
    return failure(
        234,
        f"There is insufficient result space to convert a money value to {type_label(target)}.",
    )


def invalid_date_text() -> StatementFailed:
    return failure(241, "Conversion failed when converting date and/or time from character string.")


def datetime_out_of_range(source: SqlType, target: SqlType) -> StatementFailed:
    return failure(
        242,
        f"The conversion of a {type_label(source)} data type to a {type_label(target)} data type "
        "resulted in an out-of-range value.",
        state=3,
    )


def invalid_smalldatetime_text() -> StatementFailed:
    return failure(
        295, "Conversion failed when converting character string to smalldatetime data type."
    )


def invalid_guid_text() -> StatementFailed:
    return failure(
        8169,
        "Conversion failed when converting from a character string to uniqueidentifier.",
        state=2,
    )


def no_room_for_guid() -> StatementFailed:
    return failure(
        8170, "Insufficient result space to convert uniqueidentifier value to char.", state=2
    )


def truncated(table: str, column: str, kept: str) -> StatementFailed:
    """2628, which replaced 8152 in 2019; sources: docs/evidence.md."""
    return failure(
        2628,
        f"String or binary data would be truncated in table '{table}', column '{column}'. "
        f"Truncated value: '{kept}'.",
    )


# Patterns ---------- ----------------------------------------------------------------------------


def invalid_escape(escape: str) -> StatementFailed:
    return failure(
        506, f'The invalid escape character "{escape}" was specified in a LIKE predicate.'
    )
