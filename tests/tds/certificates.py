"""One self-signed certificate for localhost, and contexts on both sides of it."""

from __future__ import annotations

import datetime as dt
import functools
import ssl
import tempfile
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from django_mssql_ops import tds


@functools.cache
def _pem() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return (private + certificate.public_bytes(serialization.Encoding.PEM)).decode()


def server_context() -> ssl.SSLContext:
    """At most TLS 1.2, as a server has to when the handshake is wrapped."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols([tds.ALPN_TDS8])
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "both.pem")
        path.write_text(_pem())
        context.load_cert_chain(path)
    return context


def client_context() -> ssl.SSLContext:
    context = ssl.create_default_context(cadata=_pem()[_pem().index("-----BEGIN CERT") :])
    context.set_alpn_protocols([tds.ALPN_TDS8])
    return context
