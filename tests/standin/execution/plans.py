"""Translated statements, kept: a client repeats the same text with other parameters."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final, Protocol, TypeVar

#: Plans kept; the one used longest ago goes first.
MAX_PLANS: Final = 4_000
#: Characters of a statement that is worth keeping: a longer one carries rows as literals, and does
#: not come again.
LONGEST_KEPT: Final = 30_000


class Translated(Protocol):
    """What is kept: plans that read, and plans that change."""

    @property
    def sql(self) -> str:
        """SQLite's SQL."""


P = TypeVar("P", bound=Translated)


class PlanCache:
    """A bounded cache, safe to use from many threads."""

    def __init__(self) -> None:
        self._plans: OrderedDict[Hashable, object] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, translate: Callable[[], P]) -> P:
        """The plan for ``key``, translated where it is not there yet."""
        with self._lock:
            if key in self._plans:
                self._plans.move_to_end(key)
                return self._plans[key]  # type: ignore[return-value]
        plan = translate()
        if len(plan.sql) > LONGEST_KEPT:
            return plan
        with self._lock:
            self._plans[key] = plan
            if len(self._plans) > MAX_PLANS:
                self._plans.popitem(last=False)
        return plan
