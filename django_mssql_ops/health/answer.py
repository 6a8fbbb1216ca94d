"""What a probe says: whether a database answers, how fast, and otherwise one stable word.

Nothing here can hold a host, a user, a database, an address or a driver's text: these values go to
whoever may ask a load balancer's question.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Word(enum.Enum):
    """Why a database is not reachable, for machines and for messages."""

    NO_ANSWER = "no-answer"
    CONNECTION_LOST = "connection-lost"
    CANNOT_CONNECT = "cannot-connect"
    TLS_FAILED = "tls-failed"
    LOGIN_REJECTED = "login-rejected"
    CANNOT_OPEN_DATABASE = "cannot-open-database"
    NOT_AVAILABLE = "not-available"
    TIMED_OUT = "timed-out"
    DRIVER_MISSING = "driver-missing"
    CONFIGURATION = "configuration"
    UNEXPECTED = "unexpected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is known of one alias.

    ``word`` is None when it answered; ``number`` and ``sqlstate`` are the error's, where it has
    them. ``latency`` is the seconds of one round trip of ``SELECT 1`` on an open connection, None
    when there was none. ``at`` is when that ended, on the monotonic clock. ``is_overdue`` says that
    the question was still open when the time to wait was over. ``next_login`` is when the next
    login may be made, on the same clock, after the server has rejected one.
    """

    alias: str
    at: float
    word: Word | None = None
    number: int | None = None
    sqlstate: str | None = None
    latency: float | None = None
    is_overdue: bool = False
    next_login: float | None = None

    @property
    def is_reachable(self) -> bool:
        return self.word is None

    @property
    def why(self) -> str:
        """``login-rejected (28000/18456)``; "" when it answered."""
        if self.word is None:
            return ""
        told = (self.sqlstate, None if self.number is None else str(self.number))
        code = "/".join(part for part in told if part)
        return f"{self.word.value} ({code})" if code else self.word.value
