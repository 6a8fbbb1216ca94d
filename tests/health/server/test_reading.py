"""From what a server answers, or refuses, to facts."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops.configuration import ConnectionSettings, read_settings
from django_mssql_ops.configuration.token import TokenFacts
from django_mssql_ops.diagnostics.facts import Unreadable
from django_mssql_ops.health.server.facts import (
    NO_TOKEN,
    NOT_ASKED_YET,
    OTHER,
    Blocked,
    IdleTransactions,
    Role,
    ServerFacts,
    Sessions,
)
from django_mssql_ops.health.server.questions import RIGHTS, Section
from django_mssql_ops.health.server.reading import (
    REMEMBERED,
    ServerReader,
    facts_without_answers,
)
from tests.configuration.entries import entry, implicit
from tests.health.server.answering import ALL_RIGHTS, SOUND, AnsweringOwn, client_error, refused

SETTINGS = read_settings("default", entry(extra="Encrypt=yes"))
NO_PERMISSION = {name: 0 for name in ALL_RIGHTS if name != "engine_edition"}


def read(own: AnsweringOwn, settings: ConnectionSettings = SETTINGS) -> ServerFacts:
    return ServerReader().read(own, settings)


def with_row(section: Section, **columns: object) -> AnsweringOwn:
    return AnsweringOwn(answers={section: {**SOUND[section], **columns}})


def test_a_sound_server() -> None:
    own = AnsweringOwn()
    assert read(own) == ServerFacts(
        encrypted=True,
        auth_scheme="SQL",
        role=Role.STANDALONE,
        is_writable=True,
        state="ONLINE",
        row_versioning=True,
        sessions=Sessions(total=40, running=2, sleeping=4, dormant=1, other=0),
        session_limit=32767,
        idle_transactions=IdleTransactions(count=0, oldest_seconds=0),
        blocked=Blocked(count=0, longest_seconds=0),
        driver_major=18,
        fell_back=False,
        token_expires=NO_TOKEN,
        certificate_expires=NOT_ASKED_YET,
        reads_only=False,
        is_local=False,
        checks_certificate=True,
    )


class TestRoundTrips:
    def test_the_rights_and_one_statement_then_the_statement_alone(self) -> None:
        own, reader = AnsweringOwn(), ServerReader(clock=lambda: 0.0)
        for _ in range(3):
            reader.read(own, SETTINGS)
        assert own.asked.count(RIGHTS) == 1
        assert len(own.asked) == 1 + 3

    def test_another_connection_is_asked_for_its_rights(self) -> None:
        own, reader = AnsweringOwn(), ServerReader(clock=lambda: 0.0)
        reader.read(own, SETTINGS)
        own.opened_at = 2.0
        reader.read(own, SETTINGS)
        assert own.asked.count(RIGHTS) == 2

    def test_a_grant_is_seen_after_a_while(self) -> None:
        now = [0.0]
        own = AnsweringOwn({**ALL_RIGHTS, **NO_PERMISSION})
        reader = ServerReader(clock=lambda: now[0])
        assert isinstance(reader.read(own, SETTINGS).sessions, Unreadable)
        own.rights = ALL_RIGHTS
        assert isinstance(reader.read(own, SETTINGS).sessions, Unreadable)
        now[0] = REMEMBERED + 1
        assert isinstance(reader.read(own, SETTINGS).sessions, Sessions)

    def test_what_was_refused_is_not_asked_again(self) -> None:
        own = AnsweringOwn(answers={Section.BLOCKED: refused(300), Section.REPLICA: refused(208)})
        reader = ServerReader(clock=lambda: 0.0)
        first = reader.read(own, SETTINGS)
        assert len(own.asked) == 2 + len(Section)
        assert reader.read(own, SETTINGS) == first
        assert len(own.asked) == 2 + len(Section) + 1
        assert first.blocked == Unreadable("the login lacks the permission (error 300)")
        assert isinstance(first.sessions, Sessions)


class TestRights:
    @pytest.mark.parametrize(
        ("edition", "held", "sessions", "encryption"),
        [
            (3, "server_state", True, True),
            (3, "server_performance", True, False),
            (3, "server_security", False, True),
            (3, "database_state", False, False),
            (5, "database_state", True, True),
            (5, "database_performance", True, False),
            (12, "database_security", False, True),
            (8, "database_state", False, False),
        ],
    )
    def test_each_permission_opens_its_views(
        self, edition: int, held: str, sessions: bool, encryption: bool
    ) -> None:
        own = AnsweringOwn({**NO_PERMISSION, "engine_edition": edition, held: 1})
        facts = read(own, replace(SETTINGS, encrypt="no", encrypt_value="no"))
        assert isinstance(facts.sessions, Sessions) is sessions
        assert isinstance(facts.blocked, Blocked) is sessions
        assert (facts.encrypted is True) is encryption

    def test_without_any_the_free_facts_are_there_and_the_reason(self) -> None:
        facts = read(AnsweringOwn({**ALL_RIGHTS, **NO_PERMISSION}))
        assert (facts.state, facts.is_writable, facts.row_versioning) == ("ONLINE", True, True)
        assert facts.session_limit == 32767
        assert facts.role is Role.STANDALONE
        for fact in (facts.sessions, facts.idle_transactions, facts.blocked):
            assert isinstance(fact, Unreadable)
            assert fact.reason == "the login may not read it"
            assert "GRANT" in fact.hint

    def test_rights_that_cannot_be_read_are_none(self) -> None:
        facts = read(AnsweringOwn(refused(195)))
        assert facts.state == "ONLINE"
        assert isinstance(facts.sessions, Unreadable)

    def test_a_permission_of_no_scope_here_is_none(self) -> None:
        assert isinstance(read(AnsweringOwn(dict.fromkeys(ALL_RIGHTS))).sessions, Unreadable)


class TestNoAnswer:
    """What the server did not answer is the prober's to handle, as the driver raised it."""

    @pytest.mark.parametrize(
        "error",
        [
            client_error("HYT00", "Query timeout expired"),
            client_error("08S01", "Communication link failure"),
            RuntimeError("no driver's"),
        ],
        ids=["time-out", "lost", "other"],
    )
    @pytest.mark.parametrize("at", ["rights", "whole"])
    def test_it_is_raised(self, error: Exception, at: str) -> None:
        own = (
            AnsweringOwn(error)
            if at == "rights"
            else AnsweringOwn(answers={Section.SESSIONS: error})
        )
        with pytest.raises(type(error)) as caught:
            read(own)
        assert caught.value is error
        assert len(own.asked) == (1 if at == "rights" else 2)

    def test_the_settings_alone_tell_something(self) -> None:
        silence = Unreadable("the server did not answer in time")
        facts = facts_without_answers(SETTINGS, silence)
        assert facts.state == facts.sessions == facts.role == silence
        assert facts.encrypted is True
        assert facts.fell_back is False


