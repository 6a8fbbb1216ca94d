"""What a database and its server say about themselves, as far as the login may ask.

Every part is a value or :class:`Unreadable` with a reason of this project's own words. Texts of the
server become members of closed lists before they get here, so that nothing in these facts can carry
a name, an address or a message.
"""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass
from typing import Final

from django_mssql_ops.diagnostics.facts import Fact, Unreadable

#: What stands for a text of the server that is in none of the lists below.
OTHER: Final = "other"

#: auth_scheme (Microsoft Learn, sys.dm_exec_connections).
AUTH_SCHEMES: Final = frozenset({"SQL", "NTLM", "KERBEROS", "DIGEST", "BASIC", "NEGOTIATE"})

#: state_desc (Microsoft Learn, sys.databases; the last two are Azure SQL Database's).
STATES: Final = frozenset(
    {
        "ONLINE",
        "RESTORING",
        "RECOVERING",
        "RECOVERY_PENDING",
        "SUSPECT",
        "EMERGENCY",
        "OFFLINE",
        "COPYING",
        "OFFLINE_SECONDARY",
    }
)

NOT_ASKED_YET: Final = Unreadable("not read yet")
NO_ANSWER: Final = Unreadable("the server did not answer in time", timed_out=True)
#: There is nothing to read, and nothing is missing.
NO_TOKEN: Final = Unreadable("no token is set")
NOT_USED: Final = Unreadable("no certificate is used")


class Role(enum.Enum):
    """This replica's role in its availability group; STANDALONE where there is no group."""

    STANDALONE = "standalone"
    PRIMARY = "primary"
    SECONDARY = "secondary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sessions:
    """Sessions of the server (on Azure SQL Database: of the database) at one moment.

    ``total`` are those of all users. The others are of this host and this program, among them the
    probe's own, which is the one that is running at least: ``other`` are in none of the three
    states, ``dormant`` ones wait in a pool to be reset.
    """

    total: int
    running: int
    sleeping: int
    dormant: int
    other: int

    @property
    def own(self) -> int:
        return self.running + self.sleeping + self.dormant + self.other


@dataclass(frozen=True, slots=True, kw_only=True)
class IdleTransactions:
    """Sessions of this host and program that sleep in an open transaction and keep its locks."""

    count: int
    oldest_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """Sessions of this host and program that wait for another one's lock."""

    count: int
    longest_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerFacts:
    """One look at the server; times are aware, in UTC.

    ``encrypted`` is what the server says, or what the driver insists on where the login may not
    ask. ``session_limit`` is how many sessions there may be in all. ``is_writable`` is False for a
    READ_ONLY database: a readable secondary, or one that is set so. ``fell_back`` says that Driver
    17 was taken where the settings mean Driver 18.

    Of the settings: ``reads_only`` is ApplicationIntent=ReadOnly, ``is_local`` that nobody can
    stand between this machine and the server, ``checks_certificate`` that the driver refuses a
    certificate that has expired.
    """

    encrypted: Fact[bool]
    auth_scheme: Fact[str]
    role: Fact[Role]
    is_writable: Fact[bool]
    state: Fact[str]
    row_versioning: Fact[bool]
    sessions: Fact[Sessions]
    session_limit: Fact[int]
    idle_transactions: Fact[IdleTransactions]
    blocked: Fact[Blocked]
    driver_major: Fact[int]
    fell_back: Fact[bool]
    token_expires: Fact[dt.datetime] = NO_TOKEN
    certificate_expires: Fact[dt.datetime] = NOT_ASKED_YET
    reads_only: bool = False
    is_local: bool = False
    checks_certificate: bool = True
