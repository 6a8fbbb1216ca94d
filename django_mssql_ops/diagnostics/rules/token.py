"""The access token of an alias, as far as it speaks about itself."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django_mssql_ops.configuration.token import TokenFacts
from django_mssql_ops.diagnostics.facts import Facts
from django_mssql_ops.diagnostics.registry import Verdicts, error, rule, unknown, warning

_SHORT: Final = dt.timedelta(minutes=15)

_HINT: Final = (
    "Fetch a new token. Better, let the driver fetch and renew its own: "
    "Authentication=ActiveDirectoryMsi or ActiveDirectoryServicePrincipal in "
    "OPTIONS['extra_params'], without TOKEN."
)


@rule(463, "max-token-lifetime", stage="token", needs=("token",))
def max_token_lifetime(facts: Facts, token: TokenFacts) -> Verdicts:
    """The access token has expired, or ends before the connections that are made with it.

    A token in the settings is fetched once, when the process starts, and Microsoft Entra makes it
    good for 60 to 90 minutes. Once it has expired every new login fails. It is an error when it
    has expired, a warning when less than 15 minutes are left, or when `CONN_MAX_AGE` lets a
    connection live longer than the token does, so that the failure shows up only later, one worker
    after another. The token's own `exp` claim is read; its signature is not checked.

    Let the driver fetch and renew its own token instead of setting `TOKEN`:

        "OPTIONS": {"extra_params": "Encrypt=yes;Authentication=ActiveDirectoryMsi"}

    The answer is UNKNOWN for a token that is not a JSON Web Token, or that does not say when it
    ends.

    Source: RFC 7519, section 4.1.4; Microsoft, "Microsoft Entra authentication" of mssql-django.
    """
    if token.problem:
        return  # The rules about the settings have said that it is no token at all.
    path = f"{facts.setting('TOKEN')}"
    if token.expires_at is None:
        what = "does not say when it expires" if token.is_readable else "is no JSON Web Token"
        yield unknown(
            f"{path} {what}, so nobody can tell how long it is good",
            hint="Make sure that a new one is fetched before it expires.",
        )
        return
    rest = token.expires_at - facts.now
    until = f"{token.expires_at:%Y-%m-%d %H:%M} UTC"
    if rest <= dt.timedelta(0):
        yield error(f"{path} expired at {until}: no new connection can be made", hint=_HINT)
    elif rest < _SHORT:
        yield warning(f"{path} expires at {until}, in less than 15 minutes", hint=_HINT)
    elif _outlives(facts.settings.conn_max_age, rest):
        age = facts.settings.conn_max_age
        shown = "without end" if age is None else f"for {age:g} seconds"
        yield warning(
            f"{path} expires at {until}, and CONN_MAX_AGE keeps connections {shown}, longer than "
            "that",
            hint=f"{_HINT} Until then set CONN_MAX_AGE below the rest of the token's life.",
        )


def _outlives(conn_max_age: float | None, rest: dt.timedelta) -> bool:
    return conn_max_age is None or conn_max_age > rest.total_seconds()
