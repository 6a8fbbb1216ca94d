"""The only place where the retry engine sleeps, so that a test run can make it dream instead."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_instead: Callable[[float], object] | None = None


def pause(seconds: float) -> None:
    """Sleep, unless somebody has put something in its place."""
    if _instead is not None:
        _instead(seconds)
    elif seconds > 0:
        time.sleep(seconds)


async def pause_async(seconds: float) -> None:
    """Sleep in a coroutine; also of no time, so that others have their turn."""
    if _instead is not None:
        _instead(seconds)
        seconds = 0.0
    await asyncio.sleep(seconds)


@contextmanager
def replaced_by(instead: Callable[[float], object]) -> Iterator[None]:
    """Call ``instead`` with the seconds of every pause in this process; for test runs."""
    global _instead
    before, _instead = _instead, instead
    try:
        yield
    finally:
        _instead = before
