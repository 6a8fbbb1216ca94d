"""What the checks and the pages see of one alias within a time limit.

The answer to ``SELECT 1`` comes first; what the server's views say, and whether connections are
reused, is asked behind it, in what is left of the limit. What does not come in time comes to the
next one who asks. What is wrong with the settings is an answer too, and said in the log: nothing
here raises.
"""

from __future__ import annotations

import time
import weakref
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from django_mssql_ops.diagnostics.facts import Unreadable
from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.health.answer import Answer, Word
from django_mssql_ops.health.pool.report import PoolReport, pool_report
from django_mssql_ops.health.pool.reuse import Reopenable, Reuse, observe_reuse
from django_mssql_ops.health.probing import registry
from django_mssql_ops.health.probing.log import say_once
from django_mssql_ops.health.probing.looks import STILL_OPEN
from django_mssql_ops.health.probing.prober import Prober
from django_mssql_ops.health.server.facts import ServerFacts
from django_mssql_ops.health.server.looking import SERVER, server_facts

#: The name of the look.
REUSE: Final = "reuse"
#: Seconds after which facts that are not all there are looked for again.
SOON: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenConnection:
    """``facts`` are None while nothing was looked at, and for a database that does not answer."""

    answer: Answer
    facts: ServerFacts | None = None


class _Looked(NamedTuple):
    at: float
    facts: ServerFacts
    is_whole: bool


#: What was seen last. Reading the settings again would cost a probe more than its round trip.
_looked: Final[weakref.WeakKeyDictionary[Prober, _Looked]] = weakref.WeakKeyDictionary()


def see_connection(
    alias: str, *, limit: float, max_age: float, facts_every: float
) -> SeenConnection:
    """An answer not older than ``max_age`` seconds and facts not older than ``facts_every``, within
    ``limit`` seconds."""
    ends_at = time.monotonic() + limit
    try:
        prober = registry.prober_for(alias)
        answer = prober.answer(limit=limit, max_age=max_age)
        if not answer.is_reachable:
            return SeenConnection(answer=answer)
        facts = facts_of(prober, ends_at=ends_at, max_age=facts_every)
    except ConfigurationError as problem:
        say_once(str(problem))
        return SeenConnection(answer=misconfigured(alias))
    return SeenConnection(answer=answer, facts=facts)


def facts_of(prober: Prober, *, ends_at: float, max_age: float) -> ServerFacts:
    """Raises ConfigurationError when the settings are wrong."""
    now = time.monotonic()
    known = _looked.get(prober)
    if known is not None and now - known.at <= (max_age if known.is_whole else min(max_age, SOON)):
        return known.facts
    facts = server_facts(prober, limit=max(0.0, ends_at - now), max_age=max_age)
    _looked[prober] = _Looked(now, facts, _is_whole(facts, prober.last(SERVER)))
    return facts


def _is_whole(facts: ServerFacts, read: object) -> bool:
    """Whether these are what the server has said, and not what stands in while it is asked."""
    expires = facts.certificate_expires
    if expires == STILL_OPEN or not isinstance(read, ServerFacts):
        return False
    return replace(read, certificate_expires=expires) == facts


def last_seen(answer: Answer) -> SeenConnection:
    """The answer with the facts that are there already; nobody waits for any."""
    try:
        known = _looked.get(registry.prober_for(answer.alias)) if answer.is_reachable else None
    except ConfigurationError:
        known = None
    return SeenConnection(answer=answer, facts=None if known is None else known.facts)


def see_pool(alias: str, *, limit: float, reuse_every: float) -> PoolReport | None:
    """Within ``limit`` seconds; None when the settings are so wrong that nothing can be told.

    Whether connections are reused is observed at most every ``reuse_every`` seconds.
    """
    try:
        prober = registry.prober_for(alias)
        reuse = prober.look(REUSE, lambda own: _reuse(alias, own), limit=limit, max_age=reuse_every)
        return pool_report(alias, _or_last(prober, reuse))
    except ConfigurationError as problem:
        say_once(str(problem))
        return None


def _reuse(alias: str, own: Reopenable) -> Reuse | Unreadable:
    """The connection that is open is worth more than this when another process was rejected."""
    if registry.is_login_held(alias):
        return Unreadable("not asked: after a rejected login the next one waits")
    return observe_reuse(own)


def _or_last(prober: Prober, reuse: Reuse | Unreadable) -> Reuse | Unreadable:
    last = prober.last(REUSE)
    return last if isinstance(reuse, Unreadable) and isinstance(last, Reuse) else reuse


def misconfigured(alias: str) -> Answer:
    return Answer(alias=alias, at=time.monotonic(), word=Word.CONFIGURATION)
