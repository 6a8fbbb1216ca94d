"""The tunnel alone: what surrounds the handshake, and what goes wrong in it."""

from __future__ import annotations

import ssl

import pytest

from django_mssql_ops import tds
from django_mssql_ops.exceptions import LocalProtocolError, RemoteProtocolError
from tests.tds.certificates import client_context, server_context


def _pair(*, wrapped: bool = True) -> tuple[tds.TlsTunnel, tds.TlsTunnel]:
    client = tds.TlsTunnel(
        client_context(), server_side=False, server_hostname="localhost", wrapped=wrapped
    )
    server = tds.TlsTunnel(server_context(), server_side=True, wrapped=wrapped)
    return client, server


def _shake(client: tds.TlsTunnel, server: tds.TlsTunnel) -> None:
    while not (client.handshake_done and server.handshake_done):
        server.receive(client.bytes_to_send())
        client.receive(server.bytes_to_send())


@pytest.mark.parametrize("wrapped", [True, False])
def test_plaintext_passes_both_ways_once_the_handshake_is_done(wrapped: bool) -> None:
    client, server = _pair(wrapped=wrapped)
    assert client.version is None or not client.handshake_done
    _shake(client, server)
    client.send(b"question" * 5000)
    server.receive(client.bytes_to_send())
    assert server.read() == b"question" * 5000
    server.send(b"answer")
    client.receive(server.bytes_to_send())
    assert client.read() == b"answer"
    assert client.read() == b""


def test_the_handshake_travels_in_prelogin_packets() -> None:
    client, server = _pair()
    reader = tds.MessageReader()
    reader.receive(client.bytes_to_send())
    message = reader.next_message()
    assert message is not None
    assert message.type is tds.PacketType.PRELOGIN
    assert message.payload[0] == 0x16
    # A server may use packets of its own type for its half.
    server.receive(tds.packetize(tds.PacketType.TABULAR_RESULT, message.payload))
    assert server.bytes_to_send()


def test_what_follows_the_handshake_in_the_same_bytes_is_read() -> None:
    client, server = _pair()
    server.receive(client.bytes_to_send())
    client.receive(server.bytes_to_send())
    server.receive(client.bytes_to_send())
    assert server.handshake_done
    server.send(b"at once")
    client.receive(server.bytes_to_send())
    assert client.handshake_done
    assert client.read() == b"at once"


def test_the_bytes_may_come_one_by_one() -> None:
    client, server = _pair()
    for sender, receiver in (
        (client, server),
        (server, client),
        (client, server),
        (server, client),
    ):
        for byte in sender.bytes_to_send():
            receiver.receive(bytes((byte,)))
    assert client.handshake_done
    assert server.handshake_done


def test_plaintext_before_the_handshake_is_our_own_error() -> None:
    client, _ = _pair()
    with pytest.raises(LocalProtocolError):
        client.send(b"too early")


def test_a_packet_of_another_type_inside_the_handshake_is_refused() -> None:
    _, server = _pair()
    with pytest.raises(RemoteProtocolError, match="SQL_BATCH"):
        server.receive(tds.packetize(tds.PacketType.SQL_BATCH, b"x"))


def test_records_that_are_no_tls_stay_an_ssl_error() -> None:
    for wrapped in (True, False):
        _, server = _pair(wrapped=wrapped)
        noise = b"GET / HTTP/1.1"
        with pytest.raises(ssl.SSLError):
            server.receive(tds.packetize(tds.PacketType.PRELOGIN, noise) if wrapped else noise)


def test_a_goodbye_is_heard() -> None:
    client, server = _pair()
    _shake(client, server)
    client.close()
    server.receive(client.bytes_to_send())
    assert server.peer_closed


def test_the_names_of_what_was_agreed() -> None:
    client, server = _pair(wrapped=False)
    _shake(client, server)
    assert client.version == "TLSv1.2"
    assert client.alpn_protocol == server.alpn_protocol == tds.ALPN_TDS8
    assert client.cipher is not None
    assert client.peer_certificate_der
    assert server.peer_certificate_der is None
