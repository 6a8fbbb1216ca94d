"""Encryption: protocol versions, refusals, and what Encrypt= may say."""

from __future__ import annotations

from typing import Final

from django_mssql_ops.errors.driver_error import Phase
from django_mssql_ops.errors.symptom import Clue, Evidence, Symptom
from django_mssql_ops.errors.symptoms import pages

ROWS: Final[tuple[Symptom, ...]] = (
    Symptom(
        number=40,
        slug="tls-version-too-old",
        meaning=(
            "The server offers only TLS 1.0 or 1.1, which this machine's OpenSSL or Windows "
            "refuses: SQL Server 2008 to 2014 without the update that brings TLS 1.2."
        ),
        remedies=(
            "Update the server: 2012 SP4, 2014 SP3 and 2016 know TLS 1.2.",
            "Until then, an openssl.cnf of the process's own (OPENSSL_CONF) with "
            "MinProtocol = TLSv1.0 and CipherString = DEFAULT@SECLEVEL=0.",
        ),
        links=(
            pages.TLS_1_2,
            f"{pages.PYODBC_ISSUES}/610",
            f"{pages.PHP_ISSUES}/1480",
            f"{pages.SQL_DOCS_ISSUES}/3526",
        ),
        evidence=Evidence.REPORTED,
        clues=(
            Clue(text=r"SSL routines:.{0,80}?:unsupported protocol", origin="client"),
            Clue(text=r"do not possess a common algorithm", origin="client"),
            # SEC_E_ALGORITHM_MISMATCH, in whatever language.
            Clue(numbers=frozenset({-2146893007}), origin="client"),
            # sqlcmd, since it is written in Go.
            Clue(text=r"TLS Handshake failed: .{0,80}unsupported protocol version"),
            # As 24 at connect, of which it is one reason.
            Clue(numbers=frozenset({10054}), origin="client", phase=Phase.CONNECT),
        ),
    ),
    Symptom(
        number=41,
        slug="tls-signature-too-old",
        meaning=(
            "What the server signs with is too weak for this machine's OpenSSL: SHA-1, as an old "
            "SQL Server does that lacks the update for TLS 1.2, or a key that is too short."
        ),
        remedies=(
            "Update the server: 2012 SP4, 2014 SP3 and 2016 know TLS 1.2.",
            "For a weak key give the server a certificate with 2,048 bits or more and SHA-256.",
            "Until then, an openssl.cnf of the process's own (OPENSSL_CONF) with "
            "MinProtocol = TLSv1.0 and CipherString = DEFAULT@SECLEVEL=0.",
        ),
        links=(pages.TLS_1_2, f"{pages.PYODBC_ISSUES}/610", f"{pages.PYODBC_ISSUES}/1321"),
        evidence=Evidence.MEASURED,
        clues=(
            Clue(text=r"legacy sigalg disallowed or unsupported", origin="client"),
            Clue(
                text=r"SSL routines:.{0,80}?:.{0,20}?(?:key too small|md too weak)", origin="client"
            ),
            Clue(
                text=r"certificate verify failed: ?(?:EE|CA) .{0,40}? too weak",
                origin="client",
            ),
        ),
    ),
    Symptom(
        number=42,
        slug="server-does-not-encrypt",
        meaning=(
            "The server says that it cannot encrypt, and the client demands it, as Driver 18 does "
            "by default."
        ),
        remedies=(
            "Enable TLS on the server or on the proxy before it.",
            "Or set Encrypt=no in extra_params, knowing that everything is readable on the way.",
        ),
        links=(pages.ENCRYPTION, pages.KEYWORDS),
        evidence=Evidence.MEASURED,
        clues=(
            Clue(numbers=frozenset({20}), origin="client"),
            Clue(text=r"Encryption not supported on SQL Server", origin="client"),
        ),
    ),
    Symptom(
        number=43,
        slug="strict-not-understood",
        meaning=(
            "Encrypt=strict begins with TLS (TDS 8.0), and the server expects something else: it "
            "is older than SQL Server 2022, or strict is not switched on. "
            "TrustServerCertificate has no effect with strict."
        ),
        remedies=(
            "Set Encrypt=yes in extra_params for a server before SQL Server 2022.",
            "Otherwise give the server a certificate that the client trusts.",
        ),
        links=(pages.TDS_8, pages.KEYWORDS),
        evidence=Evidence.MEASURED,
        clues=(
            Clue(text=r"SSL routines:.{0,80}?:wrong version number", origin="client"),
            Clue(text=r"SSL routines:.{0,80}?peer did not return a certificate", origin="client"),
        ),
    ),
    Symptom(
        number=45,
        slug="handshake-reset",
        meaning=(
            "The connection was reset during the TLS handshake: something on the way or the "
            "server's policy refuses these ciphers or versions (FIPS, TLS 1.3 only)."
        ),
        remedies=(
            "Run manage.py mssql_check: it shows the handshake's last step.",
            "Compare the versions and ciphers that both sides allow.",
        ),
        links=(pages.TLS_1_2, pages.DRIVER_TROUBLESHOOTING),
        evidence=Evidence.MEASURED,
        clues=(
            Clue(
                numbers=frozenset({104}),
                origin="client",
                sqlstates=frozenset({"08001"}),
                phase=Phase.CONNECT,
            ),
            Clue(numbers=frozenset({104}), origin="client", sqlstates=frozenset({"08001"})),
            Clue(numbers=frozenset({104, 10054}), text=r"SSL Provider", origin="client"),
            *(
                Clue(
                    text=r"SSL Provider.{0,40}forcibly closed by the remote host",
                    numbers=numbers,
                    origin="client",
                )
                for numbers in (frozenset({10054}), frozenset[int]())
            ),
            Clue(text=r"SSL routines:.{0,80}?:(?:sslv3|tlsv1(?:\.3)?) alert ", origin="client"),
            Clue(text=r"SSL routines:.{0,80}?unexpected eof while reading", origin="client"),
            Clue(text=r"TLS Handshake failed: cannot read handshake packet"),
        ),
    ),
    Symptom(
        number=46,
        slug="attribute-value-refused",
        meaning=(
            "The driver does not know this value of the keyword: misspelt, a Python bool (True "
            "instead of yes), or a value of a newer driver, such as Encrypt=strict with Driver 17 "
            "(by documentation)."
        ),
        remedies=(
            "Write yes or no; Driver 18 also knows mandatory, optional and strict for Encrypt.",
            "Look at extra_params for values that come from a variable.",
        ),
        links=(pages.KEYWORDS, pages.OPTIONS),
        evidence=Evidence.MEASURED,
        clues=(
            Clue(
                text=r"Invalid value specified for connection string attribute "
                r"'(?:Encrypt|TrustServerCertificate)'",
                origin="client",
            ),
            Clue(text=r"Invalid value specified for connection string attribute", origin="client"),
            # In another language.
            Clue(
                text=r"'(?:Encrypt|TrustServerCertificate)'",
                origin="client",
                sqlstates=frozenset({"08001"}),
            ),
        ),
    ),
    Symptom(
        number=47,
        slug="session-not-encrypted",
        meaning=(
            "The session is not encrypted, and nothing fails: Driver 17 and FreeTDS do not "
            "encrypt unless they are told to."
        ),
        remedies=(
            "Set Encrypt=yes in extra_params, or use Driver 18.",
            "See encrypt_option of sys.dm_exec_connections for the session; that needs VIEW "
            "SERVER STATE. manage.py mssql_check reads it too.",
        ),
        links=(pages.KEYWORDS, pages.CONNECTIONPROPERTY, pages.ENCRYPTION),
        evidence=Evidence.REPORTED,
        clues=(Clue(text=r"\bencrypt_option\b.{0,200}?\bFALSE\b"),),
    ),
    Symptom(
        number=48,
        slug="legacy-driver-and-tls",
        meaning=(
            "The driver '{SQL Server}' of old Windows knows no TLS 1.2, and the server accepts "
            "nothing older."
        ),
        remedies=("Use 'driver': 'ODBC Driver 18 for SQL Server'.",),
        links=(pages.DOWNLOAD, pages.TLS_1_2),
        evidence=Evidence.REPORTED,
        clues=(
            Clue(text=r"SSL Security error", origin="client"),
            Clue(text=r"SECDoClientHandshake\(\)", origin="client"),
        ),
    ),
)
