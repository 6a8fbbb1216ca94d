"""When the way connections are kept is worth a warning. Pure: the same report, the same words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django_mssql_ops.diagnostics.facts import Unreadable
from django_mssql_ops.health.pool.report import PoolReport
from django_mssql_ops.health.warning import Concern
from django_mssql_ops.pooling.facts import ServedBy
from django_mssql_ops.pooling.live import State


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolThresholds:
    """From where on a pool is worth a warning.

    ``orphaned``: up to so many connections whose thread has ended say nothing; a few wait for
    Python's garbage collector after every burst of threads. ``token_age``: seconds; most access
    tokens live for 60 to 90 minutes (Microsoft Learn, "Configurable token lifetimes"), so a
    connection beyond the 90 was made with one that has expired. Where they live longer, as those of
    managed identities do (24 hours), it belongs higher.
    """

    orphaned: int = 5
    token_age: float = 5400.0


def judge_pool(report: PoolReport, thresholds: PoolThresholds) -> tuple[Concern, ...]:
    """The concerns about one alias's connections, none for a report without any."""
    return (
        *_about_asgi(report),
        *_about_orphans(report, thresholds),
        *_about_switch(report),
        *_about_reuse(report),
        *_about_tokens(report, thresholds),
    )


def _about_asgi(report: PoolReport) -> Iterator[Concern]:
    facts = report.facts
    if facts.served_by is ServedBy.ASGI and facts.django_keeps:
        yield Concern(
            "persistent-under-asgi",
            "CONN_MAX_AGE keeps connections although ASGI serves this process: each request has a "
            "thread of its own, so they are kept for nobody; set it to 0",
        )


def _about_orphans(report: PoolReport, thresholds: PoolThresholds) -> Iterator[Concern]:
    orphaned = report.by_state[State.ORPHANED]
    if orphaned > thresholds.orphaned:
        yield Concern(
            "orphaned-connections",
            f"{orphaned} connections are open whose thread has ended: nobody uses or closes them; "
            "close connections at the end of a thread",
        )


def _about_switch(report: PoolReport) -> Iterator[Concern]:
    pool = report.facts.pool
    if pool.enabled and pool.ignored:
        # Only unixODBC has a switch that the project's does not reach.
        yield Concern(
            "pool-not-switched-off",
            f"the pool of {pool.layer.value} is on although the project switches it off; take "
            "Pooling out of [ODBC] in odbcinst.ini",
        )


def _about_reuse(report: PoolReport) -> Iterator[Concern]:
    reuse, pool = report.reuse, report.facts.pool
    if isinstance(reuse, Unreadable) or pool.enabled is None:
        return
    if pool.enabled and not reuse.is_reused:
        yield Concern(
            "pool-without-reuse",
            f"the pool of {pool.layer.value} is on but a closed connection was not given out "
            "again: every connect is a login",
        )


def _about_tokens(report: PoolReport, thresholds: PoolThresholds) -> Iterator[Concern]:
    if report.facts.uses_token and report.oldest > thresholds.token_age:
        yield Concern(
            "older-than-token",
            f"a connection is {report.oldest:.0f} s old, older than access tokens live "
            f"({thresholds.token_age:.0f} s); set CONN_MAX_AGE below that",
        )
