"""The probe's connection: every way in which a peer can fail has its own outcome."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops import tds
from django_mssql_ops.diagnostics.deadline import Deadline
from django_mssql_ops.diagnostics.facts import Outcome
from django_mssql_ops.diagnostics.probes.wire import (
    Wire,
    WireFailure,
    exchange_prelogin,
    open_wire,
    shake_hands,
)
from tests.diagnostics.probes.listeners import (
    LOOPBACK,
    answering,
    closed_port,
    closing,
    resetting,
    silent,
    speaking_http,
)

LIMIT = 10.0
QUESTION = tds.Prelogin(encryption=tds.Encryption.ON)
ANSWER = tds.packetize(
    tds.PacketType.TABULAR_RESULT,
    tds.Prelogin(version=(16, 0, 4265, 0), encryption=tds.Encryption.REQ).encode(),
)


class ScriptedSocket:
    """Hands out ``pieces`` one a call, then the end of the stream; keeps what is sent."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = list(pieces)
        self.sent = b""
        self.timeouts: list[float] = []

    def settimeout(self, seconds: float) -> None:
        self.timeouts.append(seconds)

    def sendall(self, payload: bytes) -> None:
        self.sent += payload

    def recv(self, _size: int) -> bytes:
        return self.pieces.pop(0) if self.pieces else b""


def wire_to(peer: ScriptedSocket, limit: float = LIMIT) -> Wire:
    connection: Any = peer
    return Wire(connection, Deadline(limit))


def exchange(*pieces: bytes) -> tds.Prelogin:
    return exchange_prelogin(wire_to(ScriptedSocket(*pieces)), QUESTION)


def failure_of(*pieces: bytes) -> WireFailure:
    with pytest.raises(WireFailure) as caught:
        exchange(*pieces)
    return caught.value


def asked(place: tuple[str, int], limit: float = LIMIT) -> WireFailure:
    """How one PRELOGIN to a misbehaving peer fails."""
    with pytest.raises(WireFailure) as caught, open_wire(*place, limit) as wire:
        exchange_prelogin(wire, QUESTION)
    return caught.value


def test_the_question_goes_out_as_one_prelogin_message() -> None:
    peer = ScriptedSocket(ANSWER)
    exchange_prelogin(wire_to(peer), QUESTION)
    reader = tds.MessageReader()
    reader.receive(peer.sent)
    message = reader.next_message()
    assert message is not None
    assert message.type is tds.PacketType.PRELOGIN
    assert tds.Prelogin.decode(message.payload).encryption is tds.Encryption.ON


def test_the_answer_parses_alike_whole_and_byte_by_byte() -> None:
    whole = exchange(ANSWER)
    assert (whole.version, whole.encryption) == ((16, 0, 4265, 0), tds.Encryption.REQ)
    assert exchange(*(bytes((byte,)) for byte in ANSWER)) == whole


def test_each_wait_gets_what_is_left_of_the_one_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter([0.0, 1.0, 4.0, 4.5])
    monkeypatch.setattr("time.monotonic", lambda: next(moments))
    peer = ScriptedSocket(ANSWER[:4], ANSWER[4:])
    exchange_prelogin(wire_to(peer, limit=5), QUESTION)
    assert peer.timeouts == [4, 1, 0.5]


def test_a_peer_that_dribbles_does_not_outlast_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter([0.0, 1.0, 2.0, 5.0])
    monkeypatch.setattr("time.monotonic", lambda: next(moments))
    peer = ScriptedSocket(ANSWER[:1], ANSWER[1:2], ANSWER[2:])
    with pytest.raises(WireFailure, match="did not finish its answer within 5 s") as caught:
        exchange_prelogin(wire_to(peer, limit=5), QUESTION)
    assert caught.value.outcome is Outcome.SILENT
    assert peer.pieces == [ANSWER[1:2], ANSWER[2:]]


def test_half_an_answer_is_a_hang_up() -> None:
    assert failure_of(ANSWER[:10]).outcome is Outcome.CLOSED


@pytest.mark.parametrize(
    ("piece", "shown"),
    [
        (b"HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n", "'HTTP/1.1 400 Bad Request'"),
        (b"SSH-2.0-OpenSSH_9.2p1\r\n", "'SSH-2.0-OpenSSH_9.2p1'"),
        (b"\x15\x03\x03\x00\x02\x02\x28", "0x15030300020228"),
        (b"\r\n", "0x0d0a"),
        (b"\x1b[2Jforged", "0x1b5b324a666f7267"),
        (b"220 \xffmail\r\n", "0x323230"),
    ],
)
def test_another_service_is_named_by_its_first_bytes(piece: bytes, shown: str) -> None:
    failure = failure_of(piece)
    assert failure.outcome is Outcome.NOT_TDS
    assert failure.text.startswith(f"it answered {shown}")
    assert failure.text.endswith("which is not TDS")
    assert failure.text.isprintable()


def test_tds_with_a_broken_packet_is_not_tds() -> None:
    failure = failure_of(b"\x04\x01\x00\x00\x00\x00\x00\x00")
    assert failure.outcome is Outcome.NOT_TDS
    assert "its answer is not TDS" in failure.text


