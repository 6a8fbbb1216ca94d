"""Facts of a healthy alias, one function a stage; a test replaces what it is about."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django_mssql_ops.configuration.connection_settings import ConnectionSettings, Target
from django_mssql_ops.configuration.token import TokenFacts
from django_mssql_ops.diagnostics.facts import (
    AddressFacts,
    BrowserFacts,
    Certificate,
    DatabaseFacts,
    DnsFacts,
    DriverFacts,
    Facts,
    LatencyFacts,
    LoginFacts,
    Outcome,
    PreloginFacts,
    ProjectFacts,
    ServerFacts,
    SessionFacts,
    TcpFacts,
    TlsFacts,
)
from django_mssql_ops.diagnostics.registry import all_rules
from django_mssql_ops.errors import Confidence, DriverError, Phase
from django_mssql_ops.findings import Finding, Severity
from tests.diagnostics.rules.building_database import permissions, pooling, schema

ERROR = Severity.ERROR
WARNING = Severity.WARNING
UNKNOWN = Severity.UNKNOWN
INFO = Severity.INFO

#: When every test happens: certificates and releases are judged against it.
NOW = dt.datetime(2026, 9, 1, 12, 0, tzinfo=dt.UTC)


def target(**changes: Any) -> Target:
    return Target(**{"host": "db.example.com", "port": 1433, **changes})


def loopback() -> Target:
    return target(host="localhost")


def settings(**changes: Any) -> ConnectionSettings:
    healthy: dict[str, Any] = {
        "alias": "default",
        "engine": "mssql",
        "name": "shop",
        "host": "db.example.com",
        "port": "",
        "user": "app",
        "has_password": True,
        "has_token": False,
        "target": target(),
        "driver_is_explicit": True,
    }
    return ConnectionSettings(**{**healthy, **changes})


def driver(**changes: Any) -> DriverFacts:
    healthy: dict[str, Any] = {
        "module": "pyodbc",
        "module_version": "5.2.0",
        "driver": "ODBC Driver 18 for SQL Server",
        "driver_manager": "2.3.11",
        "registered": ("ODBC Driver 18 for SQL Server",),
        "library": "/opt/driver/libmsodbcsql-18.6.so.2.1",
        "library_version": (18, 6, 2, 1),
        "missing_libraries": (),
        "bundled_version": None,
    }
    return DriverFacts(**{**healthy, **changes})


def dns(**changes: Any) -> DnsFacts:
    healthy = {"host": "db.example.com", "outcome": Outcome.OK, "addresses": ("192.0.2.7",)}
    return DnsFacts(**{**healthy, **changes})


def browser(**changes: Any) -> BrowserFacts:
    healthy: dict[str, Any] = {
        "host": "db.example.com",
        "instance": "SALES",
        "outcome": Outcome.OK,
        "port": 51433,
    }
    return BrowserFacts(**{**healthy, **changes})


def address(**changes: Any) -> AddressFacts:
    healthy: dict[str, Any] = {
        "address": "192.0.2.7",
        "port": 1433,
        "outcome": Outcome.OK,
        "milliseconds": 0.4,
    }
    return AddressFacts(**{**healthy, **changes})


def tcp(*outcomes: Outcome, port: int = 1433) -> TcpFacts:
    """One attempt an outcome, at 192.0.2.1, 192.0.2.2 and so on; one success when none is named."""
    return TcpFacts(
        port=port,
        attempts=tuple(
            address(address=f"192.0.2.{number}", port=port, outcome=outcome)
            for number, outcome in enumerate(outcomes or (Outcome.OK,), start=1)
        ),
    )


def prelogin(**changes: Any) -> PreloginFacts:
    healthy: dict[str, Any] = {
        "outcome": Outcome.OK,
        "version": (16, 0, 4265),
        "encryption": "ON",
        "milliseconds": 1.5,
    }
    return PreloginFacts(**{**healthy, **changes})


def certificate(**changes: Any) -> Certificate:
    healthy: dict[str, Any] = {
        "subject": "CN=db.example.com",
        "issuer": "CN=Example CA",
        "names": ("db.example.com",),
        "not_before": NOW - dt.timedelta(days=30),
        "not_after": NOW + dt.timedelta(days=300),
        "self_signed": False,
        "key": "RSA 2048",
        "signature": "sha256",
    }
    return Certificate(**{**healthy, **changes})


def tls(**changes: Any) -> TlsFacts:
    healthy: dict[str, Any] = {
        "outcome": Outcome.OK,
        "expected_name": "db.example.com",
        "protocol": "TLSv1.2",
        "cipher": "ECDHE-RSA-AES256-GCM-SHA384",
        "verified": True,
        "name_matches": True,
        "certificate": certificate(),
        "chain": ("CN=db.example.com",),
        "milliseconds": 4.0,
    }
    return TlsFacts(**{**healthy, **changes})


def unverified(code: int, problem: str, **changes: Any) -> TlsFacts:
    return tls(verified=False, verify_code=code, problem=problem, **changes)


def failure(number: int | None, text: str = "no", **changes: Any) -> DriverError:
    """What pyodbc tells of a login that the server answered with error ``number``."""
    told: dict[str, Any] = {
        "driver": "pyodbc",
        "sqlstate": "28000",
        "number": number,
        "origin": "server",
        "phase": Phase.CONNECT,
        "confidence": Confidence.HIGH,
        "text": f"[Microsoft][ODBC Driver 18 for SQL Server][SQL Server]{text}",
        "exception_class": "pyodbc.InterfaceError",
    }
    return DriverError(**{**told, **changes})


def login(**changes: Any) -> LoginFacts:
    healthy: dict[str, Any] = {
        "module": "pyodbc",
        "milliseconds": 40.0,
        "driver_name": "libmsodbcsql-18.6.so.2.1",
        "driver_version": "18.06.0002",
    }
    return LoginFacts(**{**healthy, **changes})


def session(**changes: Any) -> SessionFacts:
    healthy: dict[str, Any] = {
        "login": "app",
        "original_login": "app",
        "user": "app",
        "default_schema": "dbo",
        "is_sysadmin": False,
        "is_db_owner": False,
        "net_transport": "TCP",
        "auth_scheme": "SQL",
        "encrypted": True,
    }
    return SessionFacts(**{**healthy, **changes})


def server(**changes: Any) -> ServerFacts:
    healthy: dict[str, Any] = {
        "version": (16, 0, 4265, 3),
        "level": "RTM",
        "update_level": "CU20",
        "edition": "Developer Edition (64-bit)",
        "engine_edition": 3,
        "collation": "SQL_Latin1_General_CP1_CI_AS",
        "name": "db",
    }
    return ServerFacts(**{**healthy, **changes})


def database(**changes: Any) -> DatabaseFacts:
    healthy: dict[str, Any] = {
        "name": "shop",
        "state": "ONLINE",
        "user_access": "MULTI_USER",
        "updateability": "READ_WRITE",
        "read_committed_snapshot": True,
        "snapshot_isolation": "OFF",
        "compatibility_level": 160,
        "collation": "SQL_Latin1_General_CP1_CI_AS",
        "tempdb_collation": "SQL_Latin1_General_CP1_CI_AS",
        "auto_close": False,
        "auto_shrink": False,
        "page_verify": "CHECKSUM",
    }
    return DatabaseFacts(**{**healthy, **changes})


def token(minutes: float = 60.0, **changes: Any) -> TokenFacts:
    """A token that is good for so many minutes more."""
    healthy: dict[str, Any] = {
        "is_readable": True,
        "expires_at": NOW + dt.timedelta(minutes=minutes),
        "issued_at": NOW - dt.timedelta(minutes=5),
    }
    return TokenFacts(**{**healthy, **changes})


def project(**changes: Any) -> ProjectFacts:
    return ProjectFacts(**{"aliases": ("default",), **changes})


def latency(**changes: Any) -> LatencyFacts:
    return LatencyFacts(**{"samples": 20, "minimum": 0.3, "p50": 0.5, "p95": 0.9, **changes})


def facts(**changes: Any) -> Facts:
    """One alias; a stage that is not named is not asked, as in a run that never reached it."""
    return Facts(**{"alias": "default", "settings": settings(), "now": NOW, **changes})


def healthy_facts(**changes: Any) -> Facts:
    """One alias where every stage was asked and nothing is wrong."""
    stages: dict[str, Any] = {
        "project": project(),
        "installed_drivers": ("ODBC Driver 18 for SQL Server",),
        "token": token(),
        "driver": driver(),
        "dns": dns(),
        "browser": browser(),
        "tcp": tcp(),
        "prelogin": prelogin(),
        "tls": tls(),
        "login": login(),
        "session": session(),
        "server": server(),
        "database": database(),
        "permissions": permissions(),
        "schema": schema(),
        "latency": latency(),
        "pooling": pooling(),
    }
    return facts(**{**stages, **changes})


def findings(number: int, known: Facts) -> list[Finding]:
    """What rule ``number`` says, asked through the registry as a run asks it."""
    (rule,) = (rule for rule in all_rules() if rule.number == number)
    return list(rule.findings(known))


def only(number: int, known: Facts) -> Finding:
    """The single finding of rule ``number``."""
    (finding,) = findings(number, known)
    return finding


def severities(number: int, known: Facts) -> list[Severity]:
    return [finding.severity for finding in findings(number, known)]
