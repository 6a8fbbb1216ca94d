"""Two ends joined: what one says the other hears, in order, with TLS and without."""

from __future__ import annotations

import ssl
from collections.abc import Iterable

import pytest

from django_mssql_ops import tds
from django_mssql_ops.exceptions import LocalProtocolError, RemoteProtocolError
from tests.tds.certificates import client_context, server_context
from tests.tds.feeding import pieces

NONE = tds.Prelogin(encryption=tds.Encryption.NOT_SUP)
OFF = tds.Prelogin(encryption=tds.Encryption.OFF)
ON = tds.Prelogin(encryption=tds.Encryption.ON)
LOGIN = tds.Login7(username="alice", password="Made-up 1!", hostname="ws")
ACCEPTED: list[tds.Token] = [
    tds.EnvChange(tds.EnvChangeType.DATABASE, "shop", "master"),
    tds.LoginAck("stand-in", (16, 0, 4135)),
    tds.EnvChange(tds.EnvChangeType.PACKET_SIZE, "512", "4096"),
    tds.Done(),
]
COLUMNS = (tds.Column("id", tds.int_type()), tds.Column("name", tds.nvarchar(50)))


class Pair:
    """A client and a server, back to back; every byte goes in pieces of ``size``."""

    def __init__(self, *, strict: bool = False, size: int = 1 << 20) -> None:
        self.client = tds.Connection(tds.Role.CLIENT, strict=strict)
        self.server = tds.Connection(tds.Role.SERVER, strict=strict)
        self.size = size
        self.on_the_wire = bytearray()

    def carry(self, data: bytes, to: tds.Connection) -> list[tds.Event]:
        """Deliver, and deliver what TLS answers, until both have nothing to say."""
        events: list[tds.Event] = []
        self.on_the_wire += data
        for piece in pieces(data, self.size):
            to.receive_data(piece)
            while (event := to.next_event()) is not tds.NEED_DATA:
                events.append(event)
        answer = to.bytes_to_send()
        if answer:
            self.carry(answer, self.server if to is self.client else self.client)
        return events

    def client_says(
        self, said: tds.Prelogin | tds.Login7 | tds.Request, status: int = 0
    ) -> list[tds.Event]:
        data = self.client.send(said, status=tds.PacketStatus(status))
        return self.carry(data, self.server)

    def server_says(
        self, said: tds.Prelogin | Iterable[tds.Token], end: bool = True
    ) -> list[tds.Event]:
        return self.carry(self.server.send(said, end=end), self.client)

    def start_tls(self) -> None:
        self.server.start_tls(server_context())
        self.carry(self.client.start_tls(client_context(), "localhost"), self.server)

    def log_in(self, client: tds.Prelogin = NONE, server: tds.Prelogin = NONE) -> None:
        assert self.client_says(client) == [client]
        assert self.server_says(server) == [server]
        if self.client.state is tds.State.TLS:
            self.start_tls()
        assert self.client_says(LOGIN) == [LOGIN]
        assert self.server_says(ACCEPTED) == [*ACCEPTED, tds.EndOfMessage()]
        assert self.client.state is self.server.state is tds.State.IDLE


@pytest.fixture(params=[1, 13, 1 << 20], ids=["by byte", "by 13", "whole"])
def pair(request: pytest.FixtureRequest) -> Pair:
    return Pair(size=request.param)


def test_a_login_and_a_query_in_the_clear(pair: Pair) -> None:
    pair.log_in()
    batch = tds.SqlBatch("select id, name from t")
    assert pair.client_says(batch) == [batch]
    rows = [tds.Row((n, f"name {n}")) for n in range(50)]
    done = tds.Done(status=tds.DoneStatus.COUNT, row_count=50)
    answer: list[tds.Token] = [tds.ColMetadata(COLUMNS), *rows, done]
    assert pair.server_says(answer) == [*answer, tds.EndOfMessage()]
    assert pair.client.tunnel is None


def test_an_answer_may_leave_in_parts(pair: Pair) -> None:
    pair.log_in()
    pair.client_says(tds.SqlBatch("x"))
    assert pair.server_says([tds.ColMetadata(COLUMNS)], end=False) == []
    heard = pair.server_says([tds.Row((1, "x" * 50))] * 20, end=False)
    assert tds.ColMetadata(COLUMNS) in heard
    assert tds.EndOfMessage() not in heard
    assert pair.server_says([tds.Done()])[-2:] == [tds.Done(), tds.EndOfMessage()]


def test_an_answer_that_fills_its_packet_exactly_still_ends() -> None:
    pair = Pair()
    pair.log_in()
    pair.client_says(tds.SqlBatch("x"))
    # 512 bytes less the header, less the token's own id and length.
    exact = tds.ColInfo(bytes(512 - 8 - 3))
    assert pair.server_says([exact], end=False) == []
    assert pair.server_says([]) == [exact, tds.EndOfMessage()]


