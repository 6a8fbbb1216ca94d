"""Time limits for calls that have none of their own.

``getaddrinfo`` and an ODBC driver block in C without a limit that Python could set, so such a call
runs in a daemon thread that is waited for. A call that is given up goes on until its own bound
(the resolver's, the driver's login or query time-out) and then ends by itself; what it brings back
too late is handed to ``discard``, so that a late connection is closed and not leaked.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from typing import Final, Generic, TypeVar

T = TypeVar("T")


#: A driver's own time-out is whole seconds; the thread around it is given this much longer, so that
#: the driver's words are heard when it keeps its word.
GRACE_SECONDS: Final = 0.7


class TimeLimitExceeded(Exception):
    """The call did not end within its limit; ``seconds`` is that limit."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"no answer within {seconds:g} s")
        self.seconds = seconds


class Deadline:
    """A point in time by which several waits together must be over."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._ends_at = time.monotonic() + seconds

    def remaining(self) -> float:
        """Seconds left, never below zero."""
        return max(0.0, self._ends_at - time.monotonic())


class Stopwatch:
    """Milliseconds since it was made."""

    def __init__(self) -> None:
        self._started_at = time.perf_counter()

    @property
    def milliseconds(self) -> float:
        return (time.perf_counter() - self._started_at) * 1000


class _BoundedCall(Generic[T]):
    def __init__(self, call: Callable[[], T], discard: Callable[[T], None] | None) -> None:
        self._call = call
        self._discard = discard
        self._lock = threading.Lock()
        self._finished = threading.Event()
        self._abandoned = False
        self._value: list[T] = []
        self._error: BaseException | None = None

    def run(self) -> None:
        try:
            value = self._call()
        except BaseException as error:
            self._error = error
        else:
            with self._lock:
                self._value.append(value)
                too_late = self._abandoned
            if too_late and self._discard is not None:
                # Nobody is left to tell: a late close that fails is over all the same.
                with contextlib.suppress(Exception):
                    self._discard(value)
        self._finished.set()

    def result(self, seconds: float) -> T:
        self._finished.wait(seconds)
        with self._lock:
            if not self._finished.is_set() and not self._value:
                self._abandoned = True
                raise TimeLimitExceeded(seconds)
        self._finished.wait()
        if self._error is not None:
            raise self._error
        return self._value[0]


def within(
    seconds: float, call: Callable[[], T], *, discard: Callable[[T], None] | None = None
) -> T:
    """Return what ``call`` returns or raise what it raises, within ``seconds``.

    Raises TimeLimitExceeded when it takes longer; ``discard`` then gets the late result.
    """
    bounded = _BoundedCall(call, discard)
    threading.Thread(target=bounded.run, name="mssql-ops-probe", daemon=True).start()
    return bounded.result(seconds)
