"""The operators + - * / % & | ^ and unary minus and ~: which type a result has, and its SQL.

Sources: Microsoft Learn, "Precision, scale, and length", "Data type precedence" and the page of
each operator. Which of 402 and 8117 is raised for a pair of types is taken from transcripts, not
from a rule: 8117 where both have the same type, 402 otherwise, bits and bitwise operators always
402 (unconfirmed).
"""

from __future__ import annotations

import re
from typing import Final

from tests.standin.engine import StatementFailed, not_supported
from tests.standin.errors import conversion as errors
from tests.standin.sqltypes.conversion_sql import conversion_sql
from tests.standin.sqltypes.families import (
    NUMERIC,
    TEMPORAL,
    UNICODE,
    Family,
    digits_of,
    family,
)
from tests.standin.sqltypes.fragment import Fragment
from tests.standin.sqltypes.permissions import check_implicit
from tests.standin.sqltypes.precedence import MAX_PRECISION, capped_decimal, common_type
from tests.standin.sqltypes.sql_type import INT, MAX, SMALLINT, SqlType

_WORDS: Final = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "%": "modulo"}
_BITWISE: Final = frozenset({"&", "|", "^"})
_OLD_DATES: Final = frozenset({"datetime", "smalldatetime"})
_LARGE: Final = frozenset({"text", "ntext", "image"})
_LITERAL: Final = re.compile(r"\(?-?\(?(?P<digits>[0-9]+)\)?\)?")
_MIN_DIVISION_SCALE: Final = 6
#: Digits before the point for which the scale of a product or quotient gives way.
_WHOLE_DIGITS: Final = MAX_PRECISION - _MIN_DIVISION_SCALE


def _word(operator: str) -> str:
    """The operator as error messages call it."""
    return _WORDS.get(operator, f"'{operator}'")


def arithmetic(operator: str, left: Fragment, right: Fragment) -> Fragment:
    """A binary operator applied. Raises StatementFailed with 206, 257, 402 or 8117 for types that
    it does not have; 8115 and 8134 come from the SQL when it runs."""
    left, right = _typed(left, right.type), _typed(right, left.type)
    kinds = {family(left.type), family(right.type)}
    if kinds & TEMPORAL:
        return _date_arithmetic(operator, left, right)
    if operator == "+" and kinds in ({Family.TEXT}, {Family.BINARY}):
        return _concatenation(left, right)
    if not kinds & NUMERIC or not kinds <= NUMERIC | {Family.TEXT, Family.BINARY}:
        raise _refusal(operator, left.type, right.type)
    left, right = _numeric(left, right.type), _numeric(right, left.type)
    kinds = {family(left.type), family(right.type)}
    if operator in _BITWISE:
        return _bitwise(operator, left, right)
    if Family.FLOAT in kinds:
        return _float_arithmetic(operator, left, right)
    if Family.DECIMAL in kinds:
        return _decimal_arithmetic(operator, left, right)
    if Family.MONEY in kinds:
        return _call("tsql_money", operator, left, right, common_type(left.type, right.type))
    if left.type.name == right.type.name == "bit":
        raise errors.operands_incompatible(left.type, right.type, _word(operator))
    return _call("tsql_integer", operator, left, right, common_type(left.type, right.type))


def negation(operand: Fragment) -> Fragment:
    """Unary minus."""
    kind, sql_type = family(operand.type), operand.type
    if kind is Family.NULL:
        return Fragment("NULL", INT)
    if kind not in NUMERIC or sql_type.name == "bit":
        raise errors.operand_invalid(sql_type, "minus")
    if kind is Family.INTEGER:
        # tinyint has no sign: its negation is a smallint (Microsoft Learn, "Negative").
        sql_type = SMALLINT if sql_type.name == "tinyint" else sql_type
        if _LITERAL.fullmatch(operand.sql):
            return Fragment(f"(-{operand.sql})", sql_type, operand.nullable)
        return _call("tsql_integer", "-", Fragment("0", sql_type, False), operand, sql_type)
    if kind is Family.FLOAT:
        return Fragment(f"(0.0 - ({operand.sql}))", sql_type, operand.nullable)
    return Fragment(f"tsql_negative({operand.sql})", sql_type, operand.nullable)


