"""Closes connections where nobody waits for it: close() on a silent peer may never return.

An open transaction is rolled back by close(), and a peer that does not answer blocks that for ever
when there is no query time-out (measured with msodbcsql 18.6). One thread per alias does it, one
connection after the other, and ends when none is left.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections import deque
from collections.abc import Callable
from typing import Final

#: With so many connections before it in the queue, nobody waits for a close() any more.
MAX_WAITING: Final = 64

_lock = threading.Lock()
#: What each alias's reaper has yet to close. A stuck one holds up those behind it, and none is left
#: out: to forget one would have it closed here and now, by its destructor. They are as many as the
#: resets that met the stuck peer, which the budget of retries bounds, and all of them are closed
#: once the peer is gone.
_queues: dict[str, deque[tuple[Callable[[], object], threading.Event]]] = {}
#: Aliases whose reaper runs.
_running: set[str] = set()
#: A child process keeps those of its parent, and does nothing with them.
_inherited: list[object] = []


def close_soon(alias: str, close: Callable[[], object], *, limit: float) -> bool:
    """Call ``close`` in the alias's reaper thread; at most ``limit`` seconds are waited for it.

    Gives whether it returned. Never raises: what ``close`` raises is of no use to anybody, since
    the connection is given up.
    """
    done = threading.Event()
    with _lock:
        queue = _queues.setdefault(alias, deque())
        is_long = len(queue) >= MAX_WAITING
        queue.append((close, done))
        starts = alias in _running or _start(alias)
    del close
    return starts and not is_long and done.wait(limit)


def _start(alias: str) -> bool:
    """False where the process can start no more threads. Called with the lock held.

    What waits is closed then by the next reaper that the alias gets.
    """
    thread = threading.Thread(
        target=_work, args=(alias,), name=f"mssql-ops reaper {alias}", daemon=True
    )
    try:
        thread.start()
    except RuntimeError:
        return False
    _running.add(alias)
    return True


def _work(alias: str) -> None:
    while True:
        with _lock:
            queue = _queues[alias]
            if not queue:
                del _queues[alias]
                _running.discard(alias)
                return
            close, done = queue.popleft()
        # The connection is given up: what it has to say about that is of no use.
        with contextlib.suppress(BaseException):
            close()
        # Its destructor may block as well: here, before anybody is told.
        del close
        done.set()


def _forget() -> None:
    """A child process has the connections of its parent, and none of its threads."""
    global _lock
    _lock = threading.Lock()
    # Their sockets are the parent's: a close here would end its sessions.
    _inherited.extend(_queues.values())
    _queues.clear()
    _running.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
