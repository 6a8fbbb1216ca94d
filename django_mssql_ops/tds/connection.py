"""One TDS connection, client's or server's end, without a socket.

Use it like this: give what the socket received to `Connection.receive_data` (b"" when the peer
closed), put what `bytes_to_send` gives on the wire, and ask `next_event` until it says NEED_DATA.
`send` gives the bytes of what this side says. Who needs less than the order of messages can use
`packets` and `messages` alone.

Facts: the order is in ``states``. TLS after PRELOGIN is what both ENCRYPTION options come to
(MS-TDS 2.2.6.5); when only the login is encrypted, TLS ends with the LOGIN7 message: what follows,
the answer to it included, is in the clear.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable

from django_mssql_ops.exceptions import LocalProtocolError, ProtocolError, RemoteProtocolError
from django_mssql_ops.tds.answers import AnswerLedger, AnswerReader, AnswerWriter
from django_mssql_ops.tds.events import NEED_DATA, ConnectionClosed, EndOfMessage, Event
from django_mssql_ops.tds.limits import MAX_LOGIN_SIZE, MAX_MESSAGE_SIZE, MAX_PRELOGIN_SIZE
from django_mssql_ops.tds.login7 import Login7
from django_mssql_ops.tds.messages import Message, MessageReader, packetize
from django_mssql_ops.tds.packets import PacketStatus, PacketType
from django_mssql_ops.tds.prelogin import Encryption, Prelogin, SessionEncryption, negotiate
from django_mssql_ops.tds.requests import PACKET_TYPES, Request, decode_request
from django_mssql_ops.tds.states import ANSWERING, CLIENT_MESSAGES, Role, State
from django_mssql_ops.tds.tls import TlsTunnel
from django_mssql_ops.tds.tokens import Token
from django_mssql_ops.tds.wire import Wire


class Connection:
    """The state machine. ``strict``: TDS 8, where TLS comes first.

    Every method raises LocalProtocolError when it is not this side's turn to do that, and
    `next_event` raises RemoteProtocolError for what the peer may not send; after either the
    connection is BROKEN and only its end is left.
    """

    def __init__(
        self, role: Role, *, strict: bool = False, max_message_size: int = MAX_MESSAGE_SIZE
    ) -> None:
        self.role = role
        self.state = State.TLS if strict else State.PRELOGIN
        #: RESET and IGNORE bits of the message the last request came in.
        self.last_status = PacketStatus.NORMAL
        self._strict = strict
        self._max_message_size = max_message_size
        self._offers: dict[Role, Encryption | None] = {}
        self._messages = MessageReader(MAX_PRELOGIN_SIZE)
        self._answers = AnswerReader()
        self._peer_closed = False
        self._ledger = AnswerLedger()
        self._writer = AnswerWriter()
        self._wire = Wire()

    @property
    def encryption(self) -> SessionEncryption | None:
        """What PRELOGIN came to; None before it is over."""
        if self._strict:
            return SessionEncryption.FULL
        if len(self._offers) < 2:
            return None
        client = self._offers[Role.CLIENT]
        server = self._offers[Role.SERVER]
        if client is None or server is None:
            return SessionEncryption.NONE
        return negotiate(client, server)

    @property
    def tunnel(self) -> TlsTunnel | None:
        """TLS while it lasts: its version, cipher and the peer's certificate."""
        return self._wire.tunnel

    @property
    def packet_size(self) -> int:
        """Bytes, header included, of the packets sent now."""
        return self._ledger.packet_size

    # Bytes

    def receive_data(self, data: bytes) -> None:
        """Bytes from the socket; b"" when the peer closed.

        Raises ssl.SSLError when TLS fails; `bytes_to_send` then holds the alert.
        """
        if not data:
            self._peer_closed = True
            return
        try:
            plaintext = self._wire.received(data)
        except ssl.SSLError:
            self.state = State.BROKEN
            raise
        if self.state is State.TLS and self._wire.handshake_done:
            self.state = State.PRELOGIN if self._strict else State.LOGIN
        if plaintext:
            self._reader.receive(plaintext)

    @property
    def _reader(self) -> MessageReader | AnswerReader:
        """A client reads answers token by token; all else comes in whole messages."""
        prelogin = self.state in (State.PRELOGIN, State.PRELOGIN_ANSWER, State.TLS)
        return self._messages if self.role is Role.SERVER or prelogin else self._answers

    def bytes_to_send(self) -> bytes:
        """What TLS itself has to say; ask after `receive_data` and `start_tls`."""
        return self._wire.bytes_to_send()

    def start_tls(self, context: ssl.SSLContext, server_hostname: str | None = None) -> bytes:
        """Begin the handshake; gives the bytes that open it (none on a server)."""
        self._allow(self.state is State.TLS and self.tunnel is None, "start TLS")
        return self._wire.start_tls(
            context,
            server_side=self.role is Role.SERVER,
            server_hostname=server_hostname,
            wrapped=not self._strict,
        )

    def _end_tls_after_login(self) -> None:
        if self.encryption is SessionEncryption.LOGIN_ONLY:
            self._wire.end_tls()

    # Saying

    def send(
        self,
        said: Prelogin | Login7 | Request | Token | Iterable[Token],
        *,
        end: bool = True,
        status: PacketStatus = PacketStatus.NORMAL,
    ) -> bytes:
        """The bytes that say it.

        A server says tokens, one or many; with ``end=False`` its answer goes on. ``status`` holds
        the reset-connection bits of a client's request.
        """
        if isinstance(said, Prelogin):
            return self._send_prelogin(said)
        if isinstance(said, Login7):
            return self._send_login(said)
        if isinstance(said, Request):
            return self._send_request(said, status)
        tokens: Iterable[Token] = (said,) if isinstance(said, Token) else said
        return self._send_tokens(tokens, end=end)

    def _send_prelogin(self, prelogin: Prelogin) -> bytes:
        if self.role is Role.CLIENT:
            self._client_said(PacketType.PRELOGIN)
            packet_type = PacketType.PRELOGIN
        else:
            self._allow(self.state is State.PRELOGIN_ANSWER, "answer a PRELOGIN")
            packet_type = PacketType.TABULAR_RESULT
        data = self._wire.encrypted(packetize(packet_type, prelogin.encode()))
        self._offered(self.role, prelogin)
        return data

    def _offered(self, role: Role, prelogin: Prelogin) -> None:
        self._offers[role] = prelogin.encryption
        if role is Role.SERVER:
            plain = self._strict or self.encryption is SessionEncryption.NONE
            refused = self.encryption is SessionEncryption.REFUSED
            self.state = State.CLOSED if refused else State.LOGIN if plain else State.TLS

    def _send_login(self, login: Login7) -> bytes:
        self._client_said(PacketType.LOGIN7)
        data = self._wire.encrypted(packetize(PacketType.LOGIN7, login.encode()))
        self._end_tls_after_login()
        return data

    def _send_request(self, request: Request, status: PacketStatus) -> bytes:
        packet_type = PACKET_TYPES[type(request)]
        self._client_said(packet_type)
        size = self._ledger.packet_size
        return self._wire.encrypted(
            packetize(packet_type, request.encode(), packet_size=size, status=status)
        )

    def _client_said(self, packet_type: PacketType) -> None:
        following = CLIENT_MESSAGES.get((self.state, packet_type))
        allowed = self.role is Role.CLIENT and following is not None
        self._allow(allowed, f"send {packet_type.name}")
        self._move(packet_type, following)

    def _move(self, packet_type: PacketType, following: State | None) -> None:
        if packet_type is PacketType.ATTENTION:
            self._ledger.attentions += 1
        self.state = following or State.BROKEN

    def _send_tokens(self, tokens: Iterable[Token], *, end: bool) -> bytes:
        self._allow(self.role is Role.SERVER and self.state in ANSWERING, "send tokens")
        for token in tokens:
            self._writer.write(token)
            self._ledger.see(token)
        data = self._wire.encrypted(self._writer.packets(self._ledger.packet_size, end=end))
        if end:
            self.state = self._ledger.end(self.state)
        return data

    def _allow(self, allowed: bool, what: str) -> None:
        if not allowed:
            raise LocalProtocolError(
                f"the {self.role.value} cannot {what} in the state {self.state.value!r}"
            )

    # Hearing

    def next_event(self) -> Event:
        """What the peer said next, or NEED_DATA."""
        if self.state is State.BROKEN:
            raise RemoteProtocolError("the connection was broken by an earlier error")
        try:
            event = self._server_event() if self.role is Role.SERVER else self._client_event()
            if event is NEED_DATA and self._peer_closed:
                return self._closed()
        except ProtocolError:
            self.state = State.BROKEN
            raise
        return event

    def _closed(self) -> ConnectionClosed:
        if self._messages.in_message or self._answers.in_message:
            raise RemoteProtocolError("the peer closed inside a message")
        self.state = State.CLOSED
        # Said once: a loop that runs until NEED_DATA ends.
        self._peer_closed = False
        return ConnectionClosed()

    def _server_event(self) -> Event:
        message = self._messages.next_message()
        if message is None:
            return NEED_DATA
        following = CLIENT_MESSAGES.get((self.state, message.type))
        if following is None:
            raise RemoteProtocolError(f"{message.type.name} in the state {self.state.value!r}")
        self.last_status = message.status
        event = self._decode(message)
        self._move(message.type, following)
        return event

    def _decode(self, message: Message) -> Prelogin | Login7 | Request:
        if message.type is PacketType.PRELOGIN:
            prelogin = Prelogin.decode(message.payload)
            self._offered(Role.CLIENT, prelogin)
            self._messages.max_size = MAX_LOGIN_SIZE
            return prelogin
        if message.type is PacketType.LOGIN7:
            login = Login7.decode(message.payload)
            self._end_tls_after_login()
            self._messages.max_size = self._max_message_size
            return login
        return decode_request(message)

    def _client_event(self) -> Event:
        if self.state is State.PRELOGIN_ANSWER:
            return self._prelogin_answer()
        if self.state in ANSWERING:
            return self._answer()
        if self._reader.in_message and self.state not in (State.TLS, State.CLOSED):
            raise RemoteProtocolError(f"bytes of the server in the state {self.state.value!r}")
        return NEED_DATA

    def _prelogin_answer(self) -> Event:
        message = self._messages.next_message()
        if message is None:
            return NEED_DATA
        if message.type is not PacketType.TABULAR_RESULT:
            raise RemoteProtocolError(f"{message.type.name} in answer to a PRELOGIN")
        prelogin = Prelogin.decode(message.payload)
        self._offered(Role.SERVER, prelogin)
        return prelogin

    def _answer(self) -> Event:
        heard = self._answers.next_event()
        if heard is NEED_DATA:
            return NEED_DATA
        if isinstance(heard, EndOfMessage):
            self.state = self._ledger.end(self.state)
        else:
            self._ledger.see(heard)
        return heard
