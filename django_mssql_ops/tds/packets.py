"""Packets: the unit MS-TDS puts on the wire.

Facts (MS-TDS 2.2.3.1, "Packet Header"):

- 8 bytes: Type, Status, Length (big-endian, header included), SPID (big-endian), PacketID,
  Window (0, ignored).
- Status bits that are not defined "are not used and MUST be ignored".
- SPID and PacketID are informative: no driver measured here checks them.
- An empty packet that ends a message makes msodbcsql 18.6 wait for ever [measured]; only
  ATTENTION is a message without a payload (2.2.1.7).
"""

from __future__ import annotations

import enum
import struct
from dataclasses import dataclass

from django_mssql_ops.exceptions import LocalProtocolError, RemoteProtocolError
from django_mssql_ops.tds.limits import MAX_PACKET_SIZE, PACKET_HEADER_SIZE

_HEADER = struct.Struct(">BBHHBB")


class PacketType(enum.IntEnum):
    """MS-TDS 2.2.3.1.1. Type 2 (the login before TDS 7) is not spoken here."""

    SQL_BATCH = 0x01
    RPC = 0x03
    TABULAR_RESULT = 0x04
    ATTENTION = 0x06
    BULK_LOAD = 0x07
    FEDAUTH_TOKEN = 0x08
    TRANSACTION_MANAGER = 0x0E
    LOGIN7 = 0x10
    SSPI = 0x11
    PRELOGIN = 0x12


class PacketStatus(enum.IntFlag):
    """MS-TDS 2.2.3.1.2. The RESET bits count in the first packet of a request only."""

    NORMAL = 0x00
    END_OF_MESSAGE = 0x01
    IGNORE = 0x02
    RESET_CONNECTION = 0x08
    RESET_CONNECTION_SKIP_TRAN = 0x10


_TYPES = {int(member): member for member in PacketType}
#: Every defined combination, so that reading a packet builds no enum member.
_STATUSES = {bits: PacketStatus(bits & 0x1B) for bits in range(256)}


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet. ``payload`` is bytes without the header; it is not shown by ``repr``."""

    type: PacketType
    status: PacketStatus
    payload: bytes
    spid: int = 0
    packet_id: int = 0
    window: int = 0

    def __repr__(self) -> str:
        # The payload can be a LOGIN7, whose password is reversible.
        return f"<Packet {self.type.name} {self.status!r} {len(self.payload)} bytes>"

    @property
    def ends_message(self) -> bool:
        return bool(self.status & PacketStatus.END_OF_MESSAGE)

    def encode(self) -> bytes:
        """Header and payload. LocalProtocolError when the payload is too long for one packet."""
        length = PACKET_HEADER_SIZE + len(self.payload)
        if length > MAX_PACKET_SIZE:
            raise LocalProtocolError(
                f"a packet of {length} bytes; MS-TDS allows at most {MAX_PACKET_SIZE}"
            )
        header = _HEADER.pack(
            self.type,
            self.status,
            length,
            self.spid & 0xFFFF,
            self.packet_id & 0xFF,
            self.window & 0xFF,
        )
        return header + self.payload


def _packet_type(value: int) -> PacketType:
    try:
        return _TYPES[value]
    except KeyError:
        raise RemoteProtocolError(
            f"the first byte of a packet is 0x{value:02X}, which is no MS-TDS packet type; "
            "the peer does not speak MS-TDS, or speaks TLS here"
        ) from None


class PacketReader:
    """Cuts a stream of bytes into packets; holds at most what was fed and not yet read."""

    def __init__(self, max_packet_size: int = MAX_PACKET_SIZE) -> None:
        self._buffer = bytearray()
        self._max_packet_size = max_packet_size

    def receive(self, data: bytes) -> None:
        """Take bytes from the peer."""
        self._buffer += data

    @property
    def trailing(self) -> bytes:
        """What was fed and belongs to no complete packet yet."""
        return bytes(self._buffer)

    def take_trailing(self) -> bytes:
        """`trailing`, which leaves the reader: for bytes that are not packets (TLS)."""
        data = bytes(self._buffer)
        self._buffer.clear()
        return data

    def next_packet(self) -> Packet | None:
        """The next packet, or None while its bytes have not all come.

        Raises RemoteProtocolError as soon as the header cannot be one.
        """
        buffer = self._buffer
        if not buffer:
            return None
        packet_type = _packet_type(buffer[0])
        if len(buffer) < PACKET_HEADER_SIZE:
            return None
        _, status, length, spid, packet_id, window = _HEADER.unpack_from(buffer)
        if not PACKET_HEADER_SIZE <= length <= self._max_packet_size:
            raise RemoteProtocolError(
                f"a packet of {length} bytes; "
                f"expected {PACKET_HEADER_SIZE} to {self._max_packet_size}"
            )
        if len(buffer) < length:
            return None
        payload = bytes(buffer[PACKET_HEADER_SIZE:length])
        del buffer[:length]
        return Packet(packet_type, _STATUSES[status], payload, spid, packet_id, window)
