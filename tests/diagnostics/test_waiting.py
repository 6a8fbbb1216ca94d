"""Waiting for a server that comes up late, on facts that tests make up: nobody really waits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from django_mssql_ops.diagnostics import waiting
from django_mssql_ops.diagnostics.facts import Facts, NotRun, Outcome, ProjectFacts, Stage
from django_mssql_ops.diagnostics.run import Options
from django_mssql_ops.diagnostics.waiting import Clock, gather_patiently, reason_to_wait
from tests.diagnostics.rules.building import (
    browser,
    database,
    dns,
    failure,
    healthy_facts,
    login,
    prelogin,
    tcp,
    tls,
)

FAILED = NotRun("tcp failed")


def unreached(**changes: Any) -> Facts:
    return healthy_facts(tcp=tcp(Outcome.REFUSED), prelogin=FAILED, login=FAILED, **changes)


def turned_away(number: int, **changes: Any) -> Facts:
    """The login was answered with this number."""
    error = failure(number)
    rejected = error.is_login_rejected
    return healthy_facts(login=login(error=error, rejected=rejected), database=FAILED, **changes)


class Test_reason_to_wait:
    @pytest.mark.parametrize(
        "changes",
        [
            {"dns": dns(outcome=Outcome.NOT_FOUND)},
            {"dns": dns(outcome=Outcome.FAILED)},
            {"browser": browser(outcome=Outcome.TIMED_OUT, port=None)},
            {"tcp": tcp(Outcome.REFUSED)},
            {"tcp": tcp(Outcome.TIMED_OUT, Outcome.REFUSED)},
            {"prelogin": prelogin(outcome=Outcome.SILENT)},
            {"prelogin": prelogin(outcome=Outcome.RESET)},
            {"tls": tls(outcome=Outcome.SILENT)},
            {"database": database(state="RECOVERING")},
        ],
    )
    def test_a_server_on_its_way_up_is_worth_waiting_for(self, changes: dict[str, Any]) -> None:
        assert reason_to_wait(healthy_facts(**changes))

    @pytest.mark.parametrize("number", [4060, 18401, 40613, 17187, 983])
    def test_not_now_is_worth_waiting_for(self, number: int) -> None:
        assert reason_to_wait(turned_away(number))

    @pytest.mark.parametrize("number", [18456, 18486, 18470, 40615, 40532, 50_000])
    def test_no_is_not(self, number: int) -> None:
        assert reason_to_wait(turned_away(number)) == ""

    @pytest.mark.parametrize(
        "changes",
        [
            {},
            {"tcp": tcp(Outcome.REFUSED, Outcome.OK)},
            {"prelogin": prelogin(outcome=Outcome.NOT_TDS)},
            {"tls": tls(outcome=Outcome.FAILED)},
            {"tls": tls(verified=False, verify_code=18)},
            {"database": database(state="SUSPECT")},
        ],
    )
    def test_what_ends_the_same_however_long_one_waits_is_not(
        self, changes: dict[str, Any]
    ) -> None:
        assert reason_to_wait(healthy_facts(**changes)) == ""


class Theatre:
    """Gathers what the script says, a list a round, and counts seconds nobody waits."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *rounds: dict[str, Facts]) -> None:
        self.rounds = list(rounds)
        self.asked: list[tuple[str, ...]] = []
        self.limits: list[float] = []
        self.naps: list[float] = []
        self.said: list[str] = []
        self.time = 1_000.0
        monkeypatch.setattr(waiting, "gather", self.gather)

    def gather(
        self, entries: Mapping[str, Any], options: Options, project: Stage[ProjectFacts]
    ) -> tuple[Facts, ...]:
        self.asked.append(tuple(entries))
        self.limits.append(options.limit)
        found = self.rounds.pop(0) if len(self.rounds) > 1 else self.rounds[0]
        return tuple(found[alias] for alias in entries)

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.naps.append(seconds)
        self.time += seconds

    def play(self, *aliases: str, seconds: float = 30.0) -> tuple[Facts, ...]:
        entries: dict[str, dict[str, Any]] = {alias: {} for alias in aliases or ("default",)}
        clock = Clock(now=lambda: self.time, sleep=self.sleep)
        return gather_patiently(
            entries, Options(limit=5.0), seconds, say=self.said.append, clock=clock
        )


def test_a_healthy_server_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    theatre = Theatre(monkeypatch, {"default": healthy_facts()})
    theatre.play()
    assert (theatre.asked, theatre.naps, theatre.said) == ([("default",)], [], [])


def test_a_late_server_is_asked_until_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    late = [{"default": unreached()}, {"default": turned_away(18401)}]
    theatre = Theatre(monkeypatch, *late, {"default": healthy_facts()})
    [facts] = theatre.play()
    assert facts == healthy_facts(now=facts.now)
    assert theatre.naps == [1.0, 1.5]
    assert theatre.said == [
        "waiting for default: its port is not open yet (30 s left)",
        "waiting for default: it is not available yet (error 18401) (29 s left)",
    ]


def test_the_time_is_never_exceeded_and_the_pauses_stay_short(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    theatre = Theatre(monkeypatch, {"default": unreached()})
    theatre.play(seconds=20.0)
    assert sum(theatre.naps) == pytest.approx(20.0)
    assert max(theatre.naps) == 5.0
    assert theatre.limits[0] == 5.0
    assert theatre.limits[-1] == 1.0


def test_a_shortened_limit_can_stand_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    theatre = Theatre(monkeypatch, {"default": unreached()})
    theatre.play(seconds=4.123456)
    assert theatre.limits == [5.0, 3.1, 1.6, 1.0]


@pytest.mark.parametrize("number", [18456, 18486, 40615])
def test_a_login_that_was_turned_down_ends_the_waiting_for_all(
    monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    theatre = Theatre(
        monkeypatch,
        {"default": unreached(), "other": unreached(alias="other")},
        {"default": turned_away(number), "other": unreached(alias="other")},
    )
    theatre.play("default", "other")
    assert theatre.asked == [("default", "other")] * 2


def test_only_those_are_asked_again_that_are_not_there_yet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    theatre = Theatre(
        monkeypatch,
        {"default": healthy_facts(), "other": turned_away(4060, alias="other")},
        {"other": healthy_facts(alias="other")},
    )
    facts = theatre.play("default", "other")
    assert theatre.asked == [("default", "other"), ("other",)]
    assert [each.alias for each in facts] == ["default", "other"]
