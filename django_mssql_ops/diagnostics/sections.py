"""Facts turned into report sections: one line of summary and the plain values behind it.

No judgement is made here; a status says how the asking went, the findings say what it means.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django_mssql_ops.configuration import ConnectionSettings
from django_mssql_ops.diagnostics.facts import (
    BrowserFacts,
    Certificate,
    DatabaseFacts,
    DnsFacts,
    DriverFacts,
    Facts,
    LatencyFacts,
    LoginFacts,
    NotRun,
    Outcome,
    PermissionFacts,
    PoolingFacts,
    PreloginFacts,
    Project,
    ProjectFacts,
    SchemaFacts,
    ServerFacts,
    SessionFacts,
    TcpFacts,
    TlsFacts,
    TokenFacts,
    Unreadable,
)
from django_mssql_ops.diagnostics.plain_values import plain, plain_values
from django_mssql_ops.findings import Finding, Section, Status

#: The stages in the order in which they are asked and shown.
STAGES: Final = (
    "settings",
    "token",
    "driver",
    "dns",
    "browser",
    "tcp",
    "prelogin",
    "tls",
    "login",
    "session",
    "server",
    "database",
    "permissions",
    "schema",
    "latency",
    "pooling",
)

_Summary = tuple[Status, str]


def section(facts: Facts, stage: str, findings: tuple[Finding, ...]) -> Section:
    """The section of one stage of one alias."""
    found = getattr(facts, stage)
    status, summary = _summarise(found)
    return Section(
        subject=facts.alias,
        name=stage,
        status=status,
        summary=summary,
        milliseconds=getattr(found, "milliseconds", None),
        values=plain_values(found),
        findings=findings,
    )


def project_section(facts: Project, findings: tuple[Finding, ...]) -> Section:
    """The section about the project as a whole."""
    status, summary = _summarise(facts.project)
    return Section(
        subject=facts.subject,
        name="project",
        status=status,
        summary=summary,
        values=plain_values(facts.project),
        findings=findings,
    )


def _summarise(found: object) -> _Summary:
    if isinstance(found, NotRun):
        return Status.SKIPPED, found.reason
    if isinstance(found, Unreadable):
        return Status.UNKNOWN, found.reason
    return _SUMMARIES[type(found)](found)


def _project(found: ProjectFacts) -> _Summary:
    python = ".".join(map(str, found.python))
    versions = (f"{name} {version}" for name, version in sorted(found.versions.items()))
    return Status.OK, ", ".join([f"Python {python}", *versions])


def _settings(found: ConnectionSettings) -> _Summary:
    if found.target is None and not found.dsn:
        return Status.FAILED, found.target_problem
    place = f"DSN {found.dsn}" if found.dsn else str(found.target)
    return Status.OK, f"{place}, database {found.name}, Encrypt={found.encrypt or 'invalid'}"


def _driver(found: DriverFacts) -> _Summary:
    version = found.module_version if isinstance(found.module_version, str) else "not importable"
    name = found.driver if found.module == "pyodbc" else "its own ODBC Driver 18"
    status = Status.OK if _can_be_loaded(found) else Status.FAILED
    return status, f"{found.module} {version}, {name}"


def _can_be_loaded(found: DriverFacts) -> bool:
    missing = found.missing_libraries
    return not (
        isinstance(found.module_version, Unreadable)
        or found.import_errors
        or found.load_error
        or not found.library_exists
        or (missing and not isinstance(missing, Unreadable))
        or _is_unregistered(found)
    )


def _is_unregistered(found: DriverFacts) -> bool:
    """The driver manager compares names without regard to case (measured, unixODBC 2.3.11)."""
    if found.module != "pyodbc" or isinstance(found.registered, Unreadable):
        return False
    is_path = "/" in found.driver or not found.driver
    return not is_path and found.driver.lower() not in map(str.lower, found.registered)


def _dns(found: DnsFacts) -> _Summary:
    if found.outcome is Outcome.OK:
        return Status.OK, f"{found.host} is {', '.join(found.addresses)}"
    return Status.FAILED, f"{found.host}: {found.error}"


def _browser(found: BrowserFacts) -> _Summary:
    if found.outcome is Outcome.OK:
        return Status.OK, f"instance {found.instance} is on port {found.port}"
    return Status.FAILED, f"instance {found.instance}: {found.error}"


def _tcp(found: TcpFacts) -> _Summary:
    tried = ", ".join(
        f"{a.address} {'open' if a.outcome is Outcome.OK else a.outcome.value}"
        f" ({a.milliseconds:.1f} ms)"
        for a in found.attempts
    )
    return (Status.OK if found.reached else Status.FAILED), f"port {found.port}: {tried}"


def _prelogin(found: PreloginFacts) -> _Summary:
    if found.outcome is not Outcome.OK:
        return Status.FAILED, found.error
    version = ".".join(str(number) for number in found.version or ())
    kind = "TDS 8.0" if found.strict else "TDS 7"
    return Status.OK, f"{kind}, server version {version}, encryption {found.encryption}"


def _tls(found: TlsFacts) -> _Summary:
    if found.outcome is not Outcome.OK:
        return Status.FAILED, found.error
    shown = f"{found.protocol}, {found.cipher}" if found.protocol else "certificate refused"
    if not found.verified:
        return Status.FAILED, f"{shown}, not verified: {found.problem}"
    until = ""
    if isinstance(found.certificate, Certificate):
        until = f" until {found.certificate.not_after:%Y-%m-%d}"
    return Status.OK, f"{shown}, verified for {found.expected_name}{until}"


def _login(found: LoginFacts) -> _Summary:
    if found.error is not None:
        return Status.FAILED, found.error.describe()
    return (
        Status.OK,
        f"one login through {found.module}, {found.driver_name} {found.driver_version}",
    )


def _session(found: SessionFacts) -> _Summary:
    if isinstance(found.encrypted, Unreadable):
        encrypted = "encryption not readable"
    else:
        encrypted = "encrypted" if found.encrypted else "not encrypted"
    return Status.OK, f"{found.login} as {found.user}, schema {found.default_schema}, {encrypted}"


def _server(found: ServerFacts) -> _Summary:
    version = ".".join(str(number) for number in found.version)
    return Status.OK, f"{found.edition}, {version} {found.update_level or found.level}".rstrip()


def _database(found: DatabaseFacts) -> _Summary:
    parts = [found.name, *(str(plain(v)) for v in (found.state, found.collation))]
    return Status.OK, f"{', '.join(parts)}, level {plain(found.compatibility_level)}"


def _token(found: TokenFacts) -> _Summary:
    if found.problem:
        return Status.FAILED, f"TOKEN {found.problem}"
    if found.expires_at is None:
        return Status.UNKNOWN, "TOKEN does not say until when it is good"
    return Status.OK, f"TOKEN is good until {found.expires_at:%Y-%m-%d %H:%M} UTC"


def _permissions(found: PermissionFacts) -> _Summary:
    if isinstance(found.tables, Unreadable):
        return Status.UNKNOWN, found.tables.reason
    short = sum(bool(table.missing) for table in found.tables)
    unseen = sum(not table.exists for table in found.tables)
    return Status.OK, f"{len(found.tables)} tables, {short} with too few rights, {unseen} not seen"


def _schema(found: SchemaFacts) -> _Summary:
    counts = (("pending migrations", found.pending), ("untrusted constraints", found.untrusted))
    parts = (
        f"{what} not readable" if isinstance(those, Unreadable) else f"{len(those)} {what}"
        for what, those in counts
    )
    return Status.OK, ", ".join(parts)


def _pooling(found: PoolingFacts) -> _Summary:
    kept = found.kept
    if isinstance(kept, Unreadable):
        seen = kept.reason
    else:
        seen = "a pool kept the connection" if kept else "the connection was closed"
    return Status.OK, f"{found.where}; {seen}"


def _latency(found: LatencyFacts) -> _Summary:
    return Status.OK, f"p50 {found.p50:.2f} ms, p95 {found.p95:.2f} ms of {found.samples}"


_SUMMARIES: Final[Mapping[type, Callable[[Any], _Summary]]] = {
    ProjectFacts: _project,
    ConnectionSettings: _settings,
    DriverFacts: _driver,
    DnsFacts: _dns,
    BrowserFacts: _browser,
    TcpFacts: _tcp,
    PreloginFacts: _prelogin,
    TlsFacts: _tls,
    LoginFacts: _login,
    SessionFacts: _session,
    ServerFacts: _server,
    DatabaseFacts: _database,
    TokenFacts: _token,
    PermissionFacts: _permissions,
    SchemaFacts: _schema,
    LatencyFacts: _latency,
    PoolingFacts: _pooling,
}
