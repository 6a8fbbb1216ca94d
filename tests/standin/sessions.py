"""The sessions of one server, and the numbers they have."""

from __future__ import annotations

import heapq
import threading
from typing import Final

from tests.standin.session import Session

#: The numbers up to 50 belong to the server itself.
FIRST_OF_USERS: Final = 51


class SessionNumbers:
    """Gives a new session the lowest number that no other has, so that numbers come again.

    That the lowest is taken is how servers are seen to behave, no page says it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._returned: list[int] = []
        self._next = FIRST_OF_USERS

    def take(self) -> int:
        """A number for a connection that was accepted."""
        with self._lock:
            if self._returned:
                return heapq.heappop(self._returned)
            self._next += 1
            return self._next - 1

    def give_back(self, number: int) -> None:
        """The connection with that number is over."""
        with self._lock:
            heapq.heappush(self._returned, number)


class Sessions:
    """Everybody who is logged in; safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sessions: dict[int, Session] = {}

    def add(self, session: Session) -> None:
        """A login succeeded."""
        with self._lock:
            self._sessions[session.spid] = session

    def remove(self, session: Session) -> None:
        """It ended."""
        with self._lock:
            self._sessions.pop(session.spid, None)

    def all(self) -> tuple[Session, ...]:
        """Those there are now."""
        with self._lock:
            return tuple(self._sessions.values())
