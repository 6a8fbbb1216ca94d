"""What is asked behind an answer, and how often."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from unittest import mock

import pytest

from django_mssql_ops.diagnostics.facts import Unreadable
from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.health import seeing
from django_mssql_ops.health.answer import Answer, Word
from django_mssql_ops.health.pool.reuse import Proof, Reuse
from django_mssql_ops.health.probing import log, registry
from django_mssql_ops.health.probing.looks import STILL_OPEN
from django_mssql_ops.health.seeing import last_seen, misconfigured, see_connection, see_pool
from django_mssql_ops.health.server.facts import ServerFacts
from django_mssql_ops.health.server.looking import SERVER
from tests.health.sights import READ_ONLY, SOUND, answered, failed, pool

REUSED = Reuse(is_reused=True, proof=Proof.SOCKETS)


class Prober:
    """Answers at once; ``facts`` are what the views say."""

    alias = "shop"

    def __init__(self) -> None:
        self.reply: Answer = answered("shop")
        self.facts: ServerFacts | None = SOUND
        self.reuse: Reuse | Unreadable = REUSED
        self.seen: dict[str, Any] = {}
        self.asked: list[tuple[str, float]] = []

    def answer(self, *, limit: float, max_age: float) -> Answer:
        self.asked.append(("answer", limit))
        return self.reply

    def look(self, name: str, question: Any, *, limit: float, max_age: float) -> Any:
        self.asked.append((name, limit))
        return self.reuse

    def last(self, name: str) -> Any:
        return self.seen.get(name)

    def server_facts(self, prober: Any, *, limit: float, max_age: float) -> ServerFacts:
        self.asked.append((SERVER, limit))
        if self.facts is None:
            # As while the question is on its way.
            return replace(SOUND, encrypted=STILL_OPEN)
        self.seen[SERVER] = self.facts
        return self.facts


@pytest.fixture
def prober() -> Iterator[Prober]:
    made = Prober()
    with (
        mock.patch.object(registry, "prober_for", lambda alias: made),
        mock.patch.object(seeing, "server_facts", made.server_facts),
        mock.patch.object(seeing, "pool_report", lambda alias, reuse: pool(alias, reuse=reuse)),
    ):
        yield made


@pytest.fixture
def no_prober() -> Iterator[None]:
    refused = mock.Mock(side_effect=ConfigurationError("there is no such alias"))
    with mock.patch.object(registry, "prober_for", refused):
        yield


def see(facts_every: float = 60.0) -> seeing.SeenConnection:
    return see_connection("shop", limit=5.0, max_age=1.0, facts_every=facts_every)


def times(prober: Prober, name: str) -> int:
    return sum(asked == name for asked, _ in prober.asked)


def test_the_views_are_asked_in_what_is_left_of_the_limit(prober: Prober) -> None:
    assert see().facts == SOUND
    assert [name for name, _ in prober.asked] == ["answer", SERVER]
    assert 0 < dict(prober.asked)[SERVER] <= 5


def test_they_are_asked_seldom(prober: Prober) -> None:
    see()
    prober.facts = READ_ONLY
    assert see().facts == SOUND
    assert times(prober, SERVER) == 1
    assert times(prober, "answer") == 2
    assert see(facts_every=1e-9).facts == READ_ONLY


def test_what_stands_in_for_them_is_kept_for_a_moment(
    prober: Prober, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Probes come one after the other, and each look reads the settings anew."""
    prober.facts = None
    see()
    see()
    assert times(prober, SERVER) == 1
    monkeypatch.setattr(seeing, "SOON", 0.0)
    prober.facts = SOUND
    assert see().facts == SOUND


def test_so_are_they_before_the_certificate_is_there(
    prober: Prober, monkeypatch: pytest.MonkeyPatch
) -> None:
    prober.facts = replace(SOUND, certificate_expires=STILL_OPEN)
    see()
    see()
    assert times(prober, SERVER) == 1
    monkeypatch.setattr(seeing, "SOON", 0.0)
    see()
    assert times(prober, SERVER) == 2


def test_a_database_that_does_not_answer_is_not_asked_for_more(prober: Prober) -> None:
    prober.reply = failed(Word.TIMED_OUT, "shop")
    assert see().facts is None
    assert [name for name, _ in prober.asked] == ["answer"]


def test_the_last_that_was_seen_costs_nothing(prober: Prober) -> None:
    assert last_seen(prober.reply).facts is None
    see()
    prober.asked.clear()
    assert last_seen(prober.reply).facts == SOUND
    assert last_seen(failed(alias="shop")).facts is None
    assert prober.asked == []


def test_no_connection_is_closed_while_logins_are_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process was rejected: this one's connection is still good."""
    untouched: Any = None
    monkeypatch.setattr(registry, "is_login_held", lambda alias: alias == "shop")
    assert isinstance(seeing._reuse("shop", untouched), Unreadable)


def test_a_pools_reuse_is_looked_at(prober: Prober) -> None:
    report = see_pool("shop", limit=2.0, reuse_every=600.0)
    assert report is not None
    assert report.reuse == REUSED
    assert prober.asked == [(seeing.REUSE, 2.0)]


def test_the_last_look_at_it_stands_in(prober: Prober) -> None:
    prober.reuse = STILL_OPEN
    report = see_pool("shop", limit=2.0, reuse_every=600.0)
    assert report is not None and report.reuse == STILL_OPEN
    prober.seen[seeing.REUSE] = REUSED
    report = see_pool("shop", limit=2.0, reuse_every=600.0)
    assert report is not None and report.reuse == REUSED


@pytest.mark.usefixtures("no_prober")
def test_wrong_settings_are_an_answer() -> None:
    before = time.monotonic()
    seen = see()
    assert (seen.answer.alias, seen.answer.word) == ("shop", Word.CONFIGURATION)
    assert seen.answer.at >= before
    assert last_seen(answered("shop")).facts is None
    assert see_pool("shop", limit=1.0, reuse_every=1.0) is None
    assert not misconfigured("shop").is_reachable


def test_what_is_wrong_with_the_settings_is_in_the_log_and_once(
    no_prober: None, caplog: pytest.LogCaptureFixture
) -> None:
    log.say_once.cache_clear()
    with caplog.at_level(logging.ERROR, log.LOGGER):
        see()
        see()
        see_pool("shop", limit=1.0, reuse_every=60.0)
    assert caplog.messages == ["the health checks cannot ask: there is no such alias"]