def complement(operand: Fragment) -> Fragment:
    """The bitwise NOT."""
    name, sql = operand.type.name, operand.sql
    if name == "null":
        return Fragment("NULL", INT)
    if family(operand.type) is not Family.INTEGER:
        raise errors.operand_invalid(operand.type, "'~'")
    templates = {"bit": "(1 - ({}))", "tinyint": "(255 - ({}))"}
    return Fragment(templates.get(name, "(~({}))").format(sql), operand.type, operand.nullable)


def _typed(operand: Fragment, other: SqlType) -> Fragment:
    """The literal NULL takes the type of the other operand; two of them are int."""
    if operand.type.name != "null":
        return operand
    return Fragment(operand.sql, INT if other.name == "null" else other)


def _refusal(operator: str, left: SqlType, right: SqlType) -> StatementFailed:
    if left.name == right.name:
        return errors.operand_invalid(left, _word(operator))
    pair = {family(left), family(right)}
    if pair & NUMERIC and pair & {Family.GUID, *TEMPORAL}:
        return errors.operand_clash(left, right)
    return errors.operands_incompatible(left, right, _word(operator))


def _numeric(operand: Fragment, other: SqlType) -> Fragment:
    """Text and binary beside a number become a number of its type."""
    if family(operand.type) in NUMERIC:
        return operand
    check_implicit(operand.type, other)
    return Fragment(conversion_sql(operand.sql, operand.type, other), other, operand.nullable)


def _call(
    function: str, operator: str, left: Fragment, right: Fragment, result: SqlType
) -> Fragment:
    return Fragment(
        f"{function}('{operator}', {left.sql}, {right.sql}, '{result.name}')",
        result,
        left.nullable or right.nullable,
    )


def _bitwise(operator: str, left: Fragment, right: Fragment) -> Fragment:
    if {family(left.type), family(right.type)} != {Family.INTEGER}:
        raise errors.operands_incompatible(left.type, right.type, _word(operator))
    result = common_type(left.type, right.type)
    if operator == "^":
        return _call("tsql_integer", operator, left, right, result)
    # The bits of both operands together never leave the wider type.
    sql = f"(({left.sql}) {operator} ({right.sql}))"
    return Fragment(sql, result, left.nullable or right.nullable)


def _float_arithmetic(operator: str, left: Fragment, right: Fragment) -> Fragment:
    if operator == "%":
        raise errors.operands_incompatible(left.type, right.type, _word(operator))
    return _call("tsql_float", operator, left, right, common_type(left.type, right.type))


def _decimal_arithmetic(operator: str, left: Fragment, right: Fragment) -> Fragment:
    name = "numeric" if "numeric" in (left.type.name, right.type.name) else "decimal"
    result = decimal_result(operator, name, _digits(left), _digits(right))
    return Fragment(
        f"tsql_decimal('{operator}', {left.sql}, {right.sql}, {result.precision}, {result.scale})",
        result,
        left.nullable or right.nullable,
    )


def _digits(operand: Fragment) -> tuple[int, int]:
    """Precision and scale; a whole-number literal has the digits it is written with.

    Unconfirmed for int literals, but the known results of such divisions ask for it: 1.0 / 3 is
    0.333333, and with the ten digits of an int there would be twelve decimals.
    """
    literal = _LITERAL.fullmatch(operand.sql)
    if literal and family(operand.type) is Family.INTEGER:
        return len(literal["digits"]), 0
    return digits_of(operand.type)


