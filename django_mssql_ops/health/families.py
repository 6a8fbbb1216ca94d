"""The metrics of the health page: what each is called, and what it means.

Labels are the alias, a connection's state and a retry's outcome: all of them from closed lists, so
that the number of series cannot grow with the traffic.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from django_mssql_ops.health.openmetrics import Family, Sample
from django_mssql_ops.health.server.describing import GAUGES

_PREFIX: Final = "mssql_ops_"
#: Those that only grow; all others are gauges.
_COUNTERS: Final = frozenset({"connections_opened", "retries"})

#: Name without the prefix -> its sentence. Seconds are in names, so that they need no other word.
MEANINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "up": "1 when the database answered, 0 when not.",
        "latency_seconds": "One round trip of SELECT 1 on an open connection.",
        "answer_age_seconds": "Time since the answer that this page shows.",
        "warnings": "What is worth a warning although the database answers.",
        "live_connections": "Connections of Django in this process, by what they are doing.",
        "connections_opened": "Connections that Django has opened in this process.",
        "retries": "What became of failed attempts in this process.",
        "pool_enabled": "1 when a pool under Django is switched on, 0 when not.",
        "pool_max_size": "The most connections that the pool keeps.",
        "pool_idle_seconds": "How long the pool keeps an idle connection.",
        "pool_reuses": "1 when a closed connection was seen to be given out again, 0 when not.",
        "connection_max_age_seconds": "CONN_MAX_AGE.",
        "connection_oldest_seconds": "Age of the oldest connection of Django in this process.",
        "retry_budget_tokens": "What is left in the retry budget of this process.",
        **{name: f"{meaning}." for name, meaning in GAUGES.items()},
    }
)


class Measured(NamedTuple):
    """One number of one alias; ``labels`` are those beside the alias."""

    name: str
    alias: str
    value: float
    labels: tuple[tuple[str, str], ...] = ()


def families_of(measured: Iterable[Iterable[Measured]]) -> list[Family]:
    """The numbers of all checks, put together by name as the format wants them."""
    samples: dict[str, dict[tuple[tuple[str, str], ...], float]] = {}
    for one in (one for several in measured for one in several):
        labels = (("alias", one.alias), *one.labels)
        samples.setdefault(one.name, {})[labels] = one.value
    return [
        Family(
            name=_PREFIX + name,
            kind="counter" if name in _COUNTERS else "gauge",
            meaning=MEANINGS[name],
            samples=tuple(Sample(labels=labels, value=value) for labels, value in found.items()),
        )
        for name, found in samples.items()
    ]
