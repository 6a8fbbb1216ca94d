"""The outer shape of a modification is read without losing any of its text."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.standin.engine import StatementFailed
from tests.standin.translation.modifications_reading import (
    Assignment,
    ChangeText,
    InsertText,
    read_delete,
    read_insert,
    read_merge,
    read_update,
)
from tests.standin.tsql.nodes import ObjectName


def test_insert__values() -> None:
    text = "INSERT INTO [a].[t] WITH (TABLOCK) ([x], y) VALUES (f(1, ','), N'a)b'), (DEFAULT, (2));"
    assert read_insert(text) == InsertText(
        ObjectName("t", "a"), ("x", "y"), (("f(1, ',')", "N'a)b'"), ("DEFAULT", "(2)"))
    )


def test_insert__query_keeps_its_with_and_parentheses() -> None:
    assert read_insert("WITH c AS (SELECT 1 AS x) INSERT t SELECT x FROM c ORDER BY x").query == (
        "WITH c AS (SELECT 1 AS x) SELECT x FROM c ORDER BY x"
    )
    assert read_insert("INSERT INTO t (SELECT 1)") == InsertText(
        ObjectName("t"), query=" (SELECT 1)"
    )


def test_insert__without_rows_waits_for_those_of_exec() -> None:
    assert read_insert("INSERT INTO #t (a)") == InsertText(ObjectName("#t"), ("a",))


def test_update() -> None:
    text = (
        "UPDATE TOP (3) t WITH (UPDLOCK, ROWLOCK) SET t.a = CASE WHEN b = 1 THEN (2) END, b += 1"
        " FROM t JOIN (SELECT 1 AS c WHERE 1 = 1) AS s ON s.c = t.a WHERE x IN (SELECT 1);"
    )
    assert read_update(text) == ChangeText(
        ObjectName("t"),
        (Assignment("a", "CASE WHEN b = 1 THEN (2) END"), Assignment("b", "1", "+=")),
        top="TOP (3)",
        source="t JOIN (SELECT 1 AS c WHERE 1 = 1) AS s ON s.c = t.a",
        where="x IN (SELECT 1)",
    )


@pytest.mark.parametrize("text", ["DELETE FROM t WHERE a = 1", "delete t where a = 1;"])
def test_delete(text: str) -> None:
    assert read_delete(text) == ChangeText(ObjectName("t"), where="a = 1")


def test_delete__from_a_source() -> None:
    assert read_delete("DELETE x FROM t AS x, u") == ChangeText(ObjectName("x"), source="t AS x, u")


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (read_insert, "INSERT INTO t (a) VALUES (1) garbage"),
        (read_insert, "INSERT INTO t (a) VALUES ()"),
        (read_insert, "INSERT INTO t (a) VALUES (1"),
        (read_update, "UPDATE t SET"),
        (read_update, "UPDATE t SET a"),
        (read_update, "UPDATE t SET a = "),
        (read_update, "UPDATE t SET a = 1, WHERE b = 1"),
        (read_delete, "DELETE FROM t WHERE"),
        (read_delete, "DELETE FROM t garbage"),
        (read_delete, "DELETE FROM t ORDER BY a"),
    ],
)
def test_syntax_errors(read: Callable[[str], object], text: str) -> None:
    with pytest.raises(StatementFailed) as caught:
        read(text)
    assert caught.value.failure.number in (102, 156)


WORDS = st.sampled_from(
    [
        "INSERT",
        "INTO",
        "UPDATE",
        "SET",
        "DELETE",
        "FROM",
        "WHERE",
        "VALUES",
        "DEFAULT",
        "t",
        "a",
        "@v",
        "#t",
        "(",
        ")",
        ",",
        "=",
        "+=",
        ";",
        "TOP",
        "WITH",
        "AS",
        "SELECT",
        "1",
        "'x'",
        "MERGE",
        "USING",
        "ON",
        "WHEN",
        ".",
        "OUTPUT",
    ]
)


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from([read_insert, read_update, read_delete, read_merge]),
    st.sampled_from(["INSERT", "UPDATE t SET", "DELETE", "MERGE INTO t", "WITH"]),
    st.lists(WORDS, max_size=12),
)
def test_any_words__are_read_or_refused(
    read: Callable[[str], object], start: str, words: list[str]
) -> None:
    with contextlib.suppress(StatementFailed):
        read(" ".join((start, *words)))