def test_the_agreed_packet_size_counts_from_the_next_message(pair: Pair) -> None:
    pair.log_in()
    assert pair.client.packet_size == pair.server.packet_size == 512
    pair.on_the_wire.clear()
    pair.client_says(tds.SqlBatch("x" * 1000))
    assert pair.on_the_wire[2:4] == (512).to_bytes(2, "big")


def test_the_reset_bit_arrives_with_its_request(pair: Pair) -> None:
    pair.log_in()
    pair.client_says(tds.SqlBatch("x"), status=tds.PacketStatus.RESET_CONNECTION)
    assert pair.server.last_status == tds.PacketStatus.RESET_CONNECTION


def test_a_rejected_login_closes(pair: Pair) -> None:
    pair.client_says(NONE)
    pair.server_says(NONE)
    pair.client_says(LOGIN)
    failure: list[tds.Token] = [
        tds.ServerError(18456, "Login failed.", severity=14),
        tds.Done(status=tds.DoneStatus.ERROR),
    ]
    assert pair.server_says(failure) == [*failure, tds.EndOfMessage()]
    assert pair.client.state is pair.server.state is tds.State.CLOSED
    with pytest.raises(LocalProtocolError):
        pair.client.send(tds.SqlBatch("x"))


def test_integrated_security_takes_several_rounds(pair: Pair) -> None:
    pair.client_says(NONE)
    pair.server_says(NONE)
    pair.client_says(LOGIN)
    pair.server_says([tds.SspiMessage(b"challenge")])
    assert pair.client_says(tds.SspiResponse(b"response")) == [tds.SspiResponse(b"response")]
    pair.server_says(ACCEPTED)
    assert pair.client.state is pair.server.state is tds.State.IDLE


def test_an_attention_interrupts_an_answer(pair: Pair) -> None:
    pair.log_in()
    pair.client_says(tds.SqlBatch("waitfor"))
    pair.server_says([tds.ColMetadata(COLUMNS)], end=False)
    assert pair.client_says(tds.Attention()) == [tds.Attention()]
    pair.server_says([tds.Done(status=tds.DoneStatus.ATTENTION)])
    assert pair.client.state is pair.server.state is tds.State.IDLE


def test_an_attention_that_comes_too_late_is_still_acknowledged(pair: Pair) -> None:
    pair.log_in()
    pair.client_says(tds.SqlBatch("quick"))
    late = pair.server.send([tds.Done()])
    attention = pair.client.send(tds.Attention())
    pair.carry(late, pair.client)
    assert pair.client.state is tds.State.ANSWER
    assert pair.carry(attention, pair.server) == [tds.Attention()]
    pair.server_says([tds.Done(status=tds.DoneStatus.ATTENTION)])
    assert pair.client.state is pair.server.state is tds.State.IDLE


def test_tls_covers_everything_when_asked_for(pair: Pair) -> None:
    pair.log_in(ON, ON)
    assert pair.client.encryption is tds.SessionEncryption.FULL
    assert pair.client.tunnel is not None
    assert pair.client.tunnel.version == "TLSv1.2"
    assert pair.client.tunnel.cipher is not None
    assert pair.client.tunnel.peer_certificate_der
    pair.on_the_wire.clear()
    pair.client_says(tds.SqlBatch("select 42"))
    assert "select".encode("utf-16-le") not in pair.on_the_wire


def test_tls_covers_the_login_only(pair: Pair) -> None:
    pair.log_in(OFF, OFF)
    assert tds.obfuscate_password(LOGIN.password) not in pair.on_the_wire
    assert pair.client.tunnel is pair.server.tunnel is None
    pair.on_the_wire.clear()
    pair.client_says(tds.SqlBatch("select 42"))
    assert "select".encode("utf-16-le") in pair.on_the_wire


def test_strict_encryption_begins_with_tls(pair: Pair) -> None:
    strict = Pair(strict=True, size=pair.size)
    strict.start_tls()
    assert strict.client.tunnel is not None
    assert strict.client.tunnel.alpn_protocol == tds.ALPN_TDS8
    strict.log_in(ON, ON)
    assert strict.on_the_wire[0] == 0x16


def test_an_encryption_the_other_refuses_ends_there() -> None:
    pair = Pair()
    pair.client_says(ON)
    pair.server_says(NONE)
    assert pair.client.encryption is tds.SessionEncryption.REFUSED
    with pytest.raises(LocalProtocolError):
        pair.client.send(LOGIN)


