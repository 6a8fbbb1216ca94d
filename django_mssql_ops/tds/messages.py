"""Messages: what one side says before it is the other's turn, in one or more packets.

Facts (MS-TDS 2.2.1, 2.2.3.1):

- Every packet of a message has the same type; the last one has END_OF_MESSAGE.
- RESET_CONNECTION and RESET_CONNECTION_SKIP_TRAN belong to the first packet and exclude each
  other; IGNORE comes with END_OF_MESSAGE and takes the whole message back.
- PacketID counts from 1 and wraps at 256.
- The packets of one message carry the payload in order; where it is cut has no meaning.
"""

from __future__ import annotations

from dataclasses import dataclass

from django_mssql_ops.exceptions import LocalProtocolError, RemoteProtocolError
from django_mssql_ops.tds.limits import (
    DEFAULT_PACKET_SIZE,
    MAX_MESSAGE_SIZE,
    MAX_PACKET_SIZE,
    PACKET_HEADER_SIZE,
)
from django_mssql_ops.tds.packets import Packet, PacketReader, PacketStatus, PacketType

_RESET = PacketStatus.RESET_CONNECTION | PacketStatus.RESET_CONNECTION_SKIP_TRAN
_RESETTABLE = frozenset(
    {PacketType.SQL_BATCH, PacketType.RPC, PacketType.TRANSACTION_MANAGER, PacketType.BULK_LOAD}
)


@dataclass(frozen=True, slots=True)
class Message:
    """A whole message. ``status``: the first packet's RESET bits and the last one's IGNORE."""

    type: PacketType
    payload: bytes
    status: PacketStatus = PacketStatus.NORMAL

    def __repr__(self) -> str:
        # The payload can be a LOGIN7, whose password is reversible.
        return f"<Message {self.type.name} {self.status!r} {len(self.payload)} bytes>"

    @property
    def resets_connection(self) -> bool:
        """The server must reset its side of the connection before it answers."""
        return bool(self.status & _RESET)

    @property
    def is_ignored(self) -> bool:
        """The sender took the message back; it is to be answered but not carried out."""
        return bool(self.status & PacketStatus.IGNORE)


class MessageReader:
    """Joins packets to messages; a message above ``max_size`` bytes is refused."""

    def __init__(
        self, max_size: int = MAX_MESSAGE_SIZE, *, max_packet_size: int = MAX_PACKET_SIZE
    ) -> None:
        self._packets = PacketReader(max_packet_size)
        #: Bytes; may be changed between messages.
        self.max_size = max_size
        self._payload = bytearray()
        self._first: Packet | None = None

    def receive(self, data: bytes) -> None:
        self._packets.receive(data)

    @property
    def trailing(self) -> bytes:
        """Bytes behind the last complete packet."""
        return self._packets.trailing

    def take_trailing(self) -> bytes:
        """`trailing`, which leaves the reader."""
        return self._packets.take_trailing()

    @property
    def in_message(self) -> bool:
        """Something of a message has come, but not its end."""
        return self._first is not None or bool(self._packets.trailing)

    def next_message(self) -> Message | None:
        """The next whole message or None. Raises RemoteProtocolError."""
        while (packet := self._packets.next_packet()) is not None:
            self._add(packet)
            if packet.ends_message:
                return self._finish(packet)
        return None

    def _add(self, packet: Packet) -> None:
        if self._first is None:
            self._first = packet
        elif packet.type is not self._first.type:
            raise RemoteProtocolError(
                f"a {packet.type.name} packet inside a {self._first.type.name} message"
            )
        if len(self._payload) + len(packet.payload) > self.max_size:
            raise RemoteProtocolError(
                f"a {packet.type.name} message of more than {self.max_size} bytes"
            )
        self._payload += packet.payload

    def _finish(self, last: Packet) -> Message:
        first = self._first or last
        status = (first.status & _RESET) | (last.status & PacketStatus.IGNORE)
        if status & _RESET == _RESET:
            raise RemoteProtocolError("RESETCONNECTION and RESETCONNECTIONSKIPTRAN exclude another")
        payload = bytes(self._payload)
        self._payload.clear()
        self._first = None
        return Message(last.type, payload, status)


def packetize(
    packet_type: PacketType,
    payload: bytes,
    *,
    packet_size: int = DEFAULT_PACKET_SIZE,
    status: PacketStatus = PacketStatus.NORMAL,
    spid: int = 0,
) -> bytes:
    """The packets of one message, ready for the wire.

    ``packet_size`` is in bytes, header included. ``status`` holds RESET bits for the first packet
    and IGNORE for the last. An empty payload is legal for ATTENTION only (LocalProtocolError).
    """
    _check(packet_type, payload, packet_size, status)
    room = packet_size - PACKET_HEADER_SIZE
    starts = range(0, len(payload), room) if payload else range(1)
    last = starts[-1]
    packets = []
    for number, start in enumerate(starts, 1):
        bits = PacketStatus.NORMAL
        if start == 0:
            bits |= status & _RESET
        if start == last:
            bits |= PacketStatus.END_OF_MESSAGE | (status & PacketStatus.IGNORE)
        packet = Packet(packet_type, bits, payload[start : start + room], spid, number & 0xFF)
        packets.append(packet.encode())
    return b"".join(packets)


def _check(packet_type: PacketType, payload: bytes, packet_size: int, status: PacketStatus) -> None:
    if not PACKET_HEADER_SIZE < packet_size <= MAX_PACKET_SIZE:
        raise LocalProtocolError(
            f"packet size {packet_size!r}; expected {PACKET_HEADER_SIZE + 1} to {MAX_PACKET_SIZE}"
        )
    if not payload and packet_type is not PacketType.ATTENTION:
        raise LocalProtocolError(
            f"a {packet_type.name} message without a payload makes its reader hang"
        )
    if status & _RESET == _RESET:
        raise LocalProtocolError("RESETCONNECTION and RESETCONNECTIONSKIPTRAN exclude another")
    if status & _RESET and packet_type not in _RESETTABLE:
        raise LocalProtocolError(f"{packet_type.name} cannot carry a reset-connection bit")
