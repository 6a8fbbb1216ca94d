"""Retries below Django: those of the driver, and those of mssql-django by a number in a text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django_mssql_ops.configuration.connection_settings import Keyword
from django_mssql_ops.diagnostics.facts import Facts
from django_mssql_ops.diagnostics.registry import Verdicts, rule, warning

#: Driver 17 ignores the keyword (rule 124), and mssql-python does not know it (rule 153). Behind a
#: DSN or a path may be Driver 18.
_DRIVERS_WITH_RETRYEXEC: Final = ("18", "dsn", "path")
#: _transient_error_numbers of mssql-django 2.0, which it looks for anywhere in the message.
_NUMBERS: Final = (
    "4060",
    "10928",
    "10929",
    "40197",
    "40501",
    "40613",
    "49918",
    "49919",
    "49920",
)


@rule(191, "retryexec-set", stage="settings", needs=("settings.keywords",))
def retryexec_set(facts: Facts, keywords: tuple[Keyword, ...]) -> Verdicts:
    """`RetryExec` lets the driver execute statements again by itself.

    Django does not know of it: a statement that failed inside a transaction, which the server may
    have rolled back, is sent once more and begins a new one, and the earlier half of the work is
    missing. A statement whose answer was lost may be executed twice. Where it is limited to SELECT
    it does less harm, but nobody counts its tries among the others.

    Take it out, and retry the whole transaction instead.

    Source: Microsoft, "DSN and connection string keywords" of the ODBC driver and "Configurable
    retry logic"; not measured.
    """
    knows_it = facts.settings.driver_family in _DRIVERS_WITH_RETRYEXEC
    if knows_it and facts.settings.seen("retryexec") is not None:
        yield warning(
            f"{facts.extra_params} has RetryExec: the driver repeats statements behind Django's "
            "transactions",
            hint="Take it out, and use retry_on_transient around the transaction.",
        )


@rule(505, "transient-number-in-name", stage="settings", needs=("settings.connection_retries",))
def transient_number_in_name(facts: Facts, retries: int) -> Verdicts:
    """A name holds the number of a transient error, so mssql-django retries what is permanent.

    To know whether a failed login is worth another one, mssql-django looks for nine numbers
    anywhere in the text of the error. The text of "Login failed for user 'app40613'." holds one of
    them, and a wrong password is then tried six times: with an account policy that locks the user
    after a few failures, one start of the application locks it. The same goes for the names of the
    database and the server, which other texts quote.

    Set `connection_retries` to 0 and leave the retrying to this app, which asks for the error's
    number and not for its text; or choose another name.

    Source: mssql-django 2.0, get_new_connection; measured: six logins for 18456 with the user
    `app40613` through pyodbc. Errors of mssql-python are searched in the same way.
    """
    if retries <= 0 or "OPTIONS.connection_retries" in facts.settings.wrong_types:
        return
    for key, number in _found(facts):
        yield warning(
            f"{facts.setting(key)} holds {number}, which mssql-django takes for a transient error "
            f"wherever it stands in a text: a login that is turned down is tried {retries + 1} "
            "times",
            hint="Set OPTIONS['connection_retries'] to 0.",
            about=key,
        )


def _found(facts: Facts) -> Iterator[tuple[str, str]]:
    settings = facts.settings
    named = {"USER": settings.user, "NAME": settings.name or "", "HOST": settings.host}
    for key, text in named.items():
        number = next((number for number in _NUMBERS if number in text), None)
        if number is not None:
            yield key, number
