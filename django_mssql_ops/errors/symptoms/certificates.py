"""Certificates of the server that the client does not accept."""

from __future__ import annotations

from typing import Final

from django_mssql_ops.errors.symptom import Clue, Evidence, Symptom
from django_mssql_ops.errors.symptoms import pages

_LAST_RESORT: Final = (
    "Only where nobody can stand between the two: TrustServerCertificate=yes, in extra_params."
)
_FAILED: Final = r"certificate verify failed"
#: The front of what sqlcmd says since it is written in Go.
_GO: Final = r"TLS Handshake failed: .{0,80}x509: "

ROWS: Final[tuple[Symptom, ...]] = (
    Symptom(
        number=35,
        slug="certificate-self-signed",
        meaning=(
            "The server shows a certificate that it made itself, and Driver 18 encrypts and "
            "verifies by default."
        ),
        remedies=(
            "Give the server a certificate of an authority that the client trusts.",
            "Or pin the server's own: ServerCertificate=/path/server.pem in extra_params (Driver "
            "18.1), or make it known with SSL_CERT_FILE.",
            _LAST_RESORT,
        ),
        links=(
            pages.DRIVER_TROUBLESHOOTING,
            pages.OPTIONS,
            pages.ENCRYPTION,
            f"{pages.BACKEND_ISSUES}/233",
            f"{pages.BACKEND_ISSUES}/478",
        ),
        evidence=Evidence.MEASURED,
        clues=(
            Clue(text=rf"{_FAILED}: ?self[- ]signed certificate", origin="client"),
            Clue(text=_FAILED, origin="client"),
        ),
    ),
    Symptom(
        number=36,
        slug="certificate-authority-unknown",
        meaning=(
            "The server's certificate was issued by an authority that this machine does not know, "
            "usually the organisation's own, or the server does not send the whole chain."
        ),
        remedies=(
            "Install the authority's certificate (update-ca-certificates, update-ca-trust) in the "
            "image or machine that runs Django.",
            "Or set SSL_CERT_FILE for the process.",
            _LAST_RESORT,
        ),
        links=(
            pages.ENCRYPTION,
            pages.DRIVER_TROUBLESHOOTING,
            "https://github.com/dbt-msft/dbt-sqlserver/issues/219",
            f"{pages.PYODBC_ISSUES}/825",
        ),
        evidence=Evidence.MEASURED,
        clues=(
            Clue(text=rf"{_FAILED}: ?unable to get (?:local )?issuer certificate", origin="client"),
            Clue(text=rf"{_FAILED}: ?unable to verify the first certificate", origin="client"),
            Clue(
                text=rf"{_FAILED}: ?self[- ]signed certificate in certificate chain",
                origin="client",
            ),
            Clue(text=rf"{_GO}certificate signed by unknown authority"),
        ),
    ),
    Symptom(
        number=37,
        slug="certificate-other-name",
        meaning=(
            "The certificate is for another name than HOST: an address, an alias, a CNAME or a "
            "tunnel is in HOST."
        ),
        remedies=(
            "Put a name from the certificate into HOST.",
            "Or say which name to expect: HostNameInCertificate=... in extra_params.",
        ),
        links=(pages.OPTIONS, pages.KEYWORDS, f"{pages.PYODBC_ISSUES}/799"),
        evidence=Evidence.MEASURED,
        clues=(
            Clue(text=rf"{_FAILED}: ?subject name does not match host name", origin="client"),
            Clue(text=r"subject name does not match host name", origin="client"),
            Clue(text=rf"{_FAILED}: ?(?:hostname|IP address) mismatch", origin="client"),
            Clue(text=rf"{_GO}certificate is (?:not )?valid for "),
            Clue(text=rf"{_GO}cannot validate certificate for "),
        ),
    ),
    Symptom(
        number=38,
        slug="certificate-expired",
        meaning="The server's certificate is not valid any more, or not yet.",
        remedies=(
            "Renew the certificate and restart SQL Server, which reads it when it starts.",
            "Compare the clocks of the two machines.",
        ),
        links=(pages.ENCRYPTION,),
        evidence=Evidence.REPORTED,
        clues=(
            Clue(text=rf"{_FAILED}: ?certificate has expired", origin="client"),
            Clue(text=rf"{_FAILED}: ?certificate is not yet valid", origin="client"),
            Clue(text=r"certificate has expired", origin="client"),
            # SEC_E_CERT_EXPIRED and CERT_E_EXPIRED, in whatever language.
            Clue(numbers=frozenset({-2146893016, -2146762495}), origin="client"),
        ),
    ),
    Symptom(
        number=39,
        slug="certificate-refused-on-windows",
        meaning=(
            "Windows does not accept the server's certificate: nobody whom this machine trusts "
            "has issued it (-2146893019), or it is for another name (-2146893022)."
        ),
        remedies=(
            "Give the server a certificate of an authority that Windows trusts, or import the "
            "authority into the machine's store.",
            "For another name: put a name from the certificate into HOST, or set "
            "HostNameInCertificate in extra_params.",
            _LAST_RESORT,
        ),
        links=(pages.DRIVER_TROUBLESHOOTING, f"{pages.BACKEND_ISSUES}/233", pages.ENCRYPTION),
        evidence=Evidence.REPORTED,
        clues=(
            Clue(numbers=frozenset({-2146893019, -2146893022}), origin="client"),
            # CERT_E_UNTRUSTEDROOT and CERT_E_CN_NO_MATCH.
            Clue(numbers=frozenset({-2146762487, -2146762481}), origin="client"),
            Clue(
                text=r"certificate chain was issued by an authority that is not trusted",
                origin="client",
            ),
            Clue(text=r"target principal name is incorrect", origin="client"),
        ),
    ),
    Symptom(
        number=44,
        slug="pinned-certificate-differs",
        meaning=(
            "ServerCertificate names a file that is not there or holds another certificate than "
            "the server now has."
        ),
        remedies=(
            "Compare the file with the server's certificate, and replace it after a renewal.",
            "Give its absolute path, readable for the process.",
        ),
        links=(pages.KEYWORDS, pages.ENCRYPTION),
        evidence=Evidence.MEASURED,
        clues=(
            Clue(
                text=r"Provided certificate doesn't match with server/peer certificate",
                origin="client",
            ),
            Clue(text=r"Invalid file path for server certificate", origin="client"),
            Clue(text=r"Certificate file provided is invalid", origin="client"),
        ),
    ),
)
