"""A database server as its clients feel it: one queue, and work that takes time.

Nothing here was measured on a server. The figures say what kind of server is meant, and the
simulation is run over a range of them, because what it shows is an order and not a number.
"""

from __future__ import annotations

import enum
import random
from dataclasses import dataclass


class Failure(enum.Enum):
    """How an attempt can fail; each has its counterpart in the catalogue of errors."""

    UNAVAILABLE = 40613
    THROTTLED = 40501
    TIMED_OUT = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """The server and its bad day. Times in seconds; work in units, ``capacity`` of them a second.

    A request is one unit, a login ``login_work``. Whoever would wait longer than ``patience`` gives
    up after it (the query time-out), and costs ``abandoned_share`` of the work all the same;
    whoever meets a queue longer than ``throttle_at`` is refused at once for ``refusal_work``.

    From ``outage_at`` on, for ``outage_seconds``, every login is refused. The server comes back
    with cold caches, at ``cold_share`` of its capacity, and has all of it ``warm_after`` later.
    With a ``left_share`` it is not away meanwhile, only slow: so much of its capacity is left. With
    an ``error_share`` it is not away either, but that share of all attempts fails at once.
    """

    capacity: float = 1000.0
    login_work: float = 0.6
    abandoned_share: float = 0.5
    refusal_work: float = 0.1
    patience: float = 5.0
    throttle_at: float = 8.0
    round_trip: float = 0.01
    outage_at: float = 20.0
    outage_seconds: float = 20.0
    cold_share: float = 0.6
    warm_after: float = 15.0
    left_share: float = 0.0
    error_share: float = 0.0

    @property
    def outage_ends(self) -> float:
        return self.outage_at + self.outage_seconds

    def is_hit(self, now: float) -> bool:
        """Whether the outage is going on."""
        return self.outage_at <= now < self.outage_ends

    def capacity_at(self, now: float) -> float:
        """Units a second: nothing is cold before the outage."""
        if now < self.outage_at:
            return self.capacity
        if self.is_hit(now):
            return self.capacity * (self.left_share or 1.0)
        warm = min(max(now - self.outage_ends, 0.0) / self.warm_after, 1.0)
        return self.capacity * (self.cold_share + (1.0 - self.cold_share) * warm)


class Server:
    """Takes attempts in the order of their time and says at once how each of them will end."""

    def __init__(self, workplace: Workplace, draw: random.Random) -> None:
        self._workplace = workplace
        self._draw = draw
        self._free_at = 0.0
        self.work_offered = 0.0

    def attempt(self, now: float, *, logs_in: bool) -> tuple[Failure | None, float]:
        """How the attempt ends, and how many seconds later its client knows."""
        place = self._workplace
        if place.is_hit(now) and self._draw.random() < place.error_share:
            return Failure.UNAVAILABLE, place.round_trip
        if place.is_hit(now) and not place.left_share and not place.error_share:
            self._free_at = place.outage_ends
            return Failure.UNAVAILABLE, place.round_trip
        work = 1.0 + (place.login_work if logs_in else 0.0)
        queue = max(self._free_at - now, 0.0)
        if queue > place.throttle_at:
            self._take(now, place.refusal_work)
            return Failure.THROTTLED, place.round_trip
        if queue > place.patience:
            self._take(now, work * place.abandoned_share)
            return Failure.TIMED_OUT, place.patience
        self._take(now, work)
        return None, self._free_at - now + place.round_trip

    def _take(self, now: float, work: float) -> None:
        self.work_offered += work
        self._free_at = max(self._free_at, now) + work / self._workplace.capacity_at(now)
