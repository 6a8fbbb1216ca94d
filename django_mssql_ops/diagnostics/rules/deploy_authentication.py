"""Who production logs in as, and what it keeps to do so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django_mssql_ops.configuration.connection_settings import ConnectionSettings, Keyword
from django_mssql_ops.configuration.redaction import HIDDEN
from django_mssql_ops.configuration.token import TokenFacts
from django_mssql_ops.diagnostics.facts import Facts
from django_mssql_ops.diagnostics.registry import Verdict, Verdicts, error, rule, warning

_SA: Final = "sa"
#: Values of Authentication (lower case) with which user and password are SQL Server's own.
_SQL_MODES: Final = frozenset({None, "", "sqlpassword"})
#: Values of Authentication (lower case) that wait for a person -> their usual spelling.
_INTERACTIVE_MODES: Final[Mapping[str, str]] = {
    "activedirectoryinteractive": "ActiveDirectoryInteractive",
    "activedirectorydevicecode": "ActiveDirectoryDeviceCode",
}
#: Keywords (lower case) whose secret has a better place.
_BETTER_PLACES: Final[Mapping[str, str]] = {
    "pwd": "Set PASSWORD instead, which Django hides.",
    "keystoresecret": "Use KeyStoreAuthentication=KeyVaultManagedIdentity, which needs no secret.",
}
_HIDE_IT: Final = (
    "Remove it, or hide EXTRA_PARAMS with a SafeExceptionReporterFilter of your own "
    "(DEFAULT_EXCEPTION_REPORTER_FILTER)."
)


def _logs_in_with_sql(settings: ConnectionSettings) -> bool:
    """USER is a login of SQL Server's own, no identity of Entra ID."""
    return settings.authentication in _SQL_MODES and not settings.has_token


def _is_sa(user: str) -> bool:
    return user.strip().lower() == _SA


@rule(208, "login-sa", stage="settings", needs=("settings.user",), deploy_only=True)
def login_sa(facts: Facts, user: str) -> Verdicts:
    """The application logs in as sa, so a hole in it is a hole in the whole server.

    `sa` is a member of sysadmin: it reads and drops every database, adds logins, and can start
    programs on the server. One SQL injection, or one leaked settings file, gives all of that away.
    It is also the login that everybody tries first, and locking it out stops the application.

    Create a login of the application's own, a user for it in this one database, and a role with
    SELECT, INSERT, UPDATE, DELETE and EXECUTE on the schema. Migrations need more; run them as
    another user.

    Source: Microsoft, "Security best practices" for mssql-django.
    """
    if _is_sa(user) and _logs_in_with_sql(facts.settings):
        yield error(
            f"{facts.setting('USER')} is {user!r}: whoever gets hold of the application "
            "owns the whole server",
            hint="Create a login of its own with a role in this database that has only what the "
            "application needs.",
        )


@rule(
    209,
    "sql-auth-on-azure",
    stage="settings",
    needs=("settings.is_on_azure", "settings.user"),
    deploy_only=True,
)
def sql_auth_on_azure(facts: Facts, on_azure: bool, user: str) -> Verdicts:
    """A password is kept for a service that could know the application without one.

    With `USER` and `PASSWORD` on Azure SQL the password has to be stored, handed to every machine
    and rotated, and nothing but the password protects the login. An application that runs in Azure
    has a managed identity: no secret, nothing to rotate, and switched off with the machine.

    Set `Authentication=ActiveDirectoryMsi` in `extra_params` and drop `PASSWORD` (`USER` then names
    a user-assigned identity, if there is one), and create the user in the database with
    `CREATE USER [name] FROM EXTERNAL PROVIDER`. Outside Azure a service principal does:
    `Authentication=ActiveDirectoryServicePrincipal` with its id and secret.

    Source: Microsoft, "Microsoft Entra authentication" and "Security best practices" for
    mssql-django.
    """
    settings = facts.settings
    if not on_azure or not user or _is_sa(user) or not _logs_in_with_sql(settings):
        return
    if settings.has_password:
        yield warning(
            f"{facts.setting('PASSWORD')} is a stored password for Azure SQL, which "
            "could know the application without one",
            hint="Use a managed identity: Authentication=ActiveDirectoryMsi in extra_params and no "
            "PASSWORD.",
        )


@rule(210, "adpassword", stage="settings", needs=("settings.authentication",), deploy_only=True)
def adpassword(facts: Facts, mode: str | None) -> Verdicts:
    """Production logs in with a person's kind of password, in a way that is being switched off.

    `ActiveDirectoryPassword` sends user name and password to Entra ID (the OAuth flow "resource
    owner password credentials"). It cannot answer a second factor, so it stops on the day when a
    policy asks this account for one, in the middle of the night as likely as not. Microsoft has
    deprecated it.

    Use a managed identity (`ActiveDirectoryMsi`) in Azure, and a service principal
    (`ActiveDirectoryServicePrincipal`) elsewhere: neither is asked for a second factor.

    Source: Microsoft, "Microsoft Entra authentication" for mssql-django and "Connection string
    keywords" of mssql-python.
    """
    if mode == "activedirectorypassword":
        yield error(
            f"{facts.extra_params} has Authentication=ActiveDirectoryPassword, which is "
            "deprecated and fails as soon as a policy asks the account for a second factor",
            hint="Use ActiveDirectoryMsi, or ActiveDirectoryServicePrincipal outside Azure.",
        )


