"""TLS for TDS without a socket.

Facts (MS-TDS 2.2.6.5 and 3.2; TDS 8.0):

- TDS 7: after PRELOGIN the records of the TLS handshake travel as the payload of PRELOGIN packets
  (a server may use TABULAR_RESULT) until the handshake ends; from then on TLS wraps the packets.
- A server in this mode must offer at most TLS 1.2: a TLS 1.3 server sends records (its tickets)
  after its side of the handshake ended, where the client still expects packets; msodbcsql 18.6.2
  then times out [measured].
- TDS 8 ("strict"): TLS first, with ALPN ``tds/8.0``, everything else inside, PRELOGIN too.

A failed handshake raises the ssl module's own error, untouched: which certificate check failed is
a fact, not an error of this codec.
"""

from __future__ import annotations

import contextlib
import ssl
from typing import Any

from django_mssql_ops.exceptions import LocalProtocolError, RemoteProtocolError
from django_mssql_ops.tds.limits import (
    DEFAULT_PACKET_SIZE,
    MAX_PRELOGIN_SIZE,
    MAX_TUNNEL_BUFFER,
)
from django_mssql_ops.tds.messages import packetize
from django_mssql_ops.tds.packets import PacketReader, PacketType

ALPN_TDS8 = "tds/8.0"
_READ_SIZE = 64 * 1024
_HANDSHAKE_TYPES = frozenset({PacketType.PRELOGIN, PacketType.TABULAR_RESULT})


class TlsTunnel:
    """One TLS connection in memory.

    Feed what the peer sent to `receive`, put what `bytes_to_send` gives on the wire after every
    call, and send and read plaintext once `handshake_done`. ``wrapped``: the handshake travels in
    PRELOGIN packets (TDS 7); otherwise it is bare (TDS 8).
    """

    def __init__(
        self,
        context: ssl.SSLContext,
        *,
        server_side: bool,
        server_hostname: str | None = None,
        wrapped: bool = True,
        packet_size: int = DEFAULT_PACKET_SIZE,
    ) -> None:
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = context.wrap_bio(
            self._incoming,
            self._outgoing,
            server_side=server_side,
            server_hostname=server_hostname,
        )
        self._packets = PacketReader() if wrapped else None
        self._packet_size = packet_size
        self._to_send = bytearray()
        self._plaintext = bytearray()
        self._handshake_bytes = 0
        self._done = False
        self.peer_closed = False
        if not server_side:
            self._step()

    def receive(self, data: bytes) -> None:
        """Bytes from the peer.

        Raises ssl.SSLError (a failed handshake or a broken record) and RemoteProtocolError
        (handshake bytes that are not in packets).
        """
        if self._packets is not None and not self._done:
            data = self._unwrap(self._packets, data)
        self._incoming.write(data)
        self._step()

    def _unwrap(self, packets: PacketReader, data: bytes) -> bytes:
        """Feed the handshake records in packets; give what follows it, which is in none."""
        packets.receive(data)
        while not self.handshake_done and (packet := packets.next_packet()) is not None:
            if packet.type not in _HANDSHAKE_TYPES:
                raise RemoteProtocolError(f"a {packet.type.name} packet inside the TLS handshake")
            self._incoming.write(packet.payload)
            self._step()
        return packets.take_trailing() if self.handshake_done else b""

    def _step(self) -> None:
        try:
            if not self._done:
                self._handshake()
            if self.handshake_done:
                self._decrypt()
        finally:
            # An alert that says why the handshake failed is worth sending too.
            self._collect()

    def _handshake(self) -> None:
        self._handshake_bytes += self._incoming.pending
        if self._handshake_bytes > MAX_PRELOGIN_SIZE * 4:
            raise RemoteProtocolError("a TLS handshake that does not end")
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            return
        self._collect()
        self._done = True

    def _decrypt(self) -> None:
        while True:
            try:
                data = self._tls.read(_READ_SIZE)
            except ssl.SSLWantReadError:
                return
            except ssl.SSLZeroReturnError:
                self.peer_closed = True
                return
            if not data:
                self.peer_closed = True
                return
            if len(self._plaintext) + len(data) > MAX_TUNNEL_BUFFER:
                raise RemoteProtocolError("more plaintext than this side holds unread")
            self._plaintext += data

    def _collect(self) -> None:
        """Move what TLS wrote to the wire's side, in packets while the handshake is wrapped."""
        records = self._outgoing.read()
        if not records:
            return
        if self._packets is None or self.handshake_done:
            self._to_send += records
        else:
            self._to_send += packetize(PacketType.PRELOGIN, records, packet_size=self._packet_size)

    def bytes_to_send(self) -> bytes:
        """What must go on the wire now; empty when there is nothing."""
        data = bytes(self._to_send)
        self._to_send.clear()
        return data

    def send(self, plaintext: bytes) -> None:
        """Encrypt; the records come out of `bytes_to_send`."""
        if not self.handshake_done:
            raise LocalProtocolError("plaintext before the TLS handshake is done")
        view = memoryview(plaintext)
        while view:
            view = view[self._tls.write(view) :]
        self._collect()

    def read(self) -> bytes:
        """The plaintext that came since the last call."""
        data = bytes(self._plaintext)
        self._plaintext.clear()
        return data

    def receive_eof(self) -> None:
        """The peer's side of the transport is closed."""
        self._incoming.write_eof()
        self.peer_closed = True

    def close(self) -> None:
        """Say goodbye (close_notify); the record comes out of `bytes_to_send`."""
        # The peer has not answered, or is gone: its answer is not waited for.
        with contextlib.suppress(ssl.SSLError):
            self._tls.unwrap()
        self._collect()

    @property
    def handshake_done(self) -> bool:
        return self._done

    @property
    def version(self) -> str | None:
        """``TLSv1.2``; None before the handshake."""
        return self._tls.version()

    @property
    def cipher(self) -> tuple[str, str, int] | None:
        """Name, protocol and secret bits; None before the handshake."""
        return self._tls.cipher()

    @property
    def peer_certificate_der(self) -> bytes | None:
        """The peer's certificate, also an unverified one; None without."""
        return self._tls.getpeercert(binary_form=True)

    @property
    def peer_certificate(self) -> dict[str, Any]:
        """What it says, as `ssl.SSLSocket.getpeercert` gives it; empty when it was not verified."""
        return self._tls.getpeercert() or {}

    @property
    def alpn_protocol(self) -> str | None:
        return self._tls.selected_alpn_protocol()

    @property
    def peer_chain_der(self) -> tuple[bytes, ...] | None:
        """The certificates the peer sent, its own first; None before Python 3.13."""
        unverified_chain = getattr(self._tls, "get_unverified_chain", None)
        return None if unverified_chain is None else tuple(unverified_chain())
