"""The one login: what the server or the driver said to it, and how long it took."""

from __future__ import annotations

from django_mssql_ops.diagnostics.facts import Facts, LoginFacts
from django_mssql_ops.diagnostics.registry import Verdicts, error, rule, warning
from django_mssql_ops.errors import DriverError, explain

#: How many of the catalogue's remedies a hint holds.
_REMEDIES = 2
#: The catalogue's letter for the numbers that mssql-django 2.0 connects again for (see LISTS).
_RETRIED_BY_BACKEND = "D"

_STATE_HINT = (
    "The reason is only in the server's error log "
    "(EXEC sp_readerrorlog 0, 1, N'18456'): it tells a wrong password from a login that does "
    "not exist or is not allowed to connect."
)
#: Server error -> (what happened, what to do). Texts of Microsoft Learn's events-and-errors pages.
_LOGIN_ERRORS: dict[int, tuple[str, str]] = {
    18456: ("the server rejected the login", f"Check USER and PASSWORD. {_STATE_HINT}"),
    18452: (
        "the server rejected the login: integrated authentication from an untrusted domain",
        "Set USER and PASSWORD, or get a Kerberos ticket for a trusted domain.",
    ),
    18470: ("the login is disabled", "ALTER LOGIN ... ENABLE."),
    18486: ("the login is locked out", "Wait, or ALTER LOGIN ... WITH PASSWORD ... UNLOCK."),
    18487: ("the login's password has expired", "Change the password of this login."),
    18488: ("the login's password must be changed", "Change the password of this login."),
    4060: (
        "the login was accepted but the database cannot be opened",
        "Check NAME, that the database exists and is online, and that the login has a user "
        "in it (CREATE USER ... FOR LOGIN ...).",
    ),
    4064: ("the login's default database cannot be opened", "ALTER LOGIN ... DEFAULT_DATABASE."),
    18401: ("the server is in script upgrade mode", "Wait until its upgrade has finished."),
    40613: (
        "the database is not available right now",
        "It fails over or a serverless database resumes: try again in a minute.",
    ),
    40615: (
        "the server's firewall does not let this machine's address in",
        "Add a firewall rule for the address in the server's words, or use a private endpoint.",
    ),
    40914: ("the server's virtual network rules do not let this machine in", "Add a rule."),
    40532: (
        "the server name in the login is unknown",
        "HOST must be the full name (<server>.database.windows.net), not an alias or address.",
    ),
    47073: (
        "public network access to the server is disabled",
        "Use its private endpoint: HOST must resolve to a private address here.",
    ),
}


@rule(466, "login", stage="login", needs=("login",))
def login(facts: Facts, found: LoginFacts) -> Verdicts:
    """The one login did not succeed.

    The message gives the verdict for the server's error number, the driver's own words come second:

    | number | verdict |
    | --- | --- |
    | 18456 | the login was rejected; why is only in the server's error log |
    | 18452 | integrated authentication from an untrusted domain; often `USER` is empty |
    | 18470, 18486 | the login is disabled, locked out |
    | 18487, 18488 | its password has expired, must be changed |
    | 4060, 4064 | the database, the login's default database cannot be opened |
    | 18401 | the server is in script upgrade mode |
    | 40613 | the database is failing over, or a serverless one resumes |
    | 40615, 40914 | the firewall, the virtual network rules of Azure keep this machine out |
    | 40532 | the login names a server that Azure does not know by that name |
    | 47073 | public network access is disabled |

    For every other error it is what `--explain` says of the driver's text.

    mssql-python shows 18456 also where the server said 4060 first; then the verdict names both.
    Without an answer in time the server is overloaded or starting. A driver that refuses the
    certificate ends before the login: see 413.

    There is no second try: it could lock the account.

    Source: Microsoft, "Database Engine events and errors" and "Troubleshoot common connection
    issues to Azure SQL Database"; that 4060 is hidden was measured with mssql-python 1.16.
    """
    failure = found.error
    if failure is None:
        return
    message, hint = _explained(facts, found, failure)
    is_final = not _may_pass(facts, found, failure)
    yield error(message, hint=hint, driver_text=failure.text, fatal=is_final)


