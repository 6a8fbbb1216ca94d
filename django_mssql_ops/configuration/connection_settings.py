"""The facts that one entry of ``DATABASES`` holds, as mssql-django would understand it.

No password, token or connection string is ever stored here: what matters about a secret is
whether it is set and whether its type would work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from django_mssql_ops.configuration.token import TokenFacts

PythonDriver = Literal["pyodbc", "mssql_python"]
DriverFamily = Literal["mssql_python", "18", "17", "freetds", "dsn", "path", "other"]
EncryptMode = Literal["yes", "no", "strict"]

#: ``(localdb)`` is SQL Server Express LocalDB, which a user starts on the same machine.
LOOPBACK_NAMES = frozenset({"", ".", "(local)", "(localdb)", "localhost", "127.0.0.1", "::1"})
#: Endings of the names of Azure SQL Database, Managed Instance and SQL database in Fabric, in the
#: public and the national clouds (Microsoft, "Connectivity architecture" and "Azure Government").
AZURE_SUFFIXES = (
    ".database.windows.net",
    ".database.usgovcloudapi.net",
    ".database.chinacloudapi.cn",
    ".database.fabric.microsoft.com",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where HOST and PORT point to. ``port`` is None when only SQL Server Browser can tell it."""

    host: str
    port: int | None = 1433
    instance: str = ""
    protocol: str = "tcp"

    @property
    def is_loopback(self) -> bool:
        return self.host.lower() in LOOPBACK_NAMES or self.host.startswith("127.")

    @property
    def is_azure(self) -> bool:
        """The name is that of one of Microsoft's services; an alias or an address does not tell."""
        return self.host.lower().rstrip(".").endswith(AZURE_SUFFIXES)

    def __str__(self) -> str:
        instance = f"\\{self.instance}" if self.instance else ""
        port = f",{self.port}" if self.port is not None else ""
        return f"{self.host}{instance}{port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyword:
    """One ``key=value`` of ``extra_params``; ``value`` is "" for a keyword that carries a secret.

    ``name`` and ``value`` keep the blanks the driver will see. ``position`` counts segments from 1.
    ``reaches_driver`` is False when ODBC loses the pair, as :mod:`.extra_params` says; ``closed``
    is False when the value's closing brace is missing.
    """

    name: str
    value: str
    position: int
    secret: bool = False
    reaches_driver: bool = True
    closed: bool = True

    @property
    def key(self) -> str:
        """The name as drivers compare it: lower case, no outer blanks."""
        return self.name.strip().lower()

    @property
    def is_seen(self) -> bool:
        """The driver takes it for the keyword ``key``: on pyodbc a blank makes another name."""
        return self.reaches_driver and self.name == self.name.strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class LostSegment:
    """A segment of ``extra_params`` that is no ``key=value``; its text may be part of a secret.

    ``takes`` is the keyword behind it that ODBC loses together with it, or "".
    """

    position: int
    characters: int
    takes: str = ""

    def __str__(self) -> str:
        return f"segment {self.position} ({self.characters} characters)"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionSettings:
    """One alias of DATABASES.

    ``driver`` is the ODBC driver name asked for (the backend's default when absent);
    ``driver_is_explicit`` is False when the backend may silently fall back to Driver 17.
    ``wrong_types`` maps a setting that must be str to the type name it has. ``encrypt`` is what the
    driver would do when nothing else decides: the keyword's value, else the driver's default, or
    None when the value is not one the driver knows, or nobody can tell the driver (a DSN, FreeTDS).
    ``authentication`` is in lower case; ``""`` means present and empty. ``has_token`` is True when
    the key TOKEN is there, whatever its value: that is what mssql-django asks.
    Timeouts are seconds; 0 means the driver's default, as in mssql-django.

    What stands in the settings, as far as it can be quoted: ``user_setting`` is USER (``user`` is
    who logs in), ``trusted_connection`` is Trusted_Connection or None when it is absent,
    ``python_driver_option`` is OPTIONS["python_driver"], "" or "<int>" for another type.
    ``malformed`` names the segments of ``extra_params`` that are lost, by place and size;
    ``cut_behind`` is the keyword behind whose closing brace ODBC stops reading although more
    follows. ``conn_max_age`` is seconds, None for ever.
    """

    alias: str
    engine: str
    name: str | None
    host: str
    port: str
    user: str
    has_password: bool
    has_token: bool
    target: Target | None
    target_problem: str = ""
    python_driver: PythonDriver = "pyodbc"
    driver: str = "ODBC Driver 18 for SQL Server"
    driver_is_explicit: bool = False
    driver_family: DriverFamily = "18"
    dsn: str = ""
    host_is_server: bool = False
    encrypt: EncryptMode | None = "yes"
    encrypt_value: str | None = None
    trust_server_certificate: bool = False
    hostname_in_certificate: str = ""
    server_certificate: str = ""
    authentication: str | None = None
    application_intent: str = "readwrite"
    multi_subnet_failover: bool = False
    isolation_level: str = ""
    connection_timeout: int = 0
    query_timeout: int = 0
    connection_retries: int = 5
    test_collation: str = ""
    keywords: tuple[Keyword, ...] = ()
    malformed: tuple[LostSegment, ...] = ()
    cut_behind: Keyword | None = None
    unclosed_brace: bool = False
    extra_params_type: str | None = None
    option_names: tuple[str, ...] = ()
    top_level_names: tuple[str, ...] = ()
    wrong_types: Mapping[str, str] = field(default_factory=dict)
    user_setting: str = ""
    trusted_connection: str | None = None
    python_driver_option: str = ""
    connection_retry_backoff_time: int = 5
    return_rows_bulk_insert: bool = False
    conn_max_age: float | None = 0
    conn_health_checks: bool = False
    token: TokenFacts | None = None

    def keyword(self, *names: str) -> str | None:
        """The value of the first occurrence of any of ``names`` (lower case) in extra_params."""
        return next((k.value for k in self.keywords if k.key in names), None)

    def seen(self, *names: str) -> Keyword | None:
        """The first of extra_params that the driver takes for one of ``names`` (lower case)."""
        return next((k for k in self.keywords if k.is_seen and k.key in names), None)

    @property
    def may_fall_back(self) -> bool:
        """True when mssql-django tries Driver 17 on its own where Driver 18 cannot be loaded."""
        return self.python_driver == "pyodbc" and not self.driver_is_explicit and not self.dsn

    @property
    def is_on_azure(self) -> bool:
        return self.target is not None and self.target.is_azure

    @property
    def is_on_loopback(self) -> bool:
        """The server is known to be this machine: nobody can stand in between."""
        return self.target is not None and self.target.is_loopback

    @property
    def login_identity(self) -> tuple[str, str]:
        """Server and user as far as lock-out is concerned: one rejected login speaks for all."""
        server = str(self.target).lower() if self.target else f"dsn:{self.dsn.lower()}"
        return (server, f"{self.authentication or ''}:{self.user}".lower())
