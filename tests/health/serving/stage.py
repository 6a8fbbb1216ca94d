"""A stand-in, and the fault proxy before it: what the databases of the web servers are.

The stand-in runs in threads of the tests' process, where no driver does; the proxy has one of its
own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django_mssql_ops.faultproxy.moments import Point
from django_mssql_ops.faultproxy.process import ProxyProcess
from django_mssql_ops.faultproxy.registry import fault_named
from django_mssql_ops.faultproxy.triggers import Injection, injection
from django_mssql_ops.faultproxy.upstream import Upstream
from tests.standin import StandIn
from tests.standin.script import Delay

#: Seconds that no test waits for.
FOR_EVER = 3600.0
PROBED = re.compile(r"^SELECT 1\b")


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the databases are, and how they are made to fail."""

    standin: StandIn
    proxy: ProxyProcess

    @property
    def port(self) -> int:
        return self.proxy.port

    @property
    def ca_file(self) -> Path:
        assert self.proxy.ca_file is not None
        return self.proxy.ca_file

    def play(self, *faults: Injection, cut: bool = False) -> None:
        """These strike from now on; with ``cut`` the connections that are there die first."""
        self.proxy.arm(faults)
        if cut:
            self.proxy.cut()

    def answer_late(self) -> None:
        """The server does not come to an end with a probe, but listens to its cancellation."""
        self.standin.script.on(PROBED, Delay(FOR_EVER))

    def heal(self) -> None:
        self.standin.script.clear()
        self.proxy.disarm()
        self.proxy.release()


def fault(name: str, point: Point | None = None, **parameters: Any) -> Injection:
    """An injection that strikes every time."""
    return injection(fault_named(name, **parameters), point=point, count=None)


@contextmanager
def stage() -> Iterator[Stage]:
    with StandIn() as standin:
        upstream = Upstream(host=standin.host, port=standin.port, encrypt="no")
        with ProxyProcess(upstream, tls=True) as proxy:
            yield Stage(standin, proxy)
