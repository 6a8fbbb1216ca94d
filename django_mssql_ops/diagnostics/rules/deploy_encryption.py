"""What production must not do without: encryption, and a server that proves who it is."""

from __future__ import annotations

from django_mssql_ops.configuration.connection_settings import ConnectionSettings
from django_mssql_ops.diagnostics.facts import Facts
from django_mssql_ops.diagnostics.registry import Verdicts, error, rule, warning


@rule(
    201,
    "encrypt-disabled",
    stage="settings",
    needs=("settings.encrypt", "settings.encrypt_value"),
    deploy_only=True,
)
def encrypt_disabled(facts: Facts, mode: str | None, value: str | None) -> Verdicts:
    """Encryption is switched off, so queries and rows travel in plain text.

    `Encrypt=no` (or `optional`) leaves it to the server whether the connection is encrypted, and a
    server forces encryption only when somebody set it up so. The login itself is always encrypted;
    every query, parameter and row after it can be read and changed by whoever is on the way
    between the two machines. On this machine's own address nobody is, and then it is a warning.

    Give the server a certificate that this machine trusts, and set `Encrypt=yes`, or
    `Encrypt=strict` where server and driver know TDS 8.0 (SQL Server 2022, Azure SQL).

    Source: Microsoft, "DSN and connection string keywords and attributes" (its table of Encrypt,
    TrustServerCertificate and Force Encryption) and "Security best practices" for mssql-django.
    """
    settings = facts.settings
    if mode != "no" or not value or settings.driver_family == "freetds":
        return
    message = f"{facts.extra_params} has Encrypt={value}: queries and rows travel in plain text"
    hint = "Set Encrypt=yes and give the server a certificate that this machine trusts."
    if settings.is_on_loopback:
        yield warning(f"{message}, though only within this machine", hint=hint)
    else:
        yield error(f"{message} unless the server itself forces encryption", hint=hint)


def _says_nothing(settings: ConnectionSettings) -> bool:
    """Nothing makes Driver 17 encrypt.

    With ``Authentication`` or an access token it does by default.
    """
    return not (settings.encrypt_value or settings.authentication or settings.has_token)


@rule(
    202,
    "encrypt-implicit-17",
    stage="settings",
    needs=("settings.encrypt",),
    deploy_only=True,
)
def encrypt_implicit_17(facts: Facts, mode: str | None) -> Verdicts:
    """The driver is one that does not encrypt by default, and nothing tells it to.

    ODBC Driver 18 encrypts unless told otherwise; 17 and older do the opposite. So a project that
    names Driver 17 and says nothing about `Encrypt` sends its queries and rows in plain text, and
    nothing about the connection shows it. The same settings with Driver 18 are encrypted, which is
    why this is found late. An `Authentication` keyword or an access token turns encryption on.

    Set `Encrypt=yes` in `extra_params`; better, move to Driver 18 as well.

    Source: Microsoft, "Major version differences" (defaults) and "Using Azure Active Directory with
    the ODBC Driver" (what Authentication and a token change); not measured with Driver 17.
    """
    settings = facts.settings
    if mode != "no" or not _says_nothing(settings):
        return
    message = (
        f"{facts.extra_params} does not set Encrypt, and {settings.driver!r} "
        "does not encrypt unless told to"
    )
    hint = "Add Encrypt=yes to extra_params, or use 'ODBC Driver 18 for SQL Server'."
    if settings.is_on_loopback:
        yield warning(f"{message}; the server is this machine", hint=hint)
    else:
        yield error(message, hint=hint)


@rule(
    203,
    "encrypt-implicit-fallback",
    stage="settings",
    needs=("settings.may_fall_back",),
    deploy_only=True,
)
def encrypt_implicit_fallback(facts: Facts, may_fall_back: bool) -> Verdicts:
    """Whether production is encrypted depends on which driver a machine happens to have.

    Without `OPTIONS["driver"]` mssql-django takes Driver 18, and where that cannot be loaded Driver
    17, with no more than a line in the log. Without `Encrypt` the first one encrypts and the second
    does not. One container image built without msodbcsql18 is enough, and every page still works.

    Name the driver in `OPTIONS["driver"]` and set `Encrypt=yes`: then a machine without Driver 18
    fails at once instead of talking in plain text.

    Source: mssql-django 2.0, get_new_connection (the fallback); Microsoft, "Major version
    differences" (the defaults).
    """
    if may_fall_back and _says_nothing(facts.settings) and not facts.settings.is_on_loopback:
        yield warning(
            f"{facts.extra_params} does not set Encrypt and no driver is named: a production "
            "machine without Driver 18 would send queries and rows in plain text",
            hint="Add Encrypt=yes to extra_params and set OPTIONS['driver'] to "
            "'ODBC Driver 18 for SQL Server'.",
        )


@rule(
    204,
    "trust-server-certificate",
    stage="settings",
    needs=("settings.trust_server_certificate",),
    deploy_only=True,
)
def trust_server_certificate(facts: Facts, trusts: bool) -> Verdicts:
    """Any certificate is accepted, so anybody on the way can pose as the server.

    `TrustServerCertificate=yes` keeps the connection encrypted and stops asking with whom. Whoever
    can redirect the traffic (a rogue DNS answer, a proxy, a machine in the same network) shows a
    certificate of their own, reads the password of the login and everything after it, and passes
    it on; neither side notices. It belongs to a developer's machine, where this rule is silent.

    Give the server a certificate of a CA that the application's machines trust. Where the name in
    it is not the name in `HOST`, add `HostnameInCertificate=<that name>`; with `Encrypt=strict`,
    `ServerCertificate=<file>` pins one certificate.

    Source: Microsoft, "DSN and connection string keywords and attributes" and "Encryption and
    certificate validation"; keywords measured with msodbcsql 18.6.2.1 on Linux.
    """
    settings = facts.settings
    if not trusts or settings.is_on_loopback or settings.is_on_azure:
        return
    if settings.driver_family == "freetds":  # it has no such keyword
        return
    yield error(
        f"{facts.extra_params} has TrustServerCertificate=yes: any machine on the way can pose as "
        "the server",
        hint="Give the server a certificate that the application's machines trust, and remove the "
        "keyword; HostnameInCertificate helps where only the name differs.",
    )


@rule(
    205,
    "trust-server-certificate-azure",
    stage="settings",
    needs=("settings.trust_server_certificate", "settings.is_on_azure"),
    deploy_only=True,
)
def trust_server_certificate_azure(facts: Facts, trusts: bool, on_azure: bool) -> Verdicts:
    """The certificate of Azure SQL is not checked, although it always could be.

    Azure SQL Database, Managed Instance and SQL database in Fabric show certificates of public CAs
    that every machine trusts already. `TrustServerCertificate=yes` gains nothing there and lets
    anybody who can redirect the traffic pose as the service, over a public network at that.

    Remove the keyword. When the check of the certificate then fails, it has found something: a
    proxy that opens TLS, or a machine whose store of CAs (package ca-certificates) is missing or
    old.

    Source: Microsoft, "Connection options" and "Security best practices" for mssql-django; the
    service's names as in "Connectivity architecture".
    """
    if trusts and on_azure and facts.settings.driver_family != "freetds":
        yield error(
            f"{facts.extra_params} has TrustServerCertificate=yes, which Azure SQL never needs and "
            "which lets anybody on the way pose as it",
            hint="Remove TrustServerCertificate; if the certificate then does not verify, install "
            "ca-certificates or look for a proxy that opens TLS.",
        )
