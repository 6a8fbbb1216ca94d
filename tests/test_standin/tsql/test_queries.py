"""Where queries and modifications end, with and without semicolons."""

from __future__ import annotations

import pytest

from tests.standin.tsql.nodes import If, Modification, ObjectName, Select, SqlText
from tests.standin.tsql.parser import parse_batch
from tests.test_standin.tsql.parsing import failure_of, only, pieces

WHOLE = [
    "SELECT 1",
    "SELECT 1 UNION ALL SELECT 2 UNION SELECT 3 INTERSECT SELECT 4 EXCEPT SELECT 5",
    "(SELECT 1) UNION ALL (SELECT 2) ORDER BY 1",
    "SELECT CASE WHEN a = 1 THEN 2 ELSE CASE b WHEN 1 THEN 3 END END FROM t",
    "SELECT * FROM t WITH (NOLOCK) JOIN u WITH (UPDLOCK, ROWLOCK) ON t.a = u.a",
    "SELECT a FROM t INNER MERGE JOIN u ON t.a = u.a OPTION (MAXDOP 1, ORDER GROUP)",
    "SELECT TOP (3) WITH TIES a FROM t ORDER BY a",
    "SELECT a, COUNT(*) FROM t GROUP BY a WITH ROLLUP HAVING COUNT(*) > 1",
    "SELECT a FROM t ORDER BY a OFFSET 0 ROWS FETCH FIRST 1 ROWS ONLY",
    "SELECT a INTO #x FROM t WHERE a NOT IN (SELECT b FROM u) AND b IS NOT NULL",
    "SELECT @a = a, @b += 1 FROM t",
    "SELECT SUM(a) OVER (PARTITION BY b ORDER BY c ROWS UNBOUNDED PRECEDING) FROM t",
    "SELECT STRING_AGG(a, ',') WITHIN GROUP (ORDER BY a) FROM t",
    "SELECT a COLLATE Latin1_General_BIN2 AS [end], b AT TIME ZONE 'UTC' FROM t AS [select]",
    "SELECT * FROM t CROSS APPLY OPENJSON(t.a) WITH (b int '$.b') AS j",
    "SELECT -1, - -1, +1, ~1, 5 % -2, 'it''s', N'x', 0xFF, $1.5, .5",
    "WITH a AS (SELECT 1 AS x), b (y) AS (SELECT x FROM a) SELECT * FROM b",
    "WITH a AS (SELECT 1 AS x) DELETE FROM a WHERE x = 1",
    "WITH a AS (SELECT 1 AS x) INSERT INTO t SELECT x FROM a",
    "INSERT INTO t (a, b) VALUES (1, DEFAULT), (2, NULL)",
    "INSERT t DEFAULT VALUES",
    "INSERT INTO t (SELECT 1)",
    "INSERT TOP (2) INTO t WITH (TABLOCK) (a) SELECT a FROM u UNION ALL SELECT 2",
    "INSERT INTO @t VALUES (1)",
    "UPDATE t SET a = a + 1, b = CASE WHEN c = 1 THEN 2 ELSE 3 END FROM t AS t WHERE a > 1",
    "UPDATE TOP (10) t WITH (ROWLOCK) SET @v = a = 1 OPTION (MAXDOP 1)",
    "DELETE FROM t WHERE EXISTS (SELECT 1 FROM u)",
    "DELETE t FROM t INNER JOIN u ON t.a = u.a",
    "DELETE TOP (5) PERCENT FROM [dbo].[t]",
]
FOLLOWERS = [
    "SELECT 7",
    "INSERT INTO z VALUES (1)",
    "UPDATE z SET a = 1",
    "DELETE FROM z",
    "SET NOCOUNT ON",
    "DECLARE @x int",
    "IF 1 = 1 PRINT 'x'",
    "WHILE 1 = 0 BREAK",
    "BEGIN TRAN",
    "COMMIT",
    "ROLLBACK",
    "EXEC p 1",
    "PRINT 'x'",
    "DROP TABLE z",
    "CREATE TABLE z (a int)",
    "ALTER TABLE z ADD a int",
    "RETURN",
    "USE z",
    "; WITH a AS (SELECT 1 AS x) SELECT x FROM a",
    "; THROW",
]


@pytest.mark.parametrize("query", WHOLE)
def test_a_query_is_one_statement_and_ends_before_the_next(query: str) -> None:
    assert pieces(query) == [query]
    for follower in FOLLOWERS:
        first, *rest = pieces(f"{query}\n{follower}")
        assert first == query
        assert rest == pieces(follower)


@pytest.mark.parametrize("query", WHOLE)
def test_a_query_ends_with_its_block_and_before_else(query: str) -> None:
    statement = only(f"IF 1 = 1 {query} ELSE BEGIN {query} END")
    assert isinstance(statement, If)
    assert isinstance(statement.then, Select | Modification)


