"""Numbers and texts as sys.messages has them; which token is named is unconfirmed at the end."""

from __future__ import annotations

import pytest

from tests.test_standin.tsql.parsing import failure_of, pieces


@pytest.mark.parametrize(
    ("batch", "line", "message"),
    [
        ("SELECT FROM t", 1, "Incorrect syntax near the keyword 'FROM'."),
        ("SELECT a, from t", 1, "Incorrect syntax near the keyword 'from'."),
        ("SELECT * FROM t WHERE ORDER BY a", 1, "Incorrect syntax near the keyword 'ORDER'."),
        ("SELECT CASE WHEN 1 = 1 THEN END", 1, "Incorrect syntax near the keyword 'END'."),
        ("UPDATE t SET WHERE a = 1", 1, "Incorrect syntax near the keyword 'WHERE'."),
        ("SELECT 1\nEND", 2, "Incorrect syntax near the keyword 'END'."),
        ("CREATE TABLE order (a int)", 1, "Incorrect syntax near the keyword 'order'."),
        ("ALTER TABLE t ADD COLUMN a int", 1, "Incorrect syntax near the keyword 'COLUMN'."),
        ("IF 1 = 1", 1, "Incorrect syntax near '1'."),
        ("BEGIN END", 1, "Incorrect syntax near the keyword 'END'."),
        ("BEGIN TRY END TRY BEGIN CATCH END CATCH", 1, "Incorrect syntax near the keyword 'END'."),
        ("SELECT *\nFROM", 2, "Incorrect syntax near 'FROM'."),
        ("SELECT * FROM; SELECT 1", 1, "Incorrect syntax near ';'."),
        ("INSERT INTO t VALUES (1, )", 1, "Incorrect syntax near ')'."),
        ("INSERT INTO t VALUES 1", 1, "Incorrect syntax near '1'."),
        ("SELECT (1", 1, "Incorrect syntax near '1'."),
        ("SELECT 1)", 1, "Incorrect syntax near ')'."),
        ("SELECT (CASE WHEN 1 = 1 THEN 2)", 1, "Incorrect syntax near ')'."),
        ("SELECT a\n== b", 2, "Incorrect syntax near '='."),
        ("SELECT 1 ? 2", 1, "Incorrect syntax near '?'."),
        ("SELECT 1; foo 'bar'", 1, "Incorrect syntax near 'foo'."),
        ("SELEC * FROM t", 1, "Incorrect syntax near '*'."),
        ("DECLARE x int; SELEC 1", 1, "not supported by the stand-in: DECLARE CURSOR"),
        ("DECLARE @a", 1, "Incorrect syntax near '@a'."),
        ("SET @a 1", 1, "Incorrect syntax near '1'."),
        ("CREATE TABLE t", 1, "Incorrect syntax near 't'."),
        ("DROP TABLE 't'", 1, "Incorrect syntax near 't'."),
        ("EXEC p 1 + 2", 1, "Incorrect syntax near '+'."),
        ("PRINT 'a' 'b'", 1, "Incorrect syntax near 'b'."),
    ],
)
def test_a_syntax_error_names_its_token(batch: str, line: int, message: str) -> None:
    failure = failure_of(batch)
    assert (failure.message, failure.line) == (message, line)
    if failure.number != 50000:
        assert failure.number == (156 if "keyword" in message else 102)
        assert failure.severity == 15


@pytest.mark.parametrize(
    ("batch", "number"),
    [
        ("SELECT 'a", 105),
        ("SELECT [a", 105),
        ("/* SELECT 1", 113),
        (f"SELECT 1 AS [{'x' * 129}]", 103),
        ("SELECT 1 AS " + "x" * 129, 103),
        ("DROP TABLE a.b.c.d.e", 117),
        ("BREAK", 135),
        ("IF 1 = 1 CONTINUE", 136),
        ("RETURN 1", 178),
        ("RETURN (SELECT 1)", 178),
        ("SET FOO ON", 195),
        ("SELECT 1 WITH a AS (SELECT 1) SELECT 1", 319),
        ("SET NOCOUNT ON WITH a AS (SELECT 1) SELECT 1", 319),
        ("SELECT 1; CREATE VIEW v AS SELECT 1", 111),
        ("IF 1 = 1 CREATE SCHEMA s", 111),
    ],
)
def test_errors_of_their_own(batch: str, number: int) -> None:
    failure = failure_of(batch)
    assert (failure.number, failure.severity) == (number, 15)


def test_an_identifier_of_128_characters_is_not_too_long() -> None:
    name = "]]" * 128
    assert pieces(f"SELECT 1 AS [{name}]") == [f"SELECT 1 AS [{name}]"]


@pytest.mark.parametrize(
    ("batch", "construct"),
    [
        ("CREATE PROCEDURE p AS SELECT 1", "CREATE PROCEDURE"),
        ("CREATE OR ALTER FUNCTION f () RETURNS int AS BEGIN RETURN 1 END", "CREATE OR ALTER FUNC"),
        ("CREATE TRIGGER x ON t AFTER INSERT AS SELECT 1", "CREATE TRIGGER"),
        ("DROP PROCEDURE IF EXISTS p", "DROP PROCEDURE"),
        ("ALTER VIEW v AS SELECT 1", "ALTER VIEW"),
        ("GRANT SELECT ON t TO public", "GRANT"),
        ("BULK INSERT t FROM 'x'", "BULK"),
        ("UPDATE STATISTICS t", "UPDATE STATISTICS"),
        ("DECLARE c CURSOR FOR SELECT 1", "DECLARE CURSOR"),
        ("DECLARE @c CURSOR", "DECLARE CURSOR"),
        ("WAITFOR TIME '10:00'", "WAITFOR TIME"),
        ("EXEC @p 1", "EXECUTE of a procedure whose name is in a variable"),
        ("EXEC ('SELECT 1') AT other", "EXECUTE (…) AT"),
        ("SELECT 1 FROM t; DROP TABLE a.b.c.d", "a linked server: a.b.c.d"),
        ("WITH XMLNAMESPACES ('a' AS b) SELECT 1", "WITH XMLNAMESPACES"),
        ("SELECT " + "(" * 40 + "1" + ")" * 40, "an expression nested over 32 levels deep"),
    ],
)
def test_what_is_not_supported_is_named(batch: str, construct: str) -> None:
    failure = failure_of(batch)
    assert failure.number == 50000
    assert failure.message.startswith(f"not supported by the stand-in: {construct}")


@pytest.mark.parametrize("opening", ["IF 1 = 1 ", "WHILE 1 = 1 ", "BEGIN ", "BEGIN TRY "])
def test_statements_nested_too_deeply_are_error_191(opening: str) -> None:
    assert failure_of(opening * 500).number == 191


@pytest.mark.parametrize("opening", ["(", "CASE WHEN ", "f(", "(CASE "])
def test_expressions_nested_too_deeply_are_refused(opening: str) -> None:
    for start in ("SELECT ", "IF ", "SET @a = ", "DECLARE @a int = "):
        assert failure_of(start + opening * 500).number == 50000
