from __future__ import annotations

import pytest

from tests.standin.tsql import nodes
from tests.standin.tsql.nodes import SqlText
from tests.standin.tsql.parser import parse_batch
from tests.test_standin.tsql.parsing import only, pieces


def text(sql: str) -> SqlText:
    return SqlText(sql)


def test_if_else_takes_one_statement_each() -> None:
    assert only("IF @a = 1 AND NOT EXISTS (SELECT 1) PRINT 'x'; ELSE PRINT 'y'") == nodes.If(
        text("@a = 1 AND NOT EXISTS (SELECT 1)"),
        nodes.Print(text("'x'")),
        nodes.Print(text("'y'")),
    )
    assert pieces("IF 1 = 1 PRINT 'x' PRINT 'y'") == ["If", "Print"]


def test_else_belongs_to_the_nearest_if() -> None:
    outer = only("IF 1 = 1 IF 2 = 2 PRINT 'x' ELSE PRINT 'y'")
    assert isinstance(outer, nodes.If)
    assert outer.otherwise is None
    assert isinstance(outer.then, nodes.If)
    assert outer.then.otherwise == nodes.Print(text("'y'"))


@pytest.mark.parametrize(
    "condition",
    [
        "EXISTS(SELECT 1)",
        "@a IS NOT NULL AND @b IS NULL",
        "@a LIKE 'x%' ESCAPE '!' OR @a NOT LIKE N'y'",
        "@a BETWEEN 1 AND 2 AND @a NOT IN (1, 2)",
        "@a NOT BETWEEN 1 AND 2",
        "OBJECT_ID('tempdb..#x') IS NOT NULL",
        "(SELECT COUNT(*) FROM t) > 0",
        "@a >= ALL (SELECT a FROM t)",
        "NOT (@a = 1 OR -@b < 2)",
        "CASE WHEN @a = 1 THEN 1 ELSE 0 END = 1",
        "dbo.f(@a) + 1 % 2 <> LEFT(@b, 1) COLLATE Latin1_General_BIN2",
        "@a IS DISTINCT FROM NULL",
        "@x.value('a', 'int') = 1",
    ],
)
@pytest.mark.parametrize("follower", ["PRINT 'x'", "THROW", "SELECT 1", "BEGIN SELECT 1 END"])
def test_a_condition_ends_where_the_statement_begins(condition: str, follower: str) -> None:
    statement = only(f"IF {condition} {follower}")
    assert isinstance(statement, nodes.If)
    assert statement.condition == text(condition)
    loop = only(f"WHILE {condition} {follower}")
    assert isinstance(loop, nodes.While)
    assert (loop.condition, loop.body) == (statement.condition, statement.then)


def test_while_with_break_and_continue() -> None:
    assert only("WHILE 1 = 1 BEGIN IF 2 = 2 BREAK CONTINUE END") == nodes.While(
        text("1 = 1"),
        nodes.Block((nodes.If(text("2 = 2"), nodes.Break()), nodes.Continue())),
    )


def test_try_catch_with_throw() -> None:
    statement = only(
        "BEGIN TRY SELECT 1/0; END TRY\nBEGIN CATCH\nIF @@TRANCOUNT > 0 ROLLBACK; THROW END CATCH;"
    )
    assert statement == nodes.TryCatch(
        (nodes.Select(text("SELECT 1/0")),),
        (
            nodes.If(SqlText("@@TRANCOUNT > 0", 3), nodes.RollbackTransaction(line=3), line=3),
            nodes.Throw(line=3),
        ),
    )


def test_catch_may_be_empty() -> None:
    statement = only("BEGIN TRY SELECT 1 END TRY BEGIN CATCH END CATCH")
    assert isinstance(statement, nodes.TryCatch)
    assert statement.caught == ()


def test_declare() -> None:
    assert only("DECLARE @a int = 1 + 2, @b AS nvarchar(max), @c dbo.Flag") == (
        nodes.DeclareVariables(
            (
                nodes.VariableDeclaration("@a", nodes.TypeName("int"), text("1 + 2")),
                nodes.VariableDeclaration("@b", nodes.TypeName("nvarchar", ("max",))),
                nodes.VariableDeclaration("@c", nodes.TypeName("Flag", (), "dbo")),
            )
        )
    )


def test_declare_table() -> None:
    statement = only("DECLARE @t TABLE (a int PRIMARY KEY, b int, UNIQUE (b))")
    assert isinstance(statement, nodes.DeclareTable)
    assert statement.name == "@t"
    assert [column.name for column in statement.columns] == ["a", "b"]
    assert statement.constraints == (nodes.KeyConstraint((nodes.IndexColumn("b"),), False),)


@pytest.mark.parametrize("operator", ["=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^="])
def test_set_variable(operator: str) -> None:
    batch = f"SET @a {operator} (SELECT 1) + @b SELECT 2"
    assert parse_batch(batch)[0] == nodes.SetVariable("@a", operator, text("(SELECT 1) + @b"))


