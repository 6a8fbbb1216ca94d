"""The faults of one run, armed: which of them strikes at a moment, and how often each has.

For one sequence of moments and one seed the answers are always the same: every injection draws
from a generator of its own.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Iterable
from typing import Final

from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.faultproxy.fault import Fault
from django_mssql_ops.faultproxy.moments import Moment, Point
from django_mssql_ops.faultproxy.triggers import Injection

#: Injections of one run: every moment is shown to all of them.
MAX_INJECTIONS: Final = 1_000


class Armed:
    """Injections with their counters; may be asked by several threads.

    ``alias`` is the one the proxy stands before: injections of another alias stay out. Of several
    that are due the first one strikes, and the others wait for their next moment.
    """

    def __init__(
        self, injections: Iterable[Injection] = (), *, seed: int = 0, alias: str | None = None
    ) -> None:
        """Raises ConfigurationError when two have the same id, or there are too many."""
        self.seed = seed
        #: The generator of the run, for :attr:`.moments.Moment.random`.
        self.random = random.Random(f"{seed}")  # noqa: S311 (guards nothing)
        self._lock = threading.Lock()
        chosen = [one for one in injections if _is_for(one, alias)]
        _check(chosen)
        self._live = [_Live(one, seed) for one in chosen]
        self._all = tuple(self._live)
        self._points = self._armed_points()

    @property
    def points(self) -> frozenset[Point]:
        """Where something may still strike."""
        return self._points

    @property
    def injections(self) -> tuple[Injection, ...]:
        return tuple(live.injection for live in self._all)

    @property
    def fired(self) -> dict[str, int]:
        """How often each has struck, by its id; 0 for those that have not."""
        with self._lock:
            return {live.injection.id: live.fired for live in self._all}

    @property
    def seen(self) -> dict[str, int]:
        """How many moments each has accepted, by its id: 0 is a trigger that met nothing."""
        with self._lock:
            return {live.injection.id: live.seen for live in self._all}

    def match(self, moment: Moment) -> Fault | None:
        """The fault that strikes at this moment, if any. It counts as having struck."""
        struck = self.strike(moment)
        return None if struck is None else struck.fault

    def strike(self, moment: Moment) -> Injection | None:
        """:meth:`match` with the id and the trigger."""
        if moment.point not in self._points:
            return None
        with self._lock:
            due = [live for live in self._live if live.is_due(moment)]
            if due:
                due[0].fired += 1
            if due or any(live.is_spent(moment) for live in self._live):
                self._live = [live for live in self._live if not live.is_spent(moment)]
                self._points = self._armed_points()
            return due[0].injection if due else None

    def _armed_points(self) -> frozenset[Point]:
        return frozenset(point for live in self._live for point in live.injection.trigger.points)


class _Live:
    """One injection with its counters."""

    def __init__(self, injection: Injection, seed: int) -> None:
        self.injection = injection
        self.seen = 0
        self.fired = 0
        self._random = random.Random(f"{seed}:{injection.id}")  # noqa: S311 (guards nothing)

    def is_due(self, moment: Moment) -> bool:
        trigger, fault = self.injection.trigger, self.injection.fault
        if not (trigger.accepts(moment) and fault.strikes(moment, moment.seconds - trigger.after)):
            return False
        self.seen += 1
        if self.seen < trigger.nth or self._is_used_up:
            return False
        return trigger.probability >= 1 or self._random.random() < trigger.probability

    def is_spent(self, moment: Moment) -> bool:
        return self._is_used_up or self.injection.trigger.is_over(moment.seconds)

    @property
    def _is_used_up(self) -> bool:
        count = self.injection.trigger.count
        return count is not None and self.fired >= count


def _is_for(injection: Injection, alias: str | None) -> bool:
    return alias is None or injection.trigger.alias in (None, alias)


def _check(injections: list[Injection]) -> None:
    if len(injections) > MAX_INJECTIONS:
        raise ConfigurationError(
            f"{len(injections)} injections; at most {MAX_INJECTIONS} can be armed together"
        )
    counted = Counter(one.id for one in injections)
    twice = [name for name, times in counted.items() if times > 1]
    if twice:
        raise ConfigurationError(f"two injections have the id {twice[0]!r}; each needs its own")
