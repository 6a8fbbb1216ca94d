"""Django signals of the retry engine; connect to them as to any other.

The sender is the class :class:`.tries.Tries`. Every signal brings the same keyword arguments, of
which none holds a secret, a parameter or a row: ``event``, an :class:`Event`. A receiver that
raises is logged by Django and changes nothing (``send_robust``).

``retry_attempted``: a failed attempt will be followed by another after ``event.delay`` seconds.
``retry_exhausted``: the tries, the deadline or the budget are used up. ``retry_refused``: the fault
is transient, but another try is not safe or not ours to make. ``outcome_unknown``: nobody knows
whether the attempt was applied.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.dispatch import Signal

retry_attempted = Signal()
retry_exhausted = Signal()
retry_refused = Signal()
outcome_unknown = Signal()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What happened to one call.

    ``name`` is the signal's own, ``function`` the qualified name of what is retried. ``attempt`` is
    the one that failed, from 1. ``delay`` and ``elapsed`` are seconds. ``aliases`` are those that
    the attempt used. ``kind``, ``reason`` and ``phase`` are stable words.
    """

    name: str
    function: str
    attempt: int
    reason: str
    why: str
    delay: float = 0.0
    elapsed: float = 0.0
    aliases: tuple[str, ...] = ()
    kind: str | None = None
    number: int | None = None
    sqlstate: str | None = None
    phase: str | None = None
    exception_class: str = ""

    @property
    def code(self) -> str:
        """``40001/1205``, ``08S01/104``, or the class of an exception that tells neither."""
        told = (self.sqlstate, None if self.number is None else str(self.number))
        return "/".join(part for part in told if part) or self.exception_class