def test_a_login_before_the_agreed_tls_is_our_own_error() -> None:
    pair = Pair()
    pair.client_says(ON)
    pair.server_says(ON)
    with pytest.raises(LocalProtocolError, match="LOGIN7 in the state 'tls'"):
        pair.client.send(LOGIN)


def test_a_certificate_that_cannot_be_verified_stays_an_ssl_error() -> None:
    pair = Pair()
    pair.client_says(ON)
    pair.server_says(ON)
    pair.server.start_tls(server_context())
    hello = pair.client.start_tls(ssl.create_default_context(), "localhost")
    pair.server.receive_data(hello)
    with pytest.raises(ssl.SSLCertVerificationError):
        pair.client.receive_data(pair.server.bytes_to_send())
    assert pair.client.bytes_to_send()[0] == 0x12, "the alert is worth sending"
    with pytest.raises(RemoteProtocolError):
        pair.client.next_event()


def test_the_end_between_messages_is_an_event(pair: Pair) -> None:
    pair.log_in()
    for end in (pair.client, pair.server):
        end.receive_data(b"")
        assert end.next_event() == tds.ConnectionClosed()
        assert end.next_event() is tds.NEED_DATA
        assert end.state is tds.State.CLOSED


def test_the_end_inside_a_message_is_an_error() -> None:
    pair = Pair()
    pair.log_in()
    pair.client_says(tds.SqlBatch("x"))
    data = pair.server.send([tds.ColMetadata(COLUMNS), tds.Done()])
    assert pair.carry(data[:-1], pair.client) == []
    pair.client.receive_data(b"")
    with pytest.raises(RemoteProtocolError, match="closed inside a message"):
        pair.client.next_event()


@pytest.mark.parametrize(
    "message",
    [
        tds.packetize(tds.PacketType.SQL_BATCH, b"x"),
        tds.packetize(tds.PacketType.LOGIN7, bytes(100)),
        tds.packetize(tds.PacketType.PRELOGIN, b"\xff"),
        b"GET / HTTP/1.1\r\n\r\n",
        tds.packetize(tds.PacketType.PRELOGIN, bytes(70_000), packet_size=32767),
    ],
)
def test_a_server_refuses_what_does_not_begin_with_a_prelogin(message: bytes) -> None:
    server = tds.Connection(tds.Role.SERVER)
    server.receive_data(message)
    with pytest.raises(RemoteProtocolError):
        server.next_event()
    with pytest.raises(RemoteProtocolError, match="broken"):
        server.next_event()
    assert server.state is tds.State.BROKEN


def test_a_server_refuses_a_second_request_before_it_answered() -> None:
    pair = Pair()
    pair.log_in()
    pair.client_says(tds.SqlBatch("x"))
    pair.server.receive_data(tds.packetize(tds.PacketType.SQL_BATCH, tds.SqlBatch("y").encode()))
    with pytest.raises(RemoteProtocolError, match="SQL_BATCH in the state 'answer'"):
        pair.server.next_event()


def test_a_client_refuses_what_it_did_not_ask_for() -> None:
    pair = Pair()
    pair.log_in()
    pair.client.receive_data(tds.packetize(tds.PacketType.TABULAR_RESULT, b"\xfd" + bytes(12)))
    with pytest.raises(RemoteProtocolError, match="in the state 'idle'"):
        pair.client.next_event()


def test_a_client_refuses_an_answer_of_the_wrong_type() -> None:
    for asked in (NONE, None):
        pair = Pair()
        if asked is None:
            pair.log_in()
            pair.client_says(tds.SqlBatch("x"))
        else:
            pair.client_says(asked)
        pair.client.receive_data(tds.packetize(tds.PacketType.SQL_BATCH, b"x"))
        with pytest.raises(RemoteProtocolError, match="SQL_BATCH"):
            pair.client.next_event()


def test_each_side_says_only_what_is_its_to_say() -> None:
    client, server = tds.Connection(tds.Role.CLIENT), tds.Connection(tds.Role.SERVER)
    for end, said in (
        (client, LOGIN),
        (client, tds.SqlBatch("x")),
        (client, tds.Attention()),
        (client, [tds.Done()]),
        (server, NONE),
        (server, LOGIN),
        (server, [tds.Done()]),
    ):
        with pytest.raises(LocalProtocolError):
            end.send(said)
    with pytest.raises(LocalProtocolError, match="start TLS"):
        client.start_tls(ssl.create_default_context())


def test_an_answer_needs_a_token_and_a_row_its_columns() -> None:
    pair = Pair()
    pair.log_in()
    pair.client_says(tds.SqlBatch("x"))
    with pytest.raises(LocalProtocolError, match="hang"):
        pair.server.send([])
    with pytest.raises(LocalProtocolError, match="before any ColMetadata"):
        pair.server.send([tds.Row((1,))])
