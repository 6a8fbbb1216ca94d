"""The part of the run that sends packets, for one alias."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields, replace
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from django_mssql_ops.configuration import ConnectionSettings, Target
from django_mssql_ops.connections import private_wrapper
from django_mssql_ops.diagnostics.facts import (
    DnsFacts,
    DriverFacts,
    Facts,
    NotRun,
    Outcome,
    PermissionFacts,
    SchemaFacts,
    SessionFacts,
    TcpFacts,
    Unreadable,
)
from django_mssql_ops.diagnostics.probes.browser import probe_browser
from django_mssql_ops.diagnostics.probes.dns import probe_dns
from django_mssql_ops.diagnostics.probes.latency import probe_latency
from django_mssql_ops.diagnostics.probes.login import close_quietly, driver_timeout, probe_login
from django_mssql_ops.diagnostics.probes.permissions import probe_permissions
from django_mssql_ops.diagnostics.probes.pooling import probe_pooling
from django_mssql_ops.diagnostics.probes.prelogin import probe_prelogin
from django_mssql_ops.diagnostics.probes.schema import probe_schema
from django_mssql_ops.diagnostics.probes.server import (
    probe_database,
    probe_server,
    probe_session,
)
from django_mssql_ops.diagnostics.probes.tcp import probe_tcp
from django_mssql_ops.diagnostics.probes.tls import probe_tls
from django_mssql_ops.pooling import SocketWatch

#: Server, user and, where only the database cannot be opened, its name -> the alias under which
#: their login was rejected.
Rejected = dict[tuple[str, ...], str]

#: What the open connection is asked, in order; all of it is skipped without one.
_AFTER_LOGIN = {
    "session": probe_session,
    "server": probe_server,
    "database": probe_database,
    "permissions": probe_permissions,
    "schema": probe_schema,
    "latency": probe_latency,
}
#: "pooling" comes last: it closes the connection.
_WITH_CONNECTION = (*_AFTER_LOGIN, "pooling")
_NO_BROWSER = NotRun("no named instance")
#: A TLS stage that ended this way shows a peer that the driver would wait for in vain.
_HOPELESS = frozenset({Outcome.SILENT, Outcome.TIMED_OUT})


def probe_online(
    facts: Facts, limit: float, rejected: Rejected, *, without: Collection[str] = ()
) -> Facts:
    """``facts`` with every stage from DNS on filled in; ``rejected`` is read and added to.

    Stages of the open connection that are named by ``without`` are not asked.
    """
    return _Alias(facts, limit, rejected, without).probe()


class _Alias:
    """One alias on its way through the stages; ``facts`` grows, ``stopped`` says why it ended."""

    def __init__(
        self, facts: Facts, limit: float, rejected: Rejected, without: Collection[str]
    ) -> None:
        self.facts = facts
        self.without = without
        self.limit = limit
        self.rejected = rejected
        self.stopped: NotRun | None = None

    @property
    def settings(self) -> ConnectionSettings:
        return self.facts.settings

    def probe(self) -> Facts:
        self._probe_network()
        self._probe_login()
        return self.facts

    def _keep(self, **stages: Any) -> None:
        self.facts = replace(self.facts, **stages)

    def _skip(self, *stages: str, reason: NotRun) -> None:
        self._keep(**dict.fromkeys(stages, reason))

    def _probe_network(self) -> None:
        target = self.settings.target
        if target is None or target.protocol != "tcp":
            reason = self._unaddressable(target)
            if target is None and not self.settings.dsn:
                self.stopped = reason
            self._skip("dns", "browser", "tcp", "prelogin", "tls", reason=reason)
            return
        address, port = self._reach(target)
        if address is None or port is None:
            self._skip("prelogin", "tls", reason=self.stopped or NotRun("not reached"))
            return
        self._speak(address, port)

    def _unaddressable(self, target: Target | None) -> NotRun:
        if target is not None:
            return NotRun(f"{target.protocol}: is not TCP")
        if self.settings.dsn:
            return NotRun("the server is named in the DSN, which only the driver reads")
        return NotRun(f"settings: {self.settings.target_problem}")

    def _reach(self, target: Target) -> tuple[str | None, int | None]:
        names = probe_dns(target.host, limit=self.limit)
        self._keep(dns=names)
        if names.outcome is not Outcome.OK:
            self.stopped = NotRun("dns failed")
            self._skip("browser", "tcp", reason=self.stopped)
            return None, None
        port = self._port(target, names)
        if port is None:
            self.stopped = NotRun("browser failed")
            self._skip("tcp", reason=self.stopped)
            return None, None
        ports = probe_tcp(names.addresses, port, limit=self.limit)
        self._keep(tcp=ports)
        if ports.reached is None:
            self.stopped = NotRun("tcp failed")
            return None, None
        return ports.reached.address, port

    def _port(self, target: Target, names: DnsFacts) -> int | None:
        if target.port is not None:
            self._skip("browser", reason=_NO_BROWSER)
            return target.port
        found = probe_browser(target.host, names.addresses, target.instance, limit=self.limit)
        self._keep(browser=found)
        return found.port

    def _speak(self, address: str, port: int) -> None:
        """PRELOGIN, then TLS; with Encrypt=strict the answer to PRELOGIN comes inside TLS."""
        answer = probe_prelogin(self.settings, address, port, limit=self.limit)
        self._keep(prelogin=answer)
        strict = self.settings.encrypt == "strict"
        if answer.outcome is not Outcome.OK:
            self.stopped = NotRun("prelogin failed")
            if not (strict and answer.outcome is Outcome.FAILED):
                self._skip("tls", reason=self.stopped)
                return
        if answer.encryption == "NOT_SUP":
            self._skip("tls", reason=NotRun("the server does not support encryption"))
            return
        handshake = probe_tls(self.settings, address, port, limit=self.limit)
        self._keep(tls=handshake)
        if handshake.outcome in _HOPELESS:
            self.stopped = NotRun("tls failed")

    def _probe_login(self) -> None:
        reason = self.stopped or self._login_forbidden()
        if reason is not None:
            self._skip("login", *_WITH_CONNECTION, reason=reason)
            return
        wrapper = private_wrapper(
            self.settings.alias,
            login_timeout=driver_timeout(self.limit),
            query_timeout=driver_timeout(self.limit),
        )
        sockets = SocketWatch()
        found = probe_login(wrapper, self.settings.python_driver, limit=self.limit)
        sockets.logged_in()
        self._keep(login=found)
        if found.rejected:
            # A database that cannot be opened says nothing about those of other aliases.
            about_database = found.error is not None and found.error.cannot_open_database
            self.rejected[self._identity(with_database=about_database)] = self.settings.alias
        if found.error is not None:
            failed = NotRun("login failed")
            self._skip(*_WITH_CONNECTION, reason=failed)
            return
        try:
            self._probe_server(wrapper)
            self._probe_pooling(wrapper, sockets)
        finally:
            close_quietly(wrapper, limit=self.limit)

    def _login_forbidden(self) -> NotRun | None:
        driver = self.facts.driver
        if isinstance(driver, DriverFacts) and isinstance(driver.module_version, Unreadable):
            return NotRun("driver failed")
        if self.settings.name == "":
            # The backend would refuse before it asks anybody, and rule 102 has said it already.
            return NotRun("settings: NAME is empty")
        for with_database in (False, True):
            other = self.rejected.get(self._identity(with_database=with_database))
            if other is not None:
                return NotRun(f"the same server rejected the same user under alias {other!r}")
        return None

    def _identity(self, *, with_database: bool) -> tuple[str, ...]:
        """Server and user; the address reached says that two names are one server."""
        server, user = self.settings.login_identity
        ports = self.facts.tcp
        if isinstance(ports, TcpFacts) and ports.reached is not None:
            server = f"{ports.reached.address}:{ports.port}"
        if with_database:
            return server, user, (self.settings.name or "").lower()
        return server, user

    def _probe_server(self, wrapper: BaseDatabaseWrapper) -> None:
        for stage, probe in _AFTER_LOGIN.items():
            if stage in self.without:
                continue  # NotRun("not asked") stands there already
            if self.stopped is not None:
                self._skip(stage, reason=self.stopped)
                continue
            found = probe(wrapper, limit=self.limit)
            self._keep(**{stage: found})
            # A question that got no answer still holds the connection: no other may use it.
            if _timed_out(found):
                self.stopped = NotRun("the server stopped answering")

    def _probe_pooling(self, wrapper: BaseDatabaseWrapper, sockets: SocketWatch) -> None:
        if self.stopped is not None:
            self._skip("pooling", reason=self.stopped)
            return
        driver = self.facts.driver
        name = driver.driver if isinstance(driver, DriverFacts) else self.settings.driver
        self._keep(pooling=probe_pooling(wrapper, self.settings, name, sockets, limit=self.limit))


def _timed_out(found: object) -> bool:
    """Whether the stage, or one question of several, got no answer in time."""
    if isinstance(found, Unreadable):
        return found.timed_out
    if not isinstance(found, SessionFacts | PermissionFacts | SchemaFacts):
        return False
    parts = (getattr(found, part.name) for part in fields(found))
    return any(isinstance(part, Unreadable) and part.timed_out for part in parts)
