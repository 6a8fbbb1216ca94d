"""Certificates made here and read back; what cannot be read is unreadable and never a crash."""

from __future__ import annotations

import datetime as dt
import ipaddress
import sys
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops.diagnostics.facts import Certificate, Unreadable
from django_mssql_ops.diagnostics.probes import certificates as certificates_module
from django_mssql_ops.diagnostics.probes.certificates import read_certificate, read_chain

pytest.importorskip("cryptography", reason="the extra tls is not installed")

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

SINCE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
UNTIL = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
NAMES = x509.SubjectAlternativeName(
    [x509.DNSName("db.example.com"), x509.IPAddress(ipaddress.ip_address("192.0.2.7"))]
)


def made(subject: str, issuer: str, *extensions: x509.ExtensionType) -> bytes:
    """A DER certificate with a key of its own; elliptic, because such a key is made at once."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(SINCE)
        .not_valid_after(UNTIL)
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def test_a_certificate_says_whose_it_is_for_which_names_and_how_long() -> None:
    assert read_certificate(made("db", "Example CA", NAMES)) == Certificate(
        subject="CN=db",
        issuer="CN=Example CA",
        names=("db.example.com", "192.0.2.7"),
        not_before=SINCE,
        not_after=UNTIL,
        self_signed=False,
        key="EC 256",
        signature="sha256",
    )


def test_a_certificate_without_names_has_none_and_one_of_its_own_is_self_signed() -> None:
    found = read_certificate(made("db", "db"))
    assert isinstance(found, Certificate)
    assert (found.names, found.self_signed) == ((), True)


def test_its_times_are_aware() -> None:
    found = read_certificate(made("db", "db"))
    assert isinstance(found, Certificate)
    assert found.not_after.utcoffset() == dt.timedelta(0)


@pytest.mark.parametrize("nothing", [None, b""])
def test_no_certificate_is_unreadable(nothing: bytes | None) -> None:
    assert read_certificate(nothing) == Unreadable("the server sent no certificate")


@given(st.binary(min_size=1, max_size=60))
def test_bytes_that_are_no_certificate_are_unreadable(der: bytes) -> None:
    assert isinstance(read_certificate(der), Unreadable)


@pytest.mark.parametrize(
    "error",
    [
        UnsupportedAlgorithm("a curve of next year"),
        x509.InvalidVersion("7 is not a valid X509 version", 7),
        x509.DuplicateExtension("twice", NAMES.oid),
    ],
)
def test_what_cryptography_does_not_know_is_unreadable_in_its_words(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None of these is a ValueError."""

    def refuse(_certificate: x509.Certificate) -> Certificate:
        raise error

    monkeypatch.setattr(certificates_module, "_facts", refuse)
    found = read_certificate(made("db", "db"))
    assert found == Unreadable(f"the certificate cannot be parsed: {error}")


def test_without_cryptography_the_pip_line_is_the_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography", None)
    for found in (read_certificate(b"x"), read_chain(tunnel(()))):
        assert isinstance(found, Unreadable)
        assert found.hint == 'pip install "django-mssql-ops[tls]"'


def tunnel(chain: tuple[bytes, ...] | None) -> Any:
    return SimpleNamespace(peer_chain_der=chain)


def test_the_chain_is_shown_from_the_leaf_up() -> None:
    chain = (made("db", "Example CA"), made("Example CA", "Example CA"))
    assert read_chain(tunnel(chain)) == ("CN=db", "CN=Example CA")


def test_a_python_that_hides_the_chain_is_named() -> None:
    found = read_chain(tunnel(None))
    assert isinstance(found, Unreadable)
    assert "3.13" in found.reason


def test_a_chain_with_a_broken_certificate_is_unreadable() -> None:
    assert isinstance(read_chain(tunnel((made("db", "db"), b"broken"))), Unreadable)
