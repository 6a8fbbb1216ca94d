"""How far an error goes: the statement, the text of an EXEC, the batch, the transaction.

Microsoft Learn, "TRY...CATCH (Transact-SQL)": what is found while compiling, names included, is not
caught on its own level, but is around the EXEC that runs the text.
"""

from __future__ import annotations

import pytest

from tests.standin.engine import Failure, ResultSet
from tests.test_standin.execution.client import Client

_CAUGHT = "END TRY BEGIN CATCH SELECT 'caught', ERROR_NUMBER() END CATCH"


def answers(client: Client, text: str) -> list[object]:
    """Error numbers and rows, in order."""
    found: list[object] = []
    for result in client.results(text):
        if isinstance(result, Failure):
            found.append(result.number)
        elif isinstance(result, ResultSet):
            found.extend(result.rows)
    return found


@pytest.mark.parametrize("wrong", ["SELECT * FROM missing", "SELECT missing", "SELECT nosuch(1)"])
def test_a_name_is_not_caught_on_its_own_level(client: Client, wrong: str) -> None:
    (only,) = answers(client, f"BEGIN TRY {wrong} {_CAUGHT} SELECT 'after'")
    assert only in (195, 207, 208)


def test_a_name_is_caught_around_the_text_it_is_in(client: Client) -> None:
    text = f"BEGIN TRY EXEC('SELECT * FROM missing') {_CAUGHT} SELECT 'after'"
    assert answers(client, text) == [("caught", 208), ("after",)]


def test_syntax_is_caught_around_the_text_it_is_in(client: Client) -> None:
    text = f"BEGIN TRY EXEC sp_executesql N'SELECT FROM' {_CAUGHT} SELECT 'after'"
    assert answers(client, text) == [("caught", 156), ("after",)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("EXEC('SELECT * FROM missing SELECT 1') SELECT 'after'", [208, ("after",)]),
        ("EXEC('SELECT FROM') SELECT 'after'", [156, ("after",)]),
        ("EXEC('SELECT 1 RETURN SELECT 2') SELECT 'after'", [(1,), ("after",)]),
        ("EXEC('SELECT CAST(''a'' AS int)') SELECT 'after'", [245]),
        ("EXEC('THROW 50001, ''mine'', 1') SELECT 'after'", [50001]),
        ("RETURN SELECT 'after'", []),
    ],
)
def test_what_ends_a_text_and_what_the_batch(
    client: Client, text: str, expected: list[object]
) -> None:
    assert answers(client, text) == expected


@pytest.mark.parametrize("text", ["GRANT SELECT TO public", "EXEC('GRANT SELECT TO public')"])
def test_no_catch_hides_what_is_not_supported(client: Client, text: str) -> None:
    assert answers(client, f"BEGIN TRY {text} {_CAUGHT} SELECT 'after'") == [50000]


def test_only_a_change_is_terminated(client: Client) -> None:
    client.run("CREATE TABLE t (a tinyint)")
    (of_select,) = client.failures("SELECT 1 / 0")
    (of_insert,) = client.failures("INSERT INTO t VALUES (1 / 0)")
    assert of_select.number == of_insert.number == 8134
    assert [notice.number for notice in of_select.notices] == []
    assert [notice.number for notice in of_insert.notices] == [3621]


class TestTwoErrorsOfOneStatement:
    _DROP = "ALTER TABLE t DROP COLUMN a"

    @pytest.fixture(autouse=True)
    def _table(self, client: Client) -> None:
        client.run(
            "CREATE TABLE t (a int, b int, CONSTRAINT u UNIQUE (a), CONSTRAINT c CHECK (a > 0))"
        )

    def test_both_are_told(self, client: Client) -> None:
        assert client.numbers(self._DROP) == [5074, 5074, 4922]

    def test_the_last_is_caught(self, client: Client) -> None:
        assert client.rows(f"BEGIN TRY {self._DROP} {_CAUGHT}") == [("caught", 4922)]

    def test_the_last_is_what_at_at_error_says(self, client: Client) -> None:
        assert answers(client, f"{self._DROP} SELECT @@ERROR")[-1] == (4922,)


@pytest.mark.parametrize(
    ("wrong", "left"),
    [("SELECT nosuch(1)", 1), ("RAISERROR('no', 16, 1)", 1), ("SELECT * FROM missing", 0)],
)
def test_xact_abort_leaves_what_is_found_while_compiling(
    client: Client, wrong: str, left: int
) -> None:
    client.results(f"SET XACT_ABORT ON; BEGIN TRANSACTION; {wrong}")
    assert client.value("SELECT @@TRANCOUNT") == left


@pytest.mark.parametrize(
    ("before", "count"),
    [("SET NOCOUNT OFF", 0), ("SET @a = 1", 1), ("PRINT 'x'", 0), ("BEGIN TRANSACTION", 0)],
)
def test_what_becomes_of_at_at_rowcount(client: Client, before: str, count: int) -> None:
    """Microsoft Learn, "@@ROWCOUNT (Transact-SQL)"."""
    text = f"DECLARE @a int, @b int; SELECT @b = n FROM (VALUES (1), (2)) AS v (n); {before}"
    client.run("CREATE TABLE t (n int); INSERT INTO t VALUES (1), (2)")
    assert client.value(f"{text}; SELECT @@ROWCOUNT") == count
