"""Clients that stop half way, send garbage, vanish or break the rules; and the server's end."""

from __future__ import annotations

import os
import socket
import ssl
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from django_mssql_ops.tds import Encryption, PacketType, SqlBatch, packetize
from tests.standin import (
    HTTP_ANSWER,
    Configuration,
    Delay,
    Drop,
    EncryptionPolicy,
    Phase,
    RawBytes,
    StandIn,
)
from tests.standin.fixtures import StartStandIn
from tests.test_standin.raw_client import PRELOGIN, RawClient

pytestmark = pytest.mark.socket

#: Seconds to wait for something that must not come.
MOMENT = 0.1


def stays_silent(client: RawClient) -> bool:
    client.socket.settimeout(MOMENT)
    try:
        client.socket.recv(1)
    except TimeoutError:
        return True
    return False


def until(condition: Callable[[], bool]) -> None:
    """Wait for another thread to get somewhere; a broken test ends by pytest's time limit."""
    while not condition():
        time.sleep(0.001)


def reset_by_peer(client: RawClient) -> bool:
    try:
        client.socket.sendall(PRELOGIN)
        client.socket.recv(1)
    except ConnectionResetError:
        return True
    return False


def test_silence_after_accept(standin: StandIn) -> None:
    standin.script.on(Phase.ACCEPT, Drop.SILENCE)
    with RawClient(standin) as client:
        client.socket.sendall(PRELOGIN)
        assert stays_silent(client)
    assert standin.wait_until_idle()[0].ended == "scripted silence"


def test_silence_after_prelogin(standin: StandIn) -> None:
    standin.script.on(Phase.PRELOGIN, Drop.SILENCE)
    with RawClient(standin) as client:
        client.socket.sendall(PRELOGIN)
        assert stays_silent(client)


def test_silence_where_the_handshake_should_be(standin: StandIn) -> None:
    standin.script.on(Phase.HANDSHAKE, Drop.SILENCE)
    with RawClient(standin) as client:
        client.prelogin()
        assert stays_silent(client)


def test_silence_after_login(standin: StandIn) -> None:
    standin.script.on(Phase.LOGIN, Drop.SILENCE)
    with RawClient(standin) as client:
        client.socket.settimeout(MOMENT)
        with pytest.raises(TimeoutError):
            client.log_in()
    assert len(standin.counters.logins) == 1


@pytest.mark.parametrize("phase", [Phase.ACCEPT, Phase.PRELOGIN])
def test_reset_and_close_differ(standin: StandIn, phase: Phase) -> None:
    standin.script.on(phase, Drop.CLOSE)
    standin.script.on(phase, Drop.RESET, times=1)
    try:
        with RawClient(standin) as first:
            assert reset_by_peer(first)
    except ConnectionResetError:
        pass  # so soon that connecting itself met it
    with RawClient(standin) as second:
        second.socket.sendall(PRELOGIN)
        assert second.socket.recv(1) == b""


def test_a_web_server_on_the_port(standin: StandIn) -> None:
    standin.script.on(Phase.PRELOGIN, HTTP_ANSWER, Drop.CLOSE)
    with RawClient(standin) as client:
        client.socket.sendall(PRELOGIN)
        assert client.socket.recv(100).startswith(b"HTTP/1.1 400")


def test_bytes_in_the_middle_of_an_answer(standin: StandIn) -> None:
    standin.script.on("SELECT 2", RawBytes(b"\xff" * 8), Drop.CLOSE)
    with RawClient(standin) as client:
        client.log_in()
        with pytest.raises(Exception, match="0xFF"):
            client.batch("SELECT 2")


def test_a_client_that_is_cut_into_bytes_is_understood(standin: StandIn) -> None:
    with RawClient(standin) as client:
        client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for index in range(len(PRELOGIN)):
            client.socket.sendall(PRELOGIN[index : index + 1])
        assert client.read().type is PacketType.TABULAR_RESULT


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", "not MS-TDS"),
        (PRELOGIN[:11], "the client left"),
        (b"", "the client left"),
        (packetize(PacketType.LOGIN7, b"\0" * 10), "LOGIN7 message where PRELOGIN was expected"),
        (packetize(PacketType.PRELOGIN, b"\xff"), "not MS-TDS: a PRELOGIN without"),
        (b"\x16\x03\x01\x00\x05hello", "TLS handshake"),
    ],
    ids=["http", "half", "nothing", "login first", "empty prelogin", "bad TLS"],
)
def test_a_bad_client_ends_its_own_connection_only(
    standin: StandIn, sent: bytes, reason: str
) -> None:
    with RawClient(standin) as good:
        good.log_in()
        with RawClient(standin) as bad:
            bad.socket.sendall(sent)
            bad.socket.shutdown(socket.SHUT_WR)
            assert bad.closed_by_peer()
        assert good.batch("SELECT 1")
    assert reason in standin.wait_until_idle()[1].ended


def test_a_client_that_says_nothing_is_let_go(start_standin: StartStandIn) -> None:
    standin = start_standin(idle_seconds=0.05)
    with RawClient(standin) as client:
        assert client.closed_by_peer()
    assert standin.wait_until_idle()[0].ended == "the client stayed silent"