def _may_pass(facts: Facts, found: LoginFacts, failure: DriverError) -> bool:
    """The backend waits longer for a login than this one did, or tries this fault again itself.

    4060 is on its list too: a wrong NAME only costs it longer.
    """
    settings = facts.settings
    if found.timed_out and settings.connection_timeout * 1000 > found.milliseconds:
        return True
    # mssql-python's messages do not hold the numbers that the backend looks for.
    if settings.connection_retries == 0 or settings.python_driver == "mssql_python":
        return False
    if failure.cannot_open_database:
        return False
    return failure.meaning is not None and _RETRIED_BY_BACKEND in failure.meaning.lists


def _explained(facts: Facts, found: LoginFacts, failure: DriverError) -> tuple[str, str]:
    settings = facts.settings
    who = f"user {settings.user!r}" if settings.user else "integrated authentication"
    known = _LOGIN_ERRORS.get(failure.number or 0) if failure.is_from_server else None
    if known is not None:
        what, hint = known
        if 4060 in failure.possible_numbers and failure.number != 4060:
            # mssql-python shows 18456 also where the server said 4060 first (see errors).
            what += " or cannot open the database"
            hint += " mssql-python does not tell the two apart: check NAME as well."
        return f"{what} ({who}, database {settings.name!r}, error {failure.number})", hint
    if found.timed_out:
        return (
            f"the login got no answer within the time limit ({found.milliseconds:.0f} ms)",
            "The server answers PRELOGIN but not the login: it is overloaded, still starting, or "
            "a serverless database is resuming. Raise --timeout to tell these apart.",
        )
    if _driver_refuses_certificate(facts) and not failure.is_from_server:
        return (
            "the driver refused the connection before it logged in",
            "See the certificate's verdict: the driver checks it too.",
        )
    return _diagnosed(failure)


def _diagnosed(failure: DriverError) -> tuple[str, str]:
    """What the catalogue of symptoms says; its first two remedies are the likeliest."""
    diagnosis = explain(failure)
    if diagnosis.symptom is None:
        return f"the login failed: {failure.describe()}", "See the driver's own words."
    return (
        f"the login failed: {diagnosis.meaning.rstrip('.')}",
        " ".join(diagnosis.remedies[:_REMEDIES]),
    )


def _driver_refuses_certificate(facts: Facts) -> bool:
    """An unverified certificate stops the driver unless it looks away (rule 413 says how bad)."""
    settings = facts.settings
    looks_away = settings.trust_server_certificate and settings.encrypt != "strict"
    encrypts = settings.encrypt != "no" or facts.read("prelogin.encryption") == "REQ"
    return facts.read("tls.verified") is False and encrypts and not looks_away


@rule(408, "connect-time", stage="login", needs=("login", "project.slow_login"))
def connect_time(_facts: Facts, found: LoginFacts, slow: float) -> Verdicts:
    """The login took more than a second, or than what the project calls slow.

    A login over TLS costs a few round trips, so something else is slow: name resolution of the
    server, authentication against a distant domain or Microsoft Entra ID, a serverless database
    that wakes up. Keep connections open (`CONN_MAX_AGE` with `CONN_HEALTH_CHECKS`). Where logins
    are known to take their time, set the seconds in `MSSQL_OPS["SLOW_LOGIN"]`; it is 1 unless you
    set it.

    Source: a threshold of this project.
    """
    if found.error is None and found.milliseconds > slow * 1000:
        yield warning(
            f"the login took {found.milliseconds:.0f} ms, more than the {slow:g} s of "
            "MSSQL_OPS['SLOW_LOGIN']",
            hint="Keep connections open (CONN_MAX_AGE with CONN_HEALTH_CHECKS) and look at the "
            "network and the authentication between the two machines.",
        )
