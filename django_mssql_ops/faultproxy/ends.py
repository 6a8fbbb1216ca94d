"""One end of a proxied connection: a socket, perhaps TLS on it, and bytes through both.

An end is used by one thread, but for :meth:`End.abort`. Sockets do not block: whoever waits does so
in :mod:`.waiting`, where the proxy's stopping is seen.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
from typing import Final

from django_mssql_ops.exceptions import ProtocolError
from django_mssql_ops.faultproxy.actions import Cut
from django_mssql_ops.faultproxy.waiting import wait_readable, wait_writable
from django_mssql_ops.tds import Message, MessageReader
from django_mssql_ops.tds.wire import Wire

#: Bytes asked of a socket at once: above 128 KB, malloc would map memory anew for each of them.
RECEIVE_SIZE: Final = 64 * 1024
#: Seconds a peer may refuse to take bytes; a driver may pause between the rows of a result.
SEND_SECONDS: Final = 600.0
#: SO_LINGER on with a time of zero: close() sends RST.
_RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)


class Ended(Exception):
    """The connection cannot go on; the text says why. ``reset``: the peer ended it by RST."""

    def __init__(self, reason: str, *, reset: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.reset = reset


class End:
    """Bytes to and from one peer; ``who`` is that peer in words."""

    def __init__(self, sock: socket.socket, who: str) -> None:
        sock.setblocking(False)
        with contextlib.suppress(OSError):  # a peer that is gone already
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = sock
        self.who = who
        self.wire = Wire()
        #: Bytes that came behind what was read and belong to the next phase.
        self._early = b""
        self._closed = False

    @property
    def is_plain(self) -> bool:
        """No TLS: what is on the socket is MS-TDS itself."""
        return self.wire.tunnel is None

    # Reading

    def receive_now(self) -> bytes | None:
        """What has come, in plain text; None when nothing has. Raises Ended."""
        if self._early:
            data, self._early = self._early, b""
            return data
        raw = self.receive_raw()
        if raw is None or self.wire.tunnel is None:
            return raw
        return self._decrypted(raw) or None

    def receive_raw(self) -> bytes | None:
        """What has come on the socket; None when nothing has. Raises Ended."""
        try:
            data = self.socket.recv(RECEIVE_SIZE)
        except BlockingIOError:
            return None
        except OSError as error:
            raise self.failed(error) from error
        if not data:
            raise Ended(f"{self.who} closed the connection")
        return data

    def _decrypted(self, data: bytes) -> bytes:
        try:
            plain = self.wire.received(data)
        except (ssl.SSLError, ProtocolError) as error:
            self.flush_tls()
            raise Ended(f"TLS with {self.who} failed: {_short(error)}") from error
        self.flush_tls()
        return plain

    def receive(self, seconds: float) -> bytes:
        """What comes next, in plain text, within so many seconds. Raises Ended."""
        while True:
            data = self.receive_now()
            if data is not None:
                return data
            if not wait_readable(self.socket, seconds):
                raise Ended(f"{self.who} stayed silent for {seconds:g} s")

    def read_message(self, reader: MessageReader, seconds: float) -> Message:
        """The next whole message through ``reader``. Raises Ended."""
        while True:
            try:
                message = reader.next_message()
            except ProtocolError as error:
                raise Ended(f"{self.who} does not speak MS-TDS") from error
            if message is not None:
                return message
            reader.receive(self.receive(seconds))

    def give_back(self, data: bytes) -> None:
        """Have ``data`` read again, before what comes."""
        self._early = data + self._early

    # Writing

    def send(self, data: bytes | bytearray | memoryview) -> None:
        """Send plain text, all of it. Raises Ended."""
        self.send_raw(data if self.wire.tunnel is None else self._encrypted(bytes(data)))

    def _encrypted(self, data: bytes) -> bytes:
        try:
            return self.wire.encrypted(data)
        except (ssl.SSLError, ProtocolError) as error:
            raise Ended(f"TLS with {self.who} failed: {_short(error)}") from error

    def send_raw(self, data: bytes | bytearray | memoryview) -> None:
        """Send bytes past TLS, all of them. Raises Ended."""
        sent = self._try_send(data)
        if sent == len(data):
            return
        left = memoryview(data)[sent:]
        while left:
            if not wait_writable(self.socket, SEND_SECONDS):
                raise Ended(f"{self.who} takes no bytes for {SEND_SECONDS:g} s")
            left = left[self._try_send(left) :]

    def _try_send(self, data: bytes | bytearray | memoryview) -> int:
        try:
            return self.socket.send(data)
        except BlockingIOError:
            return 0
        except OSError as error:
            raise self.failed(error) from error

    def failed(self, error: OSError) -> Ended:
        """What an error of the socket means for the connection."""
        if isinstance(error, ConnectionError):
            return Ended(f"{self.who} reset the connection", reset=True)
        return Ended(f"{self.who}: {error.strerror or error}")

    def flush_tls(self) -> None:
        """Send what TLS itself has to say: handshake records and alerts."""
        with contextlib.suppress(Ended):
            self.send_raw(self.wire.bytes_to_send())

    # TLS

    def start_tls(
        self,
        context: ssl.SSLContext,
        seconds: float,
        *,
        server_side: bool = False,
        server_hostname: str | None = None,
        wrapped: bool = True,
    ) -> None:
        """Do this side of a handshake. Raises Ended, with the reason that TLS gives."""
        try:
            opening = self.wire.start_tls(
                context, server_side=server_side, server_hostname=server_hostname, wrapped=wrapped
            )
        except (ValueError, ssl.SSLError) as error:
            raise Ended(f"TLS with {self.who} failed: {_short(error)}") from error
        self.send_raw(opening)
        while not self.wire.handshake_done:
            early, self._early = self._early, b""
            self._early += self._decrypted(early or self._raw_within(seconds))

    def _raw_within(self, seconds: float) -> bytes:
        while (data := self.receive_raw()) is None:
            if not wait_readable(self.socket, seconds):
                raise Ended(f"{self.who} stayed silent for {seconds:g} s")
        return data

    # Ending

    def end(self, how: Cut = Cut.CLOSE) -> None:
        """Close by FIN, behind what was sent, or by RST."""
        if self._closed:
            return
        self._closed = True
        with contextlib.suppress(OSError):
            if how is Cut.RESET:
                self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            else:
                self.socket.shutdown(socket.SHUT_WR)
                self._drop_unread()
        self.socket.close()

    def _drop_unread(self) -> None:
        """What was not read would turn our FIN into a RST."""
        for _ in range(64):
            if not self.socket.recv(RECEIVE_SIZE):
                return

    def abort(self) -> None:
        """Wake whoever waits for this peer; called from another thread."""
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)


def _short(error: Exception) -> str:
    """Why, without anything of what was said."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    if isinstance(error, ssl.SSLError):
        return (error.reason or "protocol error").replace("_", " ").lower()
    return type(error).__name__
