"""When a fact is worth a warning, and what it says."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops.diagnostics.facts import Unreadable
from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.health.answer import Answer, Word
from django_mssql_ops.health.durations import duration
from django_mssql_ops.health.server.describing import GAUGES, describe, gauges
from django_mssql_ops.health.server.facts import (
    AUTH_SCHEMES,
    NO_TOKEN,
    NOT_USED,
    OTHER,
    STATES,
    Blocked,
    IdleTransactions,
    Role,
    ServerFacts,
    Sessions,
)
from django_mssql_ops.health.server.judging import judge
from django_mssql_ops.health.thresholds import WORDS, Thresholds
from tests.health import sights

NOW = dt.datetime(2030, 1, 1, 12, tzinfo=dt.UTC)
QUICK = Answer(alias="default", at=0.0, latency=0.004)
DEFAULTS = Thresholds()
SOUND = replace(
    sights.SOUND,
    auth_scheme="KERBEROS",
    role=Role.PRIMARY,
    certificate_expires=NOW + dt.timedelta(days=200),
)
_UNKNOWN: dict[str, Any] = {
    field.name: Unreadable("not known")
    for field in fields(SOUND)
    if not isinstance(field.default, bool)
}
NOTHING = replace(SOUND, **_UNKNOWN)


def words(facts: ServerFacts, answer: Answer = QUICK, thresholds: Thresholds = DEFAULTS) -> Any:
    return [concern.word for concern in judge(facts, answer, thresholds, now=NOW)]


def sentence(**changes: Any) -> str:
    (concern,) = judge(replace(SOUND, **changes), QUICK, DEFAULTS, now=NOW)
    return concern.sentence


def idle(seconds: int) -> IdleTransactions:
    return IdleTransactions(count=3, oldest_seconds=seconds)


def in_seconds(seconds: float) -> dt.datetime:
    return NOW + dt.timedelta(seconds=seconds)


def test_a_sound_server_is_worth_no_word() -> None:
    assert words(SOUND) == []


def test_what_is_not_known_is_worth_no_word() -> None:
    assert words(NOTHING) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"encrypted": False}, ["not-encrypted"]),
        ({"encrypted": False, "is_local": True}, []),
        ({"is_writable": False}, ["read-only"]),
        ({"is_writable": False, "reads_only": True}, []),
        ({"reads_only": True}, []),
        ({"state": "RECOVERING"}, ["not-online"]),
        ({"state": OTHER}, ["not-online"]),
        ({"fell_back": True, "driver_major": 17}, ["driver-fallback"]),
        ({"row_versioning": False}, []),
        ({"auth_scheme": "NTLM"}, []),
        ({"role": Role.SECONDARY}, []),
        ({"session_limit": 50}, []),
        ({"session_limit": 49}, ["many-sessions"]),
        ({"session_limit": 0}, []),
        ({"idle_transactions": IdleTransactions(count=3, oldest_seconds=60)}, []),
        (
            {"idle_transactions": IdleTransactions(count=3, oldest_seconds=61)},
            ["idle-transactions"],
        ),
        ({"blocked": Blocked(count=1, longest_seconds=10)}, []),
        ({"blocked": Blocked(count=1, longest_seconds=11)}, ["blocked"]),
        ({"token_expires": in_seconds(901)}, []),
        ({"token_expires": in_seconds(899)}, ["token-expires"]),
        ({"token_expires": in_seconds(-1)}, ["token-expires"]),
        ({"certificate_expires": in_seconds(14 * 86_400)}, []),
        ({"certificate_expires": in_seconds(14 * 86_400 - 1)}, ["certificate-expires"]),
        ({"certificate_expires": in_seconds(-1), "checks_certificate": False}, []),
    ],
)
def test_each_threshold(changes: dict[str, Any], expected: list[str]) -> None:
    assert words(replace(SOUND, **changes)) == expected


@pytest.mark.parametrize(("latency", "expected"), [(0.25, []), (0.251, ["slow"]), (None, [])])
def test_the_latency_is_the_answers(latency: float | None, expected: list[str]) -> None:
    answer = replace(QUICK, latency=latency)
    assert [concern.word for concern in judge(None, answer, DEFAULTS)] == expected


def test_an_alias_that_does_not_answer_has_worse_than_concerns() -> None:
    silent = Answer(alias="default", at=0.0, word=Word.NO_ANSWER, latency=9.0)
    assert words(replace(SOUND, state="SUSPECT"), silent) == []


def test_the_sentences_have_the_numbers() -> None:
    assert sentence(session_limit=40) == (
        "40 of 40 sessions are in use (100%), 7 of them by this program on this machine"
    )
    assert "3, the oldest for 2 hours" in sentence(
        idle_transactions=IdleTransactions(count=3, oldest_seconds=7_300)
    )
    assert "1, the longest for 14 s" in sentence(blocked=Blocked(count=1, longest_seconds=14))
    assert sentence(certificate_expires=in_seconds(3 * 86_400)).endswith("expires in 3 days")
    assert "expired 5 minutes ago" in sentence(token_expires=in_seconds(-300))


class TestThresholds:
    def test_none_switches_each_off(self) -> None:
        none: dict[str, Any] = dict.fromkeys(field.name for field in fields(Thresholds))
        off = Thresholds(**{**none, "ignored": ()})
        awful = replace(
            SOUND,
            session_limit=1,
            idle_transactions=IdleTransactions(count=3, oldest_seconds=10**6),
            blocked=Blocked(count=3, longest_seconds=10**6),
            token_expires=in_seconds(-1),
            certificate_expires=in_seconds(-1),
        )
        assert words(awful, replace(QUICK, latency=100.0), off) == []
        assert len(words(awful, replace(QUICK, latency=100.0))) == 6

    def test_a_word_can_be_ignored(self) -> None:
        assert words(replace(SOUND, encrypted=False), thresholds=_ignoring("not-encrypted")) == []

    @pytest.mark.parametrize(
        ("options", "expected"),
        [
            ({"latency": -1}, "latency is -1; write a number from 0 on, or None for no warning"),
            ({"token": True}, "token is True; write a number"),
            ({"blocked": "10"}, "blocked is '10'; write a number"),
            ({"certificate_days": float("nan")}, "certificate_days is nan; write"),
            ({"latency": float("inf")}, "latency is inf; write"),
            ({"latency": dt.timedelta(1)}, "latency is a timedelta; write"),
            ({"session_share": 80}, "session_share is 80; it is a share from 0 to 1, as 0.8"),
            ({"ignored": ["slow", "fast"]}, "ignored has 'fast'; write a list of these words: bl"),
            ({"ignored": "slow"}, "ignored has 'slow'; write a list"),
            ({"ignored": None}, "ignored has a NoneType; write a list"),
        ],
    )
    def test_a_wrong_one_is_refused_in_a_sentence(
        self, options: dict[str, Any], expected: str
    ) -> None:
        with pytest.raises(ConfigurationError, match=f"^{re.escape(expected)}"):
            Thresholds(**options)


def _ignoring(*ignored: str) -> Thresholds:
    return Thresholds(ignored=ignored)


class TestDescribing:
    def test_a_sound_server(self) -> None:
        assert dict(describe(SOUND, now=NOW)) == {
            "Encrypted": "yes",
            "Authentication": "KERBEROS",
            "Driver": "ODBC Driver 18",
            "Database": "ONLINE",
            "Writable": "yes",
            "Replica": "primary",
            "Row versioning (RCSI)": "on",
            "Sessions": "2 running, 4 sleeping, 1 dormant of this program here; 40 of all",
            "Session limit": "600",
            "Idle in a transaction": "none",
            "Blocked": "none",
            "Certificate": "200 days left",
        }

    def test_what_is_not_known_says_why(self) -> None:
        assert set(dict(describe(NOTHING, now=NOW)).values()) == {"not known: not known"}
        assert gauges(NOTHING, now=NOW) == {}

    def test_what_would_make_it_known_is_said_too(self) -> None:
        forbidden = replace(SOUND, encrypted=Unreadable("forbidden", hint="GRANT it"))
        assert dict(describe(forbidden, now=NOW))["Encrypted"] == "not known: forbidden; GRANT it"

    def test_a_read_intent_that_ends_on_a_primary_says_so(self) -> None:
        rows = dict(describe(replace(SOUND, reads_only=True), now=NOW))
        assert rows["Replica"] == "primary, although ApplicationIntent=ReadOnly"
        rows = dict(describe(replace(SOUND, reads_only=True, is_writable=False), now=NOW))
        assert rows["Writable"] == "no, as ApplicationIntent=ReadOnly asks"

    def test_a_fall_back_says_so(self) -> None:
        rows = dict(describe(replace(SOUND, driver_major=17, fell_back=True), now=NOW))
        assert rows["Driver"] == "ODBC Driver 17, in place of 18"

    def test_what_does_not_exist_has_no_row(self) -> None:
        rows = dict(describe(replace(SOUND, certificate_expires=NOT_USED), now=NOW))
        assert not {"Certificate", "Access token"} & set(rows)
        assert SOUND.token_expires == NO_TOKEN

    def test_the_gauges_are_numbers_of_known_names(self) -> None:
        told = gauges(replace(SOUND, token_expires=in_seconds(60)), now=NOW)
        assert set(told) == set(GAUGES)
        assert told["own_sessions_sleeping"] == 4
        assert told["token_expires_seconds"] == 60
        assert gauges(replace(SOUND, role=Role.STANDALONE), now=NOW).get("replica_primary") is None


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0 s"),
        (119.9, "119 s"),
        (120, "2 minutes"),
        (5_400, "90 minutes"),
        (7_200, "2 hours"),
        (172_799, "47 hours"),
        (172_800, "2 days"),
        (10**12, "11574074 days"),
    ],
)
def test_durations(seconds: float, shown: str) -> None:
    assert duration(seconds) == shown


COUNTS = st.integers(0, 2**63)
UNREADABLE = st.just(Unreadable("not known"))
TIMES = st.datetimes(timezones=st.just(dt.UTC))
FACTS = st.builds(
    ServerFacts,
    encrypted=st.booleans() | UNREADABLE,
    auth_scheme=st.sampled_from([*sorted(AUTH_SCHEMES), OTHER]) | UNREADABLE,
    role=st.sampled_from(Role) | UNREADABLE,
    is_writable=st.booleans() | UNREADABLE,
    state=st.sampled_from([*sorted(STATES), OTHER]) | UNREADABLE,
    row_versioning=st.booleans() | UNREADABLE,
    sessions=st.builds(
        Sessions, total=COUNTS, running=COUNTS, sleeping=COUNTS, dormant=COUNTS, other=COUNTS
    )
    | UNREADABLE,
    session_limit=COUNTS | UNREADABLE,
    idle_transactions=st.builds(IdleTransactions, count=COUNTS, oldest_seconds=COUNTS) | UNREADABLE,
    blocked=st.builds(Blocked, count=COUNTS, longest_seconds=COUNTS) | UNREADABLE,
    driver_major=st.integers(0, 999) | UNREADABLE,
    fell_back=st.booleans() | UNREADABLE,
    token_expires=TIMES | st.just(NO_TOKEN) | UNREADABLE,
    certificate_expires=TIMES | st.just(NOT_USED) | UNREADABLE,
    reads_only=st.booleans(),
    is_local=st.booleans(),
    checks_certificate=st.booleans(),
)
LIMITS = st.floats(0, 1e9) | st.none()
THRESHOLDS = st.builds(
    Thresholds,
    latency=LIMITS,
    session_share=st.floats(0, 1) | st.none(),
    idle_transaction=LIMITS,
    blocked=LIMITS,
    token=LIMITS,
    certificate_days=LIMITS,
    ignored=st.lists(st.sampled_from(sorted(WORDS))),
)
ANSWERS = st.builds(
    Answer,
    alias=st.just("default"),
    at=st.floats(0, 1e9),
    word=st.none() | st.sampled_from(Word),
    latency=st.none() | st.floats(0, 1e6),
)


@given(FACTS | st.none(), ANSWERS, THRESHOLDS, TIMES)
def test_judging_never_raises_and_says_only_known_words(
    facts: ServerFacts | None, answer: Answer, thresholds: Thresholds, now: dt.datetime
) -> None:
    concerns = judge(facts, answer, thresholds, now=now)
    assert {concern.word for concern in concerns} <= WORDS - set(thresholds.ignored)
    assert len({concern.word for concern in concerns}) == len(concerns)


@given(FACTS, TIMES)
def test_describing_never_raises(facts: ServerFacts, now: dt.datetime) -> None:
    rows = describe(facts, now=now)
    assert len(dict(rows)) == len(rows)
    assert all(label and text for label, text in rows)
    assert set(gauges(facts, now=now)) <= set(GAUGES)