def test_print_throw_and_raiserror() -> None:
    assert pieces("PRINT 'a' + CAST(@b AS varchar) PRINT N'c'") == ["Print", "Print"]
    assert only("THROW 50001, 'x', 1") == nodes.Throw(text("50001"), text("'x'"), text("1"))
    assert only("RAISERROR (N'a %d %s', 16, @s, 1, @b) WITH NOWAIT, LOG") == nodes.RaiseError(
        text("N'a %d %s'"),
        text("16"),
        text("@s"),
        (text("1"), text("@b")),
        ("NOWAIT", "LOG"),
    )
    assert only("RAISERROR('x', 10, -1)") == nodes.RaiseError(text("'x'"), text("10"), text("-1"))


def test_return_and_waitfor() -> None:
    assert pieces("RETURN SELECT 1") == ["Return", "SELECT 1"]
    assert only("WAITFOR DELAY '00:00:01'") == nodes.WaitForDelay(text("'00:00:01'"))


def argument(sql: str | None, name: str = "", output: bool = False) -> nodes.Argument:
    return nodes.Argument(None if sql is None else text(sql), name, output)


@pytest.mark.parametrize("keyword", ["EXEC ", "execute ", ""])
def test_execute(keyword: str) -> None:
    batch = f"{keyword}[dbo].p @a = N'x', @b = @c OUTPUT, @d = DEFAULT"
    assert only(batch) == nodes.Execute(
        nodes.ObjectName("p", "dbo"),
        (argument("N'x'", "@a"), argument("@c", "@b", output=True), argument(None, "@d")),
    )


def test_execute_takes_words_for_strings_and_signs_for_numbers() -> None:
    assert only("EXEC sp_rename [a'b], c, -1, NULL, $1") == nodes.Execute(
        nodes.ObjectName("sp_rename"),
        (
            argument("N'a''b'"),
            argument("N'c'"),
            argument("-1"),
            argument("NULL"),
            argument("$1"),
        ),
    )


def test_execute_with_a_result_and_without_arguments() -> None:
    assert pieces("EXEC @r = p SELECT @r") == ["Execute", "SELECT @r"]
    assert only("EXEC @r = p") == nodes.Execute(nodes.ObjectName("p"), (), "@r")


def test_execute_text() -> None:
    assert pieces("EXEC ('SELECT 1' + @a) SELECT 2") == ["ExecuteText", "SELECT 2"]
    assert only("EXEC ('SELECT 1' + @a)") == nodes.ExecuteText(text("'SELECT 1' + @a"))


@pytest.mark.parametrize(
    ("batch", "statement"),
    [
        ("SET NOCOUNT ON", nodes.SetOption(("NOCOUNT",), "ON")),
        ("set ansi_nulls, Quoted_Identifier off", nodes.SetOption(
            ("ANSI_NULLS", "QUOTED_IDENTIFIER"), "OFF")),
        ("SET DATEFORMAT ymd", nodes.SetOption(("DATEFORMAT",), "YMD")),
        ("SET LANGUAGE 'us_english'", nodes.SetOption(("LANGUAGE",), "US_ENGLISH")),
        ("SET LOCK_TIMEOUT -1", nodes.SetOption(("LOCK_TIMEOUT",), "-1")),
        ("SET TEXTSIZE 2147483647", nodes.SetOption(("TEXTSIZE",), "2147483647")),
        ("SET ROWCOUNT 0", nodes.SetOption(("ROWCOUNT",), "0")),
        ("SET STATISTICS IO, TIME ON", nodes.SetOption(("STATISTICS IO", "STATISTICS TIME"), "ON")),
        ("SET IDENTITY_INSERT [a].[t] ON", nodes.SetIdentityInsert(
            nodes.ObjectName("t", "a"), True)),
        ("SET TRANSACTION ISOLATION LEVEL READ COMMITTED", nodes.SetIsolation("READ COMMITTED")),
        ("SET TRANSACTION ISOLATION LEVEL snapshot", nodes.SetIsolation("SNAPSHOT")),
        ("USE [a b]", nodes.Use("a b")),
        ("BEGIN TRAN", nodes.BeginTransaction()),
        ("BEGIN TRANSACTION [x]", nodes.BeginTransaction("x")),
        ("COMMIT", nodes.CommitTransaction()),
        ("COMMIT WORK", nodes.CommitTransaction()),
        ("COMMIT TRAN x", nodes.CommitTransaction("x")),
        ("ROLLBACK", nodes.RollbackTransaction()),
        ("ROLLBACK TRANSACTION s1_x2", nodes.RollbackTransaction("s1_x2")),
        ("ROLLBACK TRAN @s", nodes.RollbackTransaction("@s")),
        ("SAVE TRANSACTION s1_x2", nodes.SaveTransaction("s1_x2")),
        ("DBCC CHECKIDENT ('t', RESEED, 0) WITH NO_INFOMSGS", nodes.Dbcc(
            "CHECKIDENT", (text("'t'"), text("RESEED"), text("0")), ("NO_INFOMSGS",))),
        ("DBCC useroptions", nodes.Dbcc("USEROPTIONS")),
    ],
)  # fmt: skip
def test_sessions_and_transactions(batch: str, statement: nodes.Statement) -> None:
    assert only(batch) == statement
    assert pieces(f"{batch} SELECT 1") == [type(statement).__name__, "SELECT 1"]
