"""Feed bytes in every way a socket may: whole, byte by byte, in pieces, and with a tail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

_T = TypeVar("_T")


class Receiver(Protocol):
    def receive(self, data: bytes, /) -> None: ...


_R = TypeVar("_R", bound=Receiver)


def drain(next_item: Callable[[], _T | None]) -> list[_T]:
    """Everything that can be had now."""
    items: list[_T] = []
    while (item := next_item()) is not None:
        items.append(item)
    return items


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


def assert_parses_however_fed(
    make: Callable[[], _R],
    next_item: Callable[[_R], _T | None],
    data: bytes,
    expected: Sequence[_T],
    *,
    tail: bytes = b"",
) -> None:
    """Whole, byte by byte, in sevens, and with ``tail`` (the beginning of another unit) behind."""
    whole = make()
    whole.receive(data)
    assert drain(lambda: next_item(whole)) == list(expected)

    for size in (1, 7):
        reader = make()
        found: list[_T] = []
        for piece in pieces(data, size):
            reader.receive(piece)
            found += drain(lambda reader=reader: next_item(reader))  # type: ignore[misc]
        assert found == list(expected)

    early = make()
    for piece in pieces(data[:-1], 1):
        early.receive(piece)
        assert len(drain(lambda: next_item(early))) < len(expected) or len(expected) > 1

    tailed = make()
    tailed.receive(data + tail)
    assert drain(lambda: next_item(tailed)) == list(expected)
