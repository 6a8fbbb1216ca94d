"""Whether the databases are ready: one word for everyone, the reasons for the admitted."""

from __future__ import annotations

import dataclasses
import math
import time
from dataclasses import dataclass
from typing import Any, Final

from django_mssql_ops.conf import Health, ops_settings
from django_mssql_ops.connections import sql_server_entries
from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.health.answer import Word
from django_mssql_ops.health.probing import registry
from django_mssql_ops.health.probing.log import say_once
from django_mssql_ops.health.seeing import SeenConnection, last_seen
from django_mssql_ops.health.server.judging import judge
from django_mssql_ops.health.thresholds import Thresholds
from django_mssql_ops.health.warning import Concern

_THRESHOLDS: Final = frozenset(field.name for field in dataclasses.fields(Thresholds))


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """``seen`` are all databases; none when the project's settings are wrong.

    ``now`` is monotonic.
    """

    health: Health
    seen: tuple[SeenConnection, ...]
    now: float

    @property
    def is_ready(self) -> bool:
        """Warnings do not count: what one machine warns of concerns all of them, and they would all
        go out of service at once."""
        return bool(self.seen) and all(seen.answer.is_reachable for seen in self.seen)

    @property
    def status(self) -> str:
        """What anyone may know: "ok" or "unavailable"."""
        return "ok" if self.is_ready else "unavailable"

    @property
    def retry_after(self) -> int:
        """Whole seconds until there can be another answer. Everyone may know it, so that it does
        not count a login that has to wait: that would tell that one was rejected."""
        return max(1, math.ceil(self.health.cache))

    def details(self) -> dict[str, Any]:
        """What is known of each alias, as JSON has it; times are seconds."""
        if not self.seen:
            return {"why": Word.CONFIGURATION.value}
        return {"databases": {seen.answer.alias: self._detail(seen) for seen in self.seen}}

    def _concerns(self, seen: SeenConnection) -> list[Concern]:
        set_here: dict[str, Any] = {
            k: v for k, v in self.health.thresholds.items() if k in _THRESHOLDS
        }
        found = judge(seen.facts, seen.answer, Thresholds(**set_here))
        return [concern for concern in found if concern.word not in self.health.ignored]

    def _detail(self, seen: SeenConnection) -> dict[str, Any]:
        answer = seen.answer
        detail: dict[str, Any] = {"status": "ok" if answer.is_reachable else "unavailable"}
        if answer.why:
            detail["why"] = answer.why
        if answer.latency is not None:
            detail["latency"] = round(answer.latency, 6)
        detail["age"] = round(max(0.0, self.now - answer.at), 3)
        if answer.next_login is not None:
            detail["next_login"] = round(max(0.0, answer.next_login - self.now), 3)
        concerns = self._concerns(seen)
        if concerns:
            detail["warnings"] = {concern.word: concern.sentence for concern in concerns}
        return detail


def project_aliases() -> tuple[str, ...]:
    """``HEALTH["DATABASES"]``, or all that are SQL Server.

    Raises ConfigurationError when there is none or MSSQL_OPS is wrong.
    """
    ops = ops_settings()
    return ops.health.databases or tuple(sql_server_entries(None, further_engines=ops.engines))


def readiness() -> Readiness:
    """Asks all databases at once, within ``HEALTH["TIMEOUT"]``; raises nothing for the settings.

    Nobody waits for what the servers' views say: the last that was seen is told.
    """
    try:
        health = ops_settings().health
        found = registry.ask(project_aliases(), limit=health.timeout, max_age=health.cache)
    except ConfigurationError as problem:
        say_once(str(problem))
        return Readiness(health=Health(), seen=(), now=time.monotonic())
    seen = tuple(map(last_seen, found.values()))
    return Readiness(health=health, seen=seen, now=time.monotonic())
