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
    """TLS does not come up at all.

    When a handshake with lowered security succeeds, the server speaks only TLS 1.0 or 1.1, which
    OpenSSL 3 and current distributions refuse, and the message says so. Update the server until it
    offers TLS 1.2. `MinProtocol` and `SECLEVEL` in openssl.cnf let it pass and weaken every other
    connection of the machine too.

    With `Encrypt=strict` the server must speak TDS 8.0: SQL Server 2022 and later, and Azure SQL.

    Source: mkleehammer/pyodbc#610; Microsoft, "TDS 8.0"; measured with OpenSSL 3.0.
    """
    if found.outcome is Outcome.OK:
        return
    if found.legacy_only:
        yield error(
            f"the server speaks only {found.protocol} with {found.cipher}, which this machine's "
            f"OpenSSL refuses: {found.error}",
            hint="Update the server so that it offers TLS 1.2 (SQL Server 2016 and later do); "
            "lowering MinProtocol and SECLEVEL in openssl.cnf weakens every other connection too.",
            fatal=True,
        )
    else:
        yield error(
            f"the TLS handshake failed: {found.error}",
            hint="Check the server's certificate and TLS settings, and any proxy between.",
            fatal=True,
        )


@rule(413, "cert-validation", stage="tls", needs=("tls",))
def cert_validation(facts: Facts, found: TlsFacts) -> Verdicts:
    """The server's certificate does not verify.

    It is self-signed, issued by a CA this machine does not know, expired, for another name, or has
    too short a key. Whoever can stand between the two machines can then read and change everything,
    the password included.

    The certificate is judged against the store that the driver uses, `SSL_CERT_FILE` and
    `SSL_CERT_DIR` included, and against the name the driver expects. This is also done where
    `TrustServerCertificate=yes` makes the driver look away:

    | settings | severity |
    | --- | --- |
    | the driver checks it too | error |
    | `TrustServerCertificate=yes` | error |
    | `TrustServerCertificate=yes`, and the host is this machine | warning |
    | `Encrypt=no`, and the server does not insist on encryption | information |

    Add the issuing CA to this machine's trust store (`update-ca-certificates`), or name its file in
    `SSL_CERT_FILE`. For another name than `HOST`, add `HostnameInCertificate=<name>` to
    `extra_params`.

    Source: Microsoft, "DSN and connection string keywords and attributes"; OpenSSL, x509_vfy.h;
    which store the driver reads was measured with msodbcsql 18.6.2.1 on Linux.
    """
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
        return (warning if settings.is_on_loopback else error)(message, hint=hint)
    return error(message, hint=hint, fatal=True)


@rule(414, "cert-expiry", stage="tls", needs=("tls.certificate",))
def cert_expiry(facts: Facts, certificate: Certificate) -> Verdicts:
    """The server's certificate ends soon.

    Less than 30 days are a warning, less than 7 an error. On that day every new connection fails.
    Renew it; SQL Server reads a new certificate only when it restarts. A certificate that has
    already expired is what 413 reports.

    The answer is UNKNOWN without the package cryptography, which the extra `tls` brings.

    Source: Microsoft, "Configure SQL Server Database Engine for encrypting connections".
    """
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
    """The TLS handshake ended below TLS 1.2.

    TLS 1.0 and 1.1 are deprecated, and the next update of OpenSSL or of the system's policy may
    refuse them: then nothing connects any more. Enable TLS 1.2 on the server.

    Source: RFC 8996.
    """
    legacy_only = facts.read("tls.legacy_only")
    if protocol in _OLD_PROTOCOLS and not legacy_only:
        yield warning(
            f"the handshake ended at {protocol}, which is no longer considered safe",
            hint="Enable TLS 1.2 on the server.",
        )
