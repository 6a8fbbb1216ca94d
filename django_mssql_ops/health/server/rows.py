"""From rows and settings to :class:`ServerFacts`. Pure, but for what the driver says of itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from django_mssql_ops.configuration import ConnectionSettings
from django_mssql_ops.diagnostics.facts import Fact, Unreadable
from django_mssql_ops.diagnostics.probes.asking import Row
from django_mssql_ops.health.server import client_side
from django_mssql_ops.health.server.asking import OpenConnection
from django_mssql_ops.health.server.facts import (
    AUTH_SCHEMES,
    NOT_ASKED_YET,
    NOT_USED,
    OTHER,
    STATES,
    Blocked,
    IdleTransactions,
    Role,
    ServerFacts,
    Sessions,
)
from django_mssql_ops.health.server.questions import Rights, Section

_NOT_SAID: Final = Unreadable("the server does not say")
#: The probe's own session is one of them, so that a view without it does not tell the truth.
_HIDDEN: Final = Unreadable("the view does not show this session")
_FORBIDDEN: Final = Unreadable(
    "the login may not read it",
    hint="GRANT VIEW SERVER STATE (on Azure SQL Database VIEW DATABASE STATE)",
)

Answers = Mapping[Section, Row | Unreadable]


class _Told:
    """The answers by section; a section that was not asked was not permitted."""

    def __init__(self, answers: Answers, rights: Rights) -> None:
        self._answers = answers
        self.rights = rights

    def row(self, section: Section) -> Row | Unreadable:
        return self._answers.get(section, _FORBIDDEN)

    def value(self, section: Section, name: str) -> Any:
        """The column, or Unreadable, also for NULL."""
        row = self.row(section)
        if isinstance(row, Unreadable):
            return row
        value = row.get(name)
        return _NOT_SAID if value is None else value

    def count(self, section: Section, name: str) -> Fact[int]:
        value = self.value(section, name)
        if isinstance(value, Unreadable):
            return value
        is_count = isinstance(value, int) and not isinstance(value, bool) and value >= 0
        return value if is_count else _NOT_SAID

    def own_count(self, section: Section, name: str) -> Fact[int]:
        """A count of this host's and program's sessions."""
        return _HIDDEN if self.count(Section.SESSIONS, "own") == 0 else self.count(section, name)

    def flag(self, section: Section, name: str) -> Fact[bool]:
        count = self.count(section, name)
        return count if isinstance(count, Unreadable) else count != 0

    def word(self, section: Section, name: str, known: Collection[str]) -> Fact[str]:
        """One of ``known`` (upper case), or OTHER."""
        value = self.value(section, name)
        if isinstance(value, Unreadable):
            return value
        shown = value.strip().upper() if isinstance(value, str) else OTHER
        return shown if shown in known else OTHER


def facts_of(
    answers: Answers, rights: Rights, settings: ConnectionSettings, own: OpenConnection | None
) -> ServerFacts:
    """``answers`` has a row, or why there is none, for each section that ``rights`` allow."""
    told = _Told(answers, rights)
    major = client_side.driver_major(own)
    fell_back = client_side.fell_back(settings, major)
    return ServerFacts(
        encrypted=_encrypted(told, settings, fell_back),
        auth_scheme=told.word(Section.SESSION, "auth_scheme", AUTH_SCHEMES),
        role=_role(told),
        is_writable=_is_writable(told),
        state=told.word(Section.DATABASE, "state", STATES),
        row_versioning=told.flag(Section.DATABASE, "rcsi"),
        sessions=_sessions(told),
        session_limit=_session_limit(told),
        idle_transactions=_idle_transactions(told),
        blocked=_blocked(told),
        driver_major=major,
        fell_back=fell_back,
        token_expires=client_side.token_expires(settings),
        certificate_expires=NOT_USED if settings.encrypt == "no" else NOT_ASKED_YET,
        reads_only=settings.application_intent == "readonly",
        is_local=settings.is_on_loopback,
        checks_certificate=client_side.checks_certificate(settings),
    )


def _encrypted(told: _Told, settings: ConnectionSettings, fell_back: Fact[bool]) -> Fact[bool]:
    """What the server says. Failing that: a driver that insists on encryption has got it."""
    said = told.word(Section.ENCRYPTION, "encrypt_option", ("TRUE", "FALSE"))
    if said in ("TRUE", "FALSE"):
        return said == "TRUE"
    insists = settings.encrypt in ("yes", "strict")
    if insists and (settings.encrypt_value is not None or fell_back is False):
        return True
    return said if isinstance(said, Unreadable) else _NOT_SAID


def _role(told: _Told) -> Fact[Role]:
    replicas = told.count(Section.REPLICA, "replicas")
    if isinstance(replicas, Unreadable):
        # On the product itself everybody sees that a database is in no group.
        alone = told.count(Section.DATABASE, "in_group") == 0 and told.rights.is_product
        return Role.STANDALONE if alone else replicas
    if replicas == 0:
        return Role.STANDALONE
    is_primary = told.flag(Section.REPLICA, "primaries")
    if isinstance(is_primary, Unreadable):
        return is_primary
    return Role.PRIMARY if is_primary else Role.SECONDARY


def _is_writable(told: _Told) -> Fact[bool]:
    said = told.word(Section.SESSION, "updateability", ("READ_WRITE", "READ_ONLY"))
    if isinstance(said, Unreadable):
        return said
    return _NOT_SAID if said == OTHER else said == "READ_WRITE"


def _sessions(told: _Told) -> Fact[Sessions]:
    names = ("sessions", "own", "own_running", "own_sleeping", "own_dormant")
    counts = []
    for name in names:
        count = told.own_count(Section.SESSIONS, name)
        if isinstance(count, Unreadable):
            return count
        counts.append(count)
    total, own, running, sleeping, dormant = counts
    return Sessions(
        total=max(total, own),
        running=running,
        sleeping=sleeping,
        dormant=dormant,
        other=max(0, own - running - sleeping - dormant),
    )


def _session_limit(told: _Told) -> Fact[int]:
    limit = told.count(Section.LIMIT, "session_limit")
    if told.rights.is_one_database or (not isinstance(limit, Unreadable) and limit > 0):
        return limit
    # 0, or nothing configured: as many as the product can.
    return told.count(Section.LIMIT, "max_connections")


def _idle_transactions(told: _Told) -> Fact[IdleTransactions]:
    count = told.own_count(Section.SESSIONS, "idle_open")
    if isinstance(count, Unreadable):
        return count
    seconds = told.count(Section.SESSIONS, "idle_seconds")
    oldest = 0 if count == 0 or isinstance(seconds, Unreadable) else seconds
    return IdleTransactions(count=count, oldest_seconds=oldest)


def _blocked(told: _Told) -> Fact[Blocked]:
    count = told.own_count(Section.BLOCKED, "blocked")
    if isinstance(count, Unreadable):
        return count
    seconds = told.count(Section.BLOCKED, "blocked_seconds")
    longest = 0 if count == 0 or isinstance(seconds, Unreadable) else seconds
    return Blocked(count=count, longest_seconds=longest)