def test_set_nocount_and_insert_without_semicolons() -> None:
    batch = "SET NOCOUNT ON INSERT INTO [t] ([a]) VALUES (1); SELECT CAST(SCOPE_IDENTITY() AS int)"
    assert pieces(batch) == [
        "SetOption",
        "INSERT INTO [t] ([a]) VALUES (1)",
        "SELECT CAST(SCOPE_IDENTITY() AS int)",
    ]


def test_comments_leave_a_blank_or_their_lines() -> None:
    statement = only("-- one\nSELECT/* two */1, -- three\n 2 /* f\no */ , 3")
    assert statement == Select(SqlText("SELECT 1,  \n 2 \n , 3", 2), 2)


def test_lines_count_from_the_start_of_the_batch() -> None:
    first, second = parse_batch("\nSELECT 1\n\nSELECT\n2")
    assert (first.line, second.line) == (2, 4)


# --- OUTPUT ---------------------------------------------------------------------------------------

MERGE = (
    "MERGE INTO t AS a USING (VALUES (1)) AS s (x) ON a.x = s.x "
    "WHEN MATCHED AND a.y = 1 THEN UPDATE SET a.x = s.x "
    "WHEN NOT MATCHED BY TARGET THEN INSERT (x) VALUES (s.x) "
    "WHEN NOT MATCHED BY SOURCE THEN DELETE"
)


@pytest.mark.parametrize(
    ("batch", "text"),
    [
        ("INSERT INTO t (a) OUTPUT x.a, x.b AS c VALUES (1)", "INSERT INTO t (a) VALUES (1)"),
        ("INSERT INTO t (a) OUTPUT x.a, x.b AS c SELECT 1", "INSERT INTO t (a) SELECT 1"),
        ("INSERT t OUTPUT x.a, x.b AS c DEFAULT VALUES", "INSERT t DEFAULT VALUES"),
        ("UPDATE t SET a = 1 OUTPUT x.a, x.b AS c WHERE b = 2", "UPDATE t SET a = 1 WHERE b = 2"),
        ("UPDATE t SET a = 1 OUTPUT x.a, x.b AS c FROM t", "UPDATE t SET a = 1 FROM t"),
        ("DELETE FROM t OUTPUT x.a, x.b AS c", "DELETE FROM t"),
        ("DELETE t OUTPUT x.a, x.b AS c OPTION (MAXDOP 1)", "DELETE t OPTION (MAXDOP 1)"),
        (f"{MERGE} OUTPUT x.a, x.b AS c;", MERGE),
        (f"{MERGE} OUTPUT x.a, x.b AS c OPTION (MAXDOP 1);", f"{MERGE} OPTION (MAXDOP 1)"),
    ],
)
def test_output_is_cut_out(batch: str, text: str) -> None:
    statement = only(batch)
    assert isinstance(statement, Modification)
    assert statement.text.text == text
    assert statement.output is not None
    assert statement.output.items.text == "x.a, x.b AS c"
    assert statement.output.into is None


@pytest.mark.parametrize(
    ("target", "into", "columns"),
    [
        ("#x", ObjectName("#x"), ()),
        ("@x (a, [b c])", ObjectName("@x"), ("a", "b c")),
        ("dbo.x(a)", ObjectName("x", "dbo"), ("a",)),
    ],
)
@pytest.mark.parametrize("end", ["VALUES (1)", "SELECT 1", "(SELECT 1)", "DEFAULT VALUES"])
def test_output_into(target: str, into: ObjectName, columns: tuple[str, ...], end: str) -> None:
    statement = only(f"INSERT INTO t OUTPUT inserted.a INTO {target} {end}")
    assert isinstance(statement, Modification)
    assert statement.text.text == f"INSERT INTO t {end}"
    assert statement.output is not None
    assert (statement.output.into, statement.output.into_columns) == (into, columns)


def test_a_second_output_is_refused() -> None:
    failure = failure_of("DELETE FROM t OUTPUT deleted.a INTO @x OUTPUT deleted.b")
    assert failure.number == 50000


def test_a_merge_ends_with_a_semicolon() -> None:
    assert pieces(f"{MERGE}; SELECT 1") == [MERGE, "SELECT 1"]
    assert failure_of(MERGE).number == 10713
    assert failure_of(f"{MERGE} SELECT 1").number == 10713


def test_insert_exec_has_the_call_apart() -> None:
    statement = only("INSERT INTO t (a) EXEC dbo.p @x = 1")
    assert isinstance(statement, Modification)
    assert statement.text.text == "INSERT INTO t (a)"
    assert statement.execute is not None
