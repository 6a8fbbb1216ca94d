"""One daemon thread that does one job after the other, and ends when there has been none for long.

A driver's call cannot be cancelled from Python, so whoever must answer in time does not make it
itself: it hands the job over and waits for as long as it has.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Protocol

from django_mssql_ops.health.probing.unblocking import end_wait_of

Job = Callable[[], None]


class Hands(Protocol):
    """What does a prober's jobs, one after the other: a :class:`Worker`."""

    def submit(self, job: Job, /) -> None: ...

    def stop(self, limit: float) -> bool: ...

    def unblock(self) -> None: ...

    def after_fork(self) -> None: ...


class Worker:
    """``submit`` from any thread; jobs run in their order, in a thread that is started for them.

    ``at_rest`` runs in that thread before it ends: after ``idle`` seconds without a job, or when it
    was told to stop. There is never a second thread, also not while the first one is stuck.
    """

    def __init__(self, name: str, *, idle: float, at_rest: Job) -> None:
        self.name = name
        self._idle = idle
        self._at_rest = at_rest
        self.after_fork()

    def after_fork(self) -> None:
        """In a child process: the thread and whoever held the lock stayed with the parent."""
        self._lock = threading.Lock()
        # Its get() is one lock in C: half the price of a Condition.
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def submit(self, job: Job) -> None:
        """Raises RuntimeError when no thread can be started."""
        with self._lock:
            if self._thread is None:
                self._start()
            self._jobs.put(job)

    def _start(self) -> None:
        thread = threading.Thread(target=self._run, name=self.name, daemon=True)
        self._thread = thread
        try:
            thread.start()
        except BaseException:
            self._thread = None
            raise

    def stop(self, limit: float) -> bool:
        """Let it end behind the jobs there are; whether it did within ``limit`` seconds."""
        with self._lock:
            thread = self._thread
            if thread is None:
                return True
            self._jobs.put(None)
        thread.join(max(0.0, limit))
        return not thread.is_alive()

    def unblock(self) -> None:
        """Where possible, make it fail what it waits for."""
        thread = self._thread
        if thread is not None and thread.native_id is not None:
            end_wait_of(thread.native_id)

    def _run(self) -> None:
        with self._lock:
            if self._thread is not threading.current_thread():
                # Whoever started it was interrupted, and does not know of it.
                return
        try:
            while self._do_one():
                pass
        except BaseException:
            # A job that raises is a bug of its owner; the next one gets a new thread.
            with self._lock:
                self._thread = None
            raise

    def _do_one(self) -> bool:
        """False when the thread is to end."""
        try:
            job = self._jobs.get(timeout=self._idle)
        except Empty:
            job = None
        if job is not None:
            job()
            return True
        # It may take long, and jobs may come in meanwhile: still this thread's.
        self._at_rest()
        with self._lock:
            if not self._jobs.empty():
                return True
            self._thread = None
        return False
