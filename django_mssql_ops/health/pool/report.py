"""How one alias keeps its connections, as the health checks show it: words and numbers only.

What is set comes from :mod:`django_mssql_ops.pooling`, as in mssql_check. Nothing here quotes a
file, a setting or a server, and nothing asks one: the reuse was seen by the prober before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django_mssql_ops.conf import ops_settings
from django_mssql_ops.configuration import read_settings
from django_mssql_ops.connections import sql_server_entries
from django_mssql_ops.diagnostics.facts import Unreadable
from django_mssql_ops.health.pool.reuse import Reuse
from django_mssql_ops.health.server.describing import not_known
from django_mssql_ops.pooling.facts import PoolFacts, pool_size, what_django_does
from django_mssql_ops.pooling.live import (
    LiveConnection,
    State,
    connections_opened,
    live_connections,
)
from django_mssql_ops.pooling.summary import pool_facts
from django_mssql_ops.retry.counters import OUTCOMES, retry_counts, tokens_left

NOT_OBSERVED: Final = Unreadable("not observed yet")


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolReport:
    """Pool settings, live connections of this process, reuse and retries of one alias.

    ``opened`` is how many connections this process has opened; ``retries`` how many attempts that
    failed were "attempted" again, "exhausted", "refused" or "unknown"; ``tokens`` what is left in
    the retry budget.
    """

    alias: str
    facts: PoolFacts
    live: tuple[LiveConnection, ...]
    opened: int
    reuse: Reuse | Unreadable
    retries: Mapping[str, int]
    tokens: float

    @property
    def by_state(self) -> dict[State, int]:
        """How many live connections are in each state; every state is there."""
        counted = dict.fromkeys(State, 0)
        for one in self.live:
            counted[one.state] += 1
        return counted

    @property
    def oldest(self) -> float:
        """Seconds that the oldest live connection is open; 0 without one."""
        return max((one.age for one in self.live), default=0.0)


def pool_report(alias: str, reuse: Reuse | Unreadable | None) -> PoolReport:
    """What this process knows of ``alias``; ``reuse`` is what the prober has seen, if anything.

    Raises ConfigurationError when there is no such alias or its entry or MSSQL_OPS is wrong.
    """
    entry = sql_server_entries((alias,), further_engines=ops_settings().engines)[alias]
    counted = retry_counts()
    return PoolReport(
        alias=alias,
        facts=pool_facts(read_settings(alias, entry)),
        live=tuple(one for one in live_connections() if one.alias == alias),
        opened=connections_opened().get(alias, 0),
        reuse=NOT_OBSERVED if reuse is None else reuse,
        retries={outcome: counted.get((alias, outcome), 0) for outcome in OUTCOMES},
        tokens=tokens_left(alias),
    )


def describe(report: PoolReport) -> tuple[tuple[str, str], ...]:
    """Label and text, row by row, for those who may see details."""
    states = ", ".join(
        f"{count} {state.value}" for state, count in report.by_state.items() if count
    )
    retries = ", ".join(f"{count} {outcome}" for outcome, count in report.retries.items())
    rows = [
        ("Django", what_django_does(report.facts.conn_max_age)),
        ("Tested before use", "yes" if report.facts.conn_health_checks else "no"),
        ("Served by", report.facts.served_by.value),
        ("Pool under Django", _pool(report.facts)),
        ("Reuse", _reuse(report.reuse)),
        ("Live connections", states or "none"),
        ("Opened since start", str(report.opened)),
        ("Retries", retries),
        ("Retry budget", f"{report.tokens:g} tokens left"),
    ]
    if report.live:
        rows.insert(6, ("Oldest connection", f"{report.oldest:.0f} s"))
    return tuple(rows)


def _pool(facts: PoolFacts) -> str:
    pool = facts.pool
    if pool.enabled is None:
        return f"{pool.layer.value} does not say"
    if not pool.enabled:
        return f"off ({pool.layer.value})"
    meant = ", although the project switches it off" if pool.ignored else ""
    return f"on ({pool.layer.value}{pool_size(pool.max_size, pool.idle_seconds)}){meant}"


def _reuse(reuse: Reuse | Unreadable) -> str:
    if isinstance(reuse, Unreadable):
        return not_known(reuse)
    done = "is given out again" if reuse.is_reused else "is not given out again"
    return f"a closed connection {done} (seen by its {reuse.proof.value})"


def gauges(report: PoolReport) -> dict[str, float]:
    """Name and number for OpenMetrics; what is not known is not there.

    The connections by state and the retries by outcome are ``by_state`` and ``retries``.
    """
    pool = report.facts.pool
    told: dict[str, float | None] = {
        "pool_enabled": pool.enabled,
        "pool_max_size": pool.max_size,
        "pool_idle_seconds": pool.idle_seconds,
        "pool_reuses": None if isinstance(report.reuse, Unreadable) else report.reuse.is_reused,
        "connection_max_age_seconds": report.facts.conn_max_age,
        "connection_oldest_seconds": report.oldest,
        "retry_budget_tokens": report.tokens,
    }
    return {name: float(number) for name, number in told.items() if number is not None}
