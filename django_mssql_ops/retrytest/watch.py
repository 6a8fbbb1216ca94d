"""Watches one call: its attempts and delays, and, in time lapse, makes the delays short.

Delays between attempts are seconds to minutes, and waiting for them teaches nothing: in time lapse
a sleep of the watched thread takes a hundredth of what was asked for, and counts in full.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Self

from django_mssql_ops.retry import signals
from django_mssql_ops.retrytest.result import Kind, Mark

#: Part of a delay that is waited for in time lapse.
TIME_LAPSE: Final = 0.01
#: Seconds. Shorter sleeps are a program's polling, no delay between attempts.
_SHORTEST: Final = 0.001
#: What is remembered of one call; a storm sleeps thousands of times.
_MOST: Final = 10_000
#: Nothing else of the process may sleep shorter, so the functions are replaced once at a time.
_replacing = threading.Lock()


@dataclass(frozen=True, slots=True)
class _Delay:
    """A sleep, in seconds since the call began: really from ``start`` to ``end``."""

    start: float
    end: float
    asked: float

    @property
    def skipped(self) -> float:
        return max(self.asked - (self.end - self.start), 0.0)


class Watch:
    """A context manager around one call, entered in the thread that makes it."""

    def __init__(
        self,
        *,
        scale: float = TIME_LAPSE,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._scale = scale
        self._clock = clock
        self._sleep = sleep
        self._thread = 0
        self._began = self._ended = 0.0
        self._delays: list[_Delay] = []
        self._announced: list[tuple[float, float]] = []
        self._attempts: list[tuple[float, float, bool]] = []
        self._undo: list[Callable[[], object]] = []

    def __enter__(self) -> Self:
        self._thread = threading.get_ident()
        signals.retry_attempted.connect(self._on_retry, weak=False, dispatch_uid=id(self))
        self._undo.append(
            lambda: signals.retry_attempted.disconnect(dispatch_uid=id(self)),
        )
        self._replace_sleeps()
        self._began = self._ended = self._clock()
        return self

    def __exit__(self, *details: object) -> None:
        self._ended = self._clock()
        while self._undo:
            self._undo.pop()()

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Around each run of the code under test, where it can be wrapped."""
        start = self._clock()
        held = False
        try:
            yield
            held = True
        finally:
            if len(self._attempts) < _MOST:
                self._attempts.append((start - self._began, self._clock() - self._began, held))

    @property
    def attempts(self) -> int:
        """How often the code ran: as it was wrapped, or as the retry engine says."""
        return max(len(self._attempts), 1 + len(self._announced))

    @property
    def delays(self) -> tuple[float, ...]:
        """The seconds between attempts, as they were asked for."""
        slept = tuple(delay.asked for delay in self._delays)
        return slept or tuple(asked for _, asked in self._announced)

    @property
    def seconds(self) -> float:
        """How long the call took, with every delay in full."""
        return self.in_full(self.real_seconds)

    @property
    def real_seconds(self) -> float:
        """How long it has really taken so far; 0 before it began."""
        if not self._thread:
            return 0.0
        return (self._ended if not self._undo else self._clock()) - self._began

    @property
    def began(self) -> float:
        """When the call began, by the clock."""
        return self._began

    def in_full(self, seconds: float) -> float:
        """A moment of the call as it would be if no delay had been shortened."""
        return seconds + sum(d.skipped for d in self._delays if d.end <= seconds)

    def marks(self, *, held: bool) -> Iterator[Mark]:
        """Attempts and delays for a timeline; ``held``: the last attempt came back."""
        for start, end, success in self._attempts or self._guessed(held):
            yield Mark(
                kind=Kind.ATTEMPT if success else Kind.FAILED_ATTEMPT,
                start=self.in_full(start),
                end=self.in_full(end),
            )
        for delay in self._delays:
            start = self.in_full(delay.start)
            yield Mark(kind=Kind.DELAY, start=start, end=start + delay.asked)

    def _guessed(self, held: bool) -> Iterator[tuple[float, float, bool]]:
        """The attempts of code that could not be wrapped: one ends where its retry is announced."""
        start = 0.0
        for announced, _ in self._announced:
            yield start, announced, False
            slept = (d.end for d in self._delays if d.start >= announced)
            start = next(slept, announced)
        yield start, max(self._ended - self._began, start), held

    def _on_retry(self, *, event: signals.Event, **kwargs: Any) -> None:
        if threading.get_ident() == self._thread and len(self._announced) < _MOST:
            self._announced.append((self._clock() - self._began, event.delay))

    def _replace_sleeps(self) -> None:
        if not _replacing.acquire(timeout=0):
            raise RuntimeError("two calls cannot be watched at once")
        self._undo.append(_replacing.release)
        plain, plain_async = time.sleep, asyncio.sleep

        def sleep(seconds: float, /) -> None:
            if threading.get_ident() != self._thread:
                plain(seconds)
                return
            start = self._clock()
            self._sleep(seconds * self._scale)
            self._note(start, seconds)

        async def sleep_async(delay: float, result: Any = None) -> Any:
            if threading.get_ident() != self._thread:
                return await plain_async(delay, result)
            start = self._clock()
            await plain_async(delay * self._scale)
            self._note(start, delay)
            return result

        time.sleep, asyncio.sleep = sleep, sleep_async  # type: ignore[assignment]

        def restore() -> None:
            time.sleep, asyncio.sleep = plain, plain_async

        self._undo.append(restore)

    def _note(self, start: float, asked: float) -> None:
        if asked >= _SHORTEST and len(self._delays) < _MOST:
            self._delays.append(_Delay(start - self._began, self._clock() - self._began, asked))
