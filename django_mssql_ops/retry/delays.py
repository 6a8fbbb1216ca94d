"""How long to wait before another try; pure, with the random number as an argument."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django_mssql_ops.retry.policy import RetryPolicy
from django_mssql_ops.retry.verdict import FaultKind

#: Doublings after which a delay grows no more, whatever the policy's figures are.
_MOST_DOUBLINGS: Final = 30


def delay_before(
    kind: FaultKind,
    retry: int,
    policy: RetryPolicy,
    *,
    floor: float = 0.0,
    remaining: float | None = None,
    random: Callable[[], float],
) -> float | None:
    """Seconds before the ``retry``-th retry (from 1), or None when the wait does not fit.

    ``floor`` is what the server asks for: it is waited for in full or not at all, and is not
    shortened by ``max_delay``. ``remaining`` is the seconds that are left of the deadline; of what
    is left after the shortest wait, the jitter takes half at most, so that the try has time too.
    ``random`` gives numbers from 0 to 1.
    """
    least, span = _range(kind, retry, policy, floor)
    if remaining is not None:
        if least >= remaining:
            return None
        span = min(span, (remaining - least) / 2)
    return least + span * random()


def _range(kind: FaultKind, retry: int, policy: RetryPolicy, floor: float) -> tuple[float, float]:
    """The shortest wait, and how much longer it may be."""
    growth = 2.0 ** min(max(retry, 1) - 1, _MOST_DOUBLINGS)
    if kind is FaultKind.CONCURRENCY:
        least = floor
        longest = min(policy.concurrency * growth, policy.max_concurrency)
        return least, min(longest * policy.base_delay, policy.max_delay)
    wait = policy.connection * policy.base_delay
    least = floor if kind is FaultKind.THROTTLING else max(floor, min(wait, policy.max_delay))
    longest = max(least, min(least + wait * growth, policy.max_delay))
    return least, longest - least
