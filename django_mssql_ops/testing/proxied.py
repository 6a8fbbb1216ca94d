"""``fault_proxy``: the fault proxy between the real driver and the real server, for one test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from django_mssql_ops.configuration.engines import is_sql_server
from django_mssql_ops.configuration.reading import read_settings
from django_mssql_ops.connections import check_aliases, wrapper_of
from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.faultproxy.carrying import entry_through, wants_tls
from django_mssql_ops.faultproxy.injections import injections_from
from django_mssql_ops.faultproxy.process import ProxyDied, ProxyProcess
from django_mssql_ops.faultproxy.upstream import upstream_of


class FaultProxy:
    """A proxy that stands in front of an alias's server; its faults are those of docs/faults.md."""

    def __init__(self, process: ProxyProcess, alias: str) -> None:
        #: For what is not here: events, statistics.
        self.process = process
        self.alias = alias

    def inject(self, fault: str, *, seed: int = 0, **keys: Any) -> None:
        """Let this fault strike from now on, instead of what was there before.

        ``keys`` are those of a plan: ``point="login"``, ``nth``, ``count``, ``sql`` and the
        fault's own parameters. Raises ConfigurationError for what cannot be.
        """
        self.arm({"fault": fault, **keys}, seed=seed)

    def arm(self, *tables: Mapping[str, Any], seed: int = 0) -> None:
        """Several faults at once, each a table as in a plan."""
        self.process.arm(injections_from(tables), seed=seed, alias=self.alias)

    def clear(self) -> None:
        """Let everything pass again, and whoever is held go."""
        self.process.disarm()
        self.process.release()

    @property
    def fired(self) -> int:
        """How often the faults struck that are there now."""
        return sum(self.process.stats().fired.values())


@contextmanager
def fault_proxy(using: str = "default", *, reconnects: int | None = None) -> Iterator[FaultProxy]:
    """A proxy in front of the server of the alias ``using``, which connects through it meanwhile.

    Every thread that connects during the block does so through the proxy. ``reconnects`` is
    ConnectRetryCount: with 0 the driver hides no fault of an idle connection; None leaves the
    alias's own. The proxy is a process of its own, and ends with the block.

    Raises ConfigurationError for an alias that is no SQL Server, that cannot be carried, or that is
    inside a transaction: a TestCase's connection is open by then, so use TransactionTestCase, or
    ``django_db(transaction=True)``.
    """
    wrapper = _wrapper(using)
    settings = read_settings(using, wrapper.settings_dict)
    tls = wants_tls(settings)
    process = ProxyProcess(upstream_of(settings), tls=tls)
    entry_through(wrapper.settings_dict, settings, host=process.host, port=1, tls=tls)
    try:
        process.start()
    except ProxyDied as died:
        raise ConfigurationError(f"the fault proxy could not start: {died}") from died
    try:
        entry = entry_through(
            wrapper.settings_dict,
            settings,
            host=process.host,
            port=process.port,
            tls=tls,
            reconnects=reconnects,
        )
        with _pointed_at(wrapper, entry):
            yield FaultProxy(process, using)
    finally:
        process.stop()


@contextmanager
def _pointed_at(wrapper: BaseDatabaseWrapper, entry: dict[str, Any]) -> Iterator[None]:
    """Django's wrappers of an alias share one dictionary, which is read at every connect."""
    changes = {name: entry[name] for name in ("HOST", "PORT", "OPTIONS")}
    before = {name: wrapper.settings_dict[name] for name in changes}
    wrapper.close()
    wrapper.settings_dict.update(changes)
    try:
        yield
    finally:
        wrapper.settings_dict.update(before)
        # Dead or alive, and whatever the test has left open on it.
        wrapper.close()
        if wrapper.in_atomic_block:
            wrapper.connection = None


def _wrapper(alias: str) -> BaseDatabaseWrapper:
    check_aliases((alias,))
    wrapper = wrapper_of(alias)
    if wrapper.vendor != "microsoft" and not is_sql_server(wrapper.settings_dict.get("ENGINE")):
        raise ConfigurationError(
            f"alias {alias!r} is {wrapper.display_name}: the fault proxy stands in front of SQL "
            "Server; inject_fault works without"
        )
    if wrapper.in_atomic_block:
        raise ConfigurationError(
            f"alias {alias!r} is inside a transaction, so its connection cannot go through a proxy "
            "any more: use TransactionTestCase, or django_db(transaction=True)"
        )
    return wrapper
