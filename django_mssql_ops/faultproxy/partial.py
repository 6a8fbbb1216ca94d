"""An answer that breaks off: what of it passes, found by its tokens.

The cut stands before the first row that is too many, and in an answer with fewer rows before the
token that ends it: part of an answer must never look like the whole.
"""

from __future__ import annotations

from django_mssql_ops.exceptions import ProtocolError
from django_mssql_ops.tds import (
    Done,
    Packet,
    PacketReader,
    PacketStatus,
    PacketType,
    Row,
    Token,
    TokenReader,
)
from django_mssql_ops.tds.limits import PACKET_HEADER_SIZE


class PartialAnswer:
    """Takes an answer as it comes from the server, and gives packets for the driver, but no end.

    ``inside_token`` lets the first half of the token behind the cut pass as well.
    """

    def __init__(self, rows: int, *, inside_token: bool, packet_size: int) -> None:
        self._rows = rows
        self._inside_token = inside_token
        self._room = packet_size - PACKET_HEADER_SIZE
        self._packets = PacketReader()
        self._tokens = TokenReader()
        #: Payload of which nothing has passed; it begins where ``_read`` bytes have been read.
        self._payload = bytearray()
        self._fed = 0
        self._passed = 0
        self._is_cut = False

    def take(self, data: bytes) -> bytes:
        """The packets that pass of these bytes; nothing any more once the cut has come."""
        if self._is_cut:
            return b""
        passing = bytearray()
        try:
            self._packets.receive(data)
            while (packet := self._next_packet()) is not None:
                self._payload += packet.payload
                self._fed += len(packet.payload)
                self._tokens.receive(packet.payload)
                passing += self._until(self._find_cut())
        except ProtocolError:
            # What is not understood cannot be cut at a token's edge: the answer ends before it.
            self._is_cut = True
        return self._in_packets(bytes(passing))

    def _next_packet(self) -> Packet | None:
        return None if self._is_cut else self._packets.next_packet()

    @property
    def _position(self) -> int:
        """Bytes of payload read so far."""
        return self._fed - self._tokens.unread

    def _find_cut(self) -> int:
        """Up to where payload may pass now."""
        start = self._position
        while (token := self._tokens.next_token()) is not None:
            if self._is_beyond(token):
                self._is_cut = True
                return start + (self._position - start) // 2 if self._inside_token else start
            start = self._position
        return start

    def _is_beyond(self, token: Token) -> bool:
        if isinstance(token, Row):
            self._rows -= 1
            return self._rows < 0
        return isinstance(token, Done) and not token.has_more

    def _until(self, position: int) -> bytes:
        """The payload that has not passed, up to ``position``."""
        size = position - self._passed
        passing = bytes(self._payload[:size])
        del self._payload[:size]
        self._passed = position
        return passing

    def _in_packets(self, payload: bytes) -> bytes:
        return b"".join(
            Packet(
                PacketType.TABULAR_RESULT,
                PacketStatus.NORMAL,
                payload[start : start + self._room],
            ).encode()
            for start in range(0, len(payload), self._room)
        )
