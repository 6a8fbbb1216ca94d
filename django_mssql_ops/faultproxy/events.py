"""What happened at a proxy, for whoever runs it: a bounded log and counters.

No SQL but its first word, no name of a user or a database, no row: anybody may see an event.
"""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

#: Events kept; who wants all of a long run asks in between.
MAX_EVENTS: Final = 20_000

Kind = Literal["opened", "closed", "login", "request", "fault", "trouble"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened.

    ``number`` counts all events from 1. ``at`` is seconds since the faults were armed (since the
    start before that). ``connection`` counts from 1. By kind:

    - ``opened``, ``closed``: a connection of a driver; ``reason`` says why it ended;
    - ``login``: ``errors`` holds the numbers the server refused it with, empty when it succeeded;
    - ``request``: what a driver asked, with ``point``, ``verb`` and the ``ms`` until the answer was
      whole; ``answered`` False when the driver never got one from the server;
    - ``fault``: the injection ``id`` with the fault ``name`` struck at ``point``;
    - ``trouble``: the proxy itself could not go on; ``reason`` says with what.
    """

    number: int
    kind: Kind
    at: float
    connection: int
    point: str = ""
    verb: str = ""
    ms: float = 0.0
    answered: bool = True
    id: str = ""
    name: str = ""
    reason: str = ""
    errors: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """Counts since the start; ``fired`` and ``seen`` by injection, of those armed last."""

    open_connections: int = 0
    connections: int = 0
    turned_away: int = 0
    logins: int = 0
    refused_logins: int = 0
    requests: int = 0
    last_event: int = 0
    fired: Mapping[str, int] = field(default_factory=dict)
    seen: Mapping[str, int] = field(default_factory=dict)


class Events:
    """A log that several threads write. ``clock`` gives the seconds since arming."""

    def __init__(self, clock: Callable[[], float], *, limit: int = MAX_EVENTS) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: deque[Event] = deque(maxlen=limit)
        self._number = 0
        self._counts: Counter[str] = Counter()

    def note(self, kind: Kind, connection: int, **what: Any) -> None:
        """Write one down; ``what`` are fields of :class:`Event`."""
        at = self._clock()
        with self._lock:
            self._number += 1
            event = Event(number=self._number, kind=kind, at=at, connection=connection, **what)
            self._kept.append(event)
            self._counts[kind] += 1
            if event.errors:
                self._counts["refused"] += 1

    def since(self, number: int = 0, *, limit: int = MAX_EVENTS) -> tuple[Event, ...]:
        """Those with a greater number, the oldest ``limit`` of them; too old ones are gone."""
        with self._lock:
            found = [event for event in self._kept if event.number > number]
        return tuple(found[:limit])

    def counted(self) -> Stats:
        """The counts, without what only a server knows."""
        with self._lock:
            counts = self._counts
            return Stats(
                connections=counts["opened"],
                logins=counts["login"] - counts["refused"],
                refused_logins=counts["refused"],
                requests=counts["request"],
                last_event=self._number,
            )
