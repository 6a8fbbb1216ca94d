"""Microsoft Entra: the Authentication keyword, access tokens and their life."""

from __future__ import annotations

from typing import Final

from django_mssql_ops.errors.catalogue import pages
from django_mssql_ops.errors.clues import client_says, server_number, server_says, state
from django_mssql_ops.errors.driver_error import Phase
from django_mssql_ops.errors.symptom import Clue, Evidence, Symptom

_ENTRA = f"{pages.DJANGO}/microsoft-entra-authentication"
_ODBC_ENTRA = f"{pages.ODBC}/using-azure-active-directory"
_ISSUES = f"{pages.GITHUB}/microsoft/mssql-django/issues"
_ENTRA_LOGIN = "login failed for user '<token-identified principal>'"
_NOT_AUTHENTICATED: Final = (
    r"failed to authenticate the user '.*' in active directory \(authentication option is"
)
_EXPIRED = r".{0,40}(?:token is expired|token has expired|lifetime validation failed)"

ROWS: Final[tuple[Symptom, ...]] = (
    Symptom(
        number=55,
        slug="authentication-with-trusted-connection",
        meaning=(
            "The connection string has Authentication=... and Trusted_Connection=yes (Integrated "
            "Security) at once. mssql-django before 1.7.3 added the second one itself when USER "
            "was empty."
        ),
        remedies=(
            "Take Trusted_Connection out of OPTIONS['extra_params'], or Authentication.",
            "Update mssql-django to 1.7.3 or later.",
        ),
        links=(_ENTRA, f"{_ISSUES}/529", _ODBC_ENTRA),
        evidence=Evidence.MEASURED,
        clues=(
            state("FA001"),
            *client_says("cannot use authentication option with integrated security option"),
        ),
    ),
    Symptom(
        number=56,
        slug="authentication-state-of-old-drivers",
        meaning=(
            "A combination of authentication options that an older driver refuses. ODBC Driver "
            "18.6 has no text for FA002, so what exactly it stands for was not seen."
        ),
        remedies=(
            "Update to the current ODBC Driver 18 and look at its message.",
            "Use one way to log in: USER and PASSWORD, or Authentication, or TOKEN.",
        ),
        links=(_ODBC_ENTRA,),
        evidence=Evidence.READ,
        clues=(state("FA002"),),
    ),
    Symptom(
        number=57,
        slug="authentication-needs-user-and-password",
        meaning="Authentication=ActiveDirectoryPassword or SqlPassword came without UID or PWD.",
        remedies=(
            "Set USER and PASSWORD, and check the environment variables they come from.",
            "Use ActiveDirectoryMSI or ActiveDirectoryServicePrincipal for an application: a "
            "person's password meets multi-factor authentication.",
        ),
        links=(_ENTRA, _ODBC_ENTRA),
        evidence=Evidence.MEASURED,
        clues=(
            state("FA003"),
            *client_says(
                "both user and password options must be specified, if authentication option is"
            ),
        ),
    ),
    Symptom(
        number=58,
        slug="entra-refused-the-user",
        meaning=(
            "Microsoft Entra did not give a token for this user: wrong password or tenant, "
            "multi-factor authentication or conditional access demanded, or "
            "login.microsoftonline.com cannot be reached."
        ),
        remedies=(
            "Look up the AADSTS code of the message: it says which of these it is.",
            "Give the application an identity of its own (managed identity or service principal) "
            "instead of a person's password.",
            "Check that the machine reaches https://login.microsoftonline.com, through the proxy "
            "if there is one; for a managed identity, that it has one (169.254.169.254).",
        ),
        links=("https://learn.microsoft.com/entra/identity-platform/reference-error-codes", _ENTRA),
        evidence=Evidence.READ,
        clues=(
            state("FA004"),
            # The driver puts the server's tag on these, which are its own.
            Clue(text=_NOT_AUTHENTICATED, sqlstates=frozenset({"FA004"})),
            Clue(text=_NOT_AUTHENTICATED),
            Clue(text=r"error requesting access token, http status"),
            Clue(text=r"error -?\d+ opening url http"),
            Clue(text=r"\bAADSTS\d{4,7}\b"),
        ),
    ),
    Symptom(
        number=59,
        slug="token-with-other-credentials",
        meaning=(
            "An access token (TOKEN) was given together with USER, PASSWORD, Trusted_Connection or "
            "Authentication; the driver takes it only alone."
        ),
        remedies=(
            "With TOKEN leave USER and PASSWORD out, and Authentication and Trusted_Connection out "
            "of OPTIONS['extra_params'].",
        ),
        links=(_ENTRA, f"{_ISSUES}/64", f"{_ISSUES}/99"),
        evidence=Evidence.MEASURED,
        clues=(
            state("FA005"),
            *client_says("cannot use access token with any of the following options"),
        ),
    ),
    Symptom(
        number=60,
        slug="token-with-prompt",
        meaning=(
            "An access token was given while the driver manager is allowed to ask the user. "
            "Django's connections never ask, so something else builds this one."
        ),
        remedies=("Connect without a prompt: SQL_DRIVER_NOPROMPT, as pyodbc does.",),
        links=(_ODBC_ENTRA,),
        evidence=Evidence.READ,
        clues=(
            state("FA006"),
            *client_says("access token can be specified only with drivercompletion option"),
        ),
    ),
    Symptom(
        number=61,
        slug="authentication-value-unknown",
        meaning=(
            "The driver does not know this value of Authentication: misspelt, or too new for the "
            "driver or the platform. ActiveDirectoryDefault needs ODBC Driver 18.1 and is not "
            "there on every platform; ActiveDirectoryAccessToken is not a value at all."
        ),
        remedies=(
            "Correct the value, or update the driver.",
            "For an access token use DATABASES['...']['TOKEN'] and no Authentication.",
        ),
        links=(_ODBC_ENTRA, f"{pages.GITHUB}/datacontract/datacontract-cli/issues/1343"),
        evidence=Evidence.MEASURED,
        clues=(
            *client_says("invalid value specified for connection string attribute 'authentication"),
            # In another language.
            Clue(text="'authentication'", origin="client", sqlstates=frozenset({"08001"})),
        ),
    ),
    Symptom(
        number=62,
        slug="token-principal-has-no-user",
        meaning=(
            "Microsoft Entra gave a token, and the database does not accept it: no user was made "
            "for this identity, the tenant or the audience is another one, or the token has "
            "expired."
        ),
        remedies=(
            "Create the user in the database itself: CREATE USER [name] FROM EXTERNAL PROVIDER.",
            "Check the token's aud (https://database.windows.net/), tid, oid and exp; decode it on "
            "this machine and paste it nowhere.",
            "If it worked for an hour and then failed, the token in the settings has expired.",
            "If the user was created from an identifier, use the application's id (client id) and "
            "not its object id.",
        ),
        links=(
            _ENTRA,
            f"{pages.GITHUB}/mkleehammer/pyodbc/issues/800",
            f"{pages.GITHUB}/mkleehammer/pyodbc/issues/228",
        ),
        evidence=Evidence.REPORTED,
        clues=(server_number(18456, text="token-identified principal"), *server_says(_ENTRA_LOGIN)),
    ),
    Symptom(
        number=63,
        slug="static-token-expired",
        meaning=(
            "The access token has expired. Entra's tokens live 60 to 90 minutes, and TOKEN in "
            "DATABASES is read once: new connections fail from then on. The server may also say so "
            "in the middle of a session, when it checks the token again."
        ),
        remedies=(
            "Let the driver fetch tokens: Authentication=ActiveDirectoryMsi (or a service "
            "principal) in OPTIONS['extra_params'] instead of TOKEN.",
            "If it must be TOKEN, use a small ENGINE of your own that gives each new connection a "
            "fresh one.",
            "Restart the process to get going again.",
        ),
        links=(
            _ENTRA,
            f"{_ISSUES}/216",
            f"{_ISSUES}/275",
            f"{pages.GITHUB}/dotnet/SqlClient/issues/3245",
        ),
        evidence=Evidence.REPORTED,
        clues=(
            server_number(18456, text=f"token-identified principal{_EXPIRED}"),
            *server_says(f"{_ENTRA_LOGIN}{_EXPIRED}"),
        ),
    ),
    Symptom(
        number=67,
        slug="server-without-entra",
        meaning=(
            "The server closed the connection during the login. With Authentication=ActiveDirectory"
            "... that is how a server answers that has no Microsoft Entra authentication."
        ),
        remedies=(
            "Use a SQL login (USER and PASSWORD) if the server is not Azure SQL and was not set up "
            "for Entra.",
            "Set up Entra on the server (SQL Server 2022 with Azure Arc).",
            "Without Authentication in the connection string look at TLS and the network instead.",
        ),
        links=(
            _ODBC_ENTRA,
            "https://learn.microsoft.com/sql/relational-databases/security/authentication-access/"
            "azure-ad-authentication-sql-server-overview",
        ),
        evidence=Evidence.MEASURED,
        clues=(
            Clue(text=r"authentication ?= ?activedirectory.{0,600}error code 0x2746"),
            Clue(text=r"error code 0x2746.{0,600}authentication ?= ?activedirectory"),
            # Without the keyword in the text it is only one more possibility.
            Clue(sqlstates=frozenset({"08S01"}), phase=Phase.CONNECT, origin="client"),
        ),
    ),
)
