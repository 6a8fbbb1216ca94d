"""What was seen of one scenario: facts alone, for :mod:`.judging` to judge."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Outcome(enum.Enum):
    """How the call ended. UNKNOWN: it raised OutcomeUnknown. STUCK: it did not end."""

    RETURNED = "returned"
    RAISED = "raised"
    UNKNOWN = "outcome unknown"
    STUCK = "stuck"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What the caller got instead of an answer; no text of the server's or the driver's.

    ``name`` is the exception's class. ``operational`` is False for what a filter on
    OperationalError misses. ``number`` and ``sqlstate`` are the error's own, where the driver says
    them. ``note`` is the retry engine's reason for not repeating the call.
    """

    name: str
    operational: bool = False
    number: int | None = None
    sqlstate: str = ""
    note: str = ""

    def __str__(self) -> str:
        known = ", ".join(
            part
            for part in (self.sqlstate, "" if self.number is None else str(self.number))
            if part
        )
        return f"{self.name} ({known})" if known else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Writes:
    """What the ledger says about one operation of the built-in workload.

    ``entries`` is the number of rows of each of the operation's statements: (1, 1) is right.
    ``callbacks`` is how often its on_commit function ran.
    """

    entries: tuple[int, ...]
    callbacks: int | None = None

    @property
    def rows(self) -> int:
        return sum(self.entries)


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One scenario on one layer.

    ``attempts`` counts how often the code ran. ``delays`` are the seconds slept between attempts,
    as asked for. ``seconds`` is how long the call would have taken with every delay in full;
    ``connections``, ``logins`` (those that were refused too) and ``statements`` are what the proxy
    saw; ``fired`` is how often a fault struck. ``writes`` is None where the workload's ledger was
    not used. ``truncated``: rows were missing from a result that was returned. ``usable``: the next
    request in the same thread works. ``open_transaction``: one was left open. ``invariant`` says
    how the project's own invariant was broken. ``status`` is the HTTP status of a URL. ``kept``:
    Django's connection is the one that it was before the call, so that a login is the driver's own.
    """

    outcome: Outcome
    failure: Failure | None = None
    attempts: int = 1
    seconds: float = 0.0
    delays: tuple[float, ...] = ()
    connections: int = 0
    logins: int = 0
    statements: int = 0
    fired: int = 0
    writes: Writes | None = None
    truncated: bool = False
    usable: bool = True
    open_transaction: bool = False
    leaked_threads: tuple[str, ...] = ()
    leaked_connections: int = 0
    invariant: str = ""
    status: int | None = None
    kept: bool = False

    @property
    def retried(self) -> bool:
        return self.attempts > 1
