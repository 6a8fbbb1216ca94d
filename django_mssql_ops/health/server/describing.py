"""The facts as rows of a table and as numbers; words and numbers of closed lists only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final, TypeVar

from django_mssql_ops.diagnostics.facts import Fact, Unreadable
from django_mssql_ops.health.durations import duration
from django_mssql_ops.health.server.facts import (
    NO_TOKEN,
    NOT_USED,
    Blocked,
    IdleTransactions,
    Role,
    ServerFacts,
    Sessions,
)

T = TypeVar("T")

#: Every name that :func:`gauges` can give -> what the number is.
GAUGES: Final = {
    "encrypted": "1 when the connection is encrypted",
    "database_online": "1 when the database is ONLINE",
    "database_writable": "1 when the database can be written to",
    "replica_primary": "1 on a primary replica, 0 on a secondary one",
    "row_versioning": "1 when READ_COMMITTED_SNAPSHOT is on",
    "server_sessions": "Sessions of all users that the login sees",
    "server_session_limit": "Sessions there may be in all",
    "own_sessions_running": "Sessions of this host and program that run a request",
    "own_sessions_sleeping": "Sessions of this host and program that are idle",
    "own_sessions_dormant": "Sessions of this host and program that wait to be reset",
    "own_sessions_other": "Sessions of this host and program in another state",
    "idle_transactions": "Idle sessions of this host and program in an open transaction",
    "idle_transaction_oldest_seconds": "Seconds that the oldest of them is idle",
    "blocked_sessions": "Sessions of this host and program that wait for a lock",
    "blocked_longest_seconds": "Seconds that the longest of them waits",
    "driver_fallback": "1 when Driver 17 was taken in place of Driver 18",
    "token_expires_seconds": "Seconds until the access token expires, negative afterwards",
    "certificate_expires_seconds": "Seconds until the certificate expires, negative afterwards",
}


def describe(facts: ServerFacts, *, now: dt.datetime | None = None) -> tuple[tuple[str, str], ...]:
    """Label and text, row by row, for those who may see details; ``now`` is aware."""
    now = now or dt.datetime.now(dt.UTC)
    rows = [
        ("Encrypted", _text(facts.encrypted, _yes_or_no)),
        ("Authentication", _text(facts.auth_scheme, str)),
        ("Driver", _driver(facts)),
        ("Database", _text(facts.state, str)),
        ("Writable", _writable(facts)),
        ("Replica", _replica(facts)),
        ("Row versioning (RCSI)", _text(facts.row_versioning, _on_or_off)),
        ("Sessions", _text(facts.sessions, _sessions)),
        ("Session limit", _text(facts.session_limit, str)),
        ("Idle in a transaction", _text(facts.idle_transactions, _idle)),
        ("Blocked", _text(facts.blocked, _blocked)),
    ]
    if facts.token_expires != NO_TOKEN:
        rows.append(("Access token", _text(facts.token_expires, lambda at: _left(at, now))))
    if facts.certificate_expires != NOT_USED:
        rows.append(("Certificate", _text(facts.certificate_expires, lambda at: _left(at, now))))
    return tuple(rows)


def gauges(facts: ServerFacts, *, now: dt.datetime | None = None) -> dict[str, float]:
    """Name (one of :data:`GAUGES`) and number; what is not known is not there."""
    now = now or dt.datetime.now(dt.UTC)
    told: dict[str, Fact[float]] = {
        "encrypted": facts.encrypted,
        "database_online": _of(facts.state, lambda state: state == "ONLINE"),
        "database_writable": facts.is_writable,
        "row_versioning": facts.row_versioning,
        "server_session_limit": facts.session_limit,
        "driver_fallback": facts.fell_back,
        "token_expires_seconds": _of(facts.token_expires, lambda at: _seconds(at, now)),
        "certificate_expires_seconds": _of(facts.certificate_expires, lambda at: _seconds(at, now)),
    }
    if facts.role is Role.PRIMARY or facts.role is Role.SECONDARY:
        told["replica_primary"] = facts.role is Role.PRIMARY
    told |= _session_gauges(facts)
    return {
        name: float(number) for name, number in told.items() if not isinstance(number, Unreadable)
    }


def _session_gauges(facts: ServerFacts) -> dict[str, Fact[float]]:
    told: dict[str, Fact[float]] = {}
    if isinstance(facts.sessions, Sessions):
        told["server_sessions"] = facts.sessions.total
        for state in ("running", "sleeping", "dormant", "other"):
            told[f"own_sessions_{state}"] = getattr(facts.sessions, state)
    if isinstance(facts.idle_transactions, IdleTransactions):
        told["idle_transactions"] = facts.idle_transactions.count
        told["idle_transaction_oldest_seconds"] = facts.idle_transactions.oldest_seconds
    if isinstance(facts.blocked, Blocked):
        told["blocked_sessions"] = facts.blocked.count
        told["blocked_longest_seconds"] = facts.blocked.longest_seconds
    return told


def _of(fact: Fact[T], number: Callable[[T], float]) -> Fact[float]:
    return fact if isinstance(fact, Unreadable) else number(fact)


def _text(fact: Fact[T], shown: Callable[[T], str]) -> str:
    return not_known(fact) if isinstance(fact, Unreadable) else shown(fact)


def not_known(fact: Unreadable) -> str:
    """Why, and what would make it known."""
    return f"not known: {fact.reason}" + (f"; {fact.hint}" if fact.hint else "")


def _yes_or_no(value: bool) -> str:
    return "yes" if value else "no"


def _on_or_off(value: bool) -> str:
    return "on" if value else "off"


def _driver(facts: ServerFacts) -> str:
    text = _text(facts.driver_major, lambda major: f"ODBC Driver {major}")
    return f"{text}, in place of 18" if facts.fell_back is True else text


def _writable(facts: ServerFacts) -> str:
    text = _text(facts.is_writable, _yes_or_no)
    if facts.is_writable is False and facts.reads_only:
        return f"{text}, as ApplicationIntent=ReadOnly asks"
    return text


def _replica(facts: ServerFacts) -> str:
    """A read intent that ends on a primary is no fault: not every product routes it."""
    text = _text(facts.role, lambda role: role.value)
    if facts.reads_only and facts.role is Role.PRIMARY:
        return f"{text}, although ApplicationIntent=ReadOnly"
    return text


def _sessions(sessions: Sessions) -> str:
    states = ("running", "sleeping", "dormant", "other")
    counted = [
        f"{getattr(sessions, state)} {state}" for state in states if getattr(sessions, state)
    ]
    return f"{', '.join(counted) or 'none'} of this program here; {sessions.total} of all"


def _idle(idle: IdleTransactions) -> str:
    if not idle.count:
        return "none"
    return f"{idle.count}, the oldest for {duration(idle.oldest_seconds)}"


def _blocked(blocked: Blocked) -> str:
    if not blocked.count:
        return "none"
    return f"{blocked.count}, the longest for {duration(blocked.longest_seconds)}"


def _left(at: dt.datetime, now: dt.datetime) -> str:
    seconds = _seconds(at, now)
    if seconds <= 0:
        return f"expired {duration(-seconds)} ago"
    return f"{duration(seconds)} left"


def _seconds(at: dt.datetime, now: dt.datetime) -> float:
    return (at - now).total_seconds()
