"""The judge, shown histories that cannot be true: each planted fault has to be found."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.jepsen.checker import violations
from tests.jepsen.history import Ended, Kind, Observed, Operation, Outcome

_BEFORE = {1: 100, 2: 100, 3: 100}


def transfer(number: int, outcome: Outcome = Outcome.OK, *, verified: bool = False) -> Ended:
    return Ended(
        operation=Operation(
            number=number,
            kind=Kind.TRANSFER,
            thread=1,
            source=1,
            target=2,
            amount=5,
            verified=verified,
        ),
        outcome=outcome,
        attempts=1,
    )


def insert(number: int, outcome: Outcome = Outcome.OK) -> Ended:
    return Ended(
        operation=Operation(number=number, kind=Kind.INSERT, thread=2),
        outcome=outcome,
        attempts=2,
        error="OperationalError",
    )


def observed(*journal: int, moved: int = 0, more: int = 0, tokens: Sequence[int] = ()) -> Observed:
    """The journal's rows; ``moved`` went from account 1 to 2, ``more`` came from nowhere."""
    return Observed(
        balances={1: 100 - moved, 2: 100 + moved + more, 3: 100},
        journal=journal,
        tokens=frozenset(tokens),
    )


def test_what_came_back_and_is_there_once_is_sound() -> None:
    history = [transfer(1), insert(2), insert(3, Outcome.FAIL)]
    assert violations(_BEFORE, history, observed(1, 2, moved=5)) == []


@pytest.mark.parametrize("there", [(), (1,)])
def test_what_nobody_knows_may_be_there_or_not(there: tuple[int, ...]) -> None:
    history = [transfer(1, Outcome.INFO)]
    assert violations(_BEFORE, history, observed(*there, moved=5 * len(there))) == []


def test_a_lost_write_is_found() -> None:
    (found,) = violations(_BEFORE, [insert(1)], observed())
    assert found == "lost: #1 thread 2: insert -> ok (2 attempts) OperationalError is not there"


@pytest.mark.parametrize("outcome", Outcome)
def test_a_doubled_write_is_found_however_it_ended(outcome: Outcome) -> None:
    (found,) = violations(_BEFORE, [insert(1, outcome)], observed(1, 1))
    assert found.startswith("doubled: ") and found.endswith("is there 2 times")


def test_a_write_that_failed_and_is_there_is_found() -> None:
    (found,) = violations(_BEFORE, [insert(1, Outcome.FAIL)], observed(1))
    assert found.startswith("applied although it failed: #1")


def test_a_transfer_in_the_journal_that_moved_nothing_is_found() -> None:
    found = violations(_BEFORE, [transfer(1)], observed(1))
    assert found == ["account 1 holds 100 instead of 95", "account 2 holds 100 instead of 105"]


def test_a_transfer_that_moved_twice_is_found_though_the_journal_has_it_once() -> None:
    found = violations(_BEFORE, [transfer(1)], observed(1, moved=10))
    assert found == ["account 1 holds 90 instead of 95", "account 2 holds 110 instead of 105"]


def test_half_a_transfer_changes_the_total_and_is_found() -> None:
    found = violations(_BEFORE, [transfer(1)], observed(1, moved=5, more=-5))
    assert "total: 295 instead of 300" in found


def test_a_row_of_nobody_is_found() -> None:
    assert violations(_BEFORE, [], observed(7)) == ["a row of nobody: #7"]


@pytest.mark.parametrize(("there", "token"), [((1,), ()), ((), (1,))])
def test_a_token_that_does_not_tell_the_truth_is_found(
    there: tuple[int, ...], token: tuple[int, ...]
) -> None:
    history = [transfer(1, Outcome.INFO, verified=True)]
    (found,) = violations(_BEFORE, history, observed(*there, moved=5 * len(there), tokens=token))
    assert found.startswith("token there, but 0" if token else "token missing, but 1")


@given(st.lists(st.sampled_from(list(Outcome)), max_size=8), st.data())
def test_any_history_without_a_fault_is_sound_and_with_one_is_not(
    outcomes: list[Outcome], data: st.DataObject
) -> None:
    history = [insert(number, outcome) for number, outcome in enumerate(outcomes, 1)]
    there = [
        ended.operation.number
        for ended in history
        if ended.outcome is Outcome.OK
        or (ended.outcome is Outcome.INFO and data.draw(st.booleans()))
    ]
    assert violations(_BEFORE, history, observed(*there)) == []
    if there:
        again = data.draw(st.sampled_from(there))
        assert violations(_BEFORE, history, observed(*there, again))
