"""What probes bring back: frozen facts, or the reason why there are none.

A probe never raises for what it finds on the other side: a refused port is a fact. It returns
:class:`Unreadable` when a fact exists but could not be read (a missing permission, a time limit),
and the run puts :class:`NotRun` where a stage was not asked at all. Durations are milliseconds
unless a name says otherwise. Nothing here holds a secret.
"""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass, field
from typing import Final, TypeAlias, TypeVar

from django_mssql_ops.configuration import ConnectionSettings
from django_mssql_ops.errors import DriverError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A fact that exists but could not be read; ``hint`` says what would make it readable.

    ``timed_out`` says that the server did not answer: nothing more should be asked of it.
    """

    reason: str
    hint: str = ""
    timed_out: bool = False


@dataclass(frozen=True, slots=True)
class NotRun:
    """A stage that was not asked, and why."""

    reason: str


#: A fact, or the reason why it could not be read.
Fact: TypeAlias = T | Unreadable
#: A stage's facts, or the reason why there are none.
Stage: TypeAlias = T | Unreadable | NotRun

NOT_ASKED: Final = NotRun("not asked")


class Outcome(enum.Enum):
    """How a try to reach the next thing ended."""

    OK = "ok"
    REFUSED = "refused"
    TIMED_OUT = "timed out"
    UNREACHABLE = "unreachable"
    RESET = "reset"
    CLOSED = "closed"
    SILENT = "silent"
    NOT_FOUND = "not found"
    NOT_TDS = "not TDS"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverFacts:
    """The driver this alias would use, read without opening a connection.

    ``module`` is ``"pyodbc"`` or ``"mssql_python"``. ``registered`` are the names that the driver
    manager knows. ``library`` is the file behind ``driver``; ``missing_libraries`` what it needs
    and the loader cannot find, each with the package that has it where known. When the backend
    would fall back to Driver 17 (``falls_back``), ``driver`` and what follows from it are Driver
    17's. ``import_errors`` are (module, exception text) of the modules that the backend could not
    import; ``load_error`` is the loader's own text when the library is there and still does not
    load. ``remedy`` is the command that installs what is missing, where one is known.
    """

    module: str
    module_version: Fact[str]
    driver: str
    driver_manager: Fact[str]
    registered: Fact[tuple[str, ...]]
    library: Fact[str]
    library_version: Fact[tuple[int, ...]]
    missing_libraries: Fact[tuple[str, ...]]
    bundled_version: str | None
    falls_back: bool = False
    import_errors: tuple[tuple[str, str], ...] = ()
    library_exists: bool = True
    load_error: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsFacts:
    """``getaddrinfo`` for the host, in the resolver's order; ``error`` is the resolver's text."""

    host: str
    outcome: Outcome
    addresses: tuple[str, ...] = ()
    error: str = ""
    milliseconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserFacts:
    """SQL Server Browser's answer for a named instance (MC-SQLR 2.2.5, UDP 1434)."""

    host: str
    instance: str
    outcome: Outcome
    port: int | None = None
    version: str = ""
    milliseconds: float = 0.0
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressFacts:
    """One TCP connect: ``outcome`` is OK, REFUSED, TIMED_OUT, UNREACHABLE or FAILED."""

    address: str
    port: int
    outcome: Outcome
    milliseconds: float
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TcpFacts:
    """One connect to each address of the host."""

    port: int
    attempts: tuple[AddressFacts, ...]

    @property
    def reached(self) -> AddressFacts | None:
        """The first address that accepted, in the resolver's order."""
        return next((a for a in self.attempts if a.outcome is Outcome.OK), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreloginFacts:
    """The server's PRELOGIN answer (MS-TDS 2.2.6.5), read without credentials.

    ``encryption`` is the option the server chose: OFF, ON, NOT_SUP or REQ. ``strict`` is True when
    PRELOGIN travelled inside TLS (TDS 8.0). ``outcome`` is OK, TIMED_OUT/SILENT, RESET, CLOSED,
    NOT_TDS or FAILED.
    """

    outcome: Outcome
    strict: bool = False
    version: tuple[int, int, int] | None = None
    encryption: str = ""
    federated_authentication: bool | None = None
    instance_matches: bool | None = None
    milliseconds: float = 0.0
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What the server's certificate says; times are aware, in UTC. Needs the ``tls`` extra."""

    subject: str
    issuer: str
    names: tuple[str, ...]
    not_before: dt.datetime
    not_after: dt.datetime
    self_signed: bool
    key: str
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsFacts:
    """One TLS handshake as the driver would make it, and whether the certificate verifies.

    ``verified`` is judged against the driver's own trust store and ``expected_name`` even when
    TrustServerCertificate=yes; ``problem`` is OpenSSL's sentence when it does not. ``chain`` holds
    the subjects from the leaf up, as far as the server sent them. ``legacy_only`` is True when only
    a handshake with lowered security (TLS 1.0, SECLEVEL 0) succeeded.
    """

    outcome: Outcome
    expected_name: str
    trust_store: str = ""
    protocol: str = ""
    cipher: str = ""
    verified: bool = False
    problem: str = ""
    verify_code: int = 0
    name_matches: Fact[bool] = Unreadable("no certificate was read")
    certificate: Fact[Certificate] = Unreadable("no certificate was read")
    chain: Fact[tuple[str, ...]] = Unreadable("no certificate was read")
    fingerprint: str = ""
    legacy_only: bool = False
    milliseconds: float = 0.0
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginFacts:
    """The one login through the project's own driver and settings.

    ``error`` is None when it succeeded. ``rejected`` is True when the server answered the login and
    said no: then nobody tries again for the same server and user.
    """

    module: str
    milliseconds: float
    error: DriverError | None = None
    rejected: bool = False
    timed_out: bool = False
    driver_name: str = ""
    driver_version: str = ""
    driver_manager_version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFacts:
    """Who we are on the server and how the session is carried.

    ``encrypted`` comes from sys.dm_exec_connections and needs a permission on most servers.
    """

    login: str
    original_login: str
    user: str
    default_schema: str
    is_sysadmin: Fact[bool]
    is_db_owner: Fact[bool]
    net_transport: Fact[str]
    auth_scheme: Fact[str]
    encrypted: Fact[bool]
    protocol_version: Fact[str] = Unreadable("not read")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerFacts:
    """SERVERPROPERTY, read directly: the backend's cached version says 2014 on Azure."""

    version: tuple[int, ...]
    level: str
    update_level: str
    edition: str
    engine_edition: int
    collation: str
    name: str
    banner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseFacts:
    """This database's row of sys.databases and what DATABASEPROPERTYEX adds."""

    name: str
    state: Fact[str]
    user_access: Fact[str]
    updateability: Fact[str]
    read_committed_snapshot: Fact[bool]
    snapshot_isolation: Fact[str]
    compatibility_level: Fact[int]
    collation: Fact[str]
    tempdb_collation: Fact[str]
    auto_close: Fact[bool]
    auto_shrink: Fact[bool]
    page_verify: Fact[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyFacts:
    """Milliseconds of ``samples`` round trips of SELECT 1 over the open connection."""

    samples: int
    minimum: float
    p50: float
    p95: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything known about one alias; rules read nothing else."""

    alias: str
    settings: ConnectionSettings
    installed_drivers: Stage[tuple[str, ...]] = Unreadable("not read")
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
    latency: Stage[LatencyFacts] = NOT_ASKED
    now: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))

    def read(self, path: str) -> object:
        """The fact at a dotted path (``"database.collation"``), or what stands in its place."""
        value: object = self
        for name in path.split("."):
            value = getattr(value, name)
            if isinstance(value, Unreadable | NotRun):
                return value
        return value
