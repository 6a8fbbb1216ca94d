from __future__ import annotations

import datetime as dt
import ssl
import warnings

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.standin.certificates import (
    NO_SECURITY_LEVEL,
    Authority,
    CertificateKind,
    Identity,
    server_contexts,
    shared_authority,
)


def handshake(identity: Identity, kind: CertificateKind, client: ssl.SSLContext) -> ssl.SSLObject:
    """A TLS handshake in memory with the context for TDS 7; the client's end of it."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    contexts = server_contexts(identity, kind)
    server_end = contexts.wrapped.wrap_bio(to_server, to_client, server_side=True)
    client_end = client.wrap_bio(to_client, to_server, server_hostname="localhost")
    for _ in range(10):
        done = 0
        for end in (client_end, server_end):
            try:
                end.do_handshake()
                done += 1
            except ssl.SSLWantReadError:
                continue
        if done == 2:
            return client_end
    raise AssertionError("the handshake does not end")


def trusting_client() -> ssl.SSLContext:
    context = ssl.create_default_context(cadata=shared_authority().pem.decode())
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    return context


def test_a_valid_certificate_verifies_for_localhost_and_both_loopback_addresses() -> None:
    identity = shared_authority().issue(CertificateKind.VALID)
    end = handshake(identity, CertificateKind.VALID, trusting_client())
    assert end.version() == "TLSv1.2"
    names = identity.certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    assert names.value.get_values_for_type(x509.DNSName) == ["localhost"]
    assert [str(a) for a in names.value.get_values_for_type(x509.IPAddress)] == [
        "127.0.0.1",
        "::1",
    ]


@pytest.mark.parametrize(
    ("kind", "problem"),
    [
        (CertificateKind.EXPIRED, "certificate has expired"),
        (CertificateKind.NOT_YET_VALID, "not yet valid"),
        (CertificateKind.WRONG_NAME, "Hostname mismatch"),
        (CertificateKind.SELF_SIGNED, "self-signed certificate"),
    ],
)
def test_each_bad_certificate_is_bad_in_its_own_way(kind: CertificateKind, problem: str) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match=problem):
        handshake(shared_authority().issue(kind), kind, trusting_client())


def test_a_weak_key_is_refused_at_the_usual_security_level() -> None:
    identity = shared_authority().issue(CertificateKind.WEAK)
    public = identity.certificate.public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    assert public.key_size == 1024
    with pytest.raises(ssl.SSLError):
        handshake(identity, CertificateKind.WEAK, trusting_client())


def test_a_legacy_server_speaks_nothing_newer_than_tls_1_1() -> None:
    identity = shared_authority().issue(CertificateKind.LEGACY)
    with pytest.raises(ssl.SSLError):
        handshake(identity, CertificateKind.LEGACY, trusting_client())


def test_a_legacy_server_can_be_reached_by_a_client_that_lowers_its_guard() -> None:
    client = trusting_client()
    client.set_ciphers(NO_SECURITY_LEVEL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        client.minimum_version = ssl.TLSVersion.TLSv1
    identity = shared_authority().issue(CertificateKind.LEGACY)
    assert handshake(identity, CertificateKind.LEGACY, client).version() == "TLSv1.1"


def test_the_same_kind_is_issued_once() -> None:
    authority = Authority()
    first = authority.issue(CertificateKind.EXPIRED)
    assert authority.issue(CertificateKind.EXPIRED) is first
    assert first.certificate.not_valid_after_utc < dt.datetime.now(dt.UTC)


def test_no_private_key_shows_in_a_repr() -> None:
    assert "key" not in repr(shared_authority().issue(CertificateKind.VALID))
