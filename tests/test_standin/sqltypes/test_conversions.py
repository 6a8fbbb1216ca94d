"""CAST, CONVERT, TRY_CONVERT and assignments, run inside SQLite."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.standin.engine import StatementFailed
from tests.standin.sqltypes import (
    SqlType,
    assignment_sql,
    check_implicit,
    conversion_sql,
    convert,
    to_storage,
)
from tests.standin.sqltypes.sql_type import UNTYPED_NULL
from tests.test_standin.sqltypes.conftest import Evaluate
from tests.test_standin.sqltypes.samples import VALUES, failure_of, refused, typed


def literal(value: object) -> str:
    if isinstance(value, bytes):
        return f"x'{value.hex()}'"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else repr(value)


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        (5, "int", "bigint", 5),
        (5, "int", "decimal(5,2)", "5.00"),
        (-5, "int", "varchar(20)", "-5"),
        (123456, "int", "varchar(3)", "*"),
        (7, "int", "bit", 1),
        (7, "int", "float", 7.0),
        (1, "int", "varbinary(8)", b"\0\0\0\1"),
        (1, "int", "binary(2)", b"\0\1"),
        (0, "int", "datetime", "1900-01-01 00:00:00.0000000"),
        ("-3.99", "decimal(5,2)", "int", -3),
        ("12.345", "decimal(8,3)", "decimal(5,2)", "12.35"),
        ("2.5000", "money", "int", 3),
        ("1234.5678", "money", "varchar(20)", "1234.57"),
        (3.999, "float", "int", 3),
        (2.5, "float", "decimal(5,0)", "3"),
        (1e20, "float", "varchar(30)", "1e+020"),
        (1234567.0, "float", "varchar(30)", "1.23457e+006"),
        (0.1, "float", "varchar(30)", "0.1"),
        (0.1, "float", "real", 0.10000000149011612),
        (" 12 ", "varchar(4)", "int", 12),
        ("", "varchar(1)", "int", 0),
        ("TRUE", "varchar(4)", "bit", 1),
        ("1.255", "varchar(9)", "decimal(5,2)", "1.26"),
        ("1e3", "nvarchar(9)", "float", 1000.0),
        ("$1,234.5", "varchar(9)", "money", "1234.5000"),
        ("abcdef", "varchar(6)", "varchar(3)", "abc"),
        ("ab", "varchar(2)", "nchar(4)", "ab  "),
        ("ж€", "nvarchar(2)", "varchar(2)", "?€"),
        ("😀", "nvarchar(2)", "varchar(4)", "??"),
        ("ab", "nvarchar(2)", "varbinary(8)", b"a\0b\0"),
        (b"ab", "varbinary(2)", "varchar(8)", "ab"),
        (b"\0\0\1\0", "varbinary(4)", "int", 256),
        ("2024-01-31", "date", "datetime2(7)", "2024-01-31 00:00:00.0000000"),
        ("2024-01-31", "date", "varchar(4)", "2024"),
        ("2024-01-31 12:30:00.0000000", "datetime2(7)", "date", "2024-01-31"),
        ("2024-01-31 12:30:00.0000000", "datetime2(7)", "time(7)", "12:30:00.0000000"),
        (
            "2024-01-31 23:59:59.9999999",
            "datetime2(7)",
            "datetime2(3)",
            "2024-02-01 00:00:00.0000000",
        ),
        (
            "2024-01-31 12:30:00.0030000",
            "datetime",
            "datetime2(7)",
            "2024-01-31 12:30:00.0033333",
        ),
        (
            "2024-01-31 12:30:29.9990000",
            "datetime2(3)",
            "smalldatetime",
            "2024-01-31 12:31:00.0000000",
        ),
        (
            "2024-01-31 12:30:00.0000000+02:00",
            "datetimeoffset(7)",
            "datetime2(7)",
            "2024-01-31 14:30:00.0000000",
        ),
        (
            "2024-01-31 23:30:00 -02:00",
            "varchar(30)",
            "datetime2(0)",
            "2024-01-31 23:30:00.0000000",
        ),
        ("2024-01-31T23:30:00Z", "varchar(30)", "time(0)", "23:30:00.0000000"),
        (
            "2024-01-31 12:30:00.0000000",
            "datetime2(7)",
            "datetimeoffset(7)",
            "2024-01-31 12:30:00.0000000+00:00",
        ),
        (
            "6f9619ff-8b86-d011-b42d-00c04fc964ff",
            "varchar(36)",
            "uniqueidentifier",
            "6F9619FF-8B86-D011-B42D-00C04FC964FF",
        ),
        (5, "sql_variant", "varchar(9)", "5"),
        ("16.0.1000.6", "sql_variant", "varchar(30)", "16.0.1000.6"),
    ],
)
def test_cast(
    evaluate: Evaluate, value: object, source: str, target: str, expected: object
) -> None:
    sql = conversion_sql(literal(value), typed(source), typed(target))
    assert evaluate(sql) == expected
    # What SQLite's own operators do is what the function does.
    assert convert(value, typed(source), typed(target)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-01-05", "2024-01-05 00:00:00.0000000"),
        ("2024/1/01", "2024-01-01 00:00:00.0000000"),
        ("20240105", "2024-01-05 00:00:00.0000000"),
        ("2024-01-05T10:11:12.345", "2024-01-05 10:11:12.3450000"),
        ("2024-01-05 10:11", "2024-01-05 10:11:00.0000000"),
        ("Jan  5 2024 12:11AM", "2024-01-05 00:11:00.0000000"),
        ("5 January 2024 3PM", "2024-01-05 15:00:00.0000000"),
        ("10:11:12:007", "1900-01-01 10:11:12.0070000"),
        ("", "1900-01-01 00:00:00.0000000"),
    ],
)
def test_dates_from_text(text: str, expected: str) -> None:
    assert convert(text, typed("varchar(40)"), typed("datetime2(7)")) == expected


@pytest.mark.parametrize(
    ("text", "style", "expected"),
    [("01/05/2024", 101, "2024-01-05"), ("01/05/2024", 103, "2024-05-01")],
)
def test_a_style_settles_the_order(text: str, style: int, expected: str) -> None:
    assert convert(text, typed("varchar(10)"), typed("date"), style) == expected


@pytest.mark.parametrize("text", ["01/05/2024", "5-1-24", "240105"])
def test_ambiguous_dates_are_refused(text: str) -> None:
    assert refused(lambda: convert(text, typed("varchar(10)"), typed("date")))


_DATETIME = "2024-01-02 15:04:05.0030000"


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        (None, "Jan  2 2024  3:04PM"),
        (101, "01/02/2024"),
        (103, "02/01/2024"),
        (104, "02.01.2024"),
        (106, "02 Jan 2024"),
        (107, "Jan 02, 2024"),
        (108, "15:04:05"),
        (109, "Jan  2 2024  3:04:05:003PM"),
        (111, "2024/01/02"),
        (112, "20240102"),
        (113, "02 Jan 2024 15:04:05:003"),
        (114, "15:04:05:003"),
        (20, "2024-01-02 15:04:05"),
        (121, "2024-01-02 15:04:05.003"),
        (126, "2024-01-02T15:04:05.003"),
    ],
)
def test_styles_of_datetime(evaluate: Evaluate, style: int | None, expected: str) -> None:
    sql = conversion_sql(f"'{_DATETIME}'", typed("datetime"), typed("varchar(30)"), style=style)
    assert evaluate(sql) == expected


@pytest.mark.parametrize(
    ("value", "source", "style", "expected"),
    [
        ("2024-01-02", "date", None, "2024-01-02"),
        ("2024-01-02", "date", 112, "20240102"),
        ("15:04:05.1230000", "time(3)", None, "15:04:05.123"),
        ("15:04:05.0000000", "time(0)", 114, "15:04:05"),
        ("2024-01-02 15:04:05.1000000", "datetime2(7)", None, "2024-01-02 15:04:05.1000000"),
        (
            "2024-01-02 23:00:00.0000000+02:00",
            "datetimeoffset(0)",
            None,
            "2024-01-03 01:00:00 +02:00",
        ),
    ],
)
def test_styles_of_the_newer_types(
    value: str, source: str, style: int | None, expected: str
) -> None:
    assert convert(value, typed(source), typed("varchar(40)"), style) == expected


def test_binary_styles() -> None:
    raw, text = typed("varbinary(4)"), typed("varchar(10)")
    assert convert(b"\xab\x01", raw, text, 1) == "0xAB01"
    assert convert(b"\xab\x01", raw, text, 2) == "AB01"
    assert convert("0xab01", text, raw, 1) == b"\xab\x01"
    assert failure_of(lambda: convert("ab0", text, raw, 2))[0] == 8114


@pytest.mark.parametrize(
    ("value", "source", "target", "style"),
    [
        (_DATETIME, "datetime", "varchar(30)", 130),
        (1.5, "float", "varchar(30)", 3),
        (b"a", "varbinary(1)", "varchar(3)", 3),
        ("2024-01-01", "date", "varchar(30)", 108),
        ("ā", "nvarchar(1)", "varchar(1)", None),
        ("<a/>", "nvarchar(9)", "xml", None),
        ("1.0", "decimal(5,1)", "varbinary(9)", None),
    ],
)
def test_what_nothing_needs_is_refused(
    value: object, source: str, target: str, style: int | None
) -> None:
    assert refused(lambda: convert(value, typed(source), typed(target), style))


@pytest.mark.parametrize(
    ("value", "source", "target", "number", "text"),
    [
        (
            1e120,
            "float",
            "datetime",
            8115,
            "Arithmetic overflow error converting expression to data type datetime.",
        ),
        (
            "abc",
            "nvarchar(3)",
            "int",
            245,
            "Conversion failed when converting the nvarchar value 'abc' to data type int.",
        ),
        ("1.5", "varchar(3)", "int", 245, "varchar value '1.5' to data type int."),
        ("abc", "varchar(3)", "bigint", 8114, "Error converting data type varchar to bigint."),
        ("abc", "nvarchar(3)", "decimal(5,2)", 8114, "data type nvarchar to numeric."),
        ("x", "varchar(1)", "float", 8114, "Error converting data type varchar to float."),
        ("x", "varchar(1)", "money", 235, "Cannot convert a char value to money."),
        ("x", "varchar(1)", "date", 241, "converting date and/or time from character string."),
        ("2024-13-01", "varchar(10)", "datetime2(7)", 241, "Conversion failed"),
        ("2024-13-01", "varchar(10)", "datetime", 242, "a varchar data type to a datetime"),
        ("1700-01-01", "varchar(10)", "datetime", 242, "resulted in an out-of-range value."),
        ("2024-01-01 00:00:00.1234", "varchar(30)", "datetime", 241, "Conversion failed"),
        ("x", "varchar(1)", "smalldatetime", 295, "to smalldatetime data type."),
        ("x", "varchar(1)", "uniqueidentifier", 8169, "string to uniqueidentifier."),
        (300, "int", "tinyint", 220, "error for data type tinyint, value = 300."),
        (2**40, "bigint", "int", 8115, "converting expression to data type int."),
        (1000, "int", "decimal(5,2)", 8115, "converting int to data type numeric."),
        (2_000_000_000, "int", "decimal(10,2)", 8115, "converting int to data type numeric."),
        ("1000.0", "decimal(5,1)", "decimal(3,1)", 8115, "converting numeric to data type numeric"),
        ("100", "varchar(3)", "decimal(3,2)", 8115, "converting varchar to data type numeric."),
        ("123.45", "decimal(5,2)", "varchar(3)", 8115, "converting numeric to data type varchar."),
        (12345, "int", "nvarchar(3)", 8115, "converting expression to data type nvarchar."),
        (3e9, "float", "int", 232, "error for type int, value = 3000000000.000000."),
        (1.123456789, "float", "varchar(4)", 232, "for type varchar, value = 1.123457."),
        ("99999999999", "varchar(20)", "int", 248, "'99999999999' overflowed an int column."),
        ("300", "varchar(20)", "tinyint", 244, "overflowed an INT1 column."),
        ("1.0000", "money", "varchar(2)", 234, "insufficient result space"),
    ],
)
def test_values_that_do_not_convert(
    evaluate: Evaluate, value: object, source: str, target: str, number: int, text: str
) -> None:
    sql = conversion_sql(literal(value), typed(source), typed(target))
    found = failure_of(lambda: evaluate(sql))
    assert found[0] == number
    assert text in found[1]
    attempt = conversion_sql(literal(value), typed(source), typed(target), attempt=True)
    assert evaluate(attempt) is None


@pytest.mark.parametrize(
    ("source", "target", "number", "text"),
    [
        ("int", "date", 206, "Operand type clash: int is incompatible with date"),
        ("int", "uniqueidentifier", 206, "int is incompatible with uniqueidentifier"),
        (
            "datetime",
            "int",
            257,
            "Implicit conversion from data type datetime to int is not allowed. "
            "Use the CONVERT function to run this query.",
        ),
        ("nvarchar(5)", "varbinary(5)", 257, "from data type nvarchar to varbinary"),
        ("money", "varchar(9)", 257, "from data type money to varchar"),
        ("sql_variant", "int", 257, "from data type sql_variant to int"),
    ],
)
def test_implicit_conversions_that_do_not_exist(
    source: str, target: str, number: int, text: str
) -> None:
    found = failure_of(lambda: check_implicit(typed(source), typed(target)))
    assert found[0] == number
    assert text in found[1]


@pytest.mark.parametrize(
    ("source", "target"), [("int", "date"), ("date", "time(7)"), ("uniqueidentifier", "int")]
)
def test_explicit_conversions_that_do_not_exist(source: str, target: str) -> None:
    found = failure_of(lambda: conversion_sql("x", typed(source), typed(target), attempt=True))
    assert found[0] == 529


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("int", "bigint"),
        ("varchar(10)", "nvarchar(10)"),
        ("varchar(10)", "nvarchar(max)"),
        ("char(5)", "varchar(5)"),
        ("decimal(5,2)", "decimal(9,2)"),
        ("datetime2(3)", "datetime2(7)"),
        ("varbinary(5)", "varbinary(max)"),
        ("date", "varchar(10)"),
        ("uniqueidentifier", "nvarchar(36)"),
    ],
)
def test_what_is_stored_alike_costs_nothing(source: str, target: str) -> None:
    assert conversion_sql("x", typed(source), typed(target)) == "x"


def test_null_has_no_type_to_convert_from(evaluate: Evaluate) -> None:
    assert conversion_sql("NULL", UNTYPED_NULL, typed("int")) == "NULL"
    assert evaluate(conversion_sql("NULL", typed("varchar(5)"), typed("int"))) is None
    assert evaluate(assigned("NULL", "varchar(5)", "varchar(2)")) is None


def assigned(sql: str, source: str, target: str) -> str:
    return assignment_sql(sql, typed(source), typed(target), table="db.dbo.t", column="c")


def test_an_assignment_does_not_cut(evaluate: Evaluate) -> None:
    assert failure_of(lambda: evaluate(assigned("'abcd'", "varchar(4)", "nvarchar(3)"))) == (
        2628,
        "String or binary data would be truncated in table 'db.dbo.t', column 'c'. "
        "Truncated value: 'abc'.",
    )
    assert failure_of(lambda: evaluate(assigned("x'0102'", "varbinary(2)", "binary(1)")))[0] == 2628
    sql = assigned("'2024-01-31'", "date", "varchar(4)")
    assert failure_of(lambda: evaluate(sql))[0] == 2628


def test_an_assignment_drops_trailing_blanks(evaluate: Evaluate) -> None:
    assert evaluate(assigned("'abc  '", "varchar(5)", "varchar(3)")) == "abc"
    assert evaluate(assigned("'a'", "varchar(5)", "char(3)")) == "a  "


def test_a_length_counts_utf_16_units(evaluate: Evaluate) -> None:
    assert evaluate(assigned("'a😀'", "nvarchar(5)", "nvarchar(3)")) == "a😀"
    assert failure_of(lambda: evaluate(assigned("'😀😀'", "nvarchar(5)", "nvarchar(2)")))[0] == 2628


def test_an_assignment_is_implicit() -> None:
    assert failure_of(lambda: assigned("x", "int", "date"))[0] == 206


@st.composite
def _conversions(draw: st.DrawFn) -> tuple[str, Any, str]:
    source = draw(st.sampled_from(sorted(VALUES)))
    return source, draw(VALUES[source]), draw(st.sampled_from(sorted(VALUES)))


@given(_conversions())
def test_every_conversion_gives_a_value_or_an_error_of_its_own(
    conversion: tuple[str, Any, str],
) -> None:
    """No value makes a conversion fall over; StatementFailed is the only way out."""
    source, value, target = conversion
    stored = to_storage(value, typed(source))
    try:
        result = convert(stored, typed(source), typed(target))
    except StatementFailed:
        return
    # A result is in canonical form: converting it to its own type changes nothing.
    assert convert(result, typed(target), typed(target)) == result


@given(st.sampled_from(sorted(VALUES)).flatmap(lambda t: st.tuples(st.just(t), VALUES[t])))
def test_a_type_printed_in_full_reads_back(typed_value: tuple[str, Any]) -> None:
    written, value = typed_value
    sql_type = typed(written)
    if written in ("float", "real", "money", "smalldatetime", "varbinary(max)"):
        return
    stored = to_storage(value, sql_type)
    printed = convert(stored, sql_type, SqlType("nvarchar", 4000))
    assert convert(printed, SqlType("nvarchar", 4000), sql_type) == stored
