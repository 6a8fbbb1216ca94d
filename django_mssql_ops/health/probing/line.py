"""The one connection that an alias's prober has: opened when needed, kept, replaced when broken.

Used by one thread at a time, the prober's own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django_mssql_ops.diagnostics.facts import Unreadable
from django_mssql_ops.health.answer import Answer, Word
from django_mssql_ops.health.probing.opening import Own
from django_mssql_ops.health.probing.rejections import Rejections
from django_mssql_ops.health.probing.wording import Failure, failure_of

T = TypeVar("T")


class Line:
    """``opener`` makes a connection and may raise anything; ``clock`` gives monotonic seconds.

    ``rejections`` gives those of the credentials that the next login has. ``longest`` is the
    seconds after which the driver gives a question up: what comes later is no answer.
    """

    def __init__(
        self,
        alias: str,
        opener: Callable[[], Own],
        rejections: Callable[[], Rejections],
        clock: Callable[[], float],
        *,
        longest: float,
    ) -> None:
        self._alias = alias
        self._opener = opener
        self._rejections = rejections
        self._clock = clock
        self._longest = longest
        self._own: Own | None = None
        #: What breaks now is not replaced.
        self.is_ending = False

    def ask(self) -> Answer:
        """``SELECT 1``; a connection that broke while it was idle is replaced and asked once more.

        After a failure :meth:`hang_up` is due, which may block.
        """
        was_open = self._own is not None
        outcome = self._select()
        is_lost = isinstance(outcome, Failure) and outcome.is_lost
        if was_open and is_lost and not self.is_ending:
            # A firewall cuts what is idle, and a server that was restarted is there again.
            self.hang_up()
            outcome = self._select()
        return self.failed(outcome) if isinstance(outcome, Failure) else outcome

    def _select(self) -> Answer | Failure:
        try:
            own = self._own or self._log_in()
        except Exception as error:
            return failure_of(error, is_opening=True)
        if isinstance(own, Failure):
            return own
        try:
            began = self._clock()
            own.select_one()
            ended = self._clock()
        except Exception as error:
            return failure_of(error, is_opening=False)
        if ended - began > self._longest:
            # Half an answer: mssql-python takes it for a whole one when the connection ends in it,
            # or when closing the cursor has waited twice the time-out for the rest (1.16).
            return Failure(word=Word.TIMED_OUT)
        return Answer(alias=self._alias, at=ended, latency=ended - began)

    def _log_in(self) -> Own | Failure:
        with self._rejections().attempt(self._clock, lambda: self.is_ending) as attempt:
            if attempt.held is not None:
                return attempt.held
            try:
                own = self._own = self._opener()
            except Exception as error:
                failure = failure_of(error, is_opening=True)
                if failure.is_rejected:
                    failure = attempt.rejected(failure, self._clock())
                return failure
            attempt.succeeded()
            return own

    def failed(self, failure: Failure) -> Answer:
        now = self._clock()
        if failure.is_rejected and failure.next_login is None:
            # A question logged in again.
            failure = self._rejections().note(failure, now)
        return Answer(
            alias=self._alias,
            at=now,
            word=failure.word,
            number=failure.number,
            sqlstate=failure.sqlstate,
            next_login=failure.next_login,
        )

    def put(self, question: Callable[[Own], T]) -> T | Unreadable:
        """What ``question`` gives; the connection is closed when it may have broken it."""
        own = self._own
        if own is None:
            return Unreadable("not asked: there is no connection")
        try:
            return question(own)
        except Exception as error:
            failure = failure_of(error, is_opening=own.is_opening)
        if not failure.is_usable:
            self.hang_up()
        why = self.failed(failure).why
        return Unreadable(why, timed_out=failure.word is Word.TIMED_OUT)

    def hang_up(self) -> None:
        """Close what is open; can block for three times the query time-out."""
        own = self._own
        if own is not None:
            # Still to be disowned while it blocks.
            own.close()
            self._own = None

    def disown(self) -> None:
        """In a child process: never use, close or collect what the parent has open."""
        self._own = None
