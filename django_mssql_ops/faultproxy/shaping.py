"""Late, slow or in pieces: how bytes go to a driver whose connection is shaped."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Final

from django_mssql_ops.faultproxy.actions import Shape

#: Seconds of traffic in one piece where only the bandwidth is limited.
_PIECE_SECONDS: Final = 0.05


class Shaper:
    """Sends by what all shapes so far say together; later ones win where they say the same."""

    def __init__(
        self,
        send: Callable[[memoryview], None],
        wait: Callable[[float], None],
        drawn: random.Random,
    ) -> None:
        self._send = send
        self._wait = wait
        self._random = drawn
        self._shape = Shape()

    def add(self, shape: Shape) -> None:
        """One more shape, for good."""
        old = self._shape
        late = shape if shape.latency or shape.jitter else old
        self._shape = Shape(
            latency=late.latency,
            jitter=late.jitter,
            bytes_per_second=shape.bytes_per_second or old.bytes_per_second,
            slice_size=shape.slice_size or old.slice_size,
        )

    def send(self, data: bytes) -> None:
        """Send all of it, in its own time."""
        shape = self._shape
        for piece in self._pieces(memoryview(data)):
            late = shape.latency + self._random.uniform(-shape.jitter, shape.jitter)
            if late > 0:
                self._wait(late)
            self._send(piece)
            if shape.bytes_per_second is not None:
                self._wait(len(piece) / shape.bytes_per_second)

    def _pieces(self, data: memoryview) -> Iterator[memoryview]:
        size = self._shape.slice_size or len(data)
        if self._shape.bytes_per_second is not None:
            size = min(size, max(1, int(self._shape.bytes_per_second * _PIECE_SECONDS)))
        for start in range(0, len(data), size):
            yield data[start : start + size]
