"""Where a run takes place: a server, the fault proxy in front of it, Django behind both.

Each is a process of its own: mssql-python keeps Python's lock while it fetches, and a proxy or a
stand-in in the same process would lock up with it.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import django
from django.conf import settings

from django_mssql_ops.configuration import read_settings
from django_mssql_ops.faultproxy.injections import injections_from
from django_mssql_ops.faultproxy.process import ProxyProcess
from django_mssql_ops.faultproxy.upstream import upstream_of
from django_mssql_ops.odbc import use_bundled_driver
from tests.jepsen.faults import Injection
from tests.standin.logins import DEFAULT_DATABASE, DEFAULT_PASSWORD, DEFAULT_USER
from tests.standin.process import ServerProcess

#: Seconds; only what is broken waits for it.
LIMIT: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where the runs write; by default to a stand-in that is started for them."""

    host: str
    port: int
    user: str = DEFAULT_USER
    database: str = DEFAULT_DATABASE
    password: str = field(default=DEFAULT_PASSWORD, repr=False)
    extra_params: str = "Encrypt=no"

    def entry(self, driver: str) -> dict[str, Any]:
        """The entry of DATABASES; no layer but the one on trial tries again."""
        options: dict[str, Any] = {
            "connection_retries": 0,
            "connection_timeout": LIMIT,
            "query_timeout": LIMIT,
            "extra_params": f"{self.extra_params};ConnectRetryCount=0",
        }
        if driver == "mssql_python":
            options["python_driver"] = driver
        return {
            "ENGINE": "mssql",
            "NAME": self.database,
            "HOST": self.host,
            "PORT": str(self.port),
            "USER": self.user,
            "PASSWORD": self.password,
            "OPTIONS": options,
        }


class FaultProxy:
    """The proxy's process, told what a run draws."""

    def __init__(self, process: ProxyProcess) -> None:
        self._process = process
        self._tables: dict[str, Injection] = {}

    def arm(self, tables: Sequence[Injection], seed: int) -> None:
        """From now on these strike."""
        self._tables = {table["id"]: table for table in tables}
        self._process.arm(injections_from(list(tables)), seed=seed)

    def disarm(self) -> Sequence[Injection]:
        """From now on nothing strikes; those that did."""
        fired = self._process.stats().fired
        self._process.disarm()
        return [self._tables[name] for name, times in fired.items() if times]


@contextmanager
def stage(driver: str, server: Server | None) -> Iterator[FaultProxy]:
    """Everything started and Django set up; once in a process. Without a server, a stand-in."""
    with ExitStack() as running:
        if server is None:
            directory = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="jepsen-")))
            started = running.enter_context(ServerProcess(directory))
            server = Server(host=started.host, port=started.port)
        direct = server.entry(driver)
        upstream = upstream_of(read_settings("default", direct))
        process = running.enter_context(ProxyProcess(upstream))
        proxied = entry_to_proxy(server, process).entry(driver)
        settings.configure(
            SECRET_KEY="nothing is secret here",
            USE_TZ=True,
            INSTALLED_APPS=["django_mssql_ops"],
            LOGGING_CONFIG=None,
            DATABASES={"default": proxied, "direct": direct},
        )
        django.setup()
        logging.disable()  # what the runs are about would be warned of a thousand times
        be_ready(driver)
        yield FaultProxy(process)


def entry_to_proxy(server: Server, process: ProxyProcess) -> Server:
    """The same server as it is reached through the proxy, which speaks plaintext to drivers."""
    return replace(server, host=process.host, port=process.port, extra_params="Encrypt=no")


def be_ready(driver: str) -> None:
    """Before the first connection of the process."""
    if driver == "mssql_python":
        import mssql_python

        # A pooled connection may be another thread's, and its state nobody's.
        mssql_python.pooling(enabled=False)
        return
    use_bundled_driver()
