"""Transactions and locks between sessions of one database."""

from __future__ import annotations

import pytest

from tests.standin.engine import Failure
from tests.test_standin.execution.client import Client


@pytest.fixture(autouse=True)
def table(client: Client) -> None:
    client.run("CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL)")
    client.run("INSERT INTO t VALUES (1, 10), (2, 20)")


def total(client: Client) -> object:
    return client.value("SELECT SUM(n) FROM t")


def test_a_rollback_leaves_nothing(client: Client) -> None:
    client.run("BEGIN TRAN; UPDATE t SET n = 0; DELETE FROM t WHERE id = 1; ROLLBACK")
    assert total(client) == 30


def test_others_see_a_change_when_it_is_committed(client: Client, other: Client) -> None:
    client.run("BEGIN TRAN; UPDATE t SET n = 11 WHERE id = 1")
    assert total(client) == 31
    assert total(other) == 30
    client.run("COMMIT")
    assert total(other) == 31


def test_a_transaction_that_only_reads_sees_what_others_commit(
    client: Client, other: Client
) -> None:
    client.run("BEGIN TRAN")
    assert total(client) == 30
    other.run("UPDATE t SET n = 11 WHERE id = 1")
    assert total(client) == 31
    client.run("COMMIT")


def test_a_second_writer_waits_and_gets_1222(client: Client, other: Client) -> None:
    client.run("BEGIN TRAN; UPDATE t SET n = 11 WHERE id = 1")
    assert other.numbers("SET LOCK_TIMEOUT 0; UPDATE t SET n = 12 WHERE id = 2") == [1222]
    client.run("ROLLBACK")
    other.run("UPDATE t SET n = 12 WHERE id = 2")
    assert total(other) == 22


def test_1222_leaves_the_transaction(client: Client, other: Client) -> None:
    client.run("BEGIN TRAN; UPDATE t SET n = 11 WHERE id = 1")
    other.run("SET LOCK_TIMEOUT 0; BEGIN TRAN")
    assert other.numbers("UPDATE t SET n = 12 WHERE id = 2") == [1222]
    assert other.value("SELECT @@TRANCOUNT") == 1
    client.run("ROLLBACK")


def test_a_locking_read_keeps_writers_away(client: Client, other: Client) -> None:
    client.run("BEGIN TRAN")
    assert client.value("SELECT n FROM t WITH (UPDLOCK, ROWLOCK) WHERE id = 1") == 10
    assert other.numbers("SET LOCK_TIMEOUT 0; UPDATE t SET n = 12 WHERE id = 1") == [1222]
    assert other.value("SELECT n FROM t WHERE id = 1") == 10
    client.run("COMMIT")


def test_nowait_does_not_wait(client: Client, other: Client) -> None:
    client.run("BEGIN TRAN; UPDATE t SET n = 11 WHERE id = 1")
    assert other.numbers("SELECT n FROM t WITH (NOWAIT, UPDLOCK) WHERE id = 1") == [1222]
    client.run("COMMIT")


def test_savepoints(client: Client) -> None:
    client.run("BEGIN TRAN; UPDATE t SET n = 11 WHERE id = 1; SAVE TRAN a")
    client.run("UPDATE t SET n = 21 WHERE id = 2; ROLLBACK TRAN a")
    assert total(client) == 31
    client.run("COMMIT")
    assert total(client) == 31


def test_a_savepoint_before_the_first_write(client: Client) -> None:
    client.run("BEGIN TRAN; SAVE TRAN a; UPDATE t SET n = 11 WHERE id = 1; ROLLBACK TRAN a; COMMIT")
    assert total(client) == 30


def test_a_failed_statement_of_a_transaction_undoes_only_itself(client: Client) -> None:
    client.run("BEGIN TRAN; UPDATE t SET n = 11 WHERE id = 1")
    assert client.numbers("INSERT INTO t VALUES (3, 30), (1, 1)") == [2627]
    client.run("COMMIT")
    assert total(client) == 31


def test_xact_abort_rolls_back(client: Client) -> None:
    text = "SET XACT_ABORT ON; BEGIN TRAN; UPDATE t SET n = 0; INSERT INTO t VALUES (1, 1)"
    assert client.numbers(text) == [2627]
    assert client.value("SELECT @@TRANCOUNT") == 0
    assert total(client) == 30


def test_a_doomed_transaction_can_only_be_rolled_back(client: Client) -> None:
    text = """
    SET XACT_ABORT ON
    BEGIN TRAN
    BEGIN TRY
        INSERT INTO t VALUES (1, 1)
    END TRY
    BEGIN CATCH
        SELECT XACT_STATE()
        UPDATE t SET n = 0
    END CATCH
    """
    results = client.results(text)
    assert [r.number for r in results if isinstance(r, Failure)] == [3930]
    assert client.value("SELECT @@TRANCOUNT") == 0
    assert total(client) == 30


def test_a_doomed_transaction_left_behind_is_3998(client: Client) -> None:
    text = """
    SET XACT_ABORT ON
    BEGIN TRAN
    BEGIN TRY INSERT INTO t VALUES (1, 1) END TRY
    BEGIN CATCH PRINT XACT_STATE() END CATCH
    """
    assert client.numbers(text) == [3998]
    assert client.value("SELECT @@TRANCOUNT") == 0


def test_a_conversion_error_ends_batch_and_transaction(client: Client) -> None:
    client.run("BEGIN TRAN; UPDATE t SET n = 0")
    assert client.numbers("SELECT CAST('abc' AS int); PRINT 'never'") == [245]
    assert client.value("SELECT @@TRANCOUNT") == 0
    assert total(client) == 30


@pytest.mark.parametrize(
    ("text", "number"), [("COMMIT", 3902), ("ROLLBACK", 3903), ("SAVE TRAN a", 628)]
)
def test_without_a_transaction(client: Client, text: str, number: int) -> None:
    assert client.numbers(text) == [number]


def test_ddl_is_rolled_back_too(client: Client) -> None:
    client.run("BEGIN TRAN; CREATE TABLE u (a int); DROP TABLE t; ROLLBACK")
    assert client.numbers("SELECT * FROM u") == [208]
    assert total(client) == 30


def test_the_end_of_a_session_rolls_back_and_unlocks(client: Client, other: Client) -> None:
    other.run("BEGIN TRAN; UPDATE t SET n = 0")
    other.close()
    client.run("UPDATE t SET n = 11 WHERE id = 1")
    assert total(client) == 31


def test_serializable_reads_lock(client: Client, other: Client) -> None:
    client.run("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; BEGIN TRAN")
    assert total(client) == 30
    assert other.numbers("SET LOCK_TIMEOUT 0; UPDATE t SET n = 12 WHERE id = 1") == [1222]
    client.run("COMMIT")


def test_implicit_transactions(client: Client, other: Client) -> None:
    client.run("SET IMPLICIT_TRANSACTIONS ON; UPDATE t SET n = 11 WHERE id = 1")
    assert client.value("SELECT @@TRANCOUNT") == 1
    assert total(other) == 30
    client.run("COMMIT")
    assert total(other) == 31
