"""A bucket of tokens per alias, so that retries do not keep an ailing server down.

One process shares the buckets among all threads and layers. A retry takes tokens, a call that
succeeds puts a few back: while a server is well the bucket is full and costs nothing, and while it
is down a process falls to a trickle of retries, one per so many successes. The idea and the figures
are botocore's standard mode (500, 5, 10, 1); docs/proof.md shows what they do in a simulation.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_mssql_ops.conf import RetryBudget

_lock = threading.Lock()
#: Alias -> tokens that are missing from a full bucket. No entry: full. Bounded by DATABASES.
_missing: dict[str, float] = {}


def take(aliases: Iterable[str], budget: RetryBudget, *, timed_out: bool = False) -> bool:
    """Take what one retry costs from the bucket of each alias, or from none of them."""
    cost = budget.timeout if timed_out else budget.retry
    wanted = tuple(aliases)
    if not cost:
        return True
    with _lock:
        if any(_missing.get(alias, 0.0) + cost > budget.capacity for alias in wanted):
            return False
        for alias in wanted:
            _missing[alias] = _missing.get(alias, 0.0) + cost
    return True


def anything_missing() -> bool:
    """Whether a success has anything to give back; asked by every call, so it takes no lock."""
    return bool(_missing)


def refund(aliases: Iterable[str], budget: RetryBudget) -> None:
    """Put back what one success gives."""
    with _lock:
        for alias in aliases:
            left = _missing.get(alias, 0.0) - budget.refund
            if left > 0:
                _missing[alias] = left
            else:
                _missing.pop(alias, None)


def tokens(alias: str, budget: RetryBudget) -> float:
    """What is in the bucket of ``alias``."""
    with _lock:
        return max(0.0, budget.capacity - _missing.get(alias, 0.0))


def refill() -> None:
    """Fill all buckets; for tests."""
    with _lock:
        _missing.clear()
