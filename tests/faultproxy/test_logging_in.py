"""Logins that a server answers with more than yes or no, before a server that a test scripts."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from django_mssql_ops.faultproxy.logging_in import MAX_HOPS
from django_mssql_ops.faultproxy.server import ProxyServer
from django_mssql_ops.faultproxy.upstream import Upstream
from django_mssql_ops.tds import (
    NEED_DATA,
    Connection,
    Done,
    DoneStatus,
    Encryption,
    EnvChange,
    EnvChangeType,
    Login7,
    LoginAck,
    PacketType,
    Prelogin,
    Role,
    Routing,
    ServerError,
    SspiMessage,
    SspiResponse,
    Token,
)
from tests.test_standin.raw_client import RawClient

pytestmark = pytest.mark.socket

LIMIT = 10.0
WELCOME: tuple[Token, ...] = (
    EnvChange(EnvChangeType.PACKET_SIZE, "8000", "4096"),
    LoginAck("Scripted", (16, 0, 1000)),
    Done(),
)


@dataclass
class Scripted:
    """A server that answers logins by a script; ``heard`` is what it was told."""

    answers: Sequence[Callable[[], Sequence[Token]]]
    heard: list[object] = field(default_factory=list)
    port: int = 0

    def serve(self, listener: socket.socket) -> None:
        for answer in self.answers:
            with contextlib.suppress(OSError):
                sock, _ = listener.accept()
                with sock:
                    self._converse(sock, answer)

    def _converse(self, sock: socket.socket, answer: Callable[[], Sequence[Token]]) -> None:
        sock.settimeout(LIMIT)
        connection = Connection(Role.SERVER)
        while data := sock.recv(4096):
            connection.receive_data(data)
            while (event := connection.next_event()) is not NEED_DATA:
                self.heard.append(event)
                if isinstance(event, Prelogin):
                    said: object = Prelogin(version=(16, 0, 1, 0), encryption=Encryption.NOT_SUP)
                elif isinstance(event, Login7) and event.sspi:
                    said = (SspiMessage(b"challenge"),)
                elif isinstance(event, Login7 | SspiResponse):
                    said = answer()
                else:
                    return
                sock.sendall(connection.send(said))  # type: ignore[arg-type]


@contextlib.contextmanager
def scripted(*answers: Callable[[], Sequence[Token]]) -> Iterator[Scripted]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(LIMIT)
        server = Scripted(answers, port=listener.getsockname()[1])
        thread = threading.Thread(target=server.serve, args=(listener,), name="scripted")
        thread.start()
        try:
            yield server
        finally:
            listener.close()
            thread.join(LIMIT)
            assert not thread.is_alive()


def through(server: Scripted) -> ProxyServer:
    return ProxyServer(Upstream(host="localhost", port=server.port, encrypt="no", seconds=LIMIT))


def log_in(client: RawClient, **login: object) -> list[Token]:
    client.prelogin()
    client.send(PacketType.LOGIN7, Login7(server_name="127.0.0.1", **login).encode())  # type: ignore[arg-type]
    return client.tokens()


def routed_to(port: int, kind: EnvChangeType = EnvChangeType.ROUTING) -> Sequence[Token]:
    database = "app" if kind is EnvChangeType.ENHANCED_ROUTING else None
    target = Routing("127.0.0.1", port, database=database)
    return (*WELCOME[:2], EnvChange(kind, target), Done())


@pytest.mark.parametrize("kind", [EnvChangeType.ROUTING, EnvChangeType.ENHANCED_ROUTING])
def test_a_login_that_is_sent_elsewhere_is_followed(kind: EnvChangeType) -> None:
    with (
        scripted(lambda: WELCOME) as other,
        scripted(lambda: routed_to(other.port, kind)) as gate,
        through(gate) as proxy,
        RawClient(proxy) as client,
    ):
        assert log_in(client, username="app", password="p") == list(WELCOME)
    names = [one.server_name for one in (*gate.heard, *other.heard) if isinstance(one, Login7)]
    assert names == ["localhost", "127.0.0.1"]


def test_a_login_is_not_sent_elsewhere_for_ever() -> None:
    ports: list[int] = []
    with scripted(*[lambda: routed_to(ports[0])] * (MAX_HOPS + 1)) as gate:
        ports.append(gate.port)
        refused = pytest.raises((EOFError, ConnectionError))
        with through(gate) as proxy, RawClient(proxy) as client, refused:
            log_in(client)
        reasons = [one.reason for one in proxy.events() if one.kind == "closed"]
    assert reasons == [f"the server sent the login elsewhere more than {MAX_HOPS} times"]


def test_a_login_in_rounds_passes() -> None:
    with scripted(lambda: WELCOME) as server, through(server) as proxy, RawClient(proxy) as client:
        assert log_in(client, sspi=b"hello") == [SspiMessage(b"challenge")]
        client.send(PacketType.SSPI, b"response")
        assert client.tokens() == list(WELCOME)
    assert SspiResponse(b"response") in server.heard


def test_a_failover_partner_stays_unsaid() -> None:
    partner = EnvChange(EnvChangeType.MIRRORING_PARTNER, "other", "")
    with (
        scripted(lambda: (partner, *WELCOME)) as server,
        through(server) as proxy,
        RawClient(proxy) as client,
    ):
        assert log_in(client) == list(WELCOME)


def test_what_a_login_holds_passes_and_is_never_noted() -> None:
    error = (ServerError(18456, "no"), Done(status=DoneStatus.ERROR))
    with scripted(lambda: error) as server:
        with through(server) as proxy, RawClient(proxy) as client:
            answered = log_in(client, username="app-user", password="very secret", database="db")
        events = proxy.events()
    assert answered == list(error)
    (login,) = (one for one in server.heard if isinstance(one, Login7))
    assert (login.username, login.password, login.database) == ("app-user", "very secret", "db")
    assert [one.errors for one in events if one.kind == "login"] == [(18456,)]
    for word in ("app-user", "very secret"):
        assert word not in repr(events)