@rule(
    211,
    "interactive-auth",
    stage="settings",
    needs=("settings.authentication",),
    deploy_only=True,
)
def interactive_auth(facts: Facts, mode: str | None) -> Verdicts:
    """Every login waits for a person, and in production nobody sits there.

    `ActiveDirectoryInteractive` opens a browser, `ActiveDirectoryDeviceCode` prints a code that
    somebody has to type in elsewhere. A worker of a web server has neither screen nor keyboard, so
    its logins fail, each after a wait, and so do those of every other worker.

    Use `ActiveDirectoryMsi` in Azure, `ActiveDirectoryServicePrincipal` elsewhere. The interactive
    modes are right for a developer's machine; keep them in that machine's settings.

    Source: Microsoft, "Microsoft Entra authentication" for mssql-django; mssql-python 1.16 handles
    both modes in Python (its source). How long a login waits was not measured.
    """
    spelling = _INTERACTIVE_MODES.get(mode or "")
    if spelling is not None:
        yield error(
            f"{facts.extra_params} has Authentication={spelling}: every login waits for a person",
            hint="Use ActiveDirectoryMsi, or ActiveDirectoryServicePrincipal outside Azure.",
        )


@rule(213, "token-in-settings", stage="settings", needs=("settings.token",), deploy_only=True)
def token_in_settings(facts: Facts, token: TokenFacts | None) -> Verdicts:
    """A token that ends within the hour is fixed for as long as the process lives.

    Settings are read once. An access token in `TOKEN` is good for 60 to 90 minutes; after that
    connections that are open go on working and every new one is refused, so the application fails
    bit by bit: first the workers that were restarted, then whatever lost its connection. A process
    that starts late enough never works at all.

    Let the driver fetch tokens: `Authentication=ActiveDirectoryMsi` or
    `ActiveDirectoryServicePrincipal` in `extra_params`, or `ActiveDirectoryDefault` with
    `python_driver` `mssql_python`. A `TOKEN` is right for a job that ends before it does.

    Source: Microsoft, "Microsoft Entra authentication" for mssql-django (the token's life);
    mssql-django 2.0, get_new_connection (reads TOKEN from the settings each time it connects).
    """
    if token is not None and not token.problem:
        yield warning(
            f"{facts.setting('TOKEN')} is fixed when the process starts: an hour or so "
            "later every new connection is refused, while open ones hide it",
            hint="Let the driver fetch tokens: Authentication=ActiveDirectoryMsi or "
            "ActiveDirectoryServicePrincipal in extra_params.",
        )


@rule(
    214, "secret-in-extra-params", stage="settings", needs=("settings.keywords",), deploy_only=True
)
def secret_in_extra_params(facts: Facts, keywords: tuple[Keyword, ...]) -> Verdicts:
    """A secret stands in a text that Django's error reports print in full.

    Django hides the values of settings whose names say that they are secret (PASSWORD, TOKEN, ...)
    on its debug page and in the mails to ADMINS. `extra_params` is one long text under a harmless
    name: a `PWD=` or `KeyStoreSecret=` inside it is shown as it is, to whoever receives the report
    and to every service that collects it.

    Put a password into `PASSWORD`; mssql-django writes it into the connection string itself. For a
    key store use a managed identity. Where neither goes, hide the whole option:

        import re

        from django.views.debug import SafeExceptionReporterFilter

        class HideExtraParams(SafeExceptionReporterFilter):
            hidden_settings = re.compile(
                SafeExceptionReporterFilter.hidden_settings.pattern + "|EXTRA_PARAMS", re.I
            )

    and name that class in `DEFAULT_EXCEPTION_REPORTER_FILTER`.

    Source: measured with Django 5.2's SafeExceptionReporterFilter on a DATABASES with both.
    """
    secrets = [keyword for keyword in keywords if keyword.secret]
    named = dict.fromkeys(keyword.name.strip() for keyword in secrets if keyword.name != HIDDEN)
    for name in named:
        yield _shown(facts, f"the secret of {name}", name)
    if secrets and not named:
        first = secrets[0].position
        yield _shown(facts, f"what may be a secret at position {first}", "unnamed")


def _shown(facts: Facts, what: str, about: str) -> Verdict:
    return warning(
        f"{facts.extra_params} holds {what}, which Django's error reports print in full",
        hint=_BETTER_PLACES.get(about.lower(), _HIDE_IT),
        about=about,
    )
