"""The wire of one connection: a socket, perhaps TLS on it, and messages through both.

Blocking, with a time limit on every operation. A link ends by raising :class:`LinkEnded`, whatever
the reason was: the client left, stayed silent, sent what is not MS-TDS, or the server stops.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Final

from django_mssql_ops.exceptions import RemoteProtocolError
from django_mssql_ops.tds import (
    Message,
    MessageReader,
    Packet,
    PacketStatus,
    PacketType,
    TlsTunnel,
)
from tests.standin.counters import OpenConnection

#: Bytes asked of the socket at once.
RECEIVE_SIZE: Final = 64 * 1024
#: Bytes of a packet before the login agreed on another size (MS-TDS 2.2.6.4).
DEFAULT_PACKET_SIZE: Final = 4096
PACKET_HEADER_SIZE: Final = 8
#: Messages kept that came while another one was being answered; TDS has one at a time.
MAX_WAITING_MESSAGES: Final = 4
#: Seconds a closing connection waits for the client's own FIN, so that unread bytes do not turn
#: our FIN into a RST.
LINGER_SECONDS: Final = 2.0
#: SO_LINGER on with a time of zero: close() sends RST.
_RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)


class LinkEnded(Exception):
    """The connection cannot go on; the text says why."""


class Link:
    """Messages over one accepted socket."""

    def __init__(self, sock: socket.socket, record: OpenConnection, idle_seconds: float) -> None:
        self._socket = sock
        self._record = record
        self._idle_seconds = idle_seconds
        self._reader = MessageReader()
        self._waiting: deque[Message] = deque()
        self._tunnel: TlsTunnel | None = None
        self._lock = threading.Lock()
        self._closed = False
        self._outgoing = bytearray()
        self._packet_number = 0
        self.packet_size = DEFAULT_PACKET_SIZE
        self.spid = 0
        with contextlib.suppress(OSError):  # a client that is gone already
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    @property
    def client_address(self) -> tuple[str, int]:
        """Where the client is; empty for one that is gone."""
        return _address(self._socket.getpeername)

    @property
    def local_address(self) -> tuple[str, int]:
        """Where it came to."""
        return _address(self._socket.getsockname)

    # Reading

    def first_byte(self) -> int:
        """The first byte the client sent, left where it is: 0x12 for MS-TDS, 0x16 for TLS."""
        with _ending_the_link():
            self._socket.settimeout(self._idle_seconds)
            data = self._socket.recv(1, socket.MSG_PEEK)
        if not data:
            raise LinkEnded("the client left")
        return data[0]

    def read_message(self) -> Message:
        """The client's next message."""
        deadline = time.monotonic() + self._idle_seconds
        while (message := self._next_message()) is None:
            self._receive(deadline - time.monotonic())
        return message

    def attention_within(self, seconds: float) -> bool:
        """Wait, and say whether the client asked to cancel meanwhile; the attention is consumed.

        0 seconds only looks.
        """
        deadline = time.monotonic() + seconds
        while True:
            message = self._reader_message()
            if message is None:
                try:
                    self._receive(deadline - time.monotonic())
                except ClientSilent:
                    return False
            elif message.type is PacketType.ATTENTION:
                return True
            else:
                self._keep(message)

    def _keep(self, message: Message) -> None:
        if len(self._waiting) >= MAX_WAITING_MESSAGES:
            raise LinkEnded(f"more than {MAX_WAITING_MESSAGES} messages before the answer to one")
        self._waiting.append(message)

    def _next_message(self) -> Message | None:
        return self._waiting.popleft() if self._waiting else self._reader_message()

    def _reader_message(self) -> Message | None:
        try:
            return self._reader.next_message()
        except RemoteProtocolError as error:
            raise LinkEnded(f"not MS-TDS: {error}") from error

    def _receive(self, seconds: float) -> None:
        data = self._receive_raw(seconds)
        if self._tunnel is not None:
            with _ending_the_link():
                self._tunnel.receive(data)
                data = self._tunnel.read()
                self._send_raw(self._tunnel.bytes_to_send())
        self._reader.receive(data)

    def _receive_raw(self, seconds: float) -> bytes:
        with _ending_the_link():
            self._socket.settimeout(max(seconds, 0.0))
            data = self._socket.recv(RECEIVE_SIZE)
        if not data:
            raise LinkEnded("the client left")
        self._record.note_traffic(received=len(data))
        return data

    # Writing

    def send_message(self, payload: bytes) -> None:
        """Send a whole message; every message of a server is a TABULAR_RESULT."""
        self.write(payload)
        self.end_message()

    def write(self, payload: bytes) -> None:
        """Add to the message under way; full packets go out, the rest waits for the end."""
        self._outgoing += payload
        room = self.packet_size - PACKET_HEADER_SIZE
        while len(self._outgoing) > room:
            self._send_packet(bytes(self._outgoing[:room]), PacketStatus.NORMAL)
            del self._outgoing[:room]

    def end_message(self) -> None:
        """Send what is left of the message under way with its end."""
        self._send_packet(bytes(self._outgoing), PacketStatus.END_OF_MESSAGE)
        self._outgoing.clear()
        self._packet_number = 0

    def flush(self) -> None:
        """Send what is written of the message under way; more follows."""
        if self._outgoing:
            self._send_packet(bytes(self._outgoing), PacketStatus.NORMAL)
            self._outgoing.clear()

    def send_raw(self, content: bytes) -> None:
        """Bytes on the TCP connection, past MS-TDS and TLS."""
        self._send_raw(content)

    def _send_packet(self, payload: bytes, status: PacketStatus) -> None:
        self._packet_number = (self._packet_number + 1) & 0xFF
        packet = Packet(PacketType.TABULAR_RESULT, status, payload, self.spid, self._packet_number)
        if self._tunnel is None:
            self._send_raw(packet.encode())
            return
        with _ending_the_link():
            self._tunnel.send(packet.encode())
            self._send_raw(self._tunnel.bytes_to_send())

    def _send_raw(self, content: bytes) -> None:
        if not content:
            return
        with _ending_the_link():
            self._socket.settimeout(self._idle_seconds)
            self._socket.sendall(content)
        self._record.note_traffic(sent=len(content))

    # TLS

    def start_tls(self, context: ssl.SSLContext, *, wrapped: bool) -> TlsTunnel:
        """Do the server's side of a handshake; what follows is encrypted.

        ``wrapped`` is the handshake inside PRELOGIN packets of TDS 7.x, otherwise TDS 8.0's.
        """
        tunnel = TlsTunnel(context, server_side=True, wrapped=wrapped)
        early = self._reader.take_trailing()
        deadline = time.monotonic() + self._idle_seconds
        while not tunnel.handshake_done:
            data, early = early or self._receive_raw(deadline - time.monotonic()), b""
            self._feed_handshake(tunnel, data)
        self._tunnel = tunnel
        self._reader.receive(tunnel.read())
        return tunnel

    def _feed_handshake(self, tunnel: TlsTunnel, data: bytes) -> None:
        try:
            tunnel.receive(data)
        except ssl.SSLError as error:
            with contextlib.suppress(LinkEnded, ssl.SSLError, RemoteProtocolError):
                self._send_raw(tunnel.bytes_to_send())  # the alert says why
            raise LinkEnded(f"TLS handshake: {error.reason or error}") from error
        self._send_raw(tunnel.bytes_to_send())

    def end_tls(self) -> None:
        """Go on in plain text: only the login was encrypted (MS-TDS 2.2.6.5, ENCRYPT_OFF)."""
        self._tunnel = None

    # Ending

    def stay_silent(self, seconds: float) -> None:
        """Read and drop whatever comes until the client leaves or the time is over."""
        deadline = time.monotonic() + seconds
        with contextlib.suppress(LinkEnded):
            while (left := deadline - time.monotonic()) > 0:
                self._receive_raw(left)

    def close(self) -> None:
        """End with FIN, after everything that was sent."""
        with self._lock:
            if self._closed:
                return
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)
            self.stay_silent(LINGER_SECONDS)
        self._close_socket()

    def reset(self) -> None:
        """End with RST."""
        with contextlib.suppress(OSError):
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self._close_socket()

    def abort(self) -> None:
        """Make every operation of the connection's own thread end; called from another thread."""
        with self._lock, contextlib.suppress(OSError):
            if not self._closed:
                self._socket.shutdown(socket.SHUT_RDWR)

    def _close_socket(self) -> None:
        with self._lock:
            self._closed = True
            self._socket.close()


def _address(ask: Callable[[], tuple[str, int]]) -> tuple[str, int]:
    try:
        host, port = ask()[:2]
    except OSError:
        return "", 0
    return host, port


class ClientSilent(LinkEnded):
    """The client said nothing for the time it had."""


@contextlib.contextmanager
def _ending_the_link() -> Iterator[None]:
    """Turn what a socket, TLS or the codec raises into LinkEnded."""
    try:
        yield
    except (TimeoutError, BlockingIOError) as error:
        raise ClientSilent("the client stayed silent") from error
    except ssl.SSLError as error:
        raise LinkEnded(f"TLS: {error.reason or error}") from error
    except OSError as error:
        raise LinkEnded(f"the connection broke: {error.strerror or error}") from error
    except RemoteProtocolError as error:
        raise LinkEnded(f"not MS-TDS: {error}") from error