def decimal_result(
    operator: str, name: str, left: tuple[int, int], right: tuple[int, int]
) -> SqlType:
    """Precision and scale of an operation on decimals."""
    (p1, s1), (p2, s2) = left, right
    whole = max(p1 - s1, p2 - s2)
    if operator in "+-":
        precision, scale = whole + max(s1, s2) + 1, max(s1, s2)
        if precision <= MAX_PRECISION:
            return SqlType(name, precision=precision, scale=scale)
        return capped_decimal(name, whole, scale)
    if operator == "%":
        scale = max(s1, s2)
        return SqlType(name, precision=min(p1 - s1, p2 - s2) + scale or 1, scale=scale)
    if operator == "*":
        return _reduced(name, p1 + p2 + 1, s1 + s2)
    scale = max(_MIN_DIVISION_SCALE, s1 + p2 + 1)
    return _reduced(name, p1 - s1 + s2 + scale, scale)


def _reduced(name: str, precision: int, scale: int) -> SqlType:
    """Multiplication and division above 38 digits: the scale shrinks, but not below 6 digits."""
    if precision <= MAX_PRECISION:
        return SqlType(name, precision=precision, scale=scale)
    whole = precision - scale
    if whole < _WHOLE_DIGITS:
        scale = min(scale, MAX_PRECISION - whole)
    else:
        scale = min(scale, _MIN_DIVISION_SCALE)
    return SqlType(name, precision=MAX_PRECISION, scale=scale)


def _concatenation(left: Fragment, right: Fragment) -> Fragment:
    one, other = left.type, right.type
    if {one.name, other.name} & (_LARGE | {"rowversion"}):
        raise _refusal("+", one, other)
    sql, nullable = f"({left.sql} || {right.sql})", left.nullable or right.nullable
    name, longest = _joined_name(one, other)
    if MAX in (one.length, other.length):
        return _joined(sql, SqlType(name, MAX, collation=_collation(one, other)), nullable)
    length = one.length + other.length
    result = SqlType(name, min(length, longest), collation=_collation(one, other))
    if length <= longest:
        return _joined(sql, result, nullable)
    whole = SqlType(_varying(name), MAX, collation=result.collation)
    joined = _joined(sql, whole, nullable)
    return Fragment(conversion_sql(joined.sql, whole, result), result, nullable)


def _joined(sql: str, result: SqlType, nullable: bool) -> Fragment:
    # SQLite's || always gives text.
    if family(result) is Family.BINARY:
        sql = f"CAST({sql} AS BLOB)"
    return Fragment(sql, result, nullable)


def _joined_name(one: SqlType, other: SqlType) -> tuple[str, int]:
    """The name of the joined type and how long it may be without being a max type."""
    names = {one.name, other.name}
    if names <= {"binary", "varbinary"}:
        return ("binary" if names == {"binary"} else "varbinary"), 8000
    fixed = names <= {"char", "nchar"}
    if names & UNICODE:
        return ("nchar" if fixed else "nvarchar"), 4000
    return ("char" if fixed else "varchar"), 8000


def _varying(name: str) -> str:
    return {"char": "varchar", "nchar": "nvarchar", "binary": "varbinary"}.get(name, name)


def _collation(one: SqlType, other: SqlType) -> str:
    return one.collation or other.collation


def _date_arithmetic(operator: str, left: Fragment, right: Fragment) -> Fragment:
    """datetime and smalldatetime count days; the newer types have DATEADD alone."""
    types = left.type, right.type
    temporal = [one for one in types if family(one) in TEMPORAL]
    if operator not in "+-" or any(one.name not in _OLD_DATES for one in temporal):
        raise _refusal(operator, *types)
    if any(family(one) not in NUMERIC | {Family.TEXT, Family.DATETIME} for one in types):
        raise _refusal(operator, *types)
    result = common_type(*types)
    if result.name == "smalldatetime":
        raise StatementFailed(not_supported("arithmetic of smalldatetime"))
    operands = [
        Fragment(conversion_sql(one.sql, one.type, result), result, one.nullable)
        for one in (left, right)
    ]
    return _call("tsql_datetime", operator, operands[0], operands[1], result)
