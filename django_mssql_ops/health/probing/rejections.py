"""How long no login may follow one that the server has turned down.

Every rejected login counts towards an account's lock-out, so whoever asks every second must not
log in every second. Aliases and processes that log in to one database with the same credentials
share what they know.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final

from django_mssql_ops.health.answer import Word
from django_mssql_ops.health.probing.turns import Note, Turn, is_there, turn
from django_mssql_ops.health.probing.wording import Failure

#: Seconds until the next login after the first rejection, and at most.
FIRST_DELAY: Final = 60.0
LONGEST_DELAY: Final = 3600.0
#: Seconds without a login after which an earlier rejection no longer counts.
FORGOTTEN_AFTER: Final = 86_400.0
#: Seconds to wait for another process's login, because its rejection would be ours; a process that
#: has never logged in may just be importing the driver.
PATIENCE: Final = 0.5
FIRST_PATIENCE: Final = 2.0


def _delay(times: int) -> float:
    return float(min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** min(times - 1, 16)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    failure: Failure
    times: int


class Attempt:
    """A login that may be made, or ``held``: why not."""

    def __init__(self, rejections: Rejections, turn: Turn, held: Failure | None) -> None:
        self.held = held
        self._rejections = rejections
        self._turn = turn

    def succeeded(self) -> None:
        self._rejections.forget()
        self._turn.remove()

    def rejected(self, failure: Failure, now: float) -> Failure:
        """The failure with its ``next_login``."""
        if self._turn.is_ours:
            return self._rejections.noted(self._turn, failure, now)
        return self._rejections.note(failure, now)


class Rejections:
    """Times are those of one monotonic clock, in seconds; ``wall`` is the clock of all processes.

    ``name`` stands for server and credentials among the processes; "" when nothing is shared.
    """

    def __init__(self, name: str = "", *, wall: Callable[[], float] = time.time) -> None:
        self._name = name
        self._wall = wall
        self._held: _Held | None = None
        self._patience = FIRST_PATIENCE

    def holding(self, now: float) -> Failure | None:
        """Why no login may be made now, as far as this process knows, or None."""
        held = self._held
        if held is None or held.failure.next_login is None:
            return None
        return held.failure if now < held.failure.next_login else None

    def is_held(self, now: float) -> bool:
        """As far as any process knows; makes no file."""
        if self.holding(now) is not None:
            return True
        if not self._name or not is_there(self._name):
            return False
        with turn(self._name, patience=0.0, gives_up=lambda: True) as taken:
            return self._told(taken, now) is not None

    @contextmanager
    def attempt(
        self, clock: Callable[[], float], gives_up: Callable[[], bool] = lambda: False
    ) -> Iterator[Attempt]:
        """Around a login: of several processes at a time one makes it, and the others learn."""
        held = self.holding(clock())
        if held is not None or not self._name:
            yield Attempt(self, Turn(), held)
            return
        with turn(self._name, patience=self._patience, gives_up=gives_up) as taken:
            # Another alias of this process may have been told meanwhile.
            held = self.holding(clock()) or self._told(taken, clock())
            yield Attempt(self, taken, held)

    def _told(self, taken: Turn, now: float) -> Failure | None:
        """What another process has noted, where it forbids a login now."""
        left = self._left(taken.note)
        if taken.note is None or (left <= 0 and taken.is_ours):
            return None
        note = taken.note
        failure = Failure(
            word=Word.LOGIN_REJECTED,
            number=note.number,
            sqlstate=note.sqlstate,
            is_rejected=True,
            next_login=now + max(0.0, left),
        )
        self._held = _Held(failure=failure, times=note.times)
        return failure

    def _left(self, note: Note | None) -> float:
        """Seconds until the next login; one further away than any wait is of a clock set back."""
        if note is None:
            return 0.0
        left = note.next_login - self._wall()
        return left if left <= _delay(note.times) else 0.0

    def note(self, failure: Failure, now: float) -> Failure:
        """The failure with its ``next_login``; each further rejection doubles the wait."""
        already = self.holding(now)
        if already is not None:
            # Two logins at the same time are one piece of news.
            return replace(failure, next_login=already.next_login)
        if not self._name:
            return self.noted(Turn(), failure, now)
        with turn(self._name, patience=0.0, gives_up=lambda: True) as taken:
            told = self._told(taken, now)
            if told is not None and self._left(taken.note) > 0:
                return replace(failure, next_login=told.next_login)
            return self.noted(taken, failure, now)

    def noted(self, taken: Turn, failure: Failure, now: float) -> Failure:
        """As :meth:`note`, by whoever has the turn; the others are told."""
        times = 1 + max(self._held.times if self._held else 0, self._counted(taken.note))
        delay = _delay(times)
        held = _Held(failure=replace(failure, next_login=now + delay), times=times)
        self._held = held
        taken.write(
            Note(
                times=times,
                next_login=self._wall() + delay,
                number=failure.number,
                sqlstate=failure.sqlstate,
            )
        )
        return held.failure

    def _counted(self, note: Note | None) -> int:
        if note is None or self._wall() - note.next_login > FORGOTTEN_AFTER:
            return 0
        return note.times

    def forget(self) -> None:
        """A login succeeded."""
        self._held = None
        self._patience = PATIENCE

    @property
    def is_idle(self) -> bool:
        """Nothing would be lost with it."""
        return self._held is None
