"""The certificate and the handshake, judged as the driver would, also where it looks away."""

from __future__ import annotations

from django_mssql_ops.diagnostics.facts import Certificate, Facts, Outcome, TlsFacts
from django_mssql_ops.diagnostics.registry import (
    Verdict,
    Verdicts,
    error,
    info,
    rule,
    warning,
)

#: OpenSSL's X509_V_ERR_* (x509_vfy.h): what each asks for. 62 and 64 are name mismatches.
_REMEDIES = {
    10: "Renew the server's certificate.",
    9: "The certificate is not valid yet: check the clocks of both machines.",
    18: "Give the server a certificate of a CA that this machine trusts, or point "
    "SSL_CERT_FILE to its certificate; TrustServerCertificate=yes gives up protection.",
    19: "Add the CA that issued it to this machine's trust store (update-ca-certificates, or "
    "SSL_CERT_FILE).",
    20: "Add the CA that issued it to this machine's trust store (update-ca-certificates, or "
    "SSL_CERT_FILE).",
    62: "Use the name in the certificate as HOST, or add HostnameInCertificate=<that name> to "
    "extra_params.",
    64: "Use the name in the certificate as HOST, or add HostnameInCertificate=<that name> to "
    "extra_params.",
    -1: "Put the server's present certificate into the file that ServerCertificate names.",
    66: "The key is too short for this machine's OpenSSL: reissue the certificate (RSA 2048 or "
    "more).",
}
_EXPIRED = 10
_NAME_CODES = frozenset({62, 64})
_OLD_PROTOCOLS = frozenset({"SSLv3", "TLSv1", "TLSv1.1"})
_WARN_DAYS = 30
_FAIL_DAYS = 7


@rule(465, "tls-handshake", stage="tls", needs=("tls",))
def tls_handshake(_facts: Facts, found: TlsFacts) -> Verdicts:
    if found.outcome is Outcome.OK:
        return
    if found.legacy_only:
        yield error(
            f"the server speaks only {found.protocol} with {found.cipher}, which this machine's "
            f"OpenSSL refuses: {found.error}",
            hint="Update the server so that it offers TLS 1.2 (SQL Server 2016 and later do); "
            "lowering MinProtocol and SECLEVEL in openssl.cnf weakens every other connection too.",
        )
    else:
        yield error(
            f"the TLS handshake failed: {found.error}",
            hint="Check the server's certificate and TLS settings, and any proxy between.",
        )


@rule(413, "cert-validation", stage="tls", needs=("tls",))
def cert_validation(facts: Facts, found: TlsFacts) -> Verdicts:
    if found.outcome is not Outcome.OK or found.verified:
        return
    message = f"the server's certificate does not verify: {found.problem or 'no reason given'}"
    if found.verify_code in _NAME_CODES and isinstance(found.certificate, Certificate):
        names = ", ".join(found.certificate.names) or found.certificate.subject
        message += f" (expected {found.expected_name!r}, the certificate is for {names})"
    hint = _REMEDIES.get(found.verify_code, "Give the server a certificate that verifies here.")
    yield _unverified(facts, message, hint)


def _unverified(facts: Facts, message: str, hint: str) -> Verdict:
    """How bad it is depends on whether the driver looks, and on who could stand in between."""
    settings = facts.settings
    forced = facts.read("prelogin.encryption") == "REQ"
    if settings.encrypt == "no" and not (forced and settings.driver_family != "17"):
        # Driver 17 with Encrypt=no does not look even when the server forces encryption (odbc-dsn).
        return info(f"{message}; Encrypt=no makes no use of it", hint=hint)
    if settings.trust_server_certificate and settings.encrypt != "strict":
        message += "; TrustServerCertificate=yes makes the driver accept it"
        if settings.is_on_loopback:
            return warning(message, hint=hint)
    return error(message, hint=hint)


@rule(414, "cert-expiry", stage="tls", needs=("tls.certificate",))
def cert_expiry(facts: Facts, certificate: Certificate) -> Verdicts:
    days = (certificate.not_after - facts.now).days
    message = (
        f"the server's certificate expires on {certificate.not_after:%Y-%m-%d}, in {days} days"
    )
    hint = "Renew it before the driver refuses it."
    if days < 0:
        # What 413 reports, unless another fault of the same certificate came first.
        if facts.read("tls.verify_code") != _EXPIRED:
            date = f"{certificate.not_after:%Y-%m-%d}"
            yield warning(f"the server's certificate expired on {date}", hint=hint)
    elif days < _FAIL_DAYS and facts.read("tls.verified") is True:
        yield error(message, hint=hint)
    elif days < _WARN_DAYS:
        yield warning(message, hint=hint)


@rule(415, "tls-version", stage="tls", needs=("tls.protocol",))
def tls_version(facts: Facts, protocol: str) -> Verdicts:
    legacy_only = facts.read("tls.legacy_only")
    if protocol in _OLD_PROTOCOLS and not legacy_only:
        yield warning(
            f"the handshake ended at {protocol}, which is no longer considered safe",
            hint="Enable TLS 1.2 on the server.",
        )
