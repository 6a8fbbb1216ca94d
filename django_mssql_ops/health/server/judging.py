"""When what the server says is worth a warning. Pure: the same facts, the same words.

A sentence holds numbers and words of this project; a fact that could not be read says nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django_mssql_ops.diagnostics.facts import Unreadable
from django_mssql_ops.health.answer import Answer
from django_mssql_ops.health.durations import duration
from django_mssql_ops.health.server.facts import OTHER, ServerFacts
from django_mssql_ops.health.thresholds import Thresholds
from django_mssql_ops.health.warning import Concern


def judge(
    facts: ServerFacts | None,
    answer: Answer,
    thresholds: Thresholds,
    *,
    now: dt.datetime | None = None,
) -> tuple[Concern, ...]:
    """The concerns about one alias; ``now`` is aware, the present when it is None.

    Without facts only the answer's latency is judged; an alias that does not answer has no
    concerns, it has worse.
    """
    if not answer.is_reachable:
        return ()
    found = [*_about_latency(answer, thresholds)]
    if facts is not None:
        now = now or dt.datetime.now(dt.UTC)
        found += _about_connection(facts)
        found += _about_database(facts)
        found += _about_sessions(facts, thresholds)
        found += _about_ends(facts, thresholds, now)
    return tuple(concern for concern in found if concern.word not in thresholds.ignored)


def _about_latency(answer: Answer, thresholds: Thresholds) -> Iterator[Concern]:
    limit, latency = thresholds.latency, answer.latency
    if limit is not None and latency is not None and latency > limit:
        yield Concern(
            "slow",
            f"a round trip took {latency * 1000:.0f} ms, more than {limit * 1000:g} ms",
        )


def _about_connection(facts: ServerFacts) -> Iterator[Concern]:
    if facts.encrypted is False and not facts.is_local:
        yield Concern(
            "not-encrypted",
            "queries and rows travel unencrypted; set Encrypt=yes in extra_params",
        )
    if facts.fell_back is True:
        yield Concern(
            "driver-fallback",
            "ODBC Driver 18 cannot be used here, so the backend took Driver 17",
        )


def _about_database(facts: ServerFacts) -> Iterator[Concern]:
    state = facts.state
    if not isinstance(state, Unreadable) and state != "ONLINE":
        shown = "in a state that is not ONLINE" if state == OTHER else state
        yield Concern("not-online", f"the database is {shown}")
    if facts.is_writable is False and not facts.reads_only:
        yield Concern(
            "read-only",
            "the database is read-only and the settings do not ask for that: every write fails",
        )


def _about_sessions(facts: ServerFacts, thresholds: Thresholds) -> Iterator[Concern]:
    yield from _about_limit(facts, thresholds.session_share)
    idle, blocked = facts.idle_transactions, facts.blocked
    if not isinstance(idle, Unreadable) and idle.count:
        oldest = idle.oldest_seconds
        if thresholds.idle_transaction is not None and oldest > thresholds.idle_transaction:
            yield Concern(
                "idle-transactions",
                f"sessions of this program that sleep in an open transaction: {idle.count}, the "
                f"oldest for {duration(oldest)}",
            )
    if not isinstance(blocked, Unreadable) and blocked.count:
        longest = blocked.longest_seconds
        if thresholds.blocked is not None and longest > thresholds.blocked:
            yield Concern(
                "blocked",
                f"sessions of this program that wait for a lock: {blocked.count}, the longest for "
                f"{duration(longest)}",
            )


def _about_limit(facts: ServerFacts, share: float | None) -> Iterator[Concern]:
    sessions, limit = facts.sessions, facts.session_limit
    if share is None or isinstance(sessions, Unreadable) or isinstance(limit, Unreadable):
        return
    if limit > 0 and sessions.total > share * limit:
        yield Concern(
            "many-sessions",
            f"{sessions.total} of {limit} sessions are in use ({sessions.total / limit:.0%}), "
            f"{sessions.own} of them by this program on this machine",
        )


def _about_ends(facts: ServerFacts, thresholds: Thresholds, now: dt.datetime) -> Iterator[Concern]:
    token = facts.token_expires
    if not isinstance(token, Unreadable) and thresholds.token is not None:
        left = (token - now).total_seconds()
        if left < thresholds.token:
            yield Concern("token-expires", f"the access token {_ends(left)}")
    certificate, days = facts.certificate_expires, thresholds.certificate_days
    if isinstance(certificate, Unreadable) or days is None or not facts.checks_certificate:
        return
    left = (certificate - now).total_seconds()
    if left < days * 86_400:
        yield Concern("certificate-expires", f"the server's certificate {_ends(left)}")


def _ends(left: float) -> str:
    if left <= 0:
        return f"expired {duration(-left)} ago: no new connection can be made"
    return f"expires in {duration(left)}"
