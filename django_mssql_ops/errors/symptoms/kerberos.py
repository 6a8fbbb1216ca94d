"""Kerberos and Windows' own authentication (SSPI)."""

from __future__ import annotations

from typing import Final

from django_mssql_ops.errors.catalogue import pages
from django_mssql_ops.errors.clues import client_says
from django_mssql_ops.errors.symptom import Clue, Evidence, Symptom

_INTEGRATED = f"{pages.ODBC}/linux-mac/using-integrated-authentication"
#: SEC_E_WRONG_PRINCIPAL of Windows.
_WRONG_PRINCIPAL: Final = frozenset({-2146893022})

ROWS: Final[tuple[Symptom, ...]] = (
    Symptom(
        number=64,
        slug="no-kerberos-ticket",
        meaning=(
            "The driver looked for a Kerberos ticket of this operating system user and found none. "
            "On Linux an empty USER leads here as well, because mssql-django then adds "
            "Trusted_Connection=yes."
        ),
        remedies=(
            "Set USER and PASSWORD if you meant a SQL login.",
            "Get a ticket as the user that runs the process (kinit, or a keytab with a service "
            "that renews it) and check it with klist.",
            "In containers use a cache in a file that the process may read "
            "(KRB5CCNAME=FILE:/path), not KEYRING.",
        ),
        links=(
            _INTEGRATED,
            f"{pages.GITHUB}/microsoft/mssql-docker/issues/262",
            f"{pages.GITHUB}/mkleehammer/pyodbc/issues/1250",
        ),
        evidence=Evidence.MEASURED,
        clues=client_says(
            r"no kerberos credentials available",
            r"no credentials were supplied, or the credentials were unavailable or inaccessible",
            r"sspi provider: .*credentials cache file .*not found",
        ),
    ),
    Symptom(
        number=65,
        slug="service-principal-name-missing",
        meaning=(
            "Kerberos does not know the server by the name that was asked for: the service "
            "principal name is missing, or HOST is an alias, an IP address or a name that reverse "
            "DNS changes."
        ),
        remedies=(
            "Use the server's full host name in HOST, the one in its service principal name.",
            "Have an administrator register MSSQLSvc/host.domain:port for the service account "
            "(setspn -S) and look for duplicates (setspn -X).",
            "For an alias name the principal in OPTIONS['extra_params']: ServerSPN=MSSQLSvc/....",
        ),
        links=(
            _INTEGRATED,
            f"{pages.GITHUB}/MicrosoftDocs/sql-docs/issues/1983",
            f"{pages.GITHUB}/TimelordUK/node-sqlserver-v8/issues/273",
        ),
        evidence=Evidence.REPORTED,
        # .NET's tools print the client's words with a number that looks like a server's.
        clues=(
            *client_says("server not found in kerberos database"),
            Clue(text=r"sspi provider: server .{1,300}unknown while looking up"),
            # Said after every failure of Kerberos: less than any sentence that names one.
            Clue(text=r"\bsspi context"),
            Clue(text="target principal name is incorrect.{0,4}cannot generate sspi context"),
            # The number is the same as of a certificate for another name.
            Clue(numbers=_WRONG_PRINCIPAL, text=r"\bsspi context", origin="client"),
            Clue(numbers=_WRONG_PRINCIPAL, text="sql server network interfaces:", origin="client"),
            Clue(numbers=_WRONG_PRINCIPAL, sqlstates=frozenset({"HY000"}), origin="client"),
        ),
    ),
    Symptom(
        number=66,
        slug="kerberos-realm-or-clock",
        meaning=(
            "The Kerberos client finds no key distribution centre for the realm, or the clocks of "
            "this machine and the domain differ by more than five minutes."
        ),
        remedies=(
            "Check the realm in /etc/krb5.conf and that DNS knows _kerberos._tcp of the realm.",
            "Let the machine and its containers take the time from the domain (NTP).",
        ),
        links=(_INTEGRATED, f"{pages.GITHUB}/inbo/tutorials/issues/41"),
        evidence=Evidence.REPORTED,
        clues=client_says(
            "cannot (?:find|contact any) kdc for (?:requested )?realm", "clock skew too great"
        ),
    ),
)
