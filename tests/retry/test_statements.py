"""What a batch of SQL can have done, by its text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops.retry.statements import (
    Kind,
    is_read,
    kind_of,
    outlives_rollback,
    verb_of,
)

READS = [
    "SELECT 1",
    "select [a].[id] from [shop_order] as [a] where [a].[name] = ?",
    " /* a /* nested */ comment */ SELECT 1 -- and another; DELETE FROM t\n",
    "(SELECT 1) UNION (SELECT 2)",
    "SET NOCOUNT ON SELECT 1",
    "SET DATEFORMAT ymd; SET DATEFIRST 7",
    "SELECT @@TRANCOUNT",
    "SELECT N'DELETE FROM t', 'it''s; DROP TABLE t', [EXEC], \"INTO\" FROM t",
    "DECLARE @var0 NVARCHAR(5) = ? ,@var1 INT = ?  \nSELECT [a], COUNT_BIG(*) FROM t GROUP BY [a]",
    "DECLARE @x int; SELECT @x = COUNT(*) FROM t",
    "SELECT * FROM [t] WITH (ROWLOCK, UPDLOCK) WHERE id IN (?, ?)",
    "SELECT a FROM t ORDER BY a OFFSET 0 ROWS FETCH FIRST 21 ROWS ONLY",
    "SELECT TOP (10) a FROM t FOR XML PATH('')",
    "WITH x AS (SELECT 1 AS a) SELECT a FROM x",
    "SELECT CASE WHEN a > 1.5e-3 THEN 'x' ELSE 'y' END FROM t",
    "SELECT CAST(a AS decimal(9, 2)), ISNULL(b, 0), LEN(c), CONVERT(varchar(10), d) FROM t",
    "SELECT (SELECT MAX(v) FROM (VALUES (1), (2)) AS _Greatest(v))",
    "SELECT a FROM t INNER MERGE JOIN u ON t.id = u.id OPTION (MERGE JOIN, USE HINT('X'))",
    "SELECT * FROM sys.fn_listextendedproperty(NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
    "SELECT @x.value('(/a)[1]', 'int')",
    "SELECT 0xDEAD, 1., 10, .5, $5",
    "SELECT a FROM [db].[dbo].[t]; ;SELECT b FROM db..t",
    "SAVE TRANSACTION s140_x1",
    "ROLLBACK TRANSACTION s140_x1",
    "BEGIN TRANSACTION",
    "WITH x (id, [above]) AS (SELECT 1, 2 UNION ALL SELECT id, 3 FROM x) SELECT id FROM x",
    "WITH x AS (SELECT 1 AS a), y (b) AS (SELECT 2) SELECT a, b FROM x, y",
    "SELECT a FROM (VALUES (1), (2)) v(a)",
    "SELECT a, b FROM t GROUP BY ROLLUP (a, b), CUBE (a)",
    "SELECT a FROM t WHERE dbo.REGEXP_LIKE(a, ?, 'i')=1",
]

#: They change a table that goes with the session, and nothing else.
TEMPORARY = [
    "IF OBJECT_ID('tempdb.dbo.#Temp_params', 'U') IS NOT NULL DROP TABLE #Temp_params; ",
    "CREATE TABLE #Temp_params (params nvarchar(40) COLLATE Latin1_General_CI_AS )",
    "INSERT INTO [#Temp_params] ([params]) VALUES (?), (?), (?)",
    "INSERT #x SELECT a FROM t",
    "SELECT a INTO #x FROM t WHERE b = 1; SELECT COUNT(*) FROM #x; DROP TABLE IF EXISTS #x",
    "TRUNCATE TABLE #x",
]

NOT_TEMPORARY = [
    "CREATE TABLE ##x (a int)",
    "CREATE TABLE #x (a int) DELETE FROM t",
    "CREATE TABLE #x (a int); DELETE FROM t",
    "DROP TABLE #x, t",
    "DROP TABLE #x DELETE FROM t",
    "INSERT INTO #x EXEC f",
    "INSERT INTO #x SELECT dbo.f(1)",
    "INSERT INTO #x SELECT NEXT VALUE FOR numbers",
    "INSERT INTO #x SELECT * FROM OPENQUERY(linked, 'x')",
    "INSERT INTO #x DEFAULT VALUES DELETE FROM t",
    "INSERT INTO #x.t VALUES (1)",
    "SELECT a INTO [##x] FROM t",
    "SELECT a INTO t FROM #x",
    "SELECT a INTO #x FROM t SELECT a INTO u FROM t",
    "IF OBJECT_ID('x', 'U') IS NOT NULL DROP TABLE x",
    "IF OBJECT_ID('x', 'U') IS NOT NULL EXEC #x",
    "#x",
    "EXEC #x",
]

WRITES = [
    "INSERT INTO [t] ([a]) VALUES (?)",
    "SET NOCOUNT OFF; UPDATE [t] SET [a] = ?, [b] = dbo.f([b]) WHERE [id] = ?;",
    "DELETE FROM t WHERE id IN (SELECT id FROM u)",
    "WITH x AS (SELECT 1 AS a) INSERT INTO t SELECT a FROM x UNION ALL SELECT 2",
    "INSERT INTO t OUTPUT INSERTED.id INTO @ids SELECT a FROM u WHERE EXISTS (SELECT 1)",
    "MERGE INTO t USING u ON t.id = u.id WHEN MATCHED THEN UPDATE SET a = 1 "
    "WHEN NOT MATCHED THEN INSERT (a) VALUES (1) WHEN NOT MATCHED BY SOURCE THEN DELETE;",
    "UPDATE t WITH (ROWLOCK) SET a = 1",
    "INSERT INTO t DEFAULT VALUES",
    "INSERT INTO t SELECT a FROM u ORDER BY a OFFSET 1 ROWS FETCH NEXT 5 ROWS ONLY",
    "INSERT INTO #x OUTPUT inserted.a INTO t SELECT 1",
    "DECLARE @x int = 1 DELETE TOP (1) FROM t WHERE a = @x",
]

WRITES_THEN_READS = [
    "SET NOCOUNT ON INSERT INTO [t] ([a]) VALUES (?);SELECT CAST(SCOPE_IDENTITY() AS bigint)",
    "INSERT INTO t VALUES (1) SELECT SCOPE_IDENTITY()",
    "SET IDENTITY_INSERT [t] ON; INSERT INTO [t] ([id]) VALUES (?); SET IDENTITY_INSERT [t] OFF",
    "UPDATE t SET a = 1 SELECT @@ROWCOUNT",
]

OTHERS = [
    "",
    "-- nothing",
    "SELECT * INTO t2 FROM t",
    "SELECT NEXT VALUE FOR dbo.numbers",
    "SELECT * FROM OPENQUERY(linked, 'DELETE FROM t')",
    "SELECT * FROM OPENROWSET('x', 'y', 'z')",
    "SELECT dbo.f(1)",
    "SELECT [dbo].[f] (1)",
    'SELECT "dbo" . "f"(1)',
    "SELECT db..f(1)",
    "SELECT db..len(1)",
    "SELECT * FROM rows_of(1)",
    "SELECT * FROM [len](1)",
    "SELECT * FROM [server].[db].[dbo].[t]",
    "SELECT * FROM server...t",
    "SELECT a.value('x', 'int') FROM t",
    "EXEC sp_who",
    "sp_who",
    "{CALL sp_who}",
    "SELECT 1; DELETE FROM t",
    "SELECT 1 DELETE FROM t",
    "SELECT 1DELETE FROM t",
    "SELECT 1.DELETE FROM t",
    "SELECT 'a'DELETE FROM t",
    "SELECT [a]DELETE FROM t",
    "SELECT 1/**/DELETE FROM t",
    "SELECT 1 -- a\nDELETE FROM t",
    "SELECT 1 -- a\r'\nDELETE FROM t --'",
    "SELECT 1 /* /* */ ' */ EXEC f --'",
    "SELECT 'unterminated",
    "SELECT [unterminated",
    "SELECT 1 /* /* */",
    "SELECT 1 IF 1 = 1 TRUNCATE TABLE t",
    "DECLARE c CURSOR FOR SELECT 1",
    "CREATE TABLE t (a int)",
    "BULK INSERT t FROM 'x'",
    "UPDATE STATISTICS t",
    "INSERT INTO t EXEC f",
    "INSERT INTO t VALUES (1); INSERT INTO t VALUES (2)",
    "INSERT INTO t VALUES (1) INSERT INTO t VALUES (2)",
    "UPDATE t SET a = 1 DELETE FROM t",
    "UPDATE t SET a = 1 SELECT a FROM t",
    "INSERT INTO t SELECT a FROM u SELECT a FROM v",
    "DELETE FROM t EXEC f",
    "DELETE FROM t WITH x AS (SELECT 1 AS a) DELETE FROM x",
    "INSERT INTO t SELECT a FROM (DELETE FROM u OUTPUT deleted.a) AS d (a)",
    "INSERT INTO [server].[db].[dbo].[t] VALUES (1)",
    "INSERT INTO t SELECT * FROM OPENQUERY(linked, 'x')",
    "BEGIN TRANSACTION DELETE FROM t",
    "BEGIN sp_who",
    "COMMIT",
    "UPDATE t SET a = 1 FETCH NEXT FROM c",
    "UPDATE t SET a = 1 OPEN c",
    "INSERT INTO t VALUES (1) GOTO again",
    "SELECT a FROM f(1) AS x",
    "SELECT dbo.regexp_like2(1)",
    "SELECT other.regexp_like(1)",
    "IF @@TRANCOUNT > 0 COMMIT",
    "SELECT 1\0; DELETE FROM t",
    "SELECT 1 \uff24\uff25\uff2c\uff25\uff34\uff25 FROM t",
]


@pytest.mark.parametrize("text", READS)
def test_reads(text: str) -> None:
    assert kind_of(text) is Kind.READ


@pytest.mark.parametrize("text", TEMPORARY)
def test_what_goes_with_the_session_is_no_write(text: str) -> None:
    assert kind_of(text) is Kind.READ
    assert kind_of(text, sql_server=False) is not Kind.READ


@pytest.mark.parametrize("text", [*READS, *TEMPORARY, *WRITES, *WRITES_THEN_READS, *OTHERS])
@pytest.mark.parametrize("sql_server", [True, False])
def test_a_read_is_told_by_its_beginning_as_by_the_whole(text: str, sql_server: bool) -> None:
    whole = kind_of(text, sql_server=sql_server) is Kind.READ
    assert is_read(text, sql_server=sql_server) is whole


def test_a_long_write_is_told_by_its_beginning() -> None:
    """Thousands of literal texts in one attempt: reading them through would take minutes."""
    text = "SET NOCOUNT ON; INSERT INTO [t] VALUES " + "(1, N'x')," * 50_000
    began = time.process_time()
    for _ in range(100):
        assert not is_read(text)
        assert not outlives_rollback(text)
    assert time.process_time() - began < 5


@pytest.mark.parametrize("text", NOT_TEMPORARY)
def test_what_stays_when_the_session_ends(text: str) -> None:
    assert kind_of(text) is not Kind.READ


@pytest.mark.parametrize(
    ("text", "outlives"),
    [
        ("INSERT INTO t ([commit]) VALUES (?)", False),
        ("SELECT [t].[commit] FROM t", False),
        ("SELECT a AT TIME ZONE 'UTC' FROM t", False),
        ("EXEC dbo.place_order ?, 1", False),
        ("EXEC f SELECT a AT TIME ZONE 'UTC' FROM t", False),
        ("INSERT INTO t VALUES (1) COMMIT", True),
        ("EXEC('COMMIT')", True),
        ("EXEC sp_executesql N'commit tran'", True),
        ("EXEC [master]..[xp_cmdshell] 'x'", True),
        ("EXEC msdb.dbo.sp_send_dbmail", True),
        ("EXEC msdb.dbo.sp_start_job 'x'", True),
        ("EXEC sp_OAMethod @o, 'x'", True),
        ("EXEC srv.db.dbo.f", True),
        ("EXECUTE ('x') AT srv", True),
        ("INSERT INTO t SELECT * FROM OPENQUERY(x, 'y')", True),
        ("EXEC 'unterminated", True),
        ("EXEC f" + " " * 1_000_000, True),
    ],
)
def test_what_a_rollback_does_not_undo(text: str, outlives: bool) -> None:
    assert outlives_rollback(text) is outlives


@pytest.mark.parametrize("text", WRITES)
def test_one_plain_write(text: str) -> None:
    assert kind_of(text) is Kind.WRITE


@pytest.mark.parametrize("text", WRITES_THEN_READS)
def test_a_write_and_a_look_at_what_it_did(text: str) -> None:
    assert kind_of(text) is Kind.WRITE_THEN_READ


@pytest.mark.parametrize("text", OTHERS)
def test_anything_else(text: str) -> None:
    assert kind_of(text) is Kind.OTHER


@pytest.mark.parametrize(
    ("text", "functions"),
    [
        ("SELECT dbo.vat(1)", ["dbo.vat"]),
        ("SELECT [dbo].[VAT] (1)", ["dbo.vat"]),
        ("SELECT * FROM rows_of(1)", ["Rows_Of"]),
        ("SELECT shop.dbo.vat(1)", ["shop.dbo.vat"]),
    ],
)
def test_a_function_that_the_settings_name_is_a_read(text: str, functions: list[str]) -> None:
    assert kind_of(text) is Kind.OTHER
    assert kind_of(text, functions) is Kind.READ


@pytest.mark.parametrize(
    ("text", "functions"),
    [
        ("SELECT dbo.vat(1)", ["vat"]),
        ("SELECT db..vat(1)", ["vat", "dbo.vat"]),
        ("SELECT other.vat(1)", ["dbo.vat"]),
        ("SELECT dbo.vat(1), dbo.vat2(1)", ["dbo.vat"]),
    ],
)
def test_other_functions_are_not_meant(text: str, functions: list[str]) -> None:
    assert kind_of(text, functions) is Kind.OTHER


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('SELECT "a" FROM "t" WHERE "b" = %s LIMIT 21', Kind.READ),
        ('SELECT COUNT(*) FROM "t" FOR UPDATE OF "t"', Kind.READ),
        ("SELECT a FROM t FOR NO KEY UPDATE", Kind.READ),
        ("SELECT %(a)s::integer[]", Kind.READ),
        ("BEGIN", Kind.READ),
        ("BEGIN IMMEDIATE", Kind.READ),
        ('SAVEPOINT "s1"', Kind.READ),
        ('RELEASE SAVEPOINT "s1"', Kind.READ),
        ('ROLLBACK TO SAVEPOINT "s1"', Kind.READ),
        ("INSERT INTO t (a) VALUES (%s) RETURNING id", Kind.WRITE),
        ("INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET a = 2", Kind.WRITE),
        ("INSERT INTO t (a) VALUES (1) ON DUPLICATE KEY UPDATE a = 2", Kind.WRITE),
        ("WITH x AS (DELETE FROM t RETURNING a) SELECT a FROM x", Kind.OTHER),
        ("SELECT nextval('s')", Kind.OTHER),
        ("SELECT pg_advisory_lock(1)", Kind.OTHER),
        ("SELECT 'a\\'; DELETE FROM t; --'", Kind.OTHER),
        ("SELECT $$; $$; DELETE FROM t", Kind.OTHER),
        ("SELECT 1 # '\n; DELETE FROM t -- '", Kind.OTHER),
        ("SELECT [it's], f('1') FROM t --'", Kind.OTHER),
        ("SELECT ARRAY[nextval('s')]", Kind.OTHER),
        ("SELECT 1 /*! ; DELETE FROM t */", Kind.OTHER),
        ("SELECT 1--'\n; DELETE FROM t --'", Kind.OTHER),
        ("SELECT 1 /* /* */ ; DELETE FROM t; /* */ */", Kind.OTHER),
        ("SET GLOBAL read_only = 0", Kind.OTHER),
        ("EXPLAIN ANALYZE DELETE FROM t", Kind.OTHER),
        ("PRAGMA user_version = 1", Kind.OTHER),
        ("COPY t FROM STDIN", Kind.OTHER),
        ("SELECT DISTINCT ON (a) nextval('s') FROM t", Kind.OTHER),
        ("SELECT x.b FROM t, LATERAL f(a) AS (b int)", Kind.OTHER),
        ("INSERT INTO prices (open, close) VALUES (1, 2)", Kind.WRITE),
        ("COMMIT", Kind.OTHER),
    ],
)
def test_other_vendors(text: str, kind: Kind) -> None:
    assert kind_of(text, sql_server=False) is kind


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("/* x */ SET NOCOUNT ON INSERT INTO t VALUES ('secret')", "INSERT"),
        ("SELECT 'DELETE'", "SELECT"),
        ("sp_secret", "SQL"),
        ("", "SQL"),
    ],
)
def test_a_verb_says_nothing_of_the_rest(text: str, verb: str) -> None:
    assert verb_of(text) == verb


TEXTS = st.text(
    alphabet=st.sampled_from(" '\"[]()-*/;.\n\r\\$#@`,aE1é") | st.characters(), max_size=60
) | st.lists(
    st.sampled_from(
        ["SELECT", "DELETE", "WITH", "(", ")", ";", "'", "/*", "*/", "--", "[", "]", "."]
    )
).map(" ".join)


@given(TEXTS, st.booleans())
def test_any_text_has_a_kind(text: str, sql_server: bool) -> None:
    assert kind_of(text, sql_server=sql_server) in Kind


SEPARATORS = st.sampled_from([" ", ";", "\n", " ; ", "/* c */", " -- c\n", "\t"])
WRITING = st.sampled_from(
    [
        *("DELETE FROM t", "INSERT INTO t VALUES (1)", "UPDATE t SET a = 1", "EXEC f"),
        *("DROP TABLE t", "TRUNCATE TABLE t", "MERGE t USING u ON 1 = 1", "BACKUP LOG d TO x"),
        *("WAITFOR DELAY '1'", "IF 1 = 1 DELETE FROM t", "SELECT * INTO x FROM t", "COMMIT"),
    ]
)


@given(st.sampled_from(READS), SEPARATORS, WRITING)
def test_a_read_followed_by_a_write_is_none(read: str, separator: str, write: str) -> None:
    assert kind_of(read + separator + write) is not Kind.READ


@given(st.sampled_from(WRITES), SEPARATORS, WRITING)
def test_a_write_followed_by_a_write_is_not_one(read: str, separator: str, write: str) -> None:
    assert kind_of(read + separator + write) is Kind.OTHER


@given(TEXTS, WRITING)
def test_nothing_hides_a_write_that_stands_first(text: str, write: str) -> None:
    assert kind_of(f"{write};{text}") is not Kind.READ


@pytest.mark.parametrize(
    "part", ["'", "/*", "[", "a.", "(", "SELECT ", "1", "''", "-- \n", "WITH x AS (", '"a""', "]]"]
)
def test_long_texts_are_read_in_linear_time(part: str) -> None:
    """Quadratic reading of this would take longer than a test may (pytest's timeout)."""
    text = "SELECT 1 " + part * (60_000 // len(part))
    assert kind_of(text) in Kind


def test_what_is_too_long_is_not_read() -> None:
    assert kind_of("SELECT 1" + " " * 1_000_000) is Kind.OTHER


def test_what_is_no_text_is_not_read() -> None:
    assert kind_of(b"SELECT 1") is Kind.OTHER