class TestEncryption:
    @pytest.mark.parametrize(("said", "expected"), [("TRUE", True), ("FALSE", False)])
    def test_the_server_knows(self, said: str, expected: bool) -> None:
        assert read(with_row(Section.ENCRYPTION, encrypt_option=said)).encrypted is expected

    @pytest.mark.parametrize(
        ("settings", "expected"),
        [
            (read_settings("default", entry(extra="Encrypt=yes")), True),
            (read_settings("default", entry(extra="Encrypt=strict")), True),
            (read_settings("default", entry()), True),
            (read_settings("default", implicit()), True),
            (read_settings("default", entry(extra="Encrypt=no")), None),
        ],
    )
    def test_a_driver_that_insists_has_it(
        self, settings: ConnectionSettings, expected: bool | None
    ) -> None:
        facts = read(AnsweringOwn({**ALL_RIGHTS, **NO_PERMISSION}), settings)
        assert (facts.encrypted is True) is bool(expected)

    def test_a_driver_17_in_its_place_does_not_insist(self) -> None:
        own = AnsweringOwn(
            {**ALL_RIGHTS, **NO_PERMISSION}, driver=("libmsodbcsql-17.10.so", "17.10.0006")
        )
        facts = read(own, read_settings("default", implicit()))
        assert facts.fell_back is True
        assert facts.driver_major == 17
        assert isinstance(facts.encrypted, Unreadable)

    def test_driver_17_by_name_is_no_fall_back(self) -> None:
        own = AnsweringOwn(driver=("MSODBCSQL17.DLL", "17.10.0006"))
        assert read(own).fell_back is False

    @pytest.mark.parametrize(
        "driver", [("libtdsodbc.so", "1.3.17"), ("libmsodbcsql", ""), ("", "")]
    )
    def test_another_makers_driver_has_no_version_here(self, driver: tuple[str, str]) -> None:
        facts = read(AnsweringOwn(driver=driver), read_settings("default", implicit()))
        assert isinstance(facts.driver_major, Unreadable)
        assert isinstance(facts.fell_back, Unreadable)


class TestRole:
    @pytest.mark.parametrize(
        ("replicas", "primaries", "role"),
        [(0, None, Role.STANDALONE), (1, 1, Role.PRIMARY), (1, 0, Role.SECONDARY)],
    )
    def test_the_local_replica_tells(
        self, replicas: int, primaries: int | None, role: Role
    ) -> None:
        own = with_row(Section.REPLICA, replicas=replicas, primaries=primaries)
        assert read(own).role is role

    @pytest.mark.parametrize(
        ("edition", "in_group", "known"), [(3, 0, True), (3, 1, False), (5, 0, False)]
    )
    def test_without_the_permission_only_the_product_tells_that_there_is_no_group(
        self, edition: int, in_group: int, known: bool
    ) -> None:
        rights = {**NO_PERMISSION, "engine_edition": edition}
        own = AnsweringOwn(
            rights,
            {Section.DATABASE: {"state": "ONLINE", "rcsi": 0, "in_group": in_group}},
        )
        assert (read(own).role is Role.STANDALONE) is known


