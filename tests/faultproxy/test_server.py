"""The proxy on sockets: TLS on either side, logins that go elsewhere, limits, and no leaks."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.faultproxy.moments import Point
from django_mssql_ops.faultproxy.registry import fault_named
from django_mssql_ops.faultproxy.server import ProxyServer
from django_mssql_ops.faultproxy.triggers import injection
from django_mssql_ops.faultproxy.upstream import Upstream
from tests.standin import CertificateKind, EncryptionPolicy, StandIn
from tests.standin.fixtures import StartStandIn, ca_file, standin, start_standin
from tests.test_standin.clients import (
    connect_pymssql,
    connect_pyodbc,
    connect_pytds,
)
from tests.test_standin.raw_client import RawClient

__all__ = ["ca_file", "standin", "start_standin"]

pytestmark = pytest.mark.socket

LIMIT = 10.0


@contextlib.contextmanager
def proxy_before(server: StandIn, *, encrypt: Any = "no", **options: Any) -> Iterator[ProxyServer]:
    own = {key: options.pop(key) for key in ("tls", "max_connections") if key in options}
    options = {"host": "localhost", "seconds": 5.0, **options}
    with ProxyServer(Upstream(port=server.port, encrypt=encrypt, **options), **own) as proxy:
        yield proxy


def ask(connection: Any, sql: str = "SELECT 42") -> Any:
    cursor = connection.cursor()
    cursor.execute(sql)
    return cursor.fetchone()[0]


def answers(
    proxy: ProxyServer, connect: Callable[..., Any] = connect_pyodbc, **options: Any
) -> Any:
    with contextlib.closing(connect(proxy, **options)) as connection:
        return ask(connection)


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + LIMIT
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


# --- TLS upstream ---


@pytest.mark.parametrize(
    ("encrypt", "seen"), [("no", "login only"), ("yes", "full"), ("strict", "strict")]
)
@pytest.mark.parametrize("watched", [False, True])
def test_the_server_is_spoken_to_as_configured(
    standin: StandIn,
    ca_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    encrypt: str,
    seen: str,
    watched: bool,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(ca_file))
    with proxy_before(standin, encrypt=encrypt) as proxy:
        if watched:
            proxy.arm()
        assert answers(proxy) == 42
    (record,) = standin.wait_until_idle()
    assert record.encryption == seen


@pytest.mark.parametrize(
    ("settings", "options", "reason"),
    [
        ({"certificate": CertificateKind.SELF_SIGNED}, {}, "self-signed certificate"),
        ({"certificate": CertificateKind.EXPIRED}, {}, "certificate has expired"),
        ({"certificate": CertificateKind.WRONG_NAME}, {}, "made out to another name"),
        ({"encryption": EncryptionPolicy.UNAVAILABLE}, {}, "does not encrypt"),
        ({"certificate": CertificateKind.EXPIRED}, {"encrypt": "strict"}, "has expired"),
        (
            {},
            {"encrypt": "strict", "server_certificate": "/nowhere.pem"},
            "ServerCertificate cannot be read",
        ),
    ],
)
def test_a_server_that_is_not_trusted_is_not_spoken_to(
    start_standin: StartStandIn,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: dict[str, Any],
    options: dict[str, Any],
    reason: str,
) -> None:
    server = start_standin(**settings)
    server.authority.write(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with proxy_before(server, **{"encrypt": "yes", **options}) as proxy:
        with pytest.raises(Exception, match=r"08001|08S01"):
            connect_pyodbc(proxy)
        wait_for(lambda: not proxy.open_connections)
        reasons = {one.reason for one in proxy.events() if one.kind == "closed"}
    assert any(reason in one for one in reasons)
    assert not server.counters.logins


@pytest.mark.parametrize(
    ("settings", "options"),
    [
        ({"certificate": CertificateKind.SELF_SIGNED}, {"trust": True}),
        (
            {"certificate": CertificateKind.WRONG_NAME},
            {"hostname_in_certificate": "elsewhere.invalid"},
        ),
        (
            {"certificate": CertificateKind.SELF_SIGNED, "encryption": EncryptionPolicy.FORCED},
            {"encrypt": "no", "verify_forced": False},
        ),
    ],
)
def test_what_the_project_trusts_is_trusted(
    start_standin: StartStandIn,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: dict[str, Any],
    options: dict[str, Any],
) -> None:
    server = start_standin(**settings)
    server.authority.write(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with proxy_before(server, **{"encrypt": "yes", **options}) as proxy:
        assert answers(proxy) == 42
    (record,) = server.wait_until_idle()
    assert record.encryption == "full"


# --- TLS to the driver ---


@pytest.mark.parametrize(
    "how",
    [
        lambda proxy: answers(proxy, Encrypt="yes", TrustServerCertificate="yes"),
        lambda proxy: answers(proxy, Encrypt="no"),
        lambda proxy: answers(proxy, connect_pymssql, encryption="require"),
        lambda proxy: answers(proxy, connect_pytds),
    ],
    ids=["pyodbc", "pyodbc, login only", "pymssql", "pytds, in the clear"],
)
@pytest.mark.parametrize("watched", [False, True])
def test_a_driver_may_encrypt(
    standin: StandIn, how: Callable[[ProxyServer], Any], watched: bool
) -> None:
    with proxy_before(standin, tls=True) as proxy:
        if watched:
            proxy.arm()
        assert how(proxy) == 42
        assert proxy.certificate.startswith(b"-----BEGIN CERTIFICATE-----")


def test_a_driver_that_insists_is_told_when_there_is_no_tls(standin: StandIn) -> None:
    with proxy_before(standin) as proxy, pytest.raises(Exception, match=r"08001.*20"):
        connect_pyodbc(proxy, Encrypt="yes")


def test_the_handshake_can_be_struck(standin: StandIn) -> None:
    with proxy_before(standin, tls=True) as proxy:
        proxy.arm([injection(fault_named("reset"), point=Point.TLS)])
        with pytest.raises(Exception, match=r"08001|08S01"):
            connect_pyodbc(proxy, Encrypt="yes", TrustServerCertificate="yes")
        assert proxy.stats().fired == {"reset": 1}


# --- life ---


def test_it_listens_on_loopback_and_on_a_free_port(standin: StandIn) -> None:
    with proxy_before(standin) as proxy:
        assert proxy.host == "127.0.0.1"
        with pytest.raises(ConfigurationError, match=f"cannot listen on port {proxy.port}"):
            ProxyServer(Upstream(host="x"), port=proxy.port).start()


def test_too_many_connections_are_turned_away(standin: StandIn) -> None:
    with proxy_before(standin, max_connections=1) as proxy:
        with contextlib.closing(connect_pyodbc(proxy)) as connection:
            with RawClient(proxy) as second:
                assert second.socket.recv(1) == b""
            assert ask(connection) == 42
        assert proxy.stats().turned_away == 1


def test_no_server_is_a_reset_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with ProxyServer(Upstream(host="127.0.0.1", port=port, seconds=2)) as proxy:
        with RawClient(proxy) as client, pytest.raises(ConnectionResetError):
            client.prelogin()
        (trouble,) = (one for one in proxy.events() if one.kind == "trouble")
        assert trouble.reason == "the server cannot be reached: Connection refused"


def open_sockets() -> set[str]:
    """The sockets of this process, where the system tells."""
    found = set()
    for descriptor in Path("/proc/self/fd").glob("*"):
        with contextlib.suppress(OSError):  # the one of this listing
            found.add(os.readlink(descriptor))
    return {one for one in found if one.startswith("socket:")}


def test_nothing_is_left_behind(standin: StandIn) -> None:
    threads = set(threading.enumerate())
    with contextlib.closing(connect_pyodbc(standin)) as first:
        # The driver and the stand-in open files of their own with the first one.
        assert ask(first) == 42
    standin.wait_until_idle()
    sockets = open_sockets()
    with proxy_before(standin) as proxy:
        proxy.arm([injection(fault_named("half-open"), point=Point.REQUEST, nth=2)])
        held = connect_pyodbc(proxy)
        assert ask(held) == 42
        waiting = threading.Thread(target=lambda: _fail(held), name="held")
        waiting.start()
        wait_for(lambda: proxy.stats().fired["half-open"])
        idle = connect_pyodbc(proxy)
        assert proxy.open_connections == 2
    waiting.join(LIMIT)
    for connection in (held, idle):
        with contextlib.suppress(Exception):
            connection.close()
    standin.wait_until_idle()
    assert set(threading.enumerate()) <= threads
    wait_for(lambda: open_sockets() <= sockets)


def _fail(connection: Any) -> None:
    with contextlib.suppress(Exception):
        ask(connection)


def test_a_silence_ends_when_it_is_released(standin: StandIn) -> None:
    with proxy_before(standin) as proxy:
        proxy.arm([injection(fault_named("half-open"), point=Point.REQUEST)])
        connection = connect_pyodbc(proxy)
        waiting = threading.Thread(target=_fail, args=(connection,))
        waiting.start()
        wait_for(lambda: proxy.stats().fired["half-open"])
        proxy.release()
        waiting.join(LIMIT)
        assert not waiting.is_alive()
        wait_for(lambda: not proxy.open_connections)
        connection.close()


def test_a_driver_that_leaves_a_silence_is_let_go(standin: StandIn) -> None:
    with proxy_before(standin) as proxy:
        proxy.arm([injection(fault_named("silent-accept"))])
        with RawClient(proxy):
            wait_for(lambda: proxy.stats().fired["silent-accept"])
        wait_for(lambda: not proxy.open_connections)


def test_a_closed_port_opens_again(standin: StandIn) -> None:
    with proxy_before(standin) as proxy:
        proxy.arm([injection(fault_named("refuse", seconds=3600))])
        # The RST may come while the client still connects.
        with pytest.raises(ConnectionError), RawClient(proxy) as client:
            client.prelogin()
        wait_for(lambda: _refuses(proxy))
        proxy.release()
        wait_for(lambda: not _refuses(proxy))
        assert answers(proxy) == 42


def _refuses(proxy: ProxyServer) -> bool:
    try:
        socket.create_connection((proxy.host, proxy.port), timeout=LIMIT).close()
    except (ConnectionRefusedError, ConnectionResetError):  # the port closes just now
        return True
    return False


@pytest.mark.parametrize("tls", [False, True])
def test_faults_strike_as_soon_as_they_are_armed(standin: StandIn, tls: bool) -> None:
    """Also on a connection on which bytes have passed by the short way."""
    keywords: dict[str, Any] = {"Encrypt": "yes", "TrustServerCertificate": "yes"} if tls else {}
    with (
        proxy_before(standin, tls=tls) as proxy,
        contextlib.closing(connect_pyodbc(proxy, **keywords)) as connection,
    ):
        for _ in range(5):
            assert ask(connection) == 42
            proxy.arm([injection(fault_named("server-error", number=1222))])
            with pytest.raises(Exception, match="1222"):
                ask(connection)
            assert ask(connection) == 42
            proxy.disarm()


def test_an_idle_connection_is_struck(standin: StandIn) -> None:
    with proxy_before(standin) as proxy, contextlib.closing(connect_pyodbc(proxy)) as connection:
        assert ask(connection) == 42
        proxy.arm([injection(fault_named("idle-cut", seconds=0.05))])
        wait_for(lambda: not proxy.open_connections)
        with pytest.raises(Exception, match=r"08S01"):
            ask(connection)


def test_cutting_ends_everybody(standin: StandIn) -> None:
    with proxy_before(standin) as proxy, contextlib.closing(connect_pyodbc(proxy)) as connection:
        proxy.cut()
        wait_for(lambda: not proxy.open_connections)
        with pytest.raises(Exception, match=r"08S01"):
            ask(connection)