def test_an_answer_that_is_no_prelogin_is_not_tds() -> None:
    failure = failure_of(tds.packetize(tds.PacketType.TABULAR_RESULT, b"\x00\x00\x50\x00\x06"))
    assert failure.outcome is Outcome.NOT_TDS
    assert "its PRELOGIN answer makes no sense" in failure.text


def test_an_answer_without_end_is_cut_off() -> None:
    """Ten packets of 4,000 bytes, none of them the last: far more than a PRELOGIN can be."""
    packet = tds.Packet(
        type=tds.PacketType.TABULAR_RESULT, status=tds.PacketStatus.NORMAL, payload=bytes(4_000)
    ).encode()
    assert failure_of(*[packet] * 10).outcome is Outcome.NOT_TDS


@given(st.lists(st.binary(min_size=1, max_size=80), max_size=4))
def test_no_bytes_end_in_anything_but_an_answer_or_a_wire_failure(pieces: list[bytes]) -> None:
    for first in (b"", b"\x04", ANSWER[:9]):
        try:
            exchange(*([first] if first else []), *pieces)
        except WireFailure as failure:
            assert failure.outcome in (Outcome.NOT_TDS, Outcome.CLOSED)


@pytest.mark.socket
def test_a_silent_peer_is_silent_for_the_limit() -> None:
    with silent() as place:
        failure = asked(place, limit=0.05)
    assert (failure.outcome, failure.text) == (
        Outcome.SILENT,
        "the server stayed silent for 0.05 s",
    )


@pytest.mark.socket
def test_a_reset_is_told_from_a_hang_up() -> None:
    with resetting() as place:
        assert asked(place).outcome is Outcome.RESET
    with closing() as place:
        assert asked(place).outcome is Outcome.CLOSED


@pytest.mark.socket
def test_a_web_server_is_not_tds() -> None:
    with speaking_http() as place:
        failure = asked(place)
    assert failure.outcome is Outcome.NOT_TDS
    assert "'HTTP/1.1 400 Bad Reques" in failure.text


@pytest.mark.socket
def test_an_answer_over_a_real_socket_is_read() -> None:
    with answering(ANSWER[:3], ANSWER[3:]) as place, open_wire(*place, LIMIT) as wire:
        assert exchange_prelogin(wire, QUESTION).encryption is tds.Encryption.REQ


@pytest.mark.socket
def test_a_closed_port_is_refused() -> None:
    with closed_port() as place:
        assert asked(place).outcome is Outcome.REFUSED


def test_a_connect_that_times_out_or_fails_has_its_outcome(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def raising(error: OSError) -> Any:
        def connect(*_arguments: object, **_options: object) -> socket.socket:
            raise error

        return connect

    monkeypatch.setattr(socket, "create_connection", raising(TimeoutError()))
    assert asked((LOOPBACK, 1433), limit=0.5).text == "no connection within 0.5 s"
    monkeypatch.setattr(socket, "create_connection", raising(OSError(101, "no network")))
    failure = asked((LOOPBACK, 1433))
    assert (failure.outcome, failure.text) == (Outcome.FAILED, "no network")


@pytest.fixture
def context() -> Iterator[ssl.SSLContext]:
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.check_hostname = False
    trusting.verify_mode = ssl.CERT_NONE
    yield trusting


@pytest.mark.parametrize("name", [".example.com", "a..b", "db\x00evil"])
def test_what_cannot_be_a_servers_name_is_a_wire_failure(
    name: str, context: ssl.SSLContext
) -> None:
    with pytest.raises(WireFailure, match="cannot be a server's name") as caught:
        shake_hands(wire_to(ScriptedSocket()), context, server_name=name, wrapped=True)
    assert caught.value.outcome is Outcome.FAILED


def test_a_handshake_that_is_hung_up_on_is_closed(context: ssl.SSLContext) -> None:
    peer = ScriptedSocket()
    with pytest.raises(WireFailure) as caught:
        shake_hands(wire_to(peer), context, server_name="db.example.com", wrapped=True)
    assert caught.value.outcome is Outcome.CLOSED
    assert peer.sent[0] == tds.PacketType.PRELOGIN


def test_a_handshake_outside_packets_is_not_tds(context: ssl.SSLContext) -> None:
    peer = ScriptedSocket(b"\x16\x03\x03\x00\x7a" + bytes(100))
    with pytest.raises(WireFailure, match="the handshake is not TDS") as caught:
        shake_hands(wire_to(peer), context, server_name="db.example.com", wrapped=True)
    assert caught.value.outcome is Outcome.NOT_TDS


def test_why_a_bare_handshake_failed_stays_the_ssl_modules_own_error(
    context: ssl.SSLContext,
) -> None:
    handshake_failure_alert = b"\x15\x03\x03\x00\x02\x02\x28"
    peer = ScriptedSocket(handshake_failure_alert)
    with pytest.raises(ssl.SSLError, match=r"(?i)handshake.failure"):
        shake_hands(wire_to(peer), context, server_name="db.example.com", wrapped=False)
    assert peer.sent[0] == 0x16