class TestCounts:
    def test_a_view_that_hides_this_session_is_not_believed(self) -> None:
        """As where a login gave no host name: HOST_NAME() is NULL and equals nothing."""
        facts = read(with_row(Section.SESSIONS, own=0))
        for fact in (facts.sessions, facts.idle_transactions, facts.blocked):
            assert isinstance(fact, Unreadable)

    def test_other_states(self) -> None:
        own = with_row(Section.SESSIONS, own=9, own_running=1, own_sleeping=2, own_dormant=3)
        sessions = read(own).sessions
        assert isinstance(sessions, Sessions)
        assert (sessions.other, sessions.own) == (3, 9)

    def test_an_idle_transaction_and_its_age(self) -> None:
        facts = read(with_row(Section.SESSIONS, idle_open=2, idle_seconds=90))
        assert facts.idle_transactions == IdleTransactions(count=2, oldest_seconds=90)

    def test_blocked_and_the_longest_wait(self) -> None:
        facts = read(with_row(Section.BLOCKED, blocked=3, blocked_seconds=14))
        assert facts.blocked == Blocked(count=3, longest_seconds=14)

    @pytest.mark.parametrize(("configured", "limit"), [(0, 32767), (None, 32767), (200, 200)])
    def test_what_is_configured_limits_the_product(
        self, configured: int | None, limit: int
    ) -> None:
        assert read(with_row(Section.LIMIT, session_limit=configured)).session_limit == limit

    def test_azures_limit_is_its_view_or_not_known(self) -> None:
        azure = {**ALL_RIGHTS, "engine_edition": 5}
        assert (
            read(AnsweringOwn(azure, {Section.LIMIT: {"session_limit": 600}})).session_limit == 600
        )
        unknown = read(AnsweringOwn(azure, {Section.LIMIT: refused(208)})).session_limit
        assert unknown == Unreadable("error 208 while it was read")


class TestSettings:
    def test_intent_place_and_certificate(self) -> None:
        settings = read_settings(
            "default",
            entry(
                HOST="localhost",
                extra="ApplicationIntent=ReadOnly;Encrypt=yes;TrustServerCertificate=yes",
            ),
        )
        facts = read(AnsweringOwn(), settings)
        assert (facts.reads_only, facts.is_local, facts.checks_certificate) == (True, True, False)

    def test_strict_checks_the_certificate_whatever_is_trusted(self) -> None:
        extra = "Encrypt=strict;TrustServerCertificate=yes"
        assert read(AnsweringOwn(), read_settings("default", entry(extra=extra))).checks_certificate

    def test_a_token_expires(self) -> None:
        end = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)
        token = TokenFacts(is_readable=True, expires_at=end)
        settings = replace(SETTINGS, has_token=True, token=token)
        assert read(AnsweringOwn(), settings).token_expires == end

    def test_a_token_may_not_tell(self) -> None:
        settings = replace(SETTINGS, has_token=True, token=TokenFacts())
        assert isinstance(read(AnsweringOwn(), settings).token_expires, Unreadable)


#: What a server of any make may answer, names among it.
SECRET = "db7.corp.example svc"
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63),
    st.floats(),
    st.just(SECRET),
    st.text(max_size=20),
    st.binary(max_size=4),
)


#: Errors that leave the connection alone; the others are the prober's.
REFUSALS = st.sampled_from([195, 207, 208, 229, 262, 297, 300, 371, 1222, 8134, 33557097])


@st.composite
def answering(draw: st.DrawFn) -> AnsweringOwn:
    answers: dict[Section, Any] = {}
    for section, row in SOUND.items():
        kind = draw(st.sampled_from(["sound", "odd", "none", "refused"]))
        if kind == "odd":
            answers[section] = {name: draw(VALUES) for name in row}
        elif kind == "none":
            answers[section] = None
        elif kind == "refused":
            answers[section] = refused(draw(REFUSALS), SECRET)
    rights = {name: draw(VALUES) for name in ALL_RIGHTS}
    chosen = draw(st.sampled_from([ALL_RIGHTS, rights, {**ALL_RIGHTS, "engine_edition": 5}, None]))
    return AnsweringOwn(chosen, answers, driver=(SECRET, draw(st.text(max_size=8))))


@given(answering())
def test_no_text_of_the_server_is_in_the_facts(own: AnsweringOwn) -> None:
    facts = read(own)
    assert SECRET not in repr(facts)
    for field in fields(facts):
        assert getattr(facts, field.name) is not None
    known = {OTHER, "SQL", "ONLINE"}
    assert {value for value in (facts.auth_scheme, facts.state) if isinstance(value, str)} <= known
