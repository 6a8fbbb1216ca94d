"""The bytes below the packets: TLS around them while there is a tunnel, themselves otherwise.

Facts: TLS may begin after PRELOGIN (TDS 7) or before it (TDS 8), and ends again after LOGIN7 when
only the login is encrypted (MS-TDS 2.2.6.5).
"""

from __future__ import annotations

import ssl

from django_mssql_ops.tds.tls import TlsTunnel


class Wire:
    """Plaintext in, wire bytes out, and the other way round."""

    def __init__(self) -> None:
        self.tunnel: TlsTunnel | None = None
        self._to_send = bytearray()

    @property
    def handshake_done(self) -> bool:
        return self.tunnel is not None and self.tunnel.handshake_done

    def start_tls(
        self,
        context: ssl.SSLContext,
        *,
        server_side: bool,
        server_hostname: str | None,
        wrapped: bool,
    ) -> bytes:
        """The bytes that open the handshake; none on a server."""
        self.tunnel = TlsTunnel(
            context, server_side=server_side, server_hostname=server_hostname, wrapped=wrapped
        )
        return self.tunnel.bytes_to_send()

    def end_tls(self) -> None:
        """What follows is in the clear; the peer does the same without being told."""
        self.tunnel = None

    def received(self, data: bytes) -> bytes:
        """The plaintext in what came. Raises what `TlsTunnel.receive` raises."""
        if self.tunnel is None:
            return data
        try:
            self.tunnel.receive(data)
        finally:
            self._to_send += self.tunnel.bytes_to_send()
        return self.tunnel.read()

    def encrypted(self, data: bytes) -> bytes:
        """What to put on the wire for this plaintext."""
        if self.tunnel is None or not data:
            return data
        self.tunnel.send(data)
        return self.tunnel.bytes_to_send()

    def bytes_to_send(self) -> bytes:
        """What TLS itself has to say: handshake records and alerts."""
        data = bytes(self._to_send)
        self._to_send.clear()
        return data
