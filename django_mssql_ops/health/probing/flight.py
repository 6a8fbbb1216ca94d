"""A question on its way, and those who wait for its answer."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class Flight(Generic[T]):
    """``land`` is called once; before that, ``wait`` gives None when its limit is over."""

    __slots__ = ("_done", "answer", "has_begun")

    def __init__(self) -> None:
        self.answer: T | None = None
        self.has_begun = False
        # One bare lock, because a healthy probe pays for it: held until the answer is there, then
        # handed on by each who waited to the next one.
        self._done = threading.Lock()
        self._done.acquire()

    def wait(self, limit: float) -> T | None:
        if not self._done.acquire(timeout=max(0.0, limit)):
            return None
        self._done.release()
        return self.answer

    def land(self, answer: T) -> None:
        self.answer = answer
        self._done.release()
