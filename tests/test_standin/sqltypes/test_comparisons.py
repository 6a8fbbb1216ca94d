"""Collations, the order of values, and LIKE."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.standin.runtime import Runtime, install
from tests.standin.sqltypes import Fragment, SqlType, collated, like_sql, sqlite_collation_of
from tests.standin.sqltypes.collation_names import named_collation
from tests.standin.sqltypes.like import like
from tests.test_standin.sqltypes.conftest import Evaluate
from tests.test_standin.sqltypes.samples import CHARACTERS, failure_of, refused, typed


@pytest.fixture(scope="module")
def connection() -> Iterator[sqlite3.Connection]:
    opened = sqlite3.connect(":memory:")
    install(opened, Runtime())
    yield opened
    opened.close()


def ordered(connection: sqlite3.Connection, values: list[str], collation: str) -> list[str]:
    rows = ",".join("(?)" for _ in values)
    sql = f"WITH v(x) AS (VALUES {rows}) SELECT x FROM v ORDER BY x COLLATE {collation}"
    return [row[0] for row in connection.execute(sql, values)]


@pytest.mark.parametrize(
    ("one", "other", "equal_in"),
    [
        ("a", "A", {"TSQL_CI_AS", "TSQL_CI_AI"}),
        ("e", "é", {"TSQL_CI_AI", "TSQL_CS_AI"}),
        ("e", "É", {"TSQL_CI_AI"}),
        ("a", "a  ", {"TSQL_CI_AS", "TSQL_CI_AI", "TSQL_CS_AS", "TSQL_CS_AI", "TSQL_BIN"}),
        ("a", " a", set()),
        ("straße", "STRASSE", {"TSQL_CI_AS", "TSQL_CI_AI"}),
        ("coop", "co-op", set()),
        ("e\u0301", "é", {"TSQL_CI_AS", "TSQL_CI_AI", "TSQL_CS_AS", "TSQL_CS_AI"}),
    ],
)
def test_what_a_collation_holds_equal(
    connection: sqlite3.Connection, one: str, other: str, equal_in: set[str]
) -> None:
    collations = ("TSQL_CI_AS", "TSQL_CI_AI", "TSQL_CS_AS", "TSQL_CS_AI", "TSQL_BIN")
    found = {
        name
        for name in collations
        if connection.execute(f"SELECT ? = ? COLLATE {name}", (one, other)).fetchone()[0]
    }
    assert found == equal_in


def test_the_order_of_text(connection: sqlite3.Connection) -> None:
    words = ["b", "a-c", "B2", "ab", "Á", "a", "_x", "1", " z"]
    assert ordered(connection, words, "TSQL_CI_AS") == [
        " z",
        "_x",
        "1",
        "a",
        "Á",
        "ab",
        "a-c",
        "b",
        "B2",
    ]
    assert ordered(connection, ["B", "a", "A", "b"], "TSQL_CS_AS") == ["a", "A", "b", "B"]
    assert ordered(connection, ["B", "a", "A", "b"], "TSQL_BIN") == ["A", "B", "a", "b"]


def test_the_order_of_other_types(connection: sqlite3.Connection) -> None:
    numbers = ["-10.5", "9.00", "10.0", "-2"]
    assert ordered(connection, numbers, "TSQL_DECIMAL") == ["-10.5", "-2", "9.00", "10.0"]
    # The last six bytes come first, then the two before them.
    guids = [
        "FF000000-0000-0000-0000-000000000001",
        "00000000-0000-0000-0000-000000000002",
        "00000000-0000-0000-0100-000000000001",
    ]
    assert ordered(connection, guids, "TSQL_GUID") == [guids[0], guids[2], guids[1]]
    instants = ["2024-01-01 10:00:00.0000000+05:00", "2024-01-01 09:00:00.0000000-05:00"]
    assert ordered(connection, instants, "TSQL_INSTANT") == instants[::-1]


def test_equal_instants_have_different_offsets(connection: sqlite3.Connection) -> None:
    values = ("2024-01-01 10:00:00.0000000+05:00", "2024-01-01 10:00:00.0000000+00:00")
    assert connection.execute("SELECT ? = ? COLLATE TSQL_INSTANT", values).fetchone() == (1,)


@given(st.lists(st.text(CHARACTERS, max_size=5), min_size=3, max_size=3))
@pytest.mark.parametrize("collation", ["TSQL_CI_AS", "TSQL_CI_AI", "TSQL_CS_AS", "TSQL_BIN"])
def test_the_order_is_one(
    connection: sqlite3.Connection, collation: str, values: list[str]
) -> None:
    """Whatever order the values come in, the same ones are neighbours."""
    sql = f"SELECT ? < ? COLLATE {collation}"
    a, b, c = ordered(connection, values, collation)
    assert not connection.execute(sql, (b, a)).fetchone()[0]
    assert not connection.execute(sql, (c, a)).fetchone()[0]


def test_collated_sql() -> None:
    assert collated(Fragment("x", typed("int"))) == "x"
    assert collated(Fragment("x", typed("nvarchar(5)"))) == "(x) COLLATE TSQL_CI_AS"
    assert collated(Fragment("x", typed("money"))) == "(x) COLLATE TSQL_DECIMAL"
    assert sqlite_collation_of(typed("uniqueidentifier")) == "TSQL_GUID"
    binary = SqlType("varchar", 5, collation="Latin1_General_BIN2")
    assert sqlite_collation_of(binary) == "TSQL_BIN"


@pytest.mark.parametrize(
    ("name", "sqlite"),
    [
        ("SQL_Latin1_General_CP1_CI_AS", "TSQL_CI_AS"),
        ("sql_latin1_general_cp1_cs_as", "TSQL_CS_AS"),
        ("Latin1_General_CS_AI", "TSQL_CS_AI"),
        ("Latin1_General_100_CI_AI_SC_UTF8", "TSQL_CI_AI"),
        ("Latin1_General_100_BIN2_UTF8", "TSQL_BIN"),
    ],
)
def test_names_of_collations(name: str, sqlite: str) -> None:
    assert named_collation(name).sqlite == sqlite


def test_other_names_of_collations() -> None:
    assert failure_of(lambda: named_collation("nonsense"))[0] == 448
    assert refused(lambda: named_collation("Finnish_Swedish_CI_AS"))


@pytest.mark.parametrize(
    ("value", "pattern", "escape", "matches"),
    [
        ("Abc", "abc", None, True),
        ("Abc", "a%", None, True),
        ("Abc", "%C", None, True),
        ("Abc", "_b_", None, True),
        ("Abc", "_b", None, False),
        ("abcabd", "a%b_", None, True),
        ("abc", "%%%", None, True),
        ("", "%", None, True),
        ("", "", None, True),
        ("a%c", "a\\%c", "\\", True),
        ("abc", "a\\%c", "\\", False),
        ("a[c", "a[[]c", None, True),
        ("b", "[a-c]", None, True),
        ("B", "[a-c]", None, True),
        ("é", "[a-f]", None, True),
        ("d", "[^a-c]", None, True),
        ("b", "[^a-c]", None, False),
        ("a", "[a", None, False),
        ("É", "é", None, True),
        ("e", "é", None, False),
        ("a ", "a", None, False),
        ("a", "a ", None, False),
        ("line\nbreak", "line_break", None, True),
        ("ab", "ab\\", "\\", False),
    ],
)
def test_like(value: str, pattern: str, escape: str | None, matches: bool) -> None:
    assert like(value, pattern, escape, "TSQL_CI_AS") is matches


def test_like_follows_the_collation(evaluate: Evaluate) -> None:
    pattern = Fragment("'A%'", typed("varchar(2)"))
    sensitive = SqlType("nvarchar", 5, collation="Latin1_General_CS_AS")
    assert evaluate(like_sql(Fragment("'abc'", typed("nvarchar(5)")), pattern)) == 1
    assert evaluate(like_sql(Fragment("'abc'", sensitive), pattern)) == 0
    assert evaluate(like_sql(Fragment("NULL", sensitive), pattern)) is None


def test_trailing_blanks_count_in_unicode_alone(evaluate: Evaluate) -> None:
    pattern = Fragment("'abc'", typed("varchar(3)"))
    assert evaluate(like_sql(Fragment("'abc  '", typed("char(5)")), pattern)) == 1
    assert evaluate(like_sql(Fragment("'abc  '", typed("nchar(5)")), pattern)) == 0


def test_an_escape_is_one_character() -> None:
    assert failure_of(lambda: like("a", "a", "ab", "TSQL_CI_AS"))[0] == 506


def test_like_does_not_take_forever() -> None:
    assert not like("a" * 20_000, "%a" * 20 + "%b", None, "TSQL_BIN")


@given(st.text("ab%_", max_size=8), st.text("ab", max_size=8))
def test_like_agrees_with_sqlite(connection: sqlite3.Connection, pattern: str, value: str) -> None:
    expected = connection.execute("SELECT ? LIKE ?", (value, pattern)).fetchone()[0]
    assert like(value, pattern, None, "TSQL_CI_AS") is bool(expected)
