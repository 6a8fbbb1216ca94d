"""What can go wrong in a run: an injection for the fault proxy, drawn from the run's seed."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, Final

#: An injection as a table (django_mssql_ops.faultproxy.injections).
Injection = dict[str, Any]
_Draw = Callable[[random.Random], Injection]

#: The points at which a connection is made; a run with a fault there begins without connections.
OPENING: Final = frozenset({"accept", "prelogin", "login"})
_CUTS: Final = ("reset", "close")
_LOGIN_NUMBERS: Final = (40613, 40501, 40197, 10928, 10929, 49918, 49919, 49920, 4221)
_QUERY_NUMBERS: Final = (40501, 40197, 40613, 10928, 1205, 1222, 3960)
#: Errors that a COMMIT can end with: those that roll it back, and those that say nothing about it.
_COMMIT_NUMBERS: Final = (1205, 41302, 41305, 40197, 40613)


def _cut(draw: random.Random) -> Injection:
    """RST or FIN anywhere in a session, before the server did the work or after it."""
    point = draw.choice(("begin", "request", "request", "housekeeping", "rollback"))
    return {
        "fault": draw.choice(_CUTS),
        "point": point,
        "when": draw.choice(("before", "after")),
        "nth": draw.randint(1, 6),
    }


def _commit(draw: random.Random) -> Injection:
    """The connection is lost around COMMIT, the one moment that cannot be told apart."""
    return {
        "fault": draw.choice(("commit-lost-before", "commit-lost-after")),
        "how": draw.choice(_CUTS),
        "nth": draw.randint(1, 4),
    }


def _commit_error(draw: random.Random) -> Injection:
    return {
        "fault": "server-error",
        "number": draw.choice(_COMMIT_NUMBERS),
        "point": "commit",
        "nth": draw.randint(1, 4),
    }


def _failover_after_commit(draw: random.Random) -> Injection:
    """The server committed, says 40197 and hangs up."""
    return {
        "fault": "server-error",
        "number": 40197,
        "severity": 20,
        "point": "commit",
        "when": "after",
        "nth": draw.randint(1, 4),
    }


def _empty_commit(draw: random.Random) -> Injection:
    return {
        "fault": "empty-commit-lost",
        "how": draw.choice(_CUTS),
        "when": draw.choice(("before", "after")),
        "nth": draw.randint(1, 4),
    }


def _request_error(draw: random.Random) -> Injection:
    return {
        "fault": "server-error",
        "number": draw.choice(_QUERY_NUMBERS),
        "point": "request",
        "nth": draw.randint(1, 8),
    }


def _broken_answer(draw: random.Random) -> Injection:
    """The server did the work, and its answer breaks off."""
    return {
        "fault": "truncate",
        "point": "request",
        "inside_token": draw.random() < 0.5,
        "how": draw.choice(_CUTS),
        "nth": draw.randint(1, 8),
    }


def _killed(draw: random.Random) -> Injection:
    point = draw.choice(("begin", "request", "commit"))
    return {"fault": "session-killed", "point": point, "nth": draw.randint(1, 4)}


def _login(draw: random.Random) -> Injection:
    return {
        "fault": "login-error",
        "number": draw.choice(_LOGIN_NUMBERS),
        "count": draw.randint(1, 2),
    }


def _opening(draw: random.Random) -> Injection:
    return {"fault": draw.choice(_CUTS), "point": draw.choice(sorted(OPENING))}


_DRAWS: Final[tuple[tuple[int, _Draw], ...]] = (
    (6, _commit),
    (6, _cut),
    (4, _request_error),
    (2, _commit_error),
    (2, _failover_after_commit),
    (2, _empty_commit),
    (2, _broken_answer),
    (2, _killed),
    (2, _login),
    (2, _opening),
)


def injections(draw: random.Random) -> list[Injection]:
    """One or two things that go wrong."""
    draws = draw.choices(
        [chosen for _, chosen in _DRAWS],
        [weight for weight, _ in _DRAWS],
        k=draw.choice((1, 1, 2)),
    )
    return [{"id": f"fault {n}", **chosen(draw)} for n, chosen in enumerate(draws, 1)]


def strikes_while_opening(tables: list[Injection]) -> bool:
    """Whether one of them needs a connection that is being made."""
    return any(table["fault"] == "login-error" or table.get("point") in OPENING for table in tables)
