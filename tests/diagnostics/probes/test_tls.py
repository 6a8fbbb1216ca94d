"""The TLS probe against the stand-in, whose certificates are right or wrong in one way each."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from django_mssql_ops.diagnostics.facts import Certificate, Outcome, TlsFacts, Unreadable
from django_mssql_ops.diagnostics.probes.tls import NAME_MISMATCH, PIN_MISMATCH, probe_tls
from tests.diagnostics.rules.building import settings, target
from tests.standin import CertificateKind, Configuration, EncryptionPolicy, StandIn

pytestmark = pytest.mark.socket

LIMIT = 5.0


@pytest.fixture(autouse=True)
def _trust(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    authority = tmp_path / "ca.pem"
    StandIn(Configuration()).authority.write(authority)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))


def probe(
    server: StandIn, *, host: str = "localhost", limit: float = LIMIT, **changes: Any
) -> TlsFacts:
    asked = settings(target=target(host=host, port=server.port), **changes)
    return probe_tls(asked, "127.0.0.1", server.port, limit=limit)


def probe_kind(kind: CertificateKind, **changes: Any) -> TlsFacts:
    with StandIn(Configuration(certificate=kind)) as server:
        return probe(server, **changes)


def test_a_valid_certificate_verifies_and_is_read() -> None:
    found = probe_kind(CertificateKind.VALID)
    assert (found.outcome, found.verified, found.name_matches) == (Outcome.OK, True, True)
    assert found.protocol == "TLSv1.2"
    assert isinstance(found.certificate, Certificate)
    assert "localhost" in found.certificate.names
    assert len(found.fingerprint) == 64
    assert "SSL_CERT_FILE" in found.trust_store


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (CertificateKind.EXPIRED, 10),
        (CertificateKind.NOT_YET_VALID, 9),
        (CertificateKind.SELF_SIGNED, 18),
        (CertificateKind.WRONG_NAME, NAME_MISMATCH),
        (CertificateKind.WEAK, 66),
    ],
)
def test_a_bad_certificate_is_refused_for_its_fault_and_still_read(
    kind: CertificateKind, code: int
) -> None:
    found = probe_kind(kind)
    assert (found.outcome, found.verified, found.verify_code) == (Outcome.OK, False, code)
    assert isinstance(found.certificate, Certificate)
    assert found.problem


def test_an_unknown_authority_is_not_trusted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    nobody = tmp_path / "nobody.pem"
    nobody.write_bytes(b"")
    monkeypatch.setenv("SSL_CERT_FILE", str(nobody))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    found = probe_kind(CertificateKind.VALID)
    assert (found.verified, found.verify_code) == (False, 20)


def test_an_address_is_no_name_for_the_driver_although_the_certificate_lists_it() -> None:
    found = probe_kind(CertificateKind.VALID, host="127.0.0.1")
    assert (found.verified, found.name_matches) == (False, False)
    named = probe_kind(CertificateKind.VALID, host="127.0.0.1", hostname_in_certificate="localhost")
    assert named.verified


def test_the_chain_is_shown_where_python_can_see_it() -> None:
    chain = probe_kind(CertificateKind.VALID).chain
    if sys.version_info >= (3, 13):
        assert isinstance(chain, tuple)
        assert "localhost" in chain[0]
    else:
        assert isinstance(chain, Unreadable)
        assert "3.13" in chain.reason


def test_old_tls_is_told_from_no_tls() -> None:
    found = probe_kind(CertificateKind.LEGACY)
    assert (found.outcome, found.legacy_only) == (Outcome.FAILED, True)
    assert found.protocol in {"TLSv1", "TLSv1.1"}


def test_a_server_without_encryption_fails_the_stage() -> None:
    with StandIn(Configuration(encryption=EncryptionPolicy.UNAVAILABLE)) as server:
        found = probe(server)
    assert found.outcome is Outcome.FAILED
    assert "does not support encryption" in found.error


def test_strict_shakes_hands_first() -> None:
    found = probe_kind(CertificateKind.VALID, encrypt="strict")
    assert (found.outcome, found.verified, found.protocol) == (Outcome.OK, True, "TLSv1.3")


def test_a_pinned_certificate_is_compared_and_nothing_else(tmp_path: Path) -> None:
    with StandIn(Configuration(certificate=CertificateKind.SELF_SIGNED)) as server:
        pin = tmp_path / "server.pem"
        pin.write_bytes(server.authority.issue(CertificateKind.SELF_SIGNED).pem)
        found = probe(server, encrypt="strict", server_certificate=str(pin))
        assert found.verified
        pin.write_bytes(server.authority.pem)
        other = probe(server, encrypt="strict", server_certificate=str(pin))
        assert (other.verified, other.verify_code) == (False, PIN_MISMATCH)
        gone = probe(server, encrypt="strict", server_certificate=str(tmp_path / "gone.pem"))
        assert (gone.verified, gone.verify_code) == (False, PIN_MISMATCH)
        assert "cannot be read" in gone.problem


def test_no_probe_logs_in() -> None:
    with StandIn(Configuration()) as server:
        probe(server)
        assert server.counters.logins == ()
