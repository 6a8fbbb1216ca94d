"""What an answer means to the connection it passes through, whichever end one stands at.

Facts: the answer to a login is a success with a LOGINACK and goes on with SSPI or FEDAUTHINFO
(MS-TDS 3.2, client details); an ENVCHANGE of the packet size counts from the next message on
(2.2.7.9); a DONE with the attention bit is the last word on an attention (2.2.1.7).
"""

from __future__ import annotations

from django_mssql_ops.exceptions import LocalProtocolError, RemoteProtocolError
from django_mssql_ops.tds.events import NEED_DATA, EndOfMessage, NeedData
from django_mssql_ops.tds.limits import (
    DEFAULT_PACKET_SIZE,
    MAX_PACKET_SIZE,
    MIN_PACKET_SIZE,
    PACKET_HEADER_SIZE,
)
from django_mssql_ops.tds.packets import Packet, PacketReader, PacketStatus, PacketType
from django_mssql_ops.tds.states import State
from django_mssql_ops.tds.token_encoding import encode_row, encode_token
from django_mssql_ops.tds.token_reader import TokenReader
from django_mssql_ops.tds.tokens import (
    ColMetadata,
    Column,
    Done,
    DoneStatus,
    EnvChange,
    EnvChangeType,
    FedAuthInfo,
    LoginAck,
    Row,
    SspiMessage,
    Token,
)


class AnswerLedger:
    """Keeps what tokens of the current answer decide; the same for sent and received ones."""

    def __init__(self) -> None:
        self.packet_size = DEFAULT_PACKET_SIZE
        self.attentions = 0
        self._next_packet_size = DEFAULT_PACKET_SIZE
        self._logged_in = False
        self._goes_on = False

    def see(self, token: Token) -> None:
        """Note one token."""
        if isinstance(token, Row):
            return
        if isinstance(token, Done):
            if token.status & DoneStatus.ATTENTION:
                self.attentions = 0
        elif isinstance(token, EnvChange):
            self._see_env_change(token)
        elif isinstance(token, LoginAck):
            self._logged_in = True
        elif isinstance(token, (SspiMessage, FedAuthInfo)):
            self._goes_on = True

    def _see_env_change(self, token: EnvChange) -> None:
        if token.type == EnvChangeType.PACKET_SIZE and isinstance(token.new, str):
            size = int(token.new) if token.new.isdecimal() and len(token.new) < 6 else 0
            if MIN_PACKET_SIZE <= size <= MAX_PACKET_SIZE:
                self._next_packet_size = size

    def end(self, state: State) -> State:
        """The answer is over: the state that follows ``state``."""
        self.packet_size = self._next_packet_size
        goes_on, self._goes_on = self._goes_on, False
        if state is State.ANSWER:
            return State.ANSWER if self.attentions else State.IDLE
        if self._logged_in:
            return State.IDLE
        return State.LOGIN if goes_on else State.CLOSED


class AnswerWriter:
    """Tokens to packets, as they are given; full packets leave at once."""

    def __init__(self) -> None:
        self._payload = bytearray()
        self._columns: tuple[Column, ...] = ()
        self._number = 0

    def write(self, token: Token) -> None:
        """LocalProtocolError when the token cannot be encoded, or is a row without columns."""
        if isinstance(token, Row):
            if not self._columns:
                raise LocalProtocolError("a row before any ColMetadata")
            self._payload += encode_row(self._columns, token.values)
            return
        if isinstance(token, ColMetadata) and token.columns is not None:
            self._columns = token.columns
        self._payload += encode_token(token)

    def packets(self, packet_size: int, *, end: bool) -> bytes:
        """What can leave now. At the end there is always a byte left for the last packet."""
        room = packet_size - PACKET_HEADER_SIZE
        parts = []
        while len(self._payload) > room:
            parts.append(self._packet(room, PacketStatus.NORMAL))
        if end:
            if not self._payload:
                raise LocalProtocolError("an answer without a token makes its reader hang")
            parts.append(self._packet(room, PacketStatus.END_OF_MESSAGE))
            self._number = 0
        return b"".join(parts)

    def _packet(self, room: int, status: PacketStatus) -> bytes:
        self._number += 1
        payload = bytes(self._payload[:room])
        del self._payload[:room]
        packet = Packet(PacketType.TABULAR_RESULT, status, payload, packet_id=self._number & 0xFF)
        return packet.encode()


class AnswerReader:
    """Packets to tokens, as they come: an answer is never held as a whole."""

    def __init__(self) -> None:
        self._packets = PacketReader()
        self._tokens: TokenReader | None = None
        self._ending = False

    def receive(self, data: bytes) -> None:
        self._packets.receive(data)

    @property
    def in_message(self) -> bool:
        """Something of an answer has come, but not its end."""
        return self._tokens is not None or bool(self._packets.trailing)

    def next_event(self) -> Token | EndOfMessage | NeedData:
        """Raises RemoteProtocolError."""
        while True:
            if self._tokens is not None:
                token = self._tokens.next_token()
                if token is not None:
                    return token
            if self._ending:
                return self._end()
            packet = self._packets.next_packet()
            if packet is None:
                return NEED_DATA
            self._feed(packet)

    def _feed(self, packet: Packet) -> None:
        if packet.type is not PacketType.TABULAR_RESULT:
            raise RemoteProtocolError(f"a {packet.type.name} packet in an answer")
        if self._tokens is None:
            self._tokens = TokenReader()
        self._tokens.receive(packet.payload)
        self._ending = packet.ends_message

    def _end(self) -> EndOfMessage:
        if self._tokens is not None:
            self._tokens.end_of_message()
        self._tokens = None
        self._ending = False
        return EndOfMessage()