def test_the_connection_too_many_is_turned_away(start_standin: StartStandIn) -> None:
    standin = start_standin(max_connections=1)
    with RawClient(standin) as first:
        first.log_in()
        with RawClient(standin) as second:
            assert second.closed_by_peer()
    assert (standin.counters.accepted, standin.counters.turned_away) == (1, 1)


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc")
def test_stopping_leaves_no_thread_and_no_file_behind() -> None:
    with StandIn():  # whatever is opened once for a process is open now
        pass
    threads, files = set(threading.enumerate()), open_files()
    clients = []
    with StandIn() as standin:
        standin.script.on(Phase.ACCEPT, Drop.SILENCE, times=1)
        standin.script.on("SELECT 2", Delay(60))
        for _ in range(4):
            clients.append(RawClient(standin))
        clients[0].socket.sendall(PRELOGIN)
        for client in clients[1:]:
            client.prelogin()
    for client in clients:
        client.socket.close()
    assert set(threading.enumerate()) == threads
    assert open_files() == files


def test_a_server_can_be_stopped_in_the_middle_of_a_delayed_answer() -> None:
    with StandIn() as standin:
        standin.script.on("SELECT 2", Delay(60))
        client = RawClient(standin)
        client.log_in()
        client.send(PacketType.SQL_BATCH, SqlBatch("SELECT 2").encode())
        until(lambda: bool(standin.counters.requests_after_login))
    with client:
        assert client.closed_by_peer()


def test_a_stopped_server_refuses_and_can_be_started_again() -> None:
    standin = StandIn(Configuration())
    with standin:
        port = standin.port
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((standin.host, port), timeout=1)
    with standin, RawClient(standin) as client:
        client.log_in()


@pytest.mark.parametrize(
    ("policy", "asked", "answer"),
    [
        (EncryptionPolicy.OPTIONAL, Encryption.OFF, Encryption.OFF),
        (EncryptionPolicy.OPTIONAL, Encryption.ON, Encryption.ON),
        (EncryptionPolicy.OPTIONAL, Encryption.NOT_SUP, Encryption.NOT_SUP),
        (EncryptionPolicy.FORCED, Encryption.OFF, Encryption.REQ),
        (EncryptionPolicy.FORCED, Encryption.ON, Encryption.ON),
        (EncryptionPolicy.FORCED, Encryption.NOT_SUP, Encryption.REQ),
        (EncryptionPolicy.UNAVAILABLE, Encryption.OFF, Encryption.NOT_SUP),
        (EncryptionPolicy.UNAVAILABLE, Encryption.ON, Encryption.NOT_SUP),
        (EncryptionPolicy.UNAVAILABLE, Encryption.NOT_SUP, Encryption.NOT_SUP),
    ],
)
def test_encryption_is_answered_by_the_table_of_ms_tds(
    policy: EncryptionPolicy, asked: Encryption, answer: Encryption
) -> None:
    assert policy.answer(asked) is answer


def test_tds_8_is_tls_first_with_its_own_protocol_name(
    standin: StandIn,
) -> None:
    context = ssl.create_default_context(cadata=standin.authority.pem.decode())
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    context.set_alpn_protocols(["tds/8.0"])
    with (
        RawClient(standin) as client,
        context.wrap_socket(client.socket, server_hostname="localhost") as encrypted,
    ):
        assert encrypted.selected_alpn_protocol() == "tds/8.0"
        assert encrypted.version() == "TLSv1.3"
        encrypted.sendall(PRELOGIN)
        assert encrypted.recv(1) == b"\x04"


def test_where_only_tds_8_is_spoken_a_prelogin_is_not_answered(
    start_standin: StartStandIn,
) -> None:
    standin = start_standin(encryption=EncryptionPolicy.STRICT)
    with RawClient(standin) as client, pytest.raises(EOFError):
        client.prelogin()


def test_an_answer_can_be_forced_against_the_table(start_standin: StartStandIn) -> None:
    standin = start_standin(encryption_answer=Encryption.ON)
    with RawClient(standin) as client:
        assert client.prelogin().encryption is Encryption.ON


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.binary(max_size=200),
            st.builds(
                packetize,
                st.sampled_from(list(PacketType)),
                st.binary(min_size=1, max_size=100),
            ),
            st.just(PRELOGIN),
        ),
        max_size=4,
    )
)
def test_whatever_comes_no_connection_ends_by_a_fault_of_the_server(parts: list[bytes]) -> None:
    with StandIn() as standin:
        with RawClient(standin) as client:
            client.socket.sendall(b"".join(parts))
            client.socket.shutdown(socket.SHUT_WR)
            assert client.closed_by_peer()
        (record,) = standin.wait_until_idle()
    assert record.ended
    assert "fault" not in record.ended


@pytest.mark.skipif(not socket.has_ipv6, reason="needs IPv6")
def test_it_listens_on_the_loopback_address_of_ipv6_too(start_standin: StartStandIn) -> None:
    with RawClient(start_standin(host="::1")) as client:
        client.log_in()
