"""What a health probe costs, beside a bare ``SELECT 1`` and django-health-check's own check.

In process, for both drivers: the bare question on an open connection, ``MSSQLConnection().run()``
without its cache, and the stock ``Database`` check of the same alias. They take turns in the same
process, because a machine's speed drifts. The stock check runs as its view runs it under WSGI, in a
new thread, where it logs in; beside it stands the same check where a connection is open already,
which is the best that it could do.

Over HTTP: see :mod:`.health_over_http`.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import statistics
import threading
import time
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any, Final

from django_mssql_ops.faultproxy.moments import Point
from django_mssql_ops.faultproxy.process import ProxyProcess
from django_mssql_ops.faultproxy.registry import fault_named
from django_mssql_ops.faultproxy.triggers import injection
from django_mssql_ops.faultproxy.upstream import Upstream
from django_mssql_ops.odbc import use_bundled_driver
from tests.benchmarks import places
from tests.benchmarks.open_alias import entry, with_aliases

DRIVERS: Final = ("pyodbc", "mssql_python")
PROMISED: Final = 1.5
_ROUNDS: Final = 40
#: A login takes as long as many questions.
_CALLS: Final = {"bare": 25, "ours": 25, "stock, open": 25, "stock": 2}
_COUNTED: Final = 50
#: The first run logs in and asks the views, of a server that may be slow at both.
_PATIENCE: Final = dt.timedelta(seconds=10)

Way = Callable[[], object]


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    use_bundled_driver()
    with contextlib.ExitStack() as stack:
        server, what = places.upstream(stack)
        print(f"server: {what}; stock: Database of django-health-check", end=" ")
        print(version("django-health-check"))
        upstream = Upstream(host=server.host, port=server.port, encrypt="no")
        proxy = stack.enter_context(ProxyProcess(upstream))
        aliases = {driver: entry(server.host, server.port, driver) for driver in DRIVERS}
        counted = {f"{name} counted": entry(proxy.host, proxy.port, name) for name in DRIVERS}
        stack.enter_context(with_aliases(aliases | counted))
        stack.callback(_close_probers)
        for driver in DRIVERS:
            _report(driver, _measured(driver))
            print(f"  messages to the server a probe: {_messages(driver, proxy):g} (promised: 1)")
        from tests.benchmarks import health_over_http

        _close_probers()
        health_over_http.report(server)
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


def _close_probers() -> None:
    from django_mssql_ops.health.probing.registry import close_all

    close_all()


def _probe(alias: str) -> Way:
    """``run()`` of our check: no cached answer, and its look at the views made once, before."""
    from django_mssql_ops.health import MSSQLConnection

    return MSSQLConnection(alias=alias, cache=0.0, facts_every=3600.0, timeout=_PATIENCE).run


def _measured(alias: str) -> dict[str, list[float]]:
    """Seconds of every call of each way."""
    from django.db import connections
    from health_check import Database

    stock = Database(alias=alias)
    with contextlib.closing(_raw_connection(alias)) as bare:
        ways: dict[str, Way] = {
            "bare": lambda: _select_one(bare),
            "ours": _probe(alias),
            "stock, open": stock.run,
            "stock": lambda: _in_new_thread(stock.run),
        }
        connections[alias].ensure_connection()
        for way in ways.values():
            way()
        found: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(_ROUNDS):
            for name, way in ways.items():
                found[name] += [_seconds(way) for _ in range(_CALLS[name])]
        return found


def _raw_connection(alias: str) -> Any:
    """The driver's own, opened as the backend opens it."""
    from django_mssql_ops.connections import private_wrapper

    wrapper: Any = private_wrapper(alias, login_timeout=5, query_timeout=5)
    connection = wrapper.get_new_connection(wrapper.get_connection_params())
    connection.autocommit = True
    return connection


def _select_one(connection: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("SELECT 1")
    cursor.fetchone()
    cursor.close()


def _in_new_thread(run: Way) -> None:
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def _seconds(way: Way) -> float:
    began = time.perf_counter()
    way()
    return time.perf_counter() - began


def _messages(driver: str, proxy: ProxyProcess) -> float:
    """Requests and attentions a probe, as a proxy before the server counts them."""
    probe = _probe(f"{driver} counted")
    probe()
    never = injection(fault_named("attention-ignored"), point=Point.ATTENTION, nth=1_000_000)
    proxy.arm([never])
    before = proxy.stats().requests
    for _ in range(_COUNTED):
        probe()
    stats = proxy.stats()
    return (stats.requests - before + sum(stats.seen.values())) / _COUNTED


def _report(driver: str, found: Mapping[str, list[float]]) -> None:
    print(f"{driver}:")
    bare = statistics.median(found["bare"])
    for name, seconds in found.items():
        middle, high = statistics.median(seconds), statistics.quantiles(seconds, n=20)[-1]
        line = f"  {_TITLES[name]:44} p50 {middle * 1e6:7,.0f} µs   p95 {high * 1e6:7,.0f} µs"
        if name != "bare":
            line += f"   {middle / bare:5.2f} of bare"
        if name == "ours":
            line += f" (promised: at most {PROMISED}, and less than the stock check)"
        print(line)


_TITLES: Final = {
    "bare": "SELECT 1 on an open connection",
    "ours": "MSSQLConnection().run(), no cache",
    "stock, open": "stock Database().run(), were it connected",
    "stock": "stock Database().run(), in a new thread",
}


if __name__ == "__main__":
    main()
