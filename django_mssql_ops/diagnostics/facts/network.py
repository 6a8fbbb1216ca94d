"""The way to the server: names, ports, TDS and TLS."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django_mssql_ops.diagnostics.facts.reading import Fact, Outcome, Unreadable

_NO_CERTIFICATE: Final = Unreadable("no certificate was read")


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
    name_matches: Fact[bool] = _NO_CERTIFICATE
    certificate: Fact[Certificate] = _NO_CERTIFICATE
    chain: Fact[tuple[str, ...]] = _NO_CERTIFICATE
    fingerprint: str = ""
    legacy_only: bool = False
    milliseconds: float = 0.0
    error: str = ""
