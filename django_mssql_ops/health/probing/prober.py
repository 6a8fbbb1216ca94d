"""One alias's prober: one question at a time is on its way, however many ask and wait in vain.

Whoever asks is answered within its own limit. Behind the answers there is at most one thread and
one connection: a second one who asks joins the question that is on its way, also when that began
before.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

from django_mssql_ops.diagnostics.facts import Unreadable
from django_mssql_ops.health.answer import Answer, Word
from django_mssql_ops.health.probing import log
from django_mssql_ops.health.probing.flight import Flight
from django_mssql_ops.health.probing.line import Line
from django_mssql_ops.health.probing.looks import STILL_OPEN, Look, Seen
from django_mssql_ops.health.probing.opening import Own
from django_mssql_ops.health.probing.rejections import Rejections
from django_mssql_ops.health.probing.worker import Hands, Worker

T = TypeVar("T")
AnswerFlight = Flight[Answer]

#: Seconds without a question after which the connection is closed and the thread ends.
IDLE_SECONDS: Final = 300.0
#: Seconds that a probe waits behind a slower question before the last answer stands in for its own.
PATIENCE: Final = 0.1
#: A statement on a connection that went silent ends after so many query time-outs (measured).
TIMES_SILENT: Final = 3
#: Seconds beyond the driver's own time-outs.
GRACE: Final = 2.0


class Prober:
    """Asks one alias on its own connection, in a thread of its own.

    ``opener`` makes the connection and may raise anything; ``login_timeout`` and ``query_timeout``
    are those it has, in seconds. ``rejections`` gives what is known of the credentials.
    """

    def __init__(
        self,
        alias: str,
        opener: Callable[[], Own],
        *,
        login_timeout: float,
        query_timeout: float,
        rejections: Callable[[], Rejections] | None = None,
        clock: Callable[[], float] = time.monotonic,
        hands: Hands | None = None,
    ) -> None:
        self.alias = alias
        self._silence = TIMES_SILENT * query_timeout
        # A broken connection, a login, a question: what takes longer has no end of its own.
        self._longest = login_timeout + 2 * self._silence + GRACE
        self._clock = clock
        alone = Rejections()
        self._line = Line(
            alias, opener, rejections or (lambda: alone), clock, longest=query_timeout
        )
        name = f"mssql-ops-health {alias}"
        self._hands = hands or Worker(name, idle=IDLE_SECONDS, at_rest=self._line.hang_up)
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._lock = threading.Lock()
        self._flight: AnswerFlight | None = None
        self._looks: dict[str, Look] = {}
        self._is_looking = False
        self._busy_since: float | None = None
        self._last: Answer | None = None
        self._last_good: Answer | None = None
        self._seen: dict[str, Seen] = {}
        self._told: bool | None = None

    def answer(self, *, limit: float, max_age: float) -> Answer:
        """What is known within ``limit`` seconds.

        An answer not older than ``max_age`` is given at once. Otherwise it is that of the question
        that is on its way, or of a new one. When that is still open after ``limit`` seconds, the
        answer is NO_ANSWER and ``is_overdue``; that counts for ``max_age`` as well, unless the real
        one comes first.
        """
        return self.wait(self.begin(max_age=max_age), limit=limit, max_age=max_age)

    def begin(self, *, max_age: float) -> Answer | AnswerFlight:
        """What :meth:`wait` waits for; does not wait itself."""
        last = self._last
        if last is not None and max_age > 0 and self._clock() - last.at <= max_age:
            return last
        with self._lock:
            flight = self._flight
            if flight is not None:
                return flight
            flight = self._flight = Flight()
        self._submit(lambda: self._land(flight, self._unexpected()))
        return flight

    def _submit(self, fail: Callable[[], None]) -> None:
        try:
            self._hands.submit(self._serve)
        except BaseException as error:
            # Whatever it was: who waits for this one would wait for ever.
            fail()
            # No thread can be started: the machine's limit, or Python is on its way out. Anything
            # else was raised by a signal's handler.
            if not isinstance(error, (RuntimeError, MemoryError)):
                raise

    def wait(self, begun: Answer | AnswerFlight, *, limit: float, max_age: float) -> Answer:
        if isinstance(begun, Answer):
            answer = begun
        else:
            answer = begun.wait(min(limit, PATIENCE)) or self._wait_on(begun, limit, max_age)
        if answer.is_reachable is not self._told:
            self._tell(answer)
        return answer

    def _wait_on(self, flight: AnswerFlight, limit: float, max_age: float) -> Answer:
        good = self._last_good if self._is_looking and not flight.has_begun else None
        # Slow views do not make a database unready that answers.
        if good is not None and self._clock() - good.at <= max_age + limit + self._silence:
            return good
        answer = flight.wait(limit - PATIENCE)
        if answer is not None:
            return answer
        since = self._busy_since
        if since is not None and self._clock() - since > self._longest:
            self._hands.unblock()
        with self._lock:
            if flight.answer is not None:
                return flight.answer
            answer = Answer(
                alias=self.alias, at=self._clock(), word=Word.NO_ANSWER, is_overdue=True
            )
            if self._flight is flight:
                self._last = answer
        return answer

    def _tell(self, answer: Answer) -> None:
        with self._lock:
            before, self._told = self._told, answer.is_reachable
        # That an alias can be reached from the beginning is no news.
        if before is not answer.is_reachable and not (before is None and answer.is_reachable):
            log.announce(answer)

    def look(
        self, name: str, question: Callable[[Own], T], *, limit: float, max_age: float
    ) -> T | Unreadable:
        """What ``question`` gives when it is put on the own connection, within ``limit`` seconds.

        It is put behind a SELECT 1 that was answered. What it gave counts for ``max_age`` seconds,
        a time-out for ten times as long. While it is on its way, the last answer stands in for it
        if that is not older than twice ``max_age`` and ``limit``. ``question`` may raise what the
        driver raises. Two questions need two names.
        """
        now = self._clock()
        seen = self._seen.get(name)
        if seen is None or not seen.holds(now, max_age):
            found = self._begin_look(name, question).flight.wait(limit)
            stands_in = seen is not None and seen.stands_in(now, 2 * max_age + limit)
            seen = found or (seen if stands_in else None)
        return STILL_OPEN if seen is None else cast("T | Unreadable", seen.value)

    def _begin_look(self, name: str, question: Callable[[Own], object]) -> Look:
        with self._lock:
            look = self._looks.get(name)
            if look is not None:
                return look
            look = self._looks[name] = Look(name, question)
        self._submit(lambda: self._land_look(look, self._not_put(self._unexpected())))
        return look

    def last(self, name: str) -> Any:
        """What the question ``name`` gave last, however long ago; None before its first answer."""
        seen = self._seen.get(name)
        return None if seen is None else seen.value

    def close(self, limit: float) -> bool:
        """End the thread and close the connection; whether that was done within ``limit`` s.

        A thread that hangs in the driver is made to fail.
        """
        self._line.is_ending = True
        if not self._hands.stop(min(limit, PATIENCE)):
            self._hands.unblock()
            if not self._hands.stop(limit - PATIENCE):
                return False
        self._line.is_ending = False
        return True

    def settle(self, limit: float) -> None:
        """See to it that nothing is on its way, within twice ``limit`` seconds.

        What takes longer than ``limit`` is made to fail.
        """
        self._line.is_ending = True
        if not self._is_quiet_within(limit):
            self._hands.unblock()
            self._is_quiet_within(limit)
        self._line.is_ending = False

    def _is_quiet_within(self, limit: float) -> bool:
        ends_at = time.monotonic() + limit
        while self._busy_since is not None or self._flight is not None:
            if time.monotonic() > ends_at:
                return False
            time.sleep(0.001)
        return True

    def after_fork(self) -> None:
        """In a child process: begin anew, and leave the parent's connection alone.

        A rejected login is remembered, because the account is the same.
        """
        self._line.disown()
        self._hands.after_fork()
        self._begin_anew()

    # What follows runs in the worker's thread.

    def _serve(self) -> None:
        self._busy_since = self._clock()
        flight = self._flight
        if flight is not None:
            self._fly(flight)
        else:
            with self._lock:
                look = next(iter(self._looks.values()), None)
            if look is not None:
                self._take(look)
        self._busy_since = None

    def _fly(self, flight: AnswerFlight) -> Answer:
        flight.has_begun = True
        try:
            answer = self._line.ask()
        except BaseException:
            # Whoever waits is told, whatever happens here.
            self._land(flight, self._unexpected())
            raise
        self._land(flight, answer)
        if answer.word is not None:
            # Behind the answer, because it may block.
            self._line.hang_up()
        return answer

    def _unexpected(self) -> Answer:
        return Answer(alias=self.alias, at=self._clock(), word=Word.UNEXPECTED)

    def _land(self, flight: AnswerFlight, answer: Answer) -> None:
        with self._lock:
            if flight.answer is not None:
                return
            self._flight = None
            self._last = answer
            if answer.word is None:
                self._last_good = answer
            flight.land(answer)

    def _take(self, look: Look) -> None:
        with self._lock:
            flight = self._flight
            if flight is None:
                flight = self._flight = Flight()
        answer = self._fly(flight)
        seen = self._not_put(answer)
        self._is_looking = True
        try:
            if answer.word is None:
                self._busy_since = self._clock()
                value = self._line.put(look.question)
                seen = Seen(value=value, at=self._clock())
        finally:
            self._is_looking = False
            self._land_look(look, seen)

    def _not_put(self, answer: Answer) -> Seen:
        why = Unreadable(f"not asked: {answer.why or 'it failed'}")
        return Seen(value=why, at=self._clock(), is_kept=False)

    def _land_look(self, look: Look, seen: Seen) -> None:
        with self._lock:
            if look.flight.answer is not None:
                return
            self._looks.pop(look.name, None)
            if seen.is_kept:
                self._seen[look.name] = seen
            look.flight.land(seen)
