"""How long no login may follow one that the server has turned down.

Every rejected login counts towards an account's lock-out, so whoever asks every second must not log
in every second. Aliases that log in to one server as one user share what they know.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from django_mssql_ops.health.probing.wording import Failure

#: Seconds until the next login after the first rejection, and at most.
FIRST_DELAY: Final = 60.0
LONGEST_DELAY: Final = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    failure: Failure
    delay: float


class Rejections:
    """Times are those of one clock, in seconds."""

    def __init__(self) -> None:
        self._held: _Held | None = None

    def holding(self, now: float) -> Failure | None:
        """Why no login may be made now, or None."""
        held = self._held
        if held is None or held.failure.next_login is None:
            return None
        return held.failure if now < held.failure.next_login else None

    def note(self, failure: Failure, now: float) -> Failure:
        """The failure with its ``next_login``; each further rejection doubles the wait."""
        already = self.holding(now)
        if already is not None:
            # Two logins at the same time are one piece of news.
            return replace(failure, next_login=already.next_login)
        before = self._held
        delay = FIRST_DELAY if before is None else min(LONGEST_DELAY, before.delay * 2)
        held = _Held(failure=replace(failure, next_login=now + delay), delay=delay)
        self._held = held
        return held.failure

    def forget(self) -> None:
        """A login succeeded."""
        self._held = None
