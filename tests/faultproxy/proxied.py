"""A proxy before a stand-in, as the tests with drivers use it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django_mssql_ops.faultproxy.process import ProxyProcess
from django_mssql_ops.faultproxy.triggers import Injection
from django_mssql_ops.faultproxy.upstream import Upstream
from tests.standin.process import ServerProcess
from tests.test_standin.clients import connect_pyodbc


class Proxied:
    """Where drivers connect to, and a way past the proxy to see what the server has."""

    def __init__(self, server: ServerProcess, proxy: ProxyProcess) -> None:
        self.proxy = proxy
        self._direct = connect_pyodbc(server)
        if not self._direct.execute("SELECT OBJECT_ID('ledger')").fetchval():
            self._direct.execute("CREATE TABLE ledger (entry int NOT NULL PRIMARY KEY)")

    @property
    def host(self) -> str:
        return self.proxy.host

    @property
    def port(self) -> int:
        return self.proxy.port

    def arm(self, *injections: Injection, seed: int = 0) -> None:
        self.proxy.arm(injections, seed=seed)

    @property
    def fired(self) -> dict[str, int]:
        return dict(self.proxy.stats().fired)

    @property
    def entries(self) -> list[int]:
        """What is in the ledger; waits for transactions that are still open."""
        rows = self._direct.execute("SELECT entry FROM ledger ORDER BY entry").fetchall()
        return [row[0] for row in rows]

    def reset(self) -> None:
        """As it was at first: nothing armed, nobody held, an empty ledger."""
        self.proxy.disarm()
        self.proxy.release()
        self._direct.execute("DELETE FROM ledger")

    def close(self) -> None:
        self._direct.close()


@contextmanager
def proxied(server: ServerProcess, **options: Any) -> Iterator[Proxied]:
    upstream = Upstream(host=server.host, port=server.port, encrypt="no")
    with ProxyProcess(upstream, **options) as proxy:
        through = Proxied(server, proxy)
        try:
            yield through
        finally:
            through.close()
