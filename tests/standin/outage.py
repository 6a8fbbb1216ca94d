"""A failover as clients see it: their connections end, logins fail for a while, then it is over.

40613 is what Azure SQL Database answers meanwhile (Microsoft Learn, "Troubleshoot transient
connection errors in SQL Database").
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Outage:
    """Whether logins are refused; ends by itself. Safe to use from many threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._end = float("-inf")

    def begin(self, seconds: float) -> None:
        """Refuse logins for so long, from now on."""
        with self._lock:
            self._end = self._clock() + seconds

    def heal(self) -> None:
        """Refuse them no longer."""
        with self._lock:
            self._end = float("-inf")

    @property
    def is_on(self) -> bool:
        """Whether logins are refused at this moment."""
        with self._lock:
            return self._clock() < self._end
