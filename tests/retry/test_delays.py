from __future__ import annotations

import copy
import pickle
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops.conf import RetryBudget
from django_mssql_ops.retry import RetryPolicy, budget
from django_mssql_ops.retry.delays import delay_before
from django_mssql_ops.retry.verdict import FaultKind

SECONDS = st.floats(min_value=0, max_value=1000)


@given(
    st.sampled_from(FaultKind),
    st.integers(-5, 10_000),
    st.builds(RetryPolicy, base_delay=SECONDS, max_delay=SECONDS),
    SECONDS,
    st.none() | SECONDS,
    st.floats(min_value=0, max_value=1),
)
def test_a_delay_keeps_its_promises(
    kind: FaultKind,
    retry: int,
    policy: RetryPolicy,
    floor: float,
    remaining: float | None,
    luck: float,
) -> None:
    delay = delay_before(kind, retry, policy, floor=floor, remaining=remaining, random=lambda: luck)
    if delay is None:
        assert remaining is not None
        return
    assert floor <= delay <= max(floor, policy.max_delay) + policy.max_delay
    if remaining is not None:
        assert delay < remaining


def test_the_longest_jitter_ends() -> None:
    policy = RetryPolicy()
    delays = [
        delay_before(FaultKind.CONCURRENCY, n, policy, random=lambda: 1.0) for n in (1, 6, 7, 99)
    ]
    assert delays == [0.025, 0.8, 1.0, 1.0]
    assert delay_before(FaultKind.CONNECTION, 99, policy, random=lambda: 1.0) == 30.0


class TestBudget:
    FIGURES = RetryBudget(capacity=20, retry=5, timeout=10, refund=2)

    def test_takes_from_all_or_none(self) -> None:
        budget.refill()
        assert budget.take(["a"], self.FIGURES, timed_out=True)
        assert budget.take(["a", "b"], self.FIGURES)
        assert budget.take(["a"], self.FIGURES)
        assert not budget.take(["b", "a"], self.FIGURES)
        assert (budget.tokens("a", self.FIGURES), budget.tokens("b", self.FIGURES)) == (0, 15)
        budget.refund(["a", "b", "c"], self.FIGURES)
        assert (budget.tokens("a", self.FIGURES), budget.tokens("c", self.FIGURES)) == (2, 20)
        budget.refill()
        assert not budget.anything_missing()

    def test_never_holds_more_than_its_capacity(self) -> None:
        budget.refill()
        budget.take(["a"], self.FIGURES)
        for _ in range(9):
            budget.refund(["a"], self.FIGURES)
        assert budget.tokens("a", self.FIGURES) == 20

    def test_threads_share_it(self) -> None:
        budget.refill()
        taken: list[bool] = []

        def take() -> None:
            for _ in range(50):
                taken.append(budget.take(["a"], RetryBudget(capacity=500, retry=5)))

        threads = [threading.Thread(target=take) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(taken) == 100
        budget.refill()


def test_a_policy_is_a_value() -> None:
    """As the frozen dataclass that it was, which took too long to import."""
    policy = RetryPolicy(max_retries=5, deadline=9)
    same = RetryPolicy(max_retries=5, deadline=9)
    assert policy == same != RetryPolicy()
    assert hash(policy) == hash(same)
    assert policy != 5
    for copied in (copy.copy(policy), copy.deepcopy(policy), pickle.loads(pickle.dumps(policy))):  # noqa: S301
        assert copied == policy
    assert repr(policy).startswith("RetryPolicy(max_retries=5, base_delay=1.0, ")
    with pytest.raises(AttributeError, match="cannot be changed"):
        policy.deadline = 1.0
    with pytest.raises(AttributeError, match="cannot be changed"):
        del policy.deadline
