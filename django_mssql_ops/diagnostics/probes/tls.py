"""The TLS handshake as the driver would make it, and what its certificate is worth.

The certificate is always verified against the driver's own trust store and the names the driver
would accept, also when TrustServerCertificate=yes makes the driver look away. A handshake that
fails is tried once more without verification, to read the certificate, and once more with lowered
security, to tell a server that only speaks old TLS from one that is blocked. In TDS 7.4 the
handshake travels inside PRELOGIN packets (MS-TDS 3.2.5.1); with Encrypt=strict TLS comes first and
names ``tds/8.0`` by ALPN.
"""

from __future__ import annotations

import hashlib
import ssl
import warnings
from dataclasses import replace
from pathlib import Path

from django_mssql_ops import tds
from django_mssql_ops.configuration import ConnectionSettings
from django_mssql_ops.diagnostics.deadline import Deadline, Stopwatch
from django_mssql_ops.diagnostics.facts import Outcome, TlsFacts, Unreadable
from django_mssql_ops.diagnostics.probes.certificates import read_certificate, read_chain
from django_mssql_ops.diagnostics.probes.wire import (
    WireFailure,
    exchange_prelogin,
    open_wire,
    shake_hands,
)
from django_mssql_ops.odbc.host_names import matches
from django_mssql_ops.odbc.trust_store import TrustStore, driver_trust_store

#: OpenSSL's X509_V_ERR_HOSTNAME_MISMATCH (x509_vfy.h) and the driver's own words for it.
NAME_MISMATCH = 62
_NAME_MISMATCH_TEXT = "subject name does not match host name"
#: No OpenSSL code: ServerCertificate is the driver's own comparison.
PIN_MISMATCH = -1


def probe_tls(settings: ConnectionSettings, address: str, port: int, *, limit: float) -> TlsFacts:
    """Shake hands at ``address``; takes at most ``limit`` seconds for all its tries."""
    return _TlsProbe(settings, address, port, limit).run()


class _TlsProbe:
    def __init__(self, settings: ConnectionSettings, address: str, port: int, limit: float) -> None:
        host = settings.target.host if settings.target else address
        self._settings = settings
        self._address = address
        self._port = port
        self._deadline = Deadline(limit)
        self._strict = settings.encrypt == "strict"
        self._host = host or "localhost"
        self._accepted = tuple(filter(None, (settings.hostname_in_certificate, self._host)))
        self._store = driver_trust_store()

    def run(self) -> TlsFacts:
        watch = Stopwatch()
        facts = self._verified_or_not()
        return replace(facts, milliseconds=watch.milliseconds)

    def _verified_or_not(self) -> TlsFacts:
        if self._strict and self._settings.server_certificate:
            context = _trusting_context(strict=True)
        else:
            context = _verifying_context(self._store, strict=self._strict)
        try:
            tunnel = self._shake(context)
        except WireFailure as failure:
            return self._unread(failure.outcome, failure.text)
        except ssl.SSLCertVerificationError as error:
            return self._unverified(error)
        except ssl.SSLError as error:
            return self._no_handshake(error)
        if context.verify_mode is ssl.CERT_NONE:
            return self._pinned(tunnel)
        return self._named(tunnel)

    def _named(self, tunnel: tds.TlsTunnel) -> TlsFacts:
        """The chain verifies; is the certificate for this server?"""
        facts = self._facts(tunnel)
        if matches(tunnel.peer_certificate, self._accepted):
            return replace(facts, verified=True, name_matches=True)
        return replace(
            facts,
            name_matches=False,
            problem=_NAME_MISMATCH_TEXT,
            verify_code=NAME_MISMATCH,
        )

    def _pinned(self, tunnel: tds.TlsTunnel) -> TlsFacts:
        """With ServerCertificate the driver compares one file and looks at nothing else."""
        facts = self._facts(tunnel)
        try:
            expected = _certificate_file(self._settings.server_certificate)
        except (OSError, ValueError) as error:
            problem = f"the file of ServerCertificate cannot be read ({type(error).__name__})"
        else:
            if expected == tunnel.peer_certificate_der:
                return replace(facts, verified=True)
            problem = "it is not the one in the file of ServerCertificate"
        return replace(facts, problem=problem, verify_code=PIN_MISMATCH)

    def _unverified(self, error: ssl.SSLCertVerificationError) -> TlsFacts:
        """The certificate was refused: read it all the same, on a second connection."""
        try:
            facts = self._facts(self._shake(_trusting_context(strict=self._strict)))
        except (WireFailure, ssl.SSLError):
            facts = self._unread(Outcome.OK)
        return replace(facts, problem=error.verify_message, verify_code=error.verify_code)

    def _no_handshake(self, error: ssl.SSLError) -> TlsFacts:
        """No handshake at all: would one with lowered security have succeeded?"""
        text = _sentence(error)
        try:
            tunnel = self._shake(_legacy_context())
        except (WireFailure, ssl.SSLError):
            return self._unread(Outcome.FAILED, text)
        legacy = self._facts(tunnel)
        return replace(legacy, outcome=Outcome.FAILED, error=text, legacy_only=True)

    def _shake(self, context: ssl.SSLContext) -> tds.TlsTunnel:
        seconds = max(self._deadline.remaining(), 0.001)
        with open_wire(self._address, self._port, seconds) as wire:
            if not self._strict:
                answer = exchange_prelogin(wire, tds.Prelogin(encryption=tds.Encryption.ON))
                if answer.encryption is tds.Encryption.NOT_SUP:
                    raise WireFailure(Outcome.FAILED, "the server does not support encryption")
            return shake_hands(wire, context, server_name=self._host, wrapped=not self._strict)

    def _facts(self, tunnel: tds.TlsTunnel) -> TlsFacts:
        der = tunnel.peer_certificate_der
        facts = self._unread(Outcome.OK)
        return replace(
            facts,
            protocol=tunnel.version or "",
            cipher=tunnel.cipher[0] if tunnel.cipher else "",
            certificate=read_certificate(der),
            chain=read_chain(tunnel),
            fingerprint=hashlib.sha256(der).hexdigest() if der else "",
        )

    def _unread(self, outcome: Outcome, text: str = "") -> TlsFacts:
        """What is known before any certificate was read."""
        return TlsFacts(
            outcome=outcome,
            expected_name=" or ".join(dict.fromkeys(self._accepted)),
            trust_store=str(self._store),
            name_matches=Unreadable("the certificate was refused before its name was compared"),
            error=text,
        )


def _trusting_context(*, strict: bool) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if strict:
        context.set_alpn_protocols([tds.ALPN_TDS8])
    return context


def _verifying_context(store: TrustStore, *, strict: bool) -> ssl.SSLContext:
    context = _trusting_context(strict=strict)
    context.verify_mode = ssl.CERT_REQUIRED
    store.load_into(context)
    return context


def _legacy_context() -> ssl.SSLContext:
    context = _trusting_context(strict=False)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        # TLS 1.0 is deprecated, which is exactly what this context is there to find.
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
    return context


def _sentence(error: ssl.SSLError) -> str:
    """OpenSSL's reason in words: ``unsupported protocol`` for UNSUPPORTED_PROTOCOL."""
    return (error.reason or str(error)).replace("_", " ").lower()


def _certificate_file(path: str) -> bytes:
    """The certificate in ``path`` as DER; PEM and DER files are both allowed (odbc-dsn)."""
    content = Path(path).read_bytes()
    if b"-----BEGIN CERTIFICATE-----" in content:
        return ssl.PEM_cert_to_DER_cert(content.decode("ascii"))
    return content
