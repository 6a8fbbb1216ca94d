"""Reading certificates, with the ``cryptography`` package when it is there.

Without it the probe still says whether the certificate verifies, and its fingerprint; what the
certificate says stays unreadable, with the pip line that would change that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_mssql_ops import tds
from django_mssql_ops.diagnostics.facts import Certificate, Fact, Unreadable

if TYPE_CHECKING:
    from cryptography import x509

_PIP_LINE = 'pip install "django-mssql-ops[tls]"'


def read_certificate(der: bytes | None) -> Fact[Certificate]:
    """Subject, names, dates and key of one DER certificate."""
    if not der:
        return Unreadable("the server sent no certificate")
    try:
        from cryptography import x509
    except ImportError:
        return Unreadable("the package cryptography is not installed", _PIP_LINE)
    try:
        return _facts(x509.load_der_x509_certificate(der))
    # cryptography raises half a dozen unrelated classes for unknown versions, curves, algorithms
    # and extensions (UnsupportedAlgorithm, InvalidVersion, DuplicateExtension, ...).
    except Exception as error:
        return Unreadable(f"the certificate cannot be parsed: {error}")


def read_chain(tunnel: tds.TlsTunnel) -> Fact[tuple[str, ...]]:
    """Subjects as the server sent them, the leaf first. Python shows the chain from 3.13 on."""
    try:
        from cryptography import x509
    except ImportError:
        return Unreadable("the package cryptography is not installed", _PIP_LINE)
    chain = tunnel.peer_chain_der
    if chain is None:
        return Unreadable("Python shows the chain a server sent from version 3.13 on")
    try:
        return tuple(x509.load_der_x509_certificate(der).subject.rfc4514_string() for der in chain)
    except Exception as error:
        return Unreadable(f"the chain cannot be parsed: {error}")


def _facts(certificate: x509.Certificate) -> Certificate:
    return Certificate(
        subject=certificate.subject.rfc4514_string(),
        issuer=certificate.issuer.rfc4514_string(),
        names=_names(certificate),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        self_signed=certificate.issuer == certificate.subject,
        key=_key(certificate),
        signature=_signature(certificate),
    )


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    from cryptography import x509

    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return ()
    dns = extension.value.get_values_for_type(x509.DNSName)
    addresses = extension.value.get_values_for_type(x509.IPAddress)
    return (*dns, *(str(address) for address in addresses))


def _key(certificate: x509.Certificate) -> str:
    key = certificate.public_key()
    size = getattr(key, "key_size", None)
    name = type(key).__name__.lstrip("_").removesuffix("PublicKey")
    return f"{name} {size}" if size else name


def _signature(certificate: x509.Certificate) -> str:
    algorithm = certificate.signature_hash_algorithm
    return algorithm.name if algorithm else "unknown"
