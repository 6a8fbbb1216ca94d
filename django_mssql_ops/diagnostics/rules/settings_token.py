"""The setting TOKEN: an access token of Microsoft Entra in place of a login."""

from __future__ import annotations

from collections.abc import Iterator

from django_mssql_ops.configuration.authentication import TOKEN_FETCHED_BY_MSSQL_PYTHON
from django_mssql_ops.configuration.connection_settings import ConnectionSettings
from django_mssql_ops.diagnostics.facts import Facts
from django_mssql_ops.diagnostics.registry import Verdicts, error, rule, warning


@rule(133, "token-conflict", stage="settings", needs=("settings.token",))
def token_conflict(facts: Facts, token: object) -> Verdicts:
    """`TOKEN` is set beside other credentials, and the driver takes only one kind.

    The driver refuses to connect (FA005) when it gets an access token and any of a user, a
    password (an empty one included), `Authentication` or `Trusted_Connection=yes`. mssql-django
    sends user and password as soon as `USER` is not empty, so `USER` and `TOKEN` exclude each
    other; `PASSWORD` alone is never sent. With a mode for which mssql-python fetches a token
    itself, such as `ActiveDirectoryMsi`, it uses its own, and `TOKEN` has no effect.

    Remove `USER` and the keywords named in the message, or remove `TOKEN`.

    Source: measured with msodbcsql 18.6.2.1 on Linux and mssql-python 1.16; mssql-python 1.16,
    connection.py.
    """
    settings = facts.settings
    if settings.token is None or settings.token.problem:
        return
    if (
        settings.python_driver == "mssql_python"
        and settings.authentication in TOKEN_FETCHED_BY_MSSQL_PYTHON
    ):
        yield warning(
            f"{facts.setting('TOKEN')} has no effect beside Authentication in "
            "OPTIONS['extra_params']: mssql-python fetches a token of its own",
            hint="Remove TOKEN, or remove Authentication.",
        )
        return
    others = list(_other_credentials(settings))
    if others:
        names = " and ".join(others)
        yield error(
            f"{facts.setting('TOKEN')} cannot be combined with {names}: the driver refuses to "
            "connect (FA005)",
            hint=f"Remove {names}, or remove TOKEN.",
        )


def _other_credentials(settings: ConnectionSettings) -> Iterator[str]:
    if settings.user_setting:
        yield "USER"
    for name, spelling in (("uid", "UID"), ("pwd", "PWD")):
        if settings.seen(name) is not None:
            yield f"{spelling} in OPTIONS['extra_params']"
    if settings.authentication and settings.seen("authentication") is not None:
        yield "Authentication in OPTIONS['extra_params']"
    trusted = settings.seen("trusted_connection")
    if trusted is not None and trusted.value.lower() == "yes":
        yield "Trusted_Connection=yes in OPTIONS['extra_params']"


@rule(134, "token-blank", stage="settings", needs=("settings.token",))
def token_blank(facts: Facts, token: object) -> Verdicts:
    """`TOKEN` is there and empty.

    mssql-django asks whether the key is there, not whether it has a value. An empty text goes to
    the driver as a token, so no other login is tried: with `USER` the driver refuses to connect
    (FA005), without it the server gets an empty token. This happens when the value comes from an
    environment variable that is not set. Leave the key out until there is a token:

        if token := os.environ.get("DB_TOKEN"):
            DATABASES["default"]["TOKEN"] = token

    Source: mssql-django 2.0, get_new_connection and prepare_token_for_odbc; measured with
    msodbcsql 18.6.2.1 on Linux.
    """
    settings = facts.settings
    if settings.token is None or "TOKEN" in settings.wrong_types or not settings.token.problem:
        return
    yield error(
        f"{facts.setting('TOKEN')} is empty, and mssql-django sends it all the same",
        hint="Leave the key out of DATABASES until there is a token.",
    )


@rule(135, "token-static", stage="settings", needs=("settings.token",))
def token_static(facts: Facts, token: object) -> Verdicts:
    """`TOKEN` is a fixed text, so it expires while the process runs.

    The settings are read once, when the process starts, and an access token of Microsoft Entra is
    good for 60 to 90 minutes. Connections that are open stay open, but every new one fails after
    that, until the process is started again. It works in tests and in short scripts, and fails in a
    worker on its first day.

    Let the driver fetch tokens: `Authentication=ActiveDirectoryMsi` in `extra_params`, or on
    mssql-python `ActiveDirectoryDefault`. Where that is not possible, a subclass of the backend can
    put a fresh token into the parameters of every new connection:

        class DatabaseWrapper(base.DatabaseWrapper):
            def get_connection_params(self):
                return {**super().get_connection_params(), "TOKEN": fresh_token()}

    Source: Microsoft, "Microsoft Entra authentication" for mssql-django; mssql-django 2.0,
    get_connection_params.
    """
    settings = facts.settings
    if settings.token is None or settings.token.problem:
        return
    yield warning(
        f"{facts.setting('TOKEN')} is fixed when the process starts and expires after 60 to 90 "
        "minutes; then no new connection can be made",
        hint="Use Authentication=ActiveDirectoryMsi in OPTIONS['extra_params'], which fetches "
        "tokens itself, or give each new connection a fresh token.",
    )
