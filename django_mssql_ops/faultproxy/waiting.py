"""Waiting for sockets, on every system: poll() where there is one, select() elsewhere.

select() cannot wait for a descriptor above 1,023, poll() can; Windows has select() only.
"""

from __future__ import annotations

import select
import socket
from typing import Final, Protocol

_HAS_POLL: Final = hasattr(select, "poll")
#: The peer has closed its side (Linux); elsewhere it is found out by reading.
_PEER_CLOSED: Final = getattr(select, "POLLRDHUP", 0)


class Waiter(Protocol):
    """Waits for any of some sockets."""

    def wait(self, seconds: float) -> list[int]:
        """Numbers of the sockets, in the order given, that can be read or have ended."""


class _PollWaiter:
    def __init__(self, *sockets: socket.socket) -> None:
        self._poll = select.poll()
        self._numbers = {sock.fileno(): number for number, sock in enumerate(sockets)}
        for fileno in self._numbers:
            self._poll.register(fileno, select.POLLIN)

    def wait(self, seconds: float) -> list[int]:
        numbers = self._numbers
        return [numbers[fileno] for fileno, _ in self._poll.poll(seconds * 1000)]


class _SelectWaiter:
    def __init__(self, *sockets: socket.socket) -> None:
        self._sockets = sockets

    def wait(self, seconds: float) -> list[int]:
        ready, _, _ = select.select(self._sockets, (), (), seconds)
        return [number for number, sock in enumerate(self._sockets) if sock in ready]


def waiter_for(*sockets: socket.socket) -> Waiter:
    """A waiter for these sockets, for as long as they are open."""
    return _PollWaiter(*sockets) if _HAS_POLL else _SelectWaiter(*sockets)


def wait_readable(sock: socket.socket, seconds: float) -> bool:
    """Whether ``sock`` can be read, or has ended, within so many seconds."""
    return _wait(sock, seconds, writing=False)


def wait_writable(sock: socket.socket, seconds: float) -> bool:
    """Whether ``sock`` takes bytes, or has ended, within so many seconds."""
    return _wait(sock, seconds, writing=True)


def _wait(sock: socket.socket, seconds: float, *, writing: bool) -> bool:
    if sock.fileno() < 0:
        return True
    if not _HAS_POLL:
        readers, writers = ((), (sock,)) if writing else ((sock,), ())
        return any(select.select(readers, writers, (sock,), seconds))
    poll = select.poll()
    poll.register(sock, select.POLLOUT if writing else select.POLLIN)
    return bool(poll.poll(seconds * 1000))


def has_left(sock: socket.socket) -> bool:
    """Whether the peer has ended its side, as far as that shows without reading."""
    if _HAS_POLL and _PEER_CLOSED:
        poll = select.poll()
        poll.register(sock, _PEER_CLOSED)
        return bool(poll.poll(0))
    try:
        return not sock.recv(1, socket.MSG_PEEK)
    except (BlockingIOError, InterruptedError):
        return False
    except OSError:
        return True
