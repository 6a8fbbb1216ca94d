"""Who may log in, to which database, and what a refusal says.

Texts and severities are those of sys.messages as Microsoft Learn prints them (Database Engine
events and errors; Troubleshoot Azure SQL common connection errors). The client is shown state 1
whatever the reason was: Microsoft Learn, MSSQLSERVER_18456.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from django_mssql_ops.tds import Login7
from tests.standin.engine import Failure

#: The databases every server has.
SYSTEM_DATABASES: Final = ("master", "tempdb", "model", "msdb")
#: OptionFlags2 bit of LOGIN7 that asks for integrated authentication (MS-TDS 2.2.6.4).
INTEGRATED_SECURITY: Final = 0x80

DEFAULT_USER: Final = "app"
DEFAULT_PASSWORD: Final = "stand-in Passw0rd"
DEFAULT_DATABASE: Final = "app"


@dataclass(frozen=True, slots=True)
class LoginAttempt:
    """A LOGIN7 as far as anyone may know of it; never the password."""

    user: str
    database: str
    application: str = ""
    client: str = ""
    host: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """Users with their passwords, the databases, and who is refused for a reason of its own.

    ``refusals`` maps a user name to the errors its login gets, right password or not;
    ``closed_databases`` maps a database name to the error that stands in the way of opening it.
    """

    passwords: Mapping[str, str] = field(
        default_factory=lambda: {DEFAULT_USER: DEFAULT_PASSWORD}, repr=False
    )
    databases: tuple[str, ...] = (DEFAULT_DATABASE,)
    default_database: str = "master"
    refusals: Mapping[str, tuple[Failure, ...]] = field(default_factory=dict)
    closed_databases: Mapping[str, Failure] = field(default_factory=dict)

    def refuse(self, login: Login7, existing: Collection[str]) -> tuple[Failure, ...]:
        """The errors that answer this login; none when it is accepted.

        ``existing`` are the databases there are.
        """
        if login.option_flags2 & INTEGRATED_SECURITY:
            return (untrusted_domain(),)
        if self.passwords.get(login.username) != login.password:
            return (login_failed(login.username),)
        if login.username in self.refusals:
            return self.refusals[login.username]
        return self._refuse_database(login, existing)

    def database_for(self, login: Login7, existing: Collection[str]) -> str:
        """The database an accepted login ends up in, spelled as the server spells it."""
        asked = login.database or self.default_database
        return next(name for name in existing if name.lower() == asked.lower())

    def _refuse_database(self, login: Login7, existing: Collection[str]) -> tuple[Failure, ...]:
        asked = login.database or self.default_database
        if asked.lower() not in {name.lower() for name in existing}:
            return cannot_open_database(asked), login_failed(login.username)
        closed = {name.lower(): failure for name, failure in self.closed_databases.items()}
        if asked.lower() in closed:
            return (closed[asked.lower()],)
        return ()


def attempt_of(login: Login7) -> LoginAttempt:
    """What may be kept of a LOGIN7."""
    return LoginAttempt(
        user=login.username,
        database=login.database,
        application=login.app_name,
        client=login.client_interface,
        host=login.hostname,
    )


def login_failed(user: str) -> Failure:
    """18456, for a wrong password, an unknown user, and after 4060."""
    return Failure(number=18456, severity=14, message=f"Login failed for user '{user}'.")


def untrusted_domain() -> Failure:
    """18452, for a Windows login where there is no domain."""
    return Failure(
        number=18452,
        severity=14,
        message="Login failed. The login is from an untrusted domain and cannot be used with "
        "Integrated authentication.",
    )


def locked_out(user: str) -> Failure:
    """18486."""
    return Failure(
        number=18486,
        severity=14,
        message=f"Login failed for user '{user}' because the account is currently locked out. "
        "The system administrator can unlock it. ",
    )


def disabled(user: str) -> Failure:
    """18470."""
    return Failure(
        number=18470,
        severity=14,
        message=f"Login failed for user '{user}'. Reason: The account is disabled.",
    )


def password_expired(user: str) -> Failure:
    """18487."""
    return Failure(
        number=18487,
        severity=14,
        message=f"Login failed for user '{user}'.  "
        "Reason: The password of the account has expired.",
    )


def password_must_change(user: str) -> Failure:
    """18488."""
    return Failure(
        number=18488,
        severity=14,
        message=f"Login failed for user '{user}'.  "
        "Reason: The password of the account must be changed.",
    )


def cannot_open_database(database: str) -> Failure:
    """4060; the server sends 18456 after it."""
    return Failure(
        number=4060,
        severity=11,
        message=f'Cannot open database "{database}" requested by the login. The login failed.',
    )


def database_unavailable(database: str, server: str = "stand-in") -> Failure:
    """40613, Azure SQL Database's word for a database that is being moved or resumed."""
    return Failure(
        number=40613,
        severity=17,
        message=f"Database '{database}' on server '{server}' is not currently available.  Please "
        "retry the connection later.  If the problem persists, contact customer support, and "
        "provide them the session tracing ID of '{00000000-0000-0000-0000-000000000000}'.",
    )


def firewall_blocked(server: str = "stand-in", address: str = "203.0.113.7") -> Failure:
    """40615, Azure SQL Database's firewall."""
    return Failure(
        number=40615,
        severity=14,
        message=f"Cannot open server '{server}' requested by the login. Client with IP address "
        f"'{address}' is not allowed to access the server.  To enable access, use the Azure "
        "Management Portal or run sp_set_firewall_rule on the master database to create a "
        "firewall rule for this IP address or address range.  It may take up to five minutes "
        "for this change to take effect.",
    )


def service_busy() -> Failure:
    """40501, Azure SQL Database's throttling."""
    return Failure(
        number=40501,
        severity=20,
        message="The service is currently busy. Retry the request after 10 seconds. "
        "Incident ID: 00000000-0000-0000-0000-000000000000. Code: 0.",
    )
