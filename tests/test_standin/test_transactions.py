from __future__ import annotations

import pytest

from tests.standin.engine import StatementFailed
from tests.standin.profiles import SQLSERVER2022
from tests.standin.session import DatabaseChange, PreparedStatement, Session
from tests.standin.transactions import Transaction, TransactionChange, TransactionEvent


def transaction() -> tuple[Transaction, list[TransactionEvent]]:
    events: list[TransactionEvent] = []
    return Transaction(events.append), events


def session() -> Session:
    return Session(
        spid=51,
        profile=SQLSERVER2022,
        login="app",
        database="app",
        databases=lambda: ("master", "app"),
    )


def failure_number(error: pytest.ExceptionInfo[StatementFailed]) -> int:
    return error.value.failure.number


def test_begin_and_commit_tell_the_same_descriptor() -> None:
    tx, events = transaction()
    tx.begin()
    open_descriptor = tx.descriptor
    tx.commit()
    assert [event.change for event in events] == [
        TransactionChange.BEGAN,
        TransactionChange.COMMITTED,
    ]
    assert {event.descriptor for event in events} == {open_descriptor}
    assert (tx.count, tx.descriptor) == (0, 0)


def test_two_transactions_never_share_a_descriptor() -> None:
    tx, events = transaction()
    for _ in range(2):
        tx.begin()
        tx.commit()
    assert len({event.descriptor for event in events}) == 2


def test_a_nested_begin_only_counts_and_the_outermost_commit_ends() -> None:
    tx, events = transaction()
    tx.begin()
    tx.begin()
    assert tx.count == 2
    tx.commit()
    assert tx.count == 1
    assert [event.change for event in events] == [TransactionChange.BEGAN]


def test_rollback_ends_every_level() -> None:
    tx, events = transaction()
    tx.begin()
    tx.begin()
    tx.rollback()
    assert tx.count == 0
    assert events[-1].change is TransactionChange.ROLLED_BACK


@pytest.mark.parametrize(
    ("action", "number"),
    [("commit", 3902), ("rollback", 3903)],
)
def test_ending_nothing_is_an_error(action: str, number: int) -> None:
    tx, _ = transaction()
    with pytest.raises(StatementFailed) as error:
        getattr(tx, action)()
    assert failure_number(error) == number


def test_saving_outside_a_transaction_is_error_628() -> None:
    tx, _ = transaction()
    with pytest.raises(StatementFailed) as error:
        tx.save("s1")
    assert failure_number(error) == 628


def test_rollback_to_a_savepoint_keeps_the_transaction_and_drops_later_savepoints() -> None:
    tx, events = transaction()
    tx.begin()
    tx.save("s1")
    tx.save("s2")
    tx.rollback("s1")
    assert tx.count == 1
    assert events[-1] == TransactionEvent(
        TransactionChange.ROLLED_BACK_TO_SAVEPOINT, tx.descriptor, "s1"
    )
    with pytest.raises(StatementFailed) as error:
        tx.rollback("s2")
    assert failure_number(error) == 6401


def test_reset_rolls_back_forgets_handles_and_returns_to_the_login_database() -> None:
    s = session()
    handle = s.prepared.add(PreparedStatement("SELECT 1", ""))
    s.transaction.begin()
    s.use("MASTER")
    s.take_events()
    s.reset()
    assert s.transaction.count == 0
    assert s.database == "app"
    assert DatabaseChange("app", "master") in s.take_events()
    with pytest.raises(StatementFailed) as error:
        s.prepared.find(handle)
    assert failure_number(error) == 8179


def test_reset_can_keep_the_transaction() -> None:
    s = session()
    s.transaction.begin()
    s.reset(keep_transaction=True)
    assert s.transaction.count == 1


def test_use_of_an_unknown_database_is_error_911() -> None:
    with pytest.raises(StatementFailed) as error:
        session().use("nowhere")
    assert failure_number(error) == 911


def test_a_request_must_name_the_open_transaction() -> None:
    s = session()
    s.check_descriptor(0)
    with pytest.raises(StatementFailed) as gone:
        s.check_descriptor(77)
    s.transaction.begin()
    s.check_descriptor(s.transaction.descriptor)
    with pytest.raises(StatementFailed) as wrong:
        s.check_descriptor(0)
    assert (failure_number(gone), failure_number(wrong)) == (3971, 3989)


def test_the_engine_hears_of_a_transaction_at_once() -> None:
    heard: list[TransactionChange] = []
    s = Session(
        spid=51,
        profile=SQLSERVER2022,
        login="app",
        database="app",
        on_transaction=lambda event: heard.append(event.change),
    )
    s.transaction.begin()
    s.transaction.save("s1")
    assert heard == [TransactionChange.BEGAN, TransactionChange.SAVED]
