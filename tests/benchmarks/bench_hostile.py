"""What one megabyte of hostile or random bytes costs the codec, at worst."""

from __future__ import annotations

import random
import time
import tracemalloc

from tests.fuzz.inputs import LARGE
from tests.fuzz.targets import Target, tokens_by_packet, tokens_whole
from tests.tds.hostile import hostile_streams, repeated

_PROMISED_SECONDS = 1.0
_PROMISED_MEGABYTES = 64
_WIDTH = 64
_TRIES = 3
#: Counting every allocation slows the codec down twentyfold; a quarter of the bytes is enough to
#: see whether memory follows them.
_MEMORY_SHARE = 4
_FEEDING: dict[str, Target] = {"whole": tokens_whole, "by packet": tokens_by_packet}


def main() -> None:
    inputs = dict(_inputs())
    for feeding, target in _FEEDING.items():
        seconds = {name: _seconds(target, data) for name, data in inputs.items()}
        megabytes = {
            name: _megabytes(target, data[: LARGE // _MEMORY_SHARE]) * _MEMORY_SHARE
            for name, data in inputs.items()
        }
        slowest = max(seconds, key=seconds.__getitem__)
        largest = max(megabytes, key=megabytes.__getitem__)
        print(
            f"1 MB fed {feeding}, {len(inputs)} kinds: at worst {seconds[slowest]:.2f} s of "
            f"processor time ({slowest}) and {megabytes[largest]:.0f} MB ({largest}) "
            f"(promised: {_PROMISED_SECONDS:g} s and {_PROMISED_MEGABYTES} MB)"
        )


def _inputs() -> list[tuple[str, bytes]]:
    streams = [
        (name, repeated(head, unit, LARGE))
        for name, (head, unit) in hostile_streams(_WIDTH).items()
    ]
    return [*streams, ("random bytes", random.Random(1).randbytes(LARGE))]


def _seconds(target: Target, data: bytes) -> float:
    """The best of a few tries: a neighbour on the machine slows one down, not all."""
    return min(_once(target, data) for _ in range(_TRIES))


def _once(target: Target, data: bytes) -> float:
    started_at = time.process_time()
    target(data)
    return time.process_time() - started_at


def _megabytes(target: Target, data: bytes) -> float:
    tracemalloc.start()
    try:
        target(data)
        return tracemalloc.get_traced_memory()[1] / 2**20
    finally:
        tracemalloc.stop()
