"""Whether a history can be true: pure, so that it can be shown histories that are not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from tests.jepsen.history import Ended, Kind, Observed, Outcome


def violations(
    before: Mapping[int, int], history: Sequence[Ended], observed: Observed
) -> list[str]:
    """What cannot be, in sentences; none when every write is there as often as it may be.

    ``before`` are the balances when the history began.
    """
    applied = Counter(observed.journal)
    return [
        *_operations(history, applied, observed.tokens),
        *_strangers(history, applied),
        *_balances(before, history, applied, observed.balances),
    ]


def _operations(
    history: Sequence[Ended], applied: Counter[int], tokens: frozenset[int]
) -> Iterator[str]:
    for ended in history:
        times = applied[ended.operation.number]
        if times > 1:
            yield f"doubled: {ended} is there {times} times"
        elif ended.outcome is Outcome.OK and not times:
            yield f"lost: {ended} is not there"
        elif ended.outcome is Outcome.FAIL and times:
            yield f"applied although it failed: {ended}"
        if ended.operation.verified and (ended.operation.number in tokens) != bool(times):
            there = "there" if ended.operation.number in tokens else "missing"
            yield f"token {there}, but {times} rows: {ended}"


def _strangers(history: Sequence[Ended], applied: Counter[int]) -> Iterator[str]:
    known = {ended.operation.number for ended in history}
    for number in sorted(set(applied) - known):
        yield f"a row of nobody: #{number}"


def _balances(
    before: Mapping[int, int],
    history: Sequence[Ended],
    applied: Counter[int],
    after: Mapping[int, int],
) -> Iterator[str]:
    if sum(after.values()) != sum(before.values()):
        yield f"total: {sum(after.values())} instead of {sum(before.values())}"
    expected = Counter(before)
    for ended in history:
        operation = ended.operation
        if operation.kind is Kind.TRANSFER:
            # The journal says how often; that it says more than once is a fault of its own.
            expected[operation.source] -= operation.amount * applied[operation.number]
            expected[operation.target] += operation.amount * applied[operation.number]
    for account in sorted(set(expected) | set(after)):
        if after.get(account) != expected[account]:
            yield f"account {account} holds {after.get(account)} instead of {expected[account]}"
