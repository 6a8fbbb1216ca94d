"""Slower questions on a prober's connection, each asked by one at a time and seldom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django_mssql_ops.diagnostics.facts import Unreadable
from django_mssql_ops.health.probing.flight import Flight
from django_mssql_ops.health.probing.opening import Own

#: After a time-out a question is asked so many times as seldom: views that are slow burden the
#: server, and the probes wait behind them.
SELDOM: Final = 10

STILL_OPEN: Final = Unreadable("the server has not answered yet", timed_out=True)


class Look:
    """A question on its way."""

    __slots__ = ("flight", "name", "question")

    def __init__(self, name: str, question: Callable[[Own], Any]) -> None:
        self.name = name
        self.question = question
        self.flight: Flight[Seen] = Flight()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a question gave. ``is_kept``: it was asked, so that it counts for a while."""

    value: Any
    at: float
    is_kept: bool = True

    def holds(self, now: float, max_age: float) -> bool:
        times = SELDOM if isinstance(self.value, Unreadable) and self.value.timed_out else 1
        return self.is_kept and max_age > 0 and now - self.at <= max_age * times

    def stands_in(self, now: float, longest: float) -> bool:
        """Good enough while the next one is on its way."""
        return not isinstance(self.value, Unreadable) and now - self.at <= longest
