"""Certificates made on the fly by a throw-away authority, one kind for each possible fault.

The authority lives in this process only; its private key is never written. A server's key has to
touch the disk because ``SSLContext.load_cert_chain`` reads files: it does so in a 0700 directory
that is gone before :func:`server_contexts` returns.
"""

from __future__ import annotations

import datetime as dt
import enum
import functools
import ipaddress
import ssl
import tempfile
import threading
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from django_mssql_ops.tds import ALPN_TDS8

#: Names a valid certificate is good for.
HOST_NAMES: Final = ("localhost",)
ADDRESSES: Final = ("127.0.0.1", "::1")
#: The name in a certificate made out to somebody else.
WRONG_NAME: Final = "elsewhere.invalid"

KEY_BITS: Final = 2048
#: Below the 2048 bits that OpenSSL asks for at SECLEVEL 2.
WEAK_KEY_BITS: Final = 1024
#: OpenSSL loads a weak key, and speaks TLS 1.0 and 1.1, at this level only.
NO_SECURITY_LEVEL: Final = "ALL:@SECLEVEL=0"

_DAY: Final = dt.timedelta(days=1)


class CertificateKind(enum.Enum):
    """What is right or wrong with the server's certificate or with its TLS."""

    VALID = "valid"
    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    WRONG_NAME = "wrong-name"
    SELF_SIGNED = "self-signed"
    #: RSA 1024.
    WEAK = "weak"
    #: A valid certificate on a server that speaks only TLS 1.0 and 1.1.
    LEGACY = "legacy"


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate with its private key."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey = field(repr=False)

    @property
    def pem(self) -> bytes:
        """The certificate alone."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        """The private key, unencrypted."""
        return self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )


@dataclass(frozen=True, slots=True)
class ServerContexts:
    """The two TLS contexts of one server.

    ``wrapped`` is for TDS 7.4, whose handshake travels in PRELOGIN packets: capped at TLS 1.2,
    because msodbcsql 18.6.2 breaks off when 1.3 is on offer there (measured). ``strict`` is for
    TDS 8.0: TLS first, ALPN ``tds/8.0``.
    """

    wrapped: ssl.SSLContext
    strict: ssl.SSLContext


class Authority:
    """A certificate authority that exists for one test run."""

    def __init__(self) -> None:
        self._identity = _authority_identity()
        self._lock = threading.Lock()
        self._issued: dict[CertificateKind, Identity] = {}

    @property
    def pem(self) -> bytes:
        """What a client has to trust: the content for ``SSL_CERT_FILE``."""
        return self._identity.pem

    def write(self, path: Path) -> None:
        """Write the authority's certificate for a client's ``SSL_CERT_FILE``."""
        path.write_bytes(self.pem)

    def issue(self, kind: CertificateKind) -> Identity:
        """The certificate of this kind; the same one every time."""
        with self._lock:
            if kind not in self._issued:
                self._issued[kind] = _issue(kind, self._identity)
            return self._issued[kind]


_shared_lock: Final = threading.Lock()


@functools.cache
def _shared() -> Authority:
    return Authority()


def shared_authority() -> Authority:
    """The authority of this process, so that many servers cost one set of keys."""
    with _shared_lock:
        return _shared()


def server_contexts(identity: Identity, kind: CertificateKind) -> ServerContexts:
    """The TLS contexts for a server that shows this certificate."""
    wrapped = _server_context(kind, identity)
    if kind is not CertificateKind.LEGACY:
        wrapped.maximum_version = ssl.TLSVersion.TLSv1_2
    strict = _server_context(kind, identity)
    strict.set_alpn_protocols([ALPN_TDS8])
    return ServerContexts(wrapped, strict)


def _server_context(kind: CertificateKind, identity: Identity) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if kind in (CertificateKind.WEAK, CertificateKind.LEGACY):
        context.set_ciphers(NO_SECURITY_LEVEL)
    if kind is CertificateKind.LEGACY:
        _speak_legacy_only(context)
    with tempfile.TemporaryDirectory(prefix="stand-in-") as directory:
        certificate_path, key_path = Path(directory, "server.pem"), Path(directory, "server.key")
        certificate_path.write_bytes(identity.pem)
        key_path.write_bytes(identity.key_pem)
        context.load_cert_chain(certificate_path, key_path)
    return context


def _speak_legacy_only(context: ssl.SSLContext) -> None:
    with warnings.catch_warnings():  # both versions are deprecated: that is the point
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1


def _authority_identity() -> Identity:
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    name = _name("django-mssql-ops stand-in CA")
    now = dt.datetime.now(dt.UTC)
    builder = (
        _builder(name, name, key, now - _DAY, now + 365 * _DAY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_authority_key_usage(), critical=True)
        .add_extension(_subject_key(key), critical=False)
    )
    return Identity(builder.sign(key, hashes.SHA256()), key)


@functools.cache
def _server_key(bits: int) -> rsa.RSAPrivateKey:
    """One key of each size for all servers: what is wrong with them is their certificate."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def _issue(kind: CertificateKind, authority: Identity) -> Identity:
    bits = WEAK_KEY_BITS if kind is CertificateKind.WEAK else KEY_BITS
    key = _server_key(bits)
    self_signed = kind is CertificateKind.SELF_SIGNED
    signer = key if self_signed else authority.key
    subject = _name(WRONG_NAME if kind is CertificateKind.WRONG_NAME else HOST_NAMES[0])
    issuer = subject if self_signed else authority.certificate.subject
    builder = (
        _builder(subject, issuer, key, *_validity(kind))
        .add_extension(_alternative_names(kind), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        # RFC 5280 wants both key identifiers, and Python 3.13 looks (VERIFY_X509_STRICT).
        .add_extension(_subject_key(key), critical=False)
        .add_extension(_authority_key(signer), critical=False)
    )
    return Identity(builder.sign(signer, hashes.SHA256()), key)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: rsa.RSAPrivateKey,
    not_before: dt.datetime,
    not_after: dt.datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(not_before)
        .not_valid_after(not_after)
    )


def _validity(kind: CertificateKind) -> tuple[dt.datetime, dt.datetime]:
    now = dt.datetime.now(dt.UTC)
    if kind is CertificateKind.EXPIRED:
        return now - 10 * _DAY, now - _DAY
    if kind is CertificateKind.NOT_YET_VALID:
        return now + _DAY, now + 10 * _DAY
    return now - _DAY, now + 90 * _DAY


def _alternative_names(kind: CertificateKind) -> x509.SubjectAlternativeName:
    if kind is CertificateKind.WRONG_NAME:
        return x509.SubjectAlternativeName([x509.DNSName(WRONG_NAME)])
    names: list[x509.GeneralName] = [x509.DNSName(name) for name in HOST_NAMES]
    names += [x509.IPAddress(ipaddress.ip_address(address)) for address in ADDRESSES]
    return x509.SubjectAlternativeName(names)


def _subject_key(key: rsa.RSAPrivateKey) -> x509.SubjectKeyIdentifier:
    return x509.SubjectKeyIdentifier.from_public_key(key.public_key())


def _authority_key(signer: rsa.RSAPrivateKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _authority_key_usage() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        crl_sign=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
