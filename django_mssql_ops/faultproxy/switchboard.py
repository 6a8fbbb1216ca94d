"""What all connections of one proxy share: the armed faults, the clock, the events, the end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from typing import Final

from django_mssql_ops.faultproxy.armed import Armed
from django_mssql_ops.faultproxy.events import Events
from django_mssql_ops.faultproxy.fault import Fault
from django_mssql_ops.faultproxy.moments import Moment, Point
from django_mssql_ops.faultproxy.triggers import Injection

#: Seconds between two looks of who waits for something that is no socket.
TICK: Final = 0.05


class Switchboard:
    """Used by every connection's thread and by whoever controls the proxy.

    ``stopping`` is set once, when the proxy ends. ``refuse`` closes the port for so many seconds
    (None: until it is released); a server puts its own there.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since = clock()
        self._watching = False
        self._armed = Armed()
        self._releases = 0
        #: Nobody watches and nothing ends: bytes may pass by the short way. Asked for each of them.
        self.is_quiet = True
        self.stopping = threading.Event()
        self.events = Events(self.seconds)
        self.refuse: Callable[[float | None], None] = lambda seconds: None

    # Faults

    def arm(
        self, injections: Iterable[Injection] = (), *, seed: int = 0, alias: str | None = None
    ) -> None:
        """Let these faults strike from now on, instead of the others; seconds count from here.

        From now on requests are read and noted, also without an injection. Raises
        ConfigurationError.
        """
        self._armed = Armed(injections, seed=seed, alias=alias)
        self._since = self._clock()
        self._watching = True
        self.is_quiet = False

    def disarm(self) -> None:
        """No fault strikes any more, and requests are not looked at; what was counted stays."""
        self._watching = False
        self.is_quiet = not self.stopping.is_set()

    def stop(self) -> None:
        """End every wait, and every connection as soon as it looks."""
        self.stopping.set()
        self.is_quiet = False

    @property
    def is_watching(self) -> bool:
        """Requests are to be read: something is armed, or they are counted."""
        return self._watching

    @property
    def points(self) -> frozenset[Point]:
        """Where something may strike."""
        return self._armed.points if self._watching else frozenset()

    @property
    def armed(self) -> Armed:
        """The faults armed last."""
        return self._armed

    def seconds(self) -> float:
        """Since the faults were armed; since the start before that."""
        return self._clock() - self._since

    def strike(
        self,
        point: Point,
        connection: int,
        *,
        sql: str = "",
        verb: str = "",
        descriptor: int = 0,
        dirty: bool = False,
        idle: float = 0.0,
        commits: int = 0,
    ) -> tuple[Fault, Moment] | None:
        """The fault that strikes at this moment, with the moment; it is noted as an event."""
        armed = self._armed
        if point not in self.points:
            return None
        moment = Moment(
            point=point,
            connection=connection,
            seconds=self.seconds(),
            random=armed.random,
            sql=sql,
            verb=verb,
            descriptor=descriptor,
            dirty=dirty,
            idle=idle,
            commits=commits,
        )
        struck = armed.strike(moment)
        if struck is None:
            return None
        self.events.note(
            "fault", connection, id=struck.id, name=struck.fault.name, point=point.value
        )
        return struck.fault, moment

    # Waiting

    def release(self) -> None:
        """End every silence that a fault asked for."""
        self._releases += 1

    def wait(self, seconds: float) -> None:
        """Wait so long, or until released, or until the proxy stops."""
        if seconds <= TICK:
            self.stopping.wait(max(seconds, 0.0))
        else:
            self.hold(seconds, lambda: False)

    def hold(self, seconds: float | None, is_over: Callable[[], bool]) -> None:
        """Wait so long (None: without a limit), or until released, or until ``is_over``."""
        releases = self._releases
        end = None if seconds is None else self._clock() + seconds
        while releases == self._releases and not is_over():
            left = TICK if end is None else min(TICK, end - self._clock())
            if left <= 0 or self.stopping.wait(left):
                return
