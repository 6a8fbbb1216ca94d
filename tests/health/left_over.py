"""What a process has open, and what of it was not there before."""

from __future__ import annotations

import gc
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from asgiref.sync import SyncToAsync

#: Seconds for what is on its way out: a thread that has said its last word, a proxy that stops.
_PATIENCE: Final = 10.0
#: The plugin that runs long tests beside the others (tests/background.py).
_OTHERS: Final = "background runs"


@dataclass(frozen=True, slots=True)
class Open:
    """Threads by their names, and descriptors by what they lead to."""

    threads: frozenset[str]
    descriptors: frozenset[str]

    def __sub__(self, before: Open) -> list[str]:
        return sorted((self.threads - before.threads) | (self.descriptors - before.descriptors))


def now_open() -> Open:
    gc.collect()
    return Open(frozenset(_threads()), frozenset(_descriptors()))


def _threads() -> Iterator[str]:
    # The one thread of the process that asgiref keeps for sync code, once there was any.
    kept = SyncToAsync.single_thread_executor._threads
    for thread in threading.enumerate():
        if thread not in kept and not thread.name.startswith(_OTHERS):
            yield f"thread {thread.ident}: {thread.name}"


def _descriptors() -> Iterator[str]:
    for link in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # the listing's own, closed by now
            yield f"{link.name}: {os.readlink(link)}"


@contextmanager
def nothing_left_over() -> Iterator[None]:
    """Threads, sockets and files are the same after the block; raises AssertionError."""
    before = now_open()
    yield
    deadline = time.monotonic() + _PATIENCE
    while left := now_open() - before:
        assert time.monotonic() < deadline, left
        time.sleep(0.05)


@pytest.fixture(scope="module", autouse=True)
def nothing_is_left() -> Iterator[None]:
    """By any test of the module, nor by what its fixtures started."""
    with nothing_left_over():
        yield
