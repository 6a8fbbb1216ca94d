"""What clients do about a failure: nothing, the published sample, exponential, and this package."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django_mssql_ops.conf import RetryBudget
from django_mssql_ops.retry import budget as bucket
from django_mssql_ops.retry.delays import delay_before
from django_mssql_ops.retry.policy import RetryPolicy
from django_mssql_ops.retry.verdict import THROTTLING_FLOOR, FaultKind
from tests.storm.server import Failure

#: A query that ran into its time limit is tried again once (retry.verdict).
_TRIES_AFTER_TIME_OUT: Final = 1
_KINDS: Final = {
    Failure.UNAVAILABLE: FaultKind.CONNECTION,
    Failure.THROTTLED: FaultKind.THROTTLING,
    Failure.TIMED_OUT: FaultKind.CONNECTION,
}
#: A name for the bucket of every process, however many days are run.
_names: Iterator[int] = itertools.count()


class NoRetry:
    """The error goes to the user."""

    def delay(self, failed: Sequence[Failure], draw: random.Random) -> float | None:
        """Never again."""

    def succeeded(self) -> None:
        """Nothing to remember."""


@dataclass(frozen=True, slots=True)
class PublishedSample(NoRetry):
    """The sample for mssql-django with its filters repaired: full jitter, no floor, no budget."""

    max_retries: int = 3
    base_delay: float = 1.0
    max_delay: float = 30.0

    def delay(self, failed: Sequence[Failure], draw: random.Random) -> float | None:
        if len(failed) > self.max_retries:
            return None
        return draw.uniform(0.0, min(self.max_delay, self.base_delay * 2.0 ** (len(failed) - 1)))


@dataclass(frozen=True, slots=True)
class Exponential(NoRetry):
    """tenacity's ``wait_exponential(multiplier=1, max=30)`` with ``stop_after_attempt(6)``."""

    attempts: int = 6
    max_delay: float = 30.0

    def delay(self, failed: Sequence[Failure], draw: random.Random) -> float | None:
        if len(failed) >= self.attempts:
            return None
        return min(self.max_delay, 2.0 ** (len(failed) - 1))


class Ours(NoRetry):
    """This package as it is: its policy, its delays, and the bucket that a process shares."""

    def __init__(self, budget: RetryBudget | None = None) -> None:
        self._budget = budget or RetryBudget()
        self._policy = RetryPolicy()
        self._process = (f"process {next(_names)}",)

    def delay(self, failed: Sequence[Failure], draw: random.Random) -> float | None:
        last = failed[-1]
        timed_out = last is Failure.TIMED_OUT
        if len(failed) > self._policy.max_retries:
            return None
        if timed_out and failed.count(last) > _TRIES_AFTER_TIME_OUT:
            return None
        if not bucket.take(self._process, self._budget, timed_out=timed_out):
            return None
        return delay_before(
            _KINDS[last],
            len(failed),
            self._policy,
            floor=THROTTLING_FLOOR if last is Failure.THROTTLED else 0.0,
            random=draw.random,
        )

    def succeeded(self) -> None:
        bucket.refund(self._process, self._budget)
