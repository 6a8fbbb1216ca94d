"""Where messages begin and end in a stream of bytes, without taking them apart.

Facts (MS-TDS 2.2.3.1): a packet has 8 bytes of header, of which the first is the type, the second
the status (bit 0: end of message) and the third and fourth the length, big-endian, header included.
"""

from __future__ import annotations

from typing import Final

from django_mssql_ops.tds.limits import PACKET_HEADER_SIZE

_END_OF_MESSAGE: Final = 0x01


class Framing:
    """Follows one direction of a conversation by hopping from header to header.

    ``opaque`` once a header cannot be one: then nothing is known of what follows.
    """

    __slots__ = ("_header", "_left", "ended", "in_message", "opaque")

    def __init__(self) -> None:
        #: How many messages have ended.
        self.ended = 0
        #: Something of a message has passed, but not its end.
        self.in_message = False
        self.opaque = False
        self._left = 0
        self._header = b""

    def track(self, data: bytes | bytearray | memoryview) -> None:
        """Note bytes that pass."""
        size = len(data)
        between = not (self._left or self._header or self.opaque)
        if between and size >= PACKET_HEADER_SIZE and (data[2] << 8 | data[3]) == size:
            # Nearly always it is one whole packet.
            self._packet_passed(data[1])
        else:
            self._hop(data, size)

    def end_of_message(self, data: bytes | bytearray | memoryview) -> int:
        """How many bytes of ``data`` belong to the message under way; none of them is noted.

        It is all of them where the message goes on behind them.
        """
        ahead = Framing()
        ahead._left, ahead._header, ahead.opaque = self._left, self._header, self.opaque
        ahead.in_message = self.in_message
        return ahead._hop(data, len(data), until_end=True)

    def _hop(
        self, data: bytes | bytearray | memoryview, size: int, *, until_end: bool = False
    ) -> int:
        position = 0
        while position < size and not self.opaque:
            if not self._left:
                position = self._read_header(data, position, size)
            else:
                step = min(self._left, size - position)
                self._left -= step
                position += step
            if not self._left and len(self._header) == PACKET_HEADER_SIZE and not self.opaque:
                self._packet_passed(self._header[1])
                self._header = b""
                if until_end and self.ended:
                    return position
        return size

    def _read_header(self, data: bytes | bytearray | memoryview, position: int, size: int) -> int:
        missing = PACKET_HEADER_SIZE - len(self._header)
        part = bytes(data[position : position + missing])
        self._header += part
        self.in_message = True
        if len(self._header) == PACKET_HEADER_SIZE:
            length = self._header[2] << 8 | self._header[3]
            if length < PACKET_HEADER_SIZE:
                self.opaque = True
            self._left = max(length - PACKET_HEADER_SIZE, 0)
        return position + len(part)

    def _packet_passed(self, status: int) -> None:
        if status & _END_OF_MESSAGE:
            self.ended += 1
            self.in_message = False
        else:
            self.in_message = True


def payload_of(packets: bytes | bytearray) -> bytes:
    """The payload of whole packets, without their headers; of the last one what there is."""
    view = memoryview(packets)
    parts = []
    position = 0
    while position + PACKET_HEADER_SIZE <= len(view):
        length = view[position + 2] << 8 | view[position + 3]
        if length < PACKET_HEADER_SIZE:
            break
        parts.append(view[position + PACKET_HEADER_SIZE : position + length])
        position += length
    return b"".join(parts)
