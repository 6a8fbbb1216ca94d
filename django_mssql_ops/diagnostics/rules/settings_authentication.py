"""The keyword Authentication in extra_params, and what it goes together with."""

from __future__ import annotations

from collections.abc import Mapping

from django_mssql_ops.configuration.authentication import (
    NEEDS_CREDENTIALS,
    ODBC_MODES,
    ONLY_MSSQL_PYTHON_MODES,
    TOKEN_FETCHED_BY_MSSQL_PYTHON,
    modes_of,
    suggest_mode,
)
from django_mssql_ops.diagnostics.facts import Facts
from django_mssql_ops.diagnostics.registry import Verdicts, error, rule, warning

_ABOUT = "Authentication"
_MODE_WITHOUT = "ActiveDirectoryMsi (a managed identity)"


@rule(128, "auth-mode-unknown", stage="settings", needs=("settings.authentication",))
def auth_mode_unknown(facts: Facts, mode: str | None) -> Verdicts:
    """`Authentication` has a value that the driver refuses.

    The driver knows a fixed list of modes and ends the attempt with "Invalid value specified for
    connection string attribute 'Authentication'" before it sends anything. Names from other
    drivers, such as `ActiveDirectoryManagedIdentity`, are not on the list, and on pyodbc a blank
    around the value makes it another value. Through mssql-python an empty value is refused too.

    Write one of the names in the hint; for a managed identity that is:

        "OPTIONS": {"extra_params": "Authentication=ActiveDirectoryMsi"}

    Source: measured with msodbcsql 18.6.2.1 on Linux and mssql-python 1.16; Driver 17 is held to
    the same list.
    """
    keyword = facts.settings.seen("authentication")
    known = modes_of(facts.settings)
    if mode is None or keyword is None or known is None:
        return
    written = keyword.value.lower()
    is_odbc = facts.settings.python_driver == "pyodbc"
    if written in known or (is_odbc and (not written or written in ONLY_MSSQL_PYTHON_MODES)):
        return
    yield error(
        f"{facts.extra_params}: Authentication={keyword.value!r} is refused by the driver",
        hint=_mode_hint(keyword.value, mode, known),
        about=_ABOUT,
    )


def _mode_hint(written: str, mode: str, known: Mapping[str, str]) -> str:
    if not mode:
        return "Remove the keyword, or give it a value."
    if mode in known:
        return f"Remove the blanks: 'Authentication={written.strip()}'."
    meant = suggest_mode(written)
    if meant and meant.lower() not in known:
        return (
            f"Did you mean {meant}? Only mssql-python knows it: set OPTIONS['python_driver'] to "
            "'mssql_python'."
        )
    names = ", ".join(known.values())
    return f"Did you mean {meant}? Known are {names}." if meant else f"Use one of {names}."


@rule(
    129,
    "auth-default-on-odbc",
    stage="settings",
    needs=("settings.authentication", "project.platform"),
)
def auth_default_on_odbc(facts: Facts, mode: str | None, platform: str) -> Verdicts:
    """An authentication mode that only mssql-python has is asked of the ODBC driver.

    `ActiveDirectoryDefault` and `ActiveDirectoryDeviceCode` are made by mssql-python in Python,
    with the package azure-identity. Microsoft's ODBC driver for Linux refuses both as an invalid
    value, although published samples use them with pyodbc. On Windows, where this was not
    measured, it is a warning.

    Switch the alias to mssql-python, or use a mode that the ODBC driver has:

        "OPTIONS": {"python_driver": "mssql_python",
                    "extra_params": "Authentication=ActiveDirectoryDefault"}

    Source: measured with msodbcsql 18.6.2.1 on Linux; mssql-python 1.16, auth.py.
    """
    settings = facts.settings
    keyword = settings.seen("authentication")
    if mode not in ONLY_MSSQL_PYTHON_MODES or keyword is None:
        return
    # With a blank around it, it is refused for that, whoever knows it.
    if settings.driver_family not in ("17", "18") or keyword.value.lower() != mode:
        return
    verdict = warning if platform == "nt" else error
    yield verdict(
        f"{facts.extra_params}: Authentication={ONLY_MSSQL_PYTHON_MODES[mode]} is known to "
        "mssql-python only, not to the ODBC driver behind pyodbc",
        hint="Set OPTIONS['python_driver'] to 'mssql_python', or use ActiveDirectoryMsi or "
        "ActiveDirectoryServicePrincipal.",
        about=_ABOUT,
    )


