"""This side of the connection: the project's settings as a whole, and the driver."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django_mssql_ops.diagnostics.facts.health import NO_HEALTH, HealthUse
from django_mssql_ops.diagnostics.facts.reading import Fact, Stage
from django_mssql_ops.diagnostics.facts.retrying import NO_RETRIES, RetryMiddleware, RetryUse


@dataclass(frozen=True, slots=True, kw_only=True)
class MalformedSetting:
    """A setting that cannot be read at all: where it stands, and one sentence about it."""

    path: str
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectFacts:
    """What is set or installed once, for all aliases. Nothing here is imported to be read.

    ``versions`` maps a distribution (``"mssql-django"``) to its version, for those installed.
    ``aliases`` are the SQL Server ones; ``bulk_rows`` those with ``return_rows_bulk_insert``.
    ``connect_budget`` and ``slow_login`` are seconds. ``platform`` is Python's ``os.name``:
    "posix" or "nt".
    """

    debug: bool = False
    platform: str = "posix"
    python: tuple[int, int] = (3, 11)
    django: tuple[int, int] = (5, 2)
    versions: Mapping[str, str] = field(default_factory=dict)
    connect_budget: float = 60.0
    slow_login: float = 1.0
    aliases: tuple[str, ...] = ()
    bulk_rows: tuple[str, ...] = ()
    retry_middleware: Stage[tuple[RetryMiddleware, ...]] = ()
    retry: Stage[RetryUse] = NO_RETRIES
    health: Stage[HealthUse] = NO_HEALTH
    uses_asgi: bool = False
    malformed: tuple[MalformedSetting, ...] = ()


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
