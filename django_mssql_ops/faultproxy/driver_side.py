"""The proxy as the driver sees it before the login: its answer to PRELOGIN, and its certificate.

The certificate is made for one run and signed by nobody; its key touches the disk because
``SSLContext.load_cert_chain`` reads files, in a directory of mode 0700 that is gone afterwards.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.tds import Encryption, Prelogin

#: Names that lead to a proxy: it listens on loopback and nowhere else.
_NAMES: Final = ("localhost",)
_ADDRESSES: Final = ("127.0.0.1",)
_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DriverSide:
    """``context`` serves TLS to drivers; without one they are answered that there is none.

    ``certificate`` is what they have to trust, as PEM.
    """

    context: ssl.SSLContext | None = None
    certificate: bytes = b""

    def answer(self, wanted: Encryption) -> Encryption:
        """What a server with or without a certificate answers (MS-TDS 2.2.6.5)."""
        if self.context is None or wanted is Encryption.NOT_SUP:
            return Encryption.NOT_SUP
        return Encryption.OFF if wanted is Encryption.OFF else Encryption.ON

    def prelogin(self, servers: Prelogin, offered: Encryption) -> Prelogin:
        """The server's own answer, but for what concerns this side of the proxy."""
        return replace(servers, encryption=offered, client_certificate=False)


def driver_side(*, tls: bool) -> DriverSide:
    """One that speaks TLS, or one that does not.

    Raises ConfigurationError when the library that makes certificates is missing.
    """
    if not tls:
        return DriverSide()
    certificate, key = _identity()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # The handshake travels in PRELOGIN packets: msodbcsql times out with TLS 1.3 (measured).
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with tempfile.TemporaryDirectory(prefix="fault-proxy-") as directory:
        certificate_path, key_path = Path(directory, "proxy.pem"), Path(directory, "proxy.key")
        certificate_path.write_bytes(certificate)
        key_path.write_bytes(key)
        context.load_cert_chain(certificate_path, key_path)
    return DriverSide(context, certificate)


def _identity() -> tuple[bytes, bytes]:
    """A self-signed certificate and its key, as PEM."""
    try:
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import rsa
        from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
    except ImportError:
        raise ConfigurationError(
            "TLS between driver and proxy takes cryptography: pip install 'django-mssql-ops[tls]'"
        ) from None
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "django-mssql-ops fault proxy")])
    now = dt.datetime.now(dt.UTC)
    names: list[x509.GeneralName] = [x509.DNSName(one) for one in (*_NAMES, *_ADDRESSES)]
    names += [x509.IPAddress(ipaddress.ip_address(address)) for address in _ADDRESSES]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + 30 * _DAY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return (
        certificate.public_bytes(serialization.Encoding.PEM),
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
    )