@rule(131, "auth-needs-credentials", stage="settings", needs=("settings.authentication",))
def auth_needs_credentials(facts: Facts, mode: str | None) -> Verdicts:
    """The authentication mode needs a user and a password, and one of them is missing.

    With `SqlPassword`, `ActiveDirectoryPassword` and `ActiveDirectoryServicePrincipal` the driver
    refuses to connect (FA003) unless it gets both. mssql-django sends `PASSWORD` only together with
    a `USER` that is not empty. An empty password beside a `USER` reaches the driver and is then
    refused by Microsoft Entra; SQL Server takes it only for a login that really has none, so that
    case is a warning. For a service principal, `USER` is the client id and `PASSWORD` its secret.

    Source: measured with msodbcsql 18.6.2.1 on Linux and mssql-python 1.16; mssql-django 2.0,
    _build_connection_string.
    """
    settings = facts.settings
    if mode not in NEEDS_CREDENTIALS or modes_of(settings) is None or settings.has_token:
        return
    if "USER" in settings.wrong_types or "PASSWORD" in settings.wrong_types:
        return
    spelling = ODBC_MODES[mode]
    if not settings.user_setting:
        missing = [n for n in ("uid", "pwd") if settings.seen(n) is None]
        if missing:
            yield error(
                f"{facts.setting('USER')} is empty: Authentication={spelling} needs a user and a "
                "password, and the driver refuses to connect without (FA003)",
                hint=f"Set USER and PASSWORD, or choose a mode without them: {_MODE_WITHOUT}.",
                about=_ABOUT,
            )
    # mssql-python refuses an empty PWD whatever the mode is: that is rule 154.
    elif not settings.has_password and settings.python_driver == "pyodbc":
        verdict = warning if mode == "sqlpassword" else error
        yield verdict(
            f"{facts.setting('PASSWORD')} is empty: Authentication={spelling} logs in with an "
            "empty password, which is refused unless the login has none",
            hint=f"Set PASSWORD, or choose a mode without one: {_MODE_WITHOUT}.",
            about=_ABOUT,
        )


@rule(132, "auth-with-trusted", stage="settings", needs=("settings.authentication",))
def auth_with_trusted(facts: Facts, mode: str | None) -> Verdicts:
    """`Authentication` and `Trusted_Connection=yes` are both in `extra_params`.

    They are two answers to the question who logs in, and the driver refuses to connect with both
    (FA001). Without the pair in `extra_params` mssql-django leaves `Trusted_Connection` out by
    itself wherever `Authentication` is given, so the key of that name beside `OPTIONS` is harmless.
    Remove `Trusted_Connection` from `extra_params`.

    Source: measured with msodbcsql 18.6.2.1 on Linux and mssql-python 1.16; mssql-django 2.0,
    _build_connection_string.
    """
    settings = facts.settings
    trusted = settings.seen("trusted_connection")
    if not mode or modes_of(settings) is None or settings.has_token:
        return
    if trusted is None or trusted.value.lower() != "yes":
        return
    if settings.python_driver == "mssql_python" and mode in TOKEN_FETCHED_BY_MSSQL_PYTHON:
        return
    yield error(
        f"{facts.extra_params} has Authentication and Trusted_Connection=yes: the driver refuses "
        "to connect with both (FA001)",
        hint="Remove Trusted_Connection.",
        about="Trusted_Connection",
    )


@rule(140, "auth-adpassword-deprecated", stage="settings", needs=("settings.authentication",))
def auth_adpassword_deprecated(facts: Facts, mode: str | None) -> Verdicts:
    """`Authentication=ActiveDirectoryPassword` sends a user's password, a deprecated flow.

    The mode hands name and password of a person to Microsoft Entra (the flow called ROPC). It
    cannot work for an account with multi-factor authentication, conditional access often forbids
    it, and Microsoft has deprecated it. An application should log in as itself: with a managed
    identity (`ActiveDirectoryMsi`), which needs no password at all, or where there is none with
    `ActiveDirectoryServicePrincipal`.

    Source: Microsoft, "Microsoft Entra authentication" for mssql-django, and "Connection strings"
    for mssql-python.
    """
    if mode == "activedirectorypassword":
        yield warning(
            f"{facts.extra_params}: Authentication=ActiveDirectoryPassword is deprecated, and "
            "fails for every account with multi-factor authentication",
            hint="Use ActiveDirectoryMsi where the application runs in Azure, "
            "ActiveDirectoryServicePrincipal elsewhere.",
            about=_ABOUT,
        )
