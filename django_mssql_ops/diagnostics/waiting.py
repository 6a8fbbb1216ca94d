"""``--wait``: ask again while a server is still coming up, and never where that could lock it.

A server that starts, recovers, resumes or fails over is worth waiting for; a login that was turned
down is not, because every further try counts towards the account's lock-out. Which is which is
decided on the facts (:func:`reason_to_wait`), not on a text.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from django_mssql_ops.diagnostics.facts import (
    NOT_ASKED,
    BrowserFacts,
    DatabaseFacts,
    DnsFacts,
    Facts,
    LoginFacts,
    Outcome,
    PreloginFacts,
    ProjectFacts,
    Stage,
    TcpFacts,
    TlsFacts,
)
from django_mssql_ops.diagnostics.run import Options, gather
from django_mssql_ops.errors import Kind, kind_of

#: Seconds between two tries: the first, the factor of each further one, and the longest.
FIRST_DELAY: Final = 1.0
DELAY_GROWTH: Final = 1.5
LONGEST_DELAY: Final = 5.0

#: sys.databases.state_desc of a database that comes back by itself.
_COMING_BACK: Final = frozenset({"RECOVERING", "RESTORING"})
#: How PRELOGIN and TLS end where something listens that is not a server yet: a container's port is
#: published before the server in it listens, and a load balancer answers for nobody.
_NOT_YET: Final = frozenset(
    {Outcome.TIMED_OUT, Outcome.SILENT, Outcome.RESET, Outcome.CLOSED, Outcome.REFUSED}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Time as the loop sees it; tests bring their own."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


def gather_patiently(
    entries: Mapping[str, Mapping[str, Any]],
    options: Options,
    seconds: float,
    *,
    project: Stage[ProjectFacts] = NOT_ASKED,
    say: Callable[[str], None] = lambda _line: None,
    clock: Clock = Clock(),
) -> tuple[Facts, ...]:
    """The facts once nothing is worth waiting for, or after ``seconds``.

    An alias is asked again only while it is itself worth it; a login that was turned down ends the
    waiting for all. ``say`` gets one line of progress before each pause. The last try starts before
    the time is over and may take as long as its probes' limits allow.
    """
    ends_at, delay = clock.now() + seconds, FIRST_DELAY
    found = _by_alias(gather(entries, options, project))
    while True:
        reasons = {alias: reason_to_wait(facts) for alias, facts in found.items()}
        waiting = {alias: reason for alias, reason in reasons.items() if reason}
        left = ends_at - clock.now()
        if not waiting or left <= 0 or any(map(_is_turned_down, found.values())):
            return tuple(found.values())
        for alias, reason in waiting.items():
            say(f"waiting for {alias}: {reason} ({left:.0f} s left)")
        clock.sleep(min(delay, left))
        delay = min(delay * DELAY_GROWTH, LONGEST_DELAY)
        # No try may run much longer than the time that is left, but each gets a fair chance.
        # Whole tenths, because it may stand in a sentence.
        limit = min(options.limit, max(1.0, round(ends_at - clock.now(), 1)))
        again = {alias: entries[alias] for alias in waiting}
        found |= _by_alias(gather(again, replace(options, limit=limit), project))


def _is_turned_down(facts: Facts) -> bool:
    login = facts.login
    return isinstance(login, LoginFacts) and login.rejected and not _login(login)


def _by_alias(facts: tuple[Facts, ...]) -> dict[str, Facts]:
    return {each.alias: each for each in facts}


def reason_to_wait(facts: Facts) -> str:
    """Why a later try may end better, in a few words; "" when it would end the same."""
    for judge, found in (
        (_names, facts.dns),
        (_browser, facts.browser),
        (_ports, facts.tcp),
        (_prelogin, facts.prelogin),
        (_tls, facts.tls),
        (_login, facts.login),
        (_database, facts.database),
    ):
        reason = judge(found)
        if reason:
            return reason
    return ""


def _names(found: object) -> str:
    """A name may be published later than its reader starts (containers, private endpoints)."""
    failed = isinstance(found, DnsFacts) and found.outcome is not Outcome.OK
    return "its name has no address yet" if failed else ""


def _browser(found: object) -> str:
    failed = isinstance(found, BrowserFacts) and found.port is None
    return "SQL Server Browser does not name its port yet" if failed else ""


def _ports(found: object) -> str:
    failed = isinstance(found, TcpFacts) and found.reached is None
    return "its port is not open yet" if failed else ""


def _prelogin(found: object) -> str:
    failed = isinstance(found, PreloginFacts) and found.outcome in _NOT_YET
    return "it accepts connections but does not answer yet" if failed else ""


def _tls(found: object) -> str:
    failed = isinstance(found, TlsFacts) and found.outcome in _NOT_YET
    return "it does not answer the TLS handshake yet" if failed else ""


def _login(found: object) -> str:
    if not isinstance(found, LoginFacts) or found.error is None:
        return ""
    error = found.error
    number = error.server_number
    if error.cannot_open_database:
        # Also what a database says that is still being restored, recovered or created.
        return "its database cannot be opened yet"
    if number is not None and kind_of(number) is Kind.AVAILABILITY:
        return f"it is not available yet (error {number})"
    if found.timed_out:
        return "it does not answer the login yet"
    return ""


def _database(found: object) -> str:
    if isinstance(found, DatabaseFacts) and found.state in _COMING_BACK:
        return f"its database is {found.state}"
    return ""
