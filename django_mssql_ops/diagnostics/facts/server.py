"""What the one login and the open connection tell."""

from __future__ import annotations

from dataclasses import dataclass

from django_mssql_ops.diagnostics.facts.reading import Fact
from django_mssql_ops.errors import DriverError


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
class TablePermissions:
    """What the application's user lacks on one table of the installed models.

    ``table`` is quoted as the backend quotes it (``[shop_order]``). ``missing`` are the permissions
    of SELECT, INSERT, UPDATE and DELETE that it does not have; of a table that Django does not
    manage only SELECT is asked. A table that does not exist, or that the user may not even see, has
    ``exists`` False.
    """

    table: str
    app_label: str = ""
    is_managed: bool = True
    exists: bool = True
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionFacts:
    """What the user may do; ``may_change_schema`` is ALTER on its default schema.

    ``tables`` are those of the models that the routers allow on this alias.
    """

    tables: Fact[tuple[TablePermissions, ...]]
    is_ddl_admin: Fact[bool]
    may_change_schema: Fact[bool]
    may_create_tables: Fact[bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnType:
    """One column of an installed model and the type it has in the database."""

    table: str
    column: str
    type_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaFacts:
    """The installed models' tables as they are in the database, and the migrations.

    ``date_times`` are the columns of DateTimeField, each with its type there. ``untrusted`` are
    foreign keys and checks that are on and not trusted, ``disabled`` those that are switched off,
    as ``table.constraint``; ``triggers`` are enabled triggers for INSERT as ``table.trigger``.
    ``pending`` are migrations on disk that are not applied, as ``app.name``, of the apps that the
    routers let migrate here; ``history_exists`` is whether the table django_migrations is there,
    for the user to see.
    """

    use_tz: bool
    date_times: Fact[tuple[ColumnType, ...]]
    untrusted: Fact[tuple[str, ...]]
    disabled: Fact[tuple[str, ...]]
    triggers: Fact[tuple[str, ...]]
    history_exists: Fact[bool]
    pending: Fact[tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolingFacts:
    """How connections of this alias are kept: by Django per thread, and by a pool under it.

    ``configured`` is whether a pool under Django is switched on, ``where`` says by what
    (``"unixODBC: Pooling=Yes, CPTimeout=60"``) and ``ignored`` what was meant to switch it off and
    does not. ``kept`` is what was seen: the socket of the one login stayed open after Django closed
    its connection. ``max_size`` and ``idle_seconds`` are the pool's, where it says. ``means_asgi``
    is whether the settings name an ASGI application; what serves the project is not seen from here.
    """

    conn_max_age: float | None
    conn_health_checks: bool
    configured: Fact[bool]
    where: str
    kept: Fact[bool]
    ignored: str = ""
    max_size: int | None = None
    idle_seconds: int | None = None
    means_asgi: bool = False
