"""Requests per second through the fault proxy, beside those through socat in the same place.

Upstream is whatever listens at BENCH_PEER (``host:port``, in the clear, the stand-in's login;
Babelfish is meant), otherwise a stand-in in a process of its own. The ways are measured in turns,
so that what else the machine does hits all of them.
"""

from __future__ import annotations

import contextlib
import shutil
import socket
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django_mssql_ops.faultproxy.moments import Point
from django_mssql_ops.faultproxy.process import ProxyProcess
from django_mssql_ops.faultproxy.registry import fault_named
from django_mssql_ops.faultproxy.triggers import injection
from django_mssql_ops.faultproxy.upstream import Upstream
from django_mssql_ops.odbc import use_bundled_driver
from tests.benchmarks import places
from tests.benchmarks.places import Place
from tests.test_standin.clients import connect_pyodbc

PROMISED = 0.85
ROUNDS = 25
#: Seconds of one measurement.
SLICE = 0.15
CLIENTS = (1, 4)


def main() -> None:
    use_bundled_driver()
    with contextlib.ExitStack() as stack:
        upstream, what = places.upstream(stack)
        ways: dict[str, tuple[Place, dict[str, Any]]] = {"direct": (upstream, {})}
        peer = _socat(stack, upstream)
        if peer is not None:
            ways["socat"] = (peer, {})
        for name, proxy, keywords in _proxies(stack, upstream):
            ways[name] = (Place(proxy.host, proxy.port), keywords)
        print(f"upstream: {what}; peer: {'socat' if peer else 'none: install socat'}")
        for clients in CLIENTS:
            _report(clients, _measured(ways, clients))


def _socat(stack: contextlib.ExitStack, upstream: Place) -> Place | None:
    path = shutil.which("socat")
    if path is None:
        return None
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    listen = f"TCP-LISTEN:{port},bind=127.0.0.1,fork,reuseaddr,nodelay"
    process = subprocess.Popen([path, listen, f"TCP:{upstream.host}:{upstream.port},nodelay"])
    stack.callback(process.wait)
    stack.callback(process.terminate)
    place = Place("127.0.0.1", port)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection((place.host, port), timeout=1):
            return place
        time.sleep(0.02)
    raise TimeoutError("socat does not listen")


def _proxies(
    stack: contextlib.ExitStack, upstream: Place
) -> Iterator[tuple[str, ProxyProcess, dict[str, Any]]]:
    server = Upstream(host=upstream.host, port=upstream.port, encrypt="no")
    yield "proxy", stack.enter_context(ProxyProcess(server)), {}
    armed = stack.enter_context(ProxyProcess(server))
    never = injection(fault_named("reset"), point=Point.REQUEST, sql="not in any statement")
    armed.arm([never])
    yield "proxy, armed", armed, {}
    with_tls = stack.enter_context(ProxyProcess(server, tls=True))
    yield "proxy, TLS", with_tls, {"Encrypt": "yes", "TrustServerCertificate": "yes"}


def _measured(
    ways: dict[str, tuple[Place, dict[str, Any]]], clients: int
) -> dict[str, list[float]]:
    """Requests per second of each way, one for each round."""
    found: dict[str, list[float]] = {name: [] for name in ways}
    with contextlib.ExitStack() as stack, ThreadPoolExecutor(clients) as pool:
        connections = {
            name: [
                stack.enter_context(contextlib.closing(connect_pyodbc(place, **keywords)))
                for _ in range(clients)
            ]
            for name, (place, keywords) in ways.items()
        }
        for _ in range(ROUNDS):
            for name, opened in connections.items():
                rates = list(pool.map(_rate, opened))
                found[name].append(sum(rates))
    return found


def _rate(connection: Any) -> float:
    cursor = connection.cursor()
    execute: Callable[[str], Any] = cursor.execute
    done, began = 0, time.perf_counter()
    while (passed := time.perf_counter() - began) < SLICE:
        for _ in range(10):
            execute("SELECT 1").fetchall()
        done += 10
    return done / passed


def _report(clients: int, found: dict[str, list[float]]) -> None:
    peer = found.get("socat")
    print(f"{clients} client{'s' if clients > 1 else ''}:")
    for name, rates in found.items():
        line = f"  {name:14}{statistics.median(rates):8,.0f} requests/s"
        if peer is not None and name.startswith("proxy"):
            ratio = statistics.median(
                ours / theirs for ours, theirs in zip(rates, peer, strict=True)
            )
            line += f"   {ratio:.2f} of socat's"
            if name == "proxy":
                line += f" (promised: at least {PROMISED})"
        print(line)


if __name__ == "__main__":
    main()
