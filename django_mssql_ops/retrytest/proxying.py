"""The proxy of a run: a process of its own, and the alias's entry pointed at it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.faultproxy.carrying import entry_through as carried_entry
from django_mssql_ops.faultproxy.carrying import hindrances, wants_tls
from django_mssql_ops.faultproxy.process import ProxyDied, ProxyProcess
from django_mssql_ops.faultproxy.triggers import Injection
from django_mssql_ops.faultproxy.upstream import upstream_of
from django_mssql_ops.retrytest.asked import Place
from django_mssql_ops.retrytest.traffic import Traffic, traffic_of

#: Seconds of TCP's keep-alive, to which the number of a scenario is added: pools go by the
#: connection string, and none may hand a connection of one scenario to the next. mssql-python
#: refuses most other keywords.
_KEEP_ALIVE: Final = 30
#: Seconds of the driver's own limits in time lapse: to wait longer teaches nothing. A limit of 0
#: for queries stays: that nothing ends them is what is to be found.
_LOGIN_SECONDS: Final = 3
_QUERY_SECONDS: Final = 1


class RunProxy:
    """What passes between arming and disarming is counted."""

    def __init__(self, process: ProxyProcess) -> None:
        self._process = process
        self._since = 0
        self._traffic = Traffic()

    @property
    def host(self) -> str:
        return self._process.host

    @property
    def port(self) -> int:
        return self._process.port

    def arm(self, injections: Sequence[Injection], *, seed: int) -> None:
        self._since = self._process.stats().last_event
        self._process.arm(injections, seed=seed)

    def disarm(self) -> None:
        """Let everything pass, and everybody go who is held."""
        self._process.disarm()
        stats = self._process.stats()
        events = self._process.events(self._since)
        self._traffic = traffic_of(events, sum(stats.fired.values()))
        self._process.release()

    def cut(self) -> None:
        self._process.cut()

    def traffic(self) -> Traffic:
        return self._traffic

    def open_connections(self) -> int:
        return self._process.open_connections

    def is_running(self, seconds: float = 0.0) -> bool:
        """Whether it still runs after so many seconds."""
        return not self._process.wait(seconds)

    def fired(self) -> Mapping[str, int]:
        """How often each injection struck, by its id."""
        try:
            return self._process.stats().fired
        except ProxyDied:
            return {}


@contextmanager
def proxy_before(place: Place, *, port: int = 0) -> Iterator[RunProxy]:
    """A proxy before the alias's server, for as long as the block runs.

    Raises ConfigurationError when the connection cannot be carried, or the proxy cannot start.
    """
    problems = hindrances(place.settings)
    if problems:
        raise ConfigurationError("; and ".join(problems))
    process = ProxyProcess(upstream_of(place.settings), port=port, tls=wants_tls(place.settings))
    try:
        process.start()
    except ProxyDied as died:
        raise ConfigurationError(f"the fault proxy could not start: {died}") from died
    try:
        yield RunProxy(process)
    finally:
        process.stop()


def entry_through(
    place: Place, proxy: RunProxy, number: int, reconnects: int, *, real_time: bool
) -> dict[str, Any]:
    """The alias's entry through the proxy; ``number`` tells the connections of scenarios apart."""
    entry = _carried(place, proxy, reconnects)
    options = entry["OPTIONS"]
    if place.settings.keyword("keepalive") is None:
        options["extra_params"] += f";KeepAlive={_KEEP_ALIVE + number}"
    if not real_time:
        options["connection_timeout"] = _LOGIN_SECONDS
        if place.settings.query_timeout:
            options["query_timeout"] = _QUERY_SECONDS
    return entry


def _carried(place: Place, proxy: RunProxy, reconnects: int | None) -> dict[str, Any]:
    return carried_entry(
        place.entry,
        place.settings,
        host=proxy.host,
        port=proxy.port,
        tls=wants_tls(place.settings),
        reconnects=reconnects,
    )


def instructions(place: Place, proxy: RunProxy) -> str:
    """How to point a project at the proxy; no other keyword of its settings is shown."""
    encrypt = (
        "Encrypt=yes;TrustServerCertificate=yes" if wants_tls(place.settings) else "Encrypt=no"
    )
    mars = ";MARS_Connection=no" if place.settings.python_driver == "pyodbc" else ""
    return (
        f"The proxy listens on {proxy.host}:{proxy.port}. In DATABASES[{place.alias!r}]:\n"
        f'  "HOST": "{proxy.host}",\n'
        f'  "PORT": "{proxy.port}",\n'
        f'  and in OPTIONS["extra_params"], instead of what it says on these: "{encrypt}{mars}"\n'
    )
