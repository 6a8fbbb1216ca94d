"""The short way: bytes of both directions while nobody watches and nothing is encrypted.

This loop is why a proxy that does nothing costs next to nothing, so it is written flat: one buffer,
no object for each packet, and a look at one header where a message is one packet.
"""

from __future__ import annotations

import select
from typing import Final

from django_mssql_ops.faultproxy.ends import End, Ended
from django_mssql_ops.faultproxy.framing import Framing
from django_mssql_ops.faultproxy.switchboard import Switchboard

#: Milliseconds between two looks whether it is still so.
_TICK: Final = 100
#: Bytes that pass at once.
_BUFFER_SIZE: Final = 128 * 1024
HAS_SHORT_WAY: Final = hasattr(select, "poll")


def pass_on(
    driver: End, server: End, asked: Framing, answered: Framing, board: Switchboard
) -> bool | None:
    """Pass bytes until somebody watches or the proxy stops.

    Gives whether the driver spoke last, None when nobody spoke. Raises Ended.
    """
    poll = select.poll()
    view = memoryview(bytearray(_BUFFER_SIZE))
    from_driver = driver.socket.fileno()
    ways = {
        from_driver: _Way(driver, server, asked, view),
        server.socket.fileno(): _Way(server, driver, answered, view),
    }
    for number in ways:
        poll.register(number, select.POLLIN)
    wait = poll.poll
    last: int | None = None
    while True:
        ready = wait(_TICK)
        # Asked behind the wait: who begins to watch while nothing comes is to see what comes next.
        if not board.is_quiet:
            return None if last is None else last == from_driver
        for speaker, _ in ready:
            ways[speaker].pass_what_came()
            last = speaker


class _Way:
    """One direction; both share a buffer, for what came has gone before more comes."""

    __slots__ = ("_receive", "_send", "_sink", "_source", "_track", "_view")

    def __init__(self, source: End, sink: End, framing: Framing, view: memoryview) -> None:
        self._source = source
        self._sink = sink
        self._view = view
        self._receive = source.socket.recv_into
        self._send = sink.socket.send
        self._track = framing.track

    def pass_what_came(self) -> None:
        """Raises Ended."""
        try:
            size = self._receive(self._view)
        except BlockingIOError:
            return
        except OSError as error:
            raise self._source.failed(error) from error
        if not size:
            raise Ended(f"{self._source.who} closed the connection")
        data = self._view[:size]
        self._track(data)
        try:
            sent = self._send(data)
        except BlockingIOError:
            sent = 0
        except OSError as error:
            raise self._sink.failed(error) from error
        if sent < size:
            self._sink.send_raw(data[sent:])
