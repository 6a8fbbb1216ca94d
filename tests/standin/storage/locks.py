"""The write lock of a database: who changes rows, or wants to be the only one who may, holds it.

SQL Server locks rows, pages and tables; the stand-in locks the whole database, for writers only.
So it never deadlocks (1205 comes only from a script), and it serialises more than SQL Server does.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tests.standin.errors.transactions import lock_timeout

#: Seconds a session waits at most, where ``SET LOCK_TIMEOUT -1`` would let it wait for ever.
MAX_WAIT_SECONDS: Final = 60.0
#: Seconds between two looks at whether the waiting client gave up.
LOOK_SECONDS: Final = 0.1


@dataclass(frozen=True, slots=True)
class LockWait:
    """Somebody waits; ``since`` is a reading of time.monotonic(), ``behind`` has the lock."""

    since: float
    behind: object


class WriteLock:
    """A lock with an owner, first come first served."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._owner: object | None = None
        self._queue: deque[object] = deque()
        self._since: dict[object, float] = {}

    def is_held_by(self, owner: object) -> bool:
        """Whether ``owner`` holds it."""
        return self._owner is owner

    def wait_of(self, waiter: object) -> LockWait | None:
        """How long ``waiter`` has waited, and for whom; None when it does not wait."""
        with self._condition:
            since = self._since.get(waiter)
            if since is None or self._owner is None:
                return None
            return LockWait(since, self._owner)

    def acquire(
        self, owner: object, seconds: float | None, look: Callable[[], None] = lambda: None
    ) -> None:
        """Wait for the lock, at most ``seconds`` (None: MAX_WAIT_SECONDS), and ``look`` meanwhile.

        Raises StatementFailed with 1222 when the time is over, and whatever ``look`` raises.
        """
        deadline = time.monotonic() + (MAX_WAIT_SECONDS if seconds is None else seconds)
        with self._condition:
            if self._owner is owner:
                return
            self._queue.append(owner)
            self._since[owner] = time.monotonic()
        try:
            while not self._taken(owner, deadline):
                look()
        except BaseException:
            self._leave(owner)
            raise

    def release(self, owner: object) -> None:
        """Give the lock back; nothing happens when someone else holds it."""
        with self._condition:
            if self._owner is owner:
                self._owner = None
                self._condition.notify_all()

    def _taken(self, owner: object, deadline: float) -> bool:
        """Wait one look's time; True with the lock. Raises StatementFailed after the deadline."""
        with self._condition:
            left = deadline - time.monotonic()
            self._condition.wait_for(lambda: self._is_next(owner), max(min(left, LOOK_SECONDS), 0))
            if self._is_next(owner):
                self._queue.popleft()
                del self._since[owner]
                self._owner = owner
                return True
            if left <= 0:
                raise lock_timeout()
            return False

    def _is_next(self, owner: object) -> bool:
        return self._owner is None and self._queue[0] is owner

    def _leave(self, owner: object) -> None:
        with self._condition:
            self._queue.remove(owner)
            del self._since[owner]
            self._condition.notify_all()
