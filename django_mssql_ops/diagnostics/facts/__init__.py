"""What probes bring back: frozen facts, or the reason why there are none.

A probe never raises for what it finds on the other side: a refused port is a fact. It returns
:class:`Unreadable` when a fact exists but could not be read (a missing permission, a time limit),
and the run puts :class:`NotRun` where a stage was not asked at all. Durations are milliseconds
unless a name says otherwise. Nothing here holds a secret.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from django_mssql_ops.configuration import ConnectionSettings, is_retired
from django_mssql_ops.configuration.token import TokenFacts
from django_mssql_ops.diagnostics.facts.client import (
    DriverFacts,
    MalformedSetting,
    ProjectFacts,
)
from django_mssql_ops.diagnostics.facts.health import HealthUse
from django_mssql_ops.diagnostics.facts.network import (
    AddressFacts,
    BrowserFacts,
    Certificate,
    DnsFacts,
    PreloginFacts,
    TcpFacts,
    TlsFacts,
)
from django_mssql_ops.diagnostics.facts.reading import (
    NOT_ASKED,
    NOT_READ,
    Fact,
    NotRun,
    Outcome,
    Stage,
    Unreadable,
)
from django_mssql_ops.diagnostics.facts.retrying import (
    RetryMiddleware,
    RetryPolicyFacts,
    RetryUse,
    RetryView,
)
from django_mssql_ops.diagnostics.facts.server import (
    ColumnType,
    DatabaseFacts,
    LatencyFacts,
    LoginFacts,
    PermissionFacts,
    PoolingFacts,
    SchemaFacts,
    ServerFacts,
    SessionFacts,
    TablePermissions,
)

__all__ = [
    "NOT_ASKED",
    "NOT_READ",
    "PROJECT",
    "AddressFacts",
    "BrowserFacts",
    "Certificate",
    "ColumnType",
    "DatabaseFacts",
    "DnsFacts",
    "DriverFacts",
    "Fact",
    "Facts",
    "HealthUse",
    "LatencyFacts",
    "LoginFacts",
    "MalformedSetting",
    "NotRun",
    "Outcome",
    "PermissionFacts",
    "PoolingFacts",
    "PreloginFacts",
    "Project",
    "ProjectFacts",
    "RetryMiddleware",
    "RetryPolicyFacts",
    "RetryUse",
    "RetryView",
    "SchemaFacts",
    "ServerFacts",
    "SessionFacts",
    "Stage",
    "Subject",
    "TablePermissions",
    "TcpFacts",
    "TlsFacts",
    "TokenFacts",
    "Unreadable",
]

_INSTEAD: Final = (Unreadable, NotRun)

#: The subject of what concerns all aliases alike. No backend forbids an alias of that name, but
#: nobody writes one.
PROJECT: Final = "(project)"


class Subject(Protocol):
    """What a rule is asked about: an alias (:class:`Facts`) or the :class:`Project`."""

    @property
    def subject(self) -> str: ...

    @property
    def is_retired(self) -> bool: ...

    def read(self, path: str) -> object: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """What is known about the project as a whole; rules of the stage "project" read it."""

    project: Stage[ProjectFacts] = NOT_ASKED
    now: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))

    @property
    def subject(self) -> str:
        return PROJECT

    @property
    def is_retired(self) -> bool:
        return False

    def read(self, path: str) -> object:
        """The fact at a dotted path (``"project.debug"``), or what stands in its place."""
        return _read(self, path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything known about one alias; rules read nothing else.

    ``installed_drivers`` are the names registered with the driver manager, ``driver_versions`` the
    version of each, by its name in lower case, where its library's file name tells.
    """

    alias: str
    settings: ConnectionSettings
    project: Stage[ProjectFacts] = NOT_ASKED
    installed_drivers: Stage[tuple[str, ...]] = NOT_READ
    driver_versions: Stage[Mapping[str, tuple[int, ...]]] = NOT_READ
    token: Stage[TokenFacts] = NOT_ASKED
    driver: Stage[DriverFacts] = NOT_ASKED
    dns: Stage[DnsFacts] = NOT_ASKED
    browser: Stage[BrowserFacts] = NOT_ASKED
    tcp: Stage[TcpFacts] = NOT_ASKED
    prelogin: Stage[PreloginFacts] = NOT_ASKED
    tls: Stage[TlsFacts] = NOT_ASKED
    login: Stage[LoginFacts] = NOT_ASKED
    session: Stage[SessionFacts] = NOT_ASKED
    server: Stage[ServerFacts] = NOT_ASKED
    database: Stage[DatabaseFacts] = NOT_ASKED
    permissions: Stage[PermissionFacts] = NOT_ASKED
    schema: Stage[SchemaFacts] = NOT_ASKED
    latency: Stage[LatencyFacts] = NOT_ASKED
    pooling: Stage[PoolingFacts] = NOT_ASKED
    now: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))

    @property
    def subject(self) -> str:
        return self.alias

    def setting(self, *keys: str) -> str:
        """How findings name a setting of this alias: ``DATABASES['default']['HOST']``."""
        return f"DATABASES[{self.alias!r}]" + "".join(f"[{key!r}]" for key in keys)

    @property
    def extra_params(self) -> str:
        """How findings name the text of ``extra_params``, of which most have something to say."""
        return self.setting("OPTIONS", "extra_params")

    @property
    def driver_option(self) -> str:
        """How findings name the option ``driver``."""
        return self.setting("OPTIONS", "driver")

    @property
    def is_retired(self) -> bool:
        """The ENGINE is a backend that Django cannot load: nothing else is worth saying."""
        return is_retired(self.settings.engine)

    def read(self, path: str) -> object:
        """The fact at a dotted path (``"database.collation"``), or what stands in its place."""
        return _read(self, path)


def _read(value: object, path: str) -> object:
    for name in _names(path):
        value = getattr(value, name)
        if isinstance(value, _INSTEAD):
            return value
    return value


@functools.cache
def _names(path: str) -> tuple[str, ...]:
    """The paths are those that rules name: a few dozen, and each is read for every alias."""
    return tuple(path.split("."))
