"""Functions of text: values, types, and what NULL, blanks and surrogates do to them."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.standin.engine import NOT_SUPPORTED, StatementFailed
from tests.standin.translation.functions import folding, utf16
from tests.test_standin.functions.evaluation import Evaluation


@pytest.mark.parametrize(
    ("expression", "value", "declared"),
    [
        ("LEN('abc  ')", 3, "int"),
        ("LEN(12345)", 5, "int"),
        ("LEN(CAST('ab' AS nvarchar(max)))", 2, "bigint"),
        ("LEN(0x4120)", 1, "int"),
        ("LEN(NULL)", None, "int"),
        ("DATALENGTH(N'abc')", 6, "int"),
        ("DATALENGTH('abc ')", 4, "int"),
        ("DATALENGTH(CAST(1 AS bigint))", 8, "int"),
        ("DATALENGTH(CAST('2024-01-01' AS datetime2(3)))", 7, "int"),
        ("DATALENGTH(CAST(N'ä' COLLATE Latin1_General_100_CI_AS_SC_UTF8 AS varchar(9)))", 2, "int"),
        ("UPPER('straße')", "STRAßE", "varchar(6)"),
        ("LOWER(N'ÄB')", "äb", "nvarchar(2)"),
        ("REVERSE('abc')", "cba", "varchar(3)"),
        ("LTRIM('  a ')", "a ", "varchar(4)"),
        ("RTRIM('  a ')", "  a", "varchar(4)"),
        ("TRIM('  a ')", "a", "varchar(4)"),
        ("LEFT('abcdef', 3)", "abc", "varchar(3)"),
        ("LEFT('abc', 9)", "abc", "varchar(3)"),
        ("LEFT(12345, 2)", "12", "varchar(2)"),
        ("RIGHT('abcdef', 2)", "ef", "varchar(2)"),
        ("RIGHT('abc', 0)", "", "varchar(1)"),
        ("SUBSTRING('abcdef', 2, 3)", "bcd", "varchar(3)"),
        ("SUBSTRING('abcdef', 0, 3)", "ab", "varchar(3)"),
        ("SUBSTRING('abcdef', -5, 3)", "", "varchar(3)"),
        ("SUBSTRING('abc', 2, 2147483647)", "bc", "varchar(3)"),
        ("SUBSTRING(0x010203, 2, 1)", b"\x02", "varbinary(1)"),
        ("STUFF('abcdef', 2, 3, 'X')", "aXef", "varchar(7)"),
        ("STUFF('abc', 2, 1, NULL)", "ac", "varchar(4)"),
        ("STUFF('abc', 4, 1, 'X')", None, "varchar(4)"),
        ("REPLICATE('ab', 3)", "ababab", "varchar(8000)"),
        ("REPLICATE('ab', -1)", None, "varchar(8000)"),
        ("LEN(REPLICATE(N'ab', 5000))", 4000, "int"),
        ("LEN(REPLICATE(CAST('ab' AS varchar(max)), 5000))", 10000, "bigint"),
        ("SPACE(2) + 'x'", "  x", "varchar(8000)"),
        ("QUOTENAME('a]b')", "[a]]b]", "nvarchar(258)"),
        ("QUOTENAME('a''b', '''')", "'a''b'", "nvarchar(258)"),
        ("QUOTENAME('a', 'x')", None, "nvarchar(258)"),
        ("STR(123.45, 6, 1)", " 123.5", "varchar(6)"),
        ("STR(123.45, 2, 2)", "**", "varchar(2)"),
        ("STR(123.456, 5, 3)", "123.5", "varchar(5)"),
        ("STR(5)", "         5", "varchar(10)"),
    ],
)
def test_changes_text(sql: Evaluation, expression: str, value: object, declared: str) -> None:
    assert (sql.value(expression), sql.type(expression)) == (value, declared)


@pytest.mark.parametrize(
    ("expression", "value", "declared"),
    [
        ("CHARINDEX('C', 'abc')", 3, "int"),
        ("CHARINDEX('a', 'banana', 3)", 4, "int"),
        ("CHARINDEX('', 'abc')", 0, "int"),
        ("CHARINDEX('x', NULL)", None, "int"),
        ("CHARINDEX(N'é' COLLATE Latin1_General_CI_AI, N'Cafe')", 4, "int"),
        ("CHARINDEX('b' COLLATE Latin1_General_BIN2, 'ABab')", 4, "int"),
        ("CHARINDEX(N'b', N'😀b')", 3, "int"),
        ("PATINDEX('%b_%', 'aabcd')", 3, "int"),
        ("PATINDEX('%[0-9]%', N'ab3')", 3, "int"),
        ("PATINDEX('ab%', 'ABC')", 1, "int"),
        ("PATINDEX('b', 'abc')", 0, "int"),
        ("REPLACE('aXbx', 'x', '-')", "a-b-", "varchar(8000)"),
        ("REPLACE('aXbx', 'x', '-' COLLATE SQL_Latin1_General_CP1_CS_AS)", "aXb-", "varchar(8000)"),
        ("REPLACE('abc', '', '-')", "abc", "varchar(8000)"),
        ("REPLACE('abc', N'b', '')", "ac", "nvarchar(4000)"),
        ("TRANSLATE('2*[3+4]', '[]', '()')", "2*(3+4)", "varchar(7)"),
        ("CONCAT('a', NULL, 1, N'b')", "a1b", "nvarchar(15)"),
        ("CONCAT(1.50, CAST('2024-01-01' AS date))", "1.502024-01-01", "varchar(51)"),
        ("CONCAT_WS('-', 'a', NULL, 2)", "a-2", "varchar(16)"),
        ("CHAR(228)", "ä", "char(1)"),
        ("CHAR(256)", None, "char(1)"),
        ("NCHAR(8364)", "€", "nchar(1)"),
        ("ASCII('ä')", 228, "int"),
        ("UNICODE(N'😀')", 0xD83D, "int"),
        ("ASCII('')", None, "int"),
    ],
)
def test_finds_joins_and_codes(
    sql: Evaluation, expression: str, value: object, declared: str
) -> None:
    assert (sql.value(expression), sql.type(expression)) == (value, declared)


def test_hashes_the_bytes_of_the_type(sql: Evaluation) -> None:
    assert sql.value("HASHBYTES('SHA2_256', 'ä')") == hashlib.sha256(b"\xe4").digest()
    assert sql.value("HASHBYTES('sha1', N'a')") == hashlib.sha1(b"a\x00").digest()  # noqa: S324
    assert sql.value("HASHBYTES('SHA2_512', 0x01)") == hashlib.sha512(b"\x01").digest()


def test_hashes_utf8_as_mssql_django_asks(sql: Evaluation) -> None:
    # mssql/functions.py, sqlserver_md5.
    digest = sql.value(
        "LOWER(CONVERT(CHAR(32), HASHBYTES('MD5',"
        " CAST('ä' COLLATE Latin1_General_100_CI_AI_SC_UTF8 AS VARCHAR(10))), 2))"
    )
    assert digest == hashlib.md5("ä".encode()).hexdigest()  # noqa: S324


def test_pads_as_mssql_django_asks(sql: Evaluation) -> None:
    # mssql/compiler.py, _as_sql_lpad.
    assert (
        sql.value(
            "LEFT(LEFT(REPLICATE('xy', 5), CASE WHEN 5 > LEN('ab') THEN 5 - LEN('ab') ELSE 0 END)"
            " + 'ab', 5)"
        )
        == "xyxab"
    )


@pytest.mark.parametrize(
    ("expression", "number", "message"),
    [
        ("LEN('a', 1)", 174, "The len function requires 1 argument(s)."),
        ("CHARINDEX('a')", 189, "The charindex function requires 2 to 3 arguments."),
        ("nosuch(1)", 195, "'nosuch' is not a recognized built-in function name."),
        (
            "dbo.nosuch(1)",
            4121,
            'Cannot find either column "dbo" or the user-defined function or aggregate '
            '"dbo.nosuch", or the name is ambiguous.',
        ),
        (
            "SUBSTRING(NULL, 1, 1)",
            8116,
            "Argument data type NULL is invalid for argument 1 of substring function.",
        ),
        (
            "SUBSTRING(12345, 1, 1)",
            8116,
            "Argument data type int is invalid for argument 1 of substring function.",
        ),
        (
            "LEFT('abc', -1)",
            537,
            "Invalid length parameter passed to the LEFT or SUBSTRING function.",
        ),
        ("RIGHT('abc', -1)", 536, "Invalid length parameter passed to the RIGHT function."),
        (
            "TRANSLATE('abc', 'ab', 'x')",
            9828,
            "The second and third arguments of the TRANSLATE built-in function must contain an "
            "equal number of characters.",
        ),
        ("FORMAT(1, 'N')", NOT_SUPPORTED, "not supported by the stand-in: the function FORMAT"),
        (
            "HASHBYTES('MD2', 'a')",
            NOT_SUPPORTED,
            "not supported by the stand-in: HASHBYTES('MD2', …)",
        ),
    ],
)
def test_fails(sql: Evaluation, expression: str, number: int, message: str) -> None:
    failure = sql.failure(expression)
    assert (failure.number, failure.message) == (number, message)


def test_half_a_surrogate_pair_is_refused(sql: Evaluation) -> None:
    assert sql.value("LEFT(N'😀b', 2)") == "😀"
    assert sql.failure("LEFT(N'😀b', 1)").number == NOT_SUPPORTED


def test_collations_that_do_not_agree_are_a_conflict(sql: Evaluation) -> None:
    conflict = sql.failure(
        "CHARINDEX('a' COLLATE Latin1_General_CI_AI, 'a' COLLATE Latin1_General_BIN2)"
    )
    assert conflict.number == 468


@settings(max_examples=40)
@given(st.text())
def test_units_and_joined_are_inverse(text: str) -> None:
    taken_apart = utf16.units(text)
    assert len(taken_apart) == utf16.length(text) == len(text.encode("utf-16-le")) // 2
    assert utf16.joined(taken_apart) == text


@settings(max_examples=40)
@given(st.text(), st.sampled_from(["TSQL_CI_AS", "TSQL_CI_AI", "TSQL_CS_AS", "TSQL_BIN"]))
def test_folding_keeps_positions(text: str, collation: str) -> None:
    assert len(folding.folded(text, collation)) == len(text)


@settings(max_examples=40)
@given(st.text(alphabet="abAB"), st.text(alphabet="abAB", min_size=1))
def test_replacing_without_case_leaves_none(text: str, wanted: str) -> None:
    changed = folding.replaced(text, wanted, "-", "TSQL_CI_AS")
    assert wanted.lower() not in changed.lower()
    assert changed.count("-") == text.lower().count(wanted.lower())


def test_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(StatementFailed):
        utf16.joined("\ud83d")
