"""Round-trip time of the smallest question, over the one open connection."""

from __future__ import annotations

import math

from django.db.backends.base.base import BaseDatabaseWrapper

from django_mssql_ops.diagnostics import queries
from django_mssql_ops.diagnostics.deadline import Deadline, Stopwatch, TimeLimitExceeded, within
from django_mssql_ops.diagnostics.facts import LatencyFacts, Unreadable
from django_mssql_ops.errors import classify


def probe_latency(wrapper: BaseDatabaseWrapper, *, limit: float) -> LatencyFacts | Unreadable:
    """Time ``queries.LATENCY_SAMPLES`` round trips; takes at most ``limit`` seconds in all.

    Over a slow line it takes fewer samples: a server too far away must be seen to be just that.
    """
    try:
        samples = within(limit, lambda: _measure(wrapper, queries.LATENCY_SAMPLES, Deadline(limit)))
    except TimeLimitExceeded as error:
        return Unreadable(str(error))
    except Exception as error:
        failure = classify(error)
        return Unreadable(failure.describe() if failure else type(error).__name__)
    return summarise(samples)


def _measure(wrapper: BaseDatabaseWrapper, count: int, deadline: Deadline) -> list[float]:
    samples: list[float] = []
    with wrapper.cursor() as cursor:
        while len(samples) < count and _there_is_time(samples, deadline):
            watch = Stopwatch()
            cursor.execute(queries.LATENCY)
            cursor.fetchone()
            samples.append(watch.milliseconds)
    return samples


def _there_is_time(samples: list[float], deadline: Deadline) -> bool:
    """Whether one more round trip, even twice as slow as any before, would end in time."""
    return not samples or deadline.remaining() * 1000 > 2 * max(samples)


def summarise(samples: list[float]) -> LatencyFacts:
    """Minimum, median and 95th percentile by nearest rank, in milliseconds."""
    ordered = sorted(samples)
    return LatencyFacts(
        samples=len(ordered),
        minimum=ordered[0],
        p50=_nearest_rank(ordered, 0.50),
        p95=_nearest_rank(ordered, 0.95),
    )


def _nearest_rank(ordered: list[float], share: float) -> float:
    return ordered[math.ceil(share * len(ordered)) - 1]
