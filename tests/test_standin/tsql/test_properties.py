"""Whatever comes, a batch is parsed or refused with an error of SQL Server's or the stand-in's."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.standin.engine import StatementFailed
from tests.standin.tsql.keywords import RESERVED, words
from tests.standin.tsql.parser import parse_batch

OTHERS = words(
    """
    a [b] "c" @v @@ROWCOUNT #t 'x' N'y' 1 0x1F .5 ( ) ( ) , ; . = <> += * - + :: ? TRY CATCH THROW
    OUTPUT INTO GO VALUES nvarchar max ISOLATION LEVEL ON INCLUDE ROWS NEXT NOCOUNT DELAY ACTION
    """
)
TOKENS = st.lists(st.sampled_from([*sorted(RESERVED), *sorted(OTHERS) * 3]), max_size=30)
STARTS = st.sampled_from(
    [
        "",
        "SELECT",
        "INSERT INTO t",
        "UPDATE t SET",
        "DELETE FROM t",
        "MERGE t USING u ON",
        "WITH a AS ( SELECT 1 )",
        "CREATE TABLE t ( a int",
        "CREATE UNIQUE INDEX i ON t ( a )",
        "CREATE VIEW v AS",
        "ALTER TABLE t",
        "ALTER TABLE t ADD",
        "DECLARE @v",
        "SET",
        "IF",
        "WHILE",
        "BEGIN",
        "BEGIN TRY",
        "EXEC p",
        "RAISERROR (",
        "DBCC x (",
        "DROP",
    ]
)


@given(STARTS, TOKENS)
def test_random_tokens_are_parsed_or_refused(start: str, tokens: list[str]) -> None:
    batch = " ".join((start, *tokens))
    try:
        parse_batch(batch)
    except StatementFailed as error:
        assert error.failure.number in {
            102, 103, 111, 117, 135, 136, 156, 178, 191, 195, 319, 10713, 50000
        }  # fmt: skip
        assert error.failure.line == 1


@given(st.text(max_size=80))
def test_random_text_is_parsed_or_refused(text: str) -> None:
    try:
        parse_batch(text)
    except StatementFailed as error:
        assert 1 <= error.failure.line <= 1 + text.count("\n")
