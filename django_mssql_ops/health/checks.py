"""``MSSQLConnection`` and ``MSSQLPool``: the two checks for django-health-check 4.

::

    from health_check.views import HealthCheckView

    path(
        "health/",
        HealthCheckView.as_view(
            checks=[
                "django_mssql_ops.health.MSSQLConnection",
                ("django_mssql_ops.health.MSSQLPool", {"alias": "archive"}),
            ]
        ),
    )

Both bound themselves: django-health-check up to 4.4 has no time limit at all, and later ones leave
a synchronous check behind when theirs is over. Of the fields only the alias is published; the keys
of its JSON and the labels of its metrics are made of a check's ``repr``. Errors are raised where
no other is being handled, because django-health-check logs them with all that led to them.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator, Mapping
from typing import ClassVar, Final

from django_mssql_ops.conf import keys
from django_mssql_ops.health.alias_check import (
    AliasCheck,
    ServiceUnavailable,
    conf,
    conf_threshold,
)
from django_mssql_ops.health.answer import Word
from django_mssql_ops.health.families import Measured
from django_mssql_ops.health.pool import report as pool_report
from django_mssql_ops.health.pool.judging import PoolThresholds, judge_pool
from django_mssql_ops.health.pool.report import PoolReport
from django_mssql_ops.health.seeing import SeenConnection, see_connection, see_pool
from django_mssql_ops.health.server import describing
from django_mssql_ops.health.server.facts import OTHER
from django_mssql_ops.health.server.judging import judge
from django_mssql_ops.health.thresholds import Thresholds
from django_mssql_ops.health.warning import Concern

__all__ = ["MSSQLConnection", "MSSQLPool"]

Rows = tuple[tuple[str, str], ...]

#: Seconds. Whether connections are reused does not change while a process runs; it costs logins.
_REUSE_EVERY: Final = 600.0
_THRESHOLDS: Final = Thresholds()
_POOL_THRESHOLDS: Final = PoolThresholds()
#: The thresholds that are fields of each check.
_CONNECTION: Final = tuple(f.name for f in dataclasses.fields(Thresholds) if f.name != "ignored")
_POOL: Final = tuple(field.name for field in dataclasses.fields(PoolThresholds))


@dataclasses.dataclass
class MSSQLConnection(AliasCheck):
    """The database of ``alias`` answers, in time.

    ``timeout`` bounds a run, whatever the server does. An answer may be ``cache`` seconds old; 0
    asks anew, or joins the question that is on its way. What the server's views say is asked at
    most every ``facts_every`` seconds. Beyond the thresholds (see :class:`.thresholds.Thresholds`)
    there are warnings: with ``fail_on="warning"`` the check fails for one whose word is not among
    ``ignored``, with "unavailable" only for a database that does not answer.

    What is not given is taken from ``MSSQL_OPS["HEALTH"]``.
    """

    cache: float = dataclasses.field(default_factory=conf("cache"), repr=False, kw_only=True)
    facts_every: float = dataclasses.field(
        default_factory=conf("facts_every"), repr=False, kw_only=True
    )
    latency: float | None = dataclasses.field(
        default_factory=conf_threshold(_THRESHOLDS, "latency"), repr=False, kw_only=True
    )
    session_share: float | None = dataclasses.field(
        default_factory=conf_threshold(_THRESHOLDS, "session_share"), repr=False, kw_only=True
    )
    idle_transaction: float | None = dataclasses.field(
        default_factory=conf_threshold(_THRESHOLDS, "idle_transaction"), repr=False, kw_only=True
    )
    blocked: float | None = dataclasses.field(
        default_factory=conf_threshold(_THRESHOLDS, "blocked"), repr=False, kw_only=True
    )
    token: float | None = dataclasses.field(
        default_factory=conf_threshold(_THRESHOLDS, "token"), repr=False, kw_only=True
    )
    certificate_days: float | None = dataclasses.field(
        default_factory=conf_threshold(_THRESHOLDS, "certificate_days"), repr=False, kw_only=True
    )
    seen: SeenConnection | None = dataclasses.field(
        default=None, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        self._thresholds = Thresholds(**{name: getattr(self, name) for name in _CONNECTION})

    def run(self) -> None:
        """Raises ServiceUnavailable or ServiceWarning, with words and numbers and nothing else."""
        self.seen = seen = see_connection(
            self.alias, limit=self.limit, max_age=self.cache, facts_every=self.facts_every
        )
        if not seen.answer.is_reachable:
            raise ServiceUnavailable(seen.answer.why)
        self.warn()

    def pretty_status(self) -> str:
        """``OK, 0.4 ms, TLS, SQL authentication``."""
        seen = self.seen
        if seen is None or not seen.answer.is_reachable:
            return "OK"
        return ", ".join(("OK", *_spoken(seen), *_counted(self.concerns)))

    def rows(self) -> Rows:
        """What the last run saw: label and text, for those who may see details."""
        seen = self.seen
        if seen is None:
            return ()
        answer, age = seen.answer, max(0.0, time.monotonic() - seen.answer.at)
        told = answer.why if answer.latency is None else f"{answer.latency * 1000:.1f} ms"
        rows = (("Answer", told), ("Age of the answer", f"{age:.1f} s"))
        return rows if seen.facts is None else rows + describing.describe(seen.facts)

    def samples(self) -> Iterator[Measured]:
        """What the last run saw, as numbers."""
        seen = self.seen
        if seen is None:
            return
        answer = seen.answer
        yield Measured("up", self.alias, answer.is_reachable)
        if answer.latency is not None:
            yield Measured("latency_seconds", self.alias, answer.latency)
        yield Measured("answer_age_seconds", self.alias, max(0.0, time.monotonic() - answer.at))
        yield _warnings(self)
        if seen.facts is not None:
            for name, value in describing.gauges(seen.facts).items():
                yield Measured(name, self.alias, value)

    def judged(self) -> tuple[Concern, ...]:
        seen = self.seen
        return () if seen is None else judge(seen.facts, seen.answer, self._thresholds)


@dataclasses.dataclass
class MSSQLPool(AliasCheck):
    """How the connections of ``alias`` are kept in this process.

    Nothing here makes a database unavailable: the check fails when the settings are wrong, and with
    ``fail_on="warning"`` for what :mod:`.pool.judging` says. ``orphaned`` and ``token_age`` are its
    thresholds. Whether connections are reused is observed at most every ``reuse_every`` seconds.
    """

    reuse_every: float = dataclasses.field(default=_REUSE_EVERY, repr=False, kw_only=True)
    orphaned: int = dataclasses.field(
        default_factory=conf_threshold(_POOL_THRESHOLDS, "orphaned"), repr=False, kw_only=True
    )
    token_age: float = dataclasses.field(
        default_factory=conf_threshold(_POOL_THRESHOLDS, "token_age"), repr=False, kw_only=True
    )
    report: PoolReport | None = dataclasses.field(
        default=None, init=False, repr=False, compare=False
    )

    option_keys: ClassVar[Mapping[str, keys.Key]] = {"reuse_every": keys.seconds(86_400)}

    def __post_init__(self) -> None:
        super().__post_init__()
        self._thresholds = PoolThresholds(**{name: getattr(self, name) for name in _POOL})

    def run(self) -> None:
        """Raises ServiceUnavailable or ServiceWarning, with words and numbers and nothing else."""
        self.report = see_pool(self.alias, limit=self.limit, reuse_every=self.reuse_every)
        if self.report is None:
            raise ServiceUnavailable(Word.CONFIGURATION.value)
        self.warn()

    def pretty_status(self) -> str:
        """``OK, 2 live connections``."""
        if self.report is None:
            return "OK"
        return ", ".join(("OK", _live(self.report), *_counted(self.concerns)))

    def rows(self) -> Rows:
        """What the last run saw: label and text, for those who may see details."""
        return () if self.report is None else pool_report.describe(self.report)

    def samples(self) -> Iterator[Measured]:
        """What the last run saw, as numbers."""
        report = self.report
        if report is None:
            return
        for name, value in pool_report.gauges(report).items():
            yield Measured(name, self.alias, value)
        yield Measured("connections_opened", self.alias, report.opened)
        for state, count in report.by_state.items():
            label = (("state", state.name.lower()),)
            yield Measured("live_connections", self.alias, count, label)
        for outcome, count in report.retries.items():
            yield Measured("retries", self.alias, count, (("outcome", outcome),))
        yield _warnings(self)

    def judged(self) -> tuple[Concern, ...]:
        return () if self.report is None else judge_pool(self.report, self._thresholds)


def _spoken(seen: SeenConnection) -> Iterator[str]:
    if seen.answer.latency is not None:
        yield f"{seen.answer.latency * 1000:.1f} ms"
    if seen.facts is None:
        return
    if isinstance(seen.facts.encrypted, bool):
        yield "TLS" if seen.facts.encrypted else "not encrypted"
    scheme = seen.facts.auth_scheme
    if isinstance(scheme, str) and scheme != OTHER:
        yield f"{scheme} authentication"


def _counted(concerns: tuple[Concern, ...]) -> Iterator[str]:
    if concerns:
        yield f"{len(concerns)} warning{'s' if len(concerns) > 1 else ''}"


def _live(report: PoolReport) -> str:
    return f"{len(report.live)} live connection{'' if len(report.live) == 1 else 's'}"


def _warnings(check: MSSQLConnection | MSSQLPool) -> Measured:
    label = (("check", type(check).__name__),)
    return Measured("warnings", check.alias, len(check.concerns), label)
