"""What the checks and pages see, made up: no prober, no thread, no server."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Final
from unittest import mock

from django.db import connections

from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.health import checks, readiness
from django_mssql_ops.health.answer import Answer, Word
from django_mssql_ops.health.pool.report import PoolReport
from django_mssql_ops.health.pool.reuse import Proof, Reuse
from django_mssql_ops.health.probing import log, registry
from django_mssql_ops.health.seeing import SeenConnection, misconfigured
from django_mssql_ops.health.server.facts import (
    NOT_USED,
    Blocked,
    IdleTransactions,
    Role,
    ServerFacts,
    Sessions,
)
from django_mssql_ops.pooling.facts import Layer, PoolFacts, PoolSettings
from django_mssql_ops.pooling.live import LiveConnection, State
from django_mssql_ops.retry.counters import OUTCOMES

SOUND: Final = ServerFacts(
    encrypted=True,
    auth_scheme="SQL",
    role=Role.STANDALONE,
    is_writable=True,
    state="ONLINE",
    row_versioning=True,
    sessions=Sessions(total=40, running=2, sleeping=4, dormant=1, other=0),
    session_limit=600,
    idle_transactions=IdleTransactions(count=0, oldest_seconds=0),
    blocked=Blocked(count=0, longest_seconds=0),
    driver_major=18,
    fell_back=False,
    certificate_expires=NOT_USED,
)
#: One warning each.
READ_ONLY: Final = replace(SOUND, is_writable=False)
FORGOTTEN: Final = replace(SOUND, idle_transactions=IdleTransactions(count=2, oldest_seconds=90))


def answered(alias: str = "default", **changes: Any) -> Answer:
    """An answer of just now, after 4 ms."""
    return replace(Answer(alias=alias, at=time.monotonic(), latency=0.004), **changes)


def failed(word: Word = Word.NO_ANSWER, alias: str = "default", **changes: Any) -> Answer:
    return replace(Answer(alias=alias, at=time.monotonic(), word=word), **changes)


def pool(alias: str = "default", **changes: Any) -> PoolReport:
    known: dict[str, Any] = {
        "alias": alias,
        "facts": PoolFacts(
            conn_max_age=60.0,
            conn_health_checks=True,
            pool=PoolSettings(enabled=True, where="x", layer=Layer.MSSQL_PYTHON),
        ),
        "live": (LiveConnection(alias=alias, age=5.0, state=State.IDLE),),
        "opened": 3,
        "reuse": Reuse(is_reused=True, proof=Proof.SOCKETS),
        "retries": dict.fromkeys(OUTCOMES, 1),
        "tokens": 495.0,
    }
    return PoolReport(**{**known, **changes})


#: The pool is on, and a closed connection was not given out again: one warning.
WASTED: Final = pool(reuse=Reuse(is_reused=False, proof=Proof.SESSION))


@dataclass
class Sights:
    """``answers``, ``facts`` and ``pools`` by alias; what is not there is a sound database.

    ``asked`` holds what the checks and pages asked for, in their order.
    """

    answers: dict[str, Answer] = field(default_factory=dict)
    facts: dict[str, ServerFacts] = field(default_factory=dict)
    pools: dict[str, PoolReport] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def see_connection(self, alias: str, **limits: Any) -> SeenConnection:
        self.asked.append((alias, limits))
        if alias in self.unknown:
            return SeenConnection(answer=misconfigured(alias))
        return self.seen(self.answers.get(alias, answered(alias)))

    def see_pool(self, alias: str, **limits: Any) -> PoolReport | None:
        self.asked.append((alias, limits))
        return None if alias in self.unknown else self.pools.get(alias, pool(alias))

    def ask(self, aliases: Sequence[str], **limits: Any) -> dict[str, Answer]:
        self.asked.append((",".join(aliases), limits))
        if self.unknown.intersection(aliases):
            raise ConfigurationError("there is no such alias")
        return {alias: self.answers.get(alias, answered(alias)) for alias in aliases}

    def seen(self, answer: Answer) -> SeenConnection:
        facts = self.facts.get(answer.alias, SOUND) if answer.is_reachable else None
        return SeenConnection(answer=answer, facts=facts)


@contextmanager
def seeing(sights: Sights, aliases: Sequence[str] = ("default",)) -> Iterator[Sights]:
    """DATABASES has these aliases, all of SQL Server, and this is what is seen of them."""
    wanted: Any = {alias: {"ENGINE": "mssql", "NAME": "app"} for alias in aliases}
    configured: Any = connections.configure_settings({"default": {}, **wanted})
    entries = {alias: configured[alias] for alias in aliases}
    log.say_once.cache_clear()
    with (
        mock.patch.dict(connections.settings, entries, clear=True),
        mock.patch.object(checks, "see_connection", sights.see_connection),
        mock.patch.object(checks, "see_pool", sights.see_pool),
        mock.patch.object(registry, "ask", sights.ask),
        mock.patch.object(readiness, "last_seen", sights.seen),
    ):
        yield sights
