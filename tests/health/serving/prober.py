"""What a load balancer and a kubelet see of one web server, over a while."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final, TypeVar

from tests.health.serving.web import TOKEN, Reply, Web

T = TypeVar("T")

#: Seconds between two questions.
_PAUSE: Final = 0.05
_REFUSALS: Final = 2


@dataclass(frozen=True, slots=True)
class Seen:
    """The replies of ``/ready/``, one after the other, and those of ``/live/`` meanwhile."""

    ready: list[Reply] = field(default_factory=list)
    live: list[Reply] = field(default_factory=list)

    @property
    def refusals(self) -> int:
        return sum(reply.status == 503 for reply in self.ready)

    @property
    def worst(self) -> float:
        return max(reply.seconds for reply in self.ready)

    @property
    def live_median(self) -> float:
        return statistics.median(reply.seconds for reply in self.live)

    @property
    def live_worst(self) -> float:
        return max(reply.seconds for reply in self.live)


def watch(web: Web, seconds: float, cached: float) -> Seen:
    """Ask ``/ready/`` for so long and twice in vain, and ``/live/`` all the time.

    For the first ``cached`` seconds it may still say yes; raises AssertionError when it does later.
    """
    seen = Seen()
    is_over = threading.Event()

    def ask_live() -> None:
        while not is_over.is_set():
            seen.live.append(web.ask("/live/"))
            is_over.wait(_PAUSE)

    def ask_ready() -> None:
        began = time.monotonic()
        while (asked := time.monotonic() - began) < seconds or seen.refusals < _REFUSALS:
            reply = web.ask("/ready/", token=TOKEN)
            assert reply.status == 503 or (reply.status == 200 and asked < cached), reply
            seen.ready.append(reply)
            time.sleep(_PAUSE)

    with ThreadPoolExecutor(1, "asks live") as executor:
        asking = executor.submit(ask_live)
        try:
            ask_ready()
        finally:
            is_over.set()
        asking.result()
    return seen


def storm(web: Web, probes: int, at_once: int) -> list[Reply]:
    """So many questions to ``/ready/``, so many of them at any time."""
    with ThreadPoolExecutor(at_once, "probes") as executor:
        return list(executor.map(lambda _: web.ask("/ready/"), range(probes)))


def for_each(webs: Sequence[Web], do: Callable[[Web], T]) -> list[T]:
    """The same with each of several servers, at the same time."""
    with ThreadPoolExecutor(len(webs), "watches") as executor:
        return list(executor.map(do, webs))
