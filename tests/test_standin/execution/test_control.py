"""Batches: variables, control of flow, messages, errors and what they end."""

from __future__ import annotations

import pytest

from tests.standin.engine import Failure, Notice, RowCount
from tests.test_standin.execution.client import Client


def test_variables_keep_their_values_and_types(client: Client) -> None:
    assert client.rows(
        "DECLARE @a int = 2, @b nvarchar(3); SET @b = N'abcdef'; SELECT @a * 3, @b"
    ) == [(6, "abc")]


def test_a_variable_that_is_not_declared_is_137(client: Client) -> None:
    assert client.numbers("SELECT @missing") == [137]


def test_compound_assignment(client: Client) -> None:
    assert client.value("DECLARE @a int = 2; SET @a += 5; SET @a *= 2; SELECT @a") == 14


def test_select_gives_a_variable_the_last_row(client: Client) -> None:
    assert client.value("DECLARE @a int = 1; SELECT @a = 7; SELECT @a") == 7


def test_select_of_no_row_leaves_a_variable(client: Client) -> None:
    assert client.value("DECLARE @a int = 1; SELECT @a = 7 WHERE 1 = 0; SELECT @a") == 1


@pytest.mark.parametrize(
    ("condition", "expected"), [("1 = 1", "yes"), ("1 = 0", "no"), ("NULL = 1", "no")]
)
def test_if_takes_unknown_for_false(client: Client, condition: str, expected: str) -> None:
    assert client.printed(f"IF {condition} PRINT 'yes' ELSE PRINT 'no'") == [expected]


def test_while_with_break_and_continue(client: Client) -> None:
    text = """
    DECLARE @i int = 0
    WHILE @i < 10
    BEGIN
        SET @i = @i + 1
        IF @i = 2 CONTINUE
        IF @i = 5 BREAK
        PRINT CAST(@i AS varchar(10))
    END
    """
    assert client.printed(text) == ["1", "3", "4"]


def test_try_catch_takes_an_error_and_tells_of_it(client: Client) -> None:
    text = """
    BEGIN TRY
        SELECT 1 / 0
    END TRY
    BEGIN CATCH
        SELECT ERROR_NUMBER(), ERROR_MESSAGE(), ERROR_SEVERITY()
    END CATCH
    """
    assert client.rows(text) == [(8134, "Divide by zero error encountered.", 16)]


def test_outside_of_catch_error_number_is_null(client: Client) -> None:
    assert client.value("SELECT ERROR_NUMBER()") is None


def test_throw_in_catch_raises_the_error_again(client: Client) -> None:
    text = "BEGIN TRY SELECT 1 / 0 END TRY BEGIN CATCH; THROW; END CATCH PRINT 'never'"
    results = client.results(text)
    assert [r.number for r in results if isinstance(r, Failure)] == [8134]
    assert not [r for r in results if isinstance(r, Notice) and r.message == "never"]


def test_throw_ends_the_batch(client: Client) -> None:
    results = client.results("THROW 50001, 'mine', 3; PRINT 'never'")
    assert results == [Failure(number=50001, message="mine", state=3, raised_by="THROW")]


def test_raiserror_lets_the_batch_go_on(client: Client) -> None:
    results = client.results("RAISERROR('no %d of %s', 16, 2, 7, 'this'); PRINT 'after'")
    failure, notice = results[0], results[1]
    assert isinstance(failure, Failure) and isinstance(notice, Notice)
    assert (failure.number, failure.message, failure.state) == (50000, "no 7 of this", 2)
    assert notice.message == "after"


def test_raiserror_of_low_severity_is_a_message(client: Client) -> None:
    assert client.printed("RAISERROR('so so', 10, 1)") == ["so so"]


def test_a_failed_statement_does_not_end_the_batch(client: Client) -> None:
    results = client.results("SELECT 1 / 0; PRINT 'after'")
    assert [r.number for r in results if isinstance(r, Failure)] == [8134]
    assert [r.message for r in results if isinstance(r, Notice)] == ["after"]


def test_an_unknown_name_ends_the_batch(client: Client) -> None:
    results = client.results("SELECT * FROM missing; PRINT 'after'")
    assert [r.number for r in results if isinstance(r, Failure)] == [208]
    assert len(results) == 1


def test_a_syntax_error_keeps_everything_from_running(client: Client) -> None:
    results = client.results("PRINT 'before'; SELECT FROM WHERE")
    assert len(results) == 1
    assert isinstance(results[0], Failure)
    assert results[0].number in (102, 156)


def test_at_at_error_tells_of_the_last_statement(client: Client) -> None:
    results = client.results(
        "SELECT 1 / 0; IF @@ERROR = 8134 PRINT 'seen'; IF @@ERROR = 0 PRINT 'gone'"
    )
    assert [r.message for r in results if isinstance(r, Notice)] == ["seen", "gone"]


def test_exec_runs_a_text(client: Client) -> None:
    assert client.value("EXEC('SELECT ' + '4')") == 4


def test_sp_executesql_takes_and_returns_parameters(client: Client) -> None:
    text = """
    DECLARE @out int
    EXEC sp_executesql N'SET @b = @a * 2', N'@a int, @b int OUTPUT', @a = 21, @b = @out OUTPUT
    SELECT @out
    """
    assert client.value(text) == 42


def test_an_unknown_procedure_is_2812(client: Client) -> None:
    assert client.numbers("EXEC missing_procedure 1") == [2812]


def test_nocount_hides_counts(client: Client) -> None:
    client.run("CREATE TABLE t (a int)")
    assert RowCount(1) in client.run("INSERT INTO t VALUES (1)")
    assert RowCount(1) not in client.run("SET NOCOUNT ON; INSERT INTO t VALUES (1)")


def test_at_at_rowcount(client: Client) -> None:
    client.run("CREATE TABLE t (a int)")
    assert client.value("INSERT INTO t VALUES (1), (2), (3); SELECT @@ROWCOUNT") == 3


def test_table_variables_go_with_their_batch(client: Client) -> None:
    text = "DECLARE @t TABLE (a int); INSERT INTO @t VALUES (1), (2); SELECT COUNT(*) FROM @t"
    assert client.value(text) == 2
    assert client.value(text) == 2


def test_what_is_not_supported_says_so(client: Client) -> None:
    (failure,) = client.failures("GRANT SELECT ON t TO someone")
    assert failure.message.startswith("not supported by the stand-in: ")


def test_a_filtered_unique_index_finds_rows_by_key(client: Client) -> None:
    client.run("CREATE TABLE t (id int, n int NULL)")
    client.run("CREATE UNIQUE INDEX ux ON t (n) WHERE n IS NOT NULL")
    client.run("INSERT INTO t VALUES (1, 5), (2, NULL), (3, NULL)")
    (plan,) = client.session.engine_state.handle.run(  # type: ignore[attr-defined]
        'EXPLAIN QUERY PLAN SELECT * FROM "dbo.t" WHERE n = 5'
    )
    assert "USING INDEX" in plan[3]
