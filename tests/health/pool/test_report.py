"""One alias's pool report: its rows, its numbers and what is worth a warning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops.diagnostics.facts import Unreadable
from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.health.families import MEANINGS
from django_mssql_ops.health.pool.judging import PoolThresholds, judge_pool
from django_mssql_ops.health.pool.report import (
    NOT_OBSERVED,
    PoolReport,
    describe,
    gauges,
    pool_report,
)
from django_mssql_ops.health.pool.reuse import Proof, Reuse
from django_mssql_ops.pooling import live
from django_mssql_ops.pooling.facts import Layer, PoolFacts, PoolSettings, ServedBy
from django_mssql_ops.pooling.live import LiveConnection, State
from django_mssql_ops.retry import budget, counters
from django_mssql_ops.retry.counters import OUTCOMES
from django_mssql_ops.retry.signals import Event
from tests.pooling.test_live import Wrapper
from tests.testing.aliases import entry_for

REUSED = Reuse(is_reused=True, proof=Proof.SOCKETS)
NOT_REUSED = Reuse(is_reused=False, proof=Proof.SESSION)
UNTOUCHED: Mapping[str, int] = dict.fromkeys(OUTCOMES, 0)


def facts(*, age: float | None = 60.0, pool: Any = None, **changes: Any) -> PoolFacts:
    switched: dict[str, Any] = {"enabled": True, "where": "x", "layer": Layer.MSSQL_PYTHON}
    return PoolFacts(
        conn_max_age=age,
        conn_health_checks=True,
        pool=PoolSettings(**{**switched, **(pool or {})}),
        **changes,
    )


def report(**changes: Any) -> PoolReport:
    healthy: dict[str, Any] = {
        "alias": "default",
        "facts": facts(),
        "live": (),
        "opened": 3,
        "reuse": REUSED,
        "retries": UNTOUCHED,
        "tokens": 500.0,
    }
    return PoolReport(**{**healthy, **changes})


def several(count: int, state: State, age: float = 1.0) -> tuple[LiveConnection, ...]:
    return tuple(LiveConnection(alias="default", age=age, state=state) for _ in range(count))


def words(found: PoolReport) -> list[str]:
    return [concern.word for concern in judge_pool(found, PoolThresholds())]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"facts": facts(served_by=ServedBy.ASGI)}, ["persistent-under-asgi"]),
        ({"facts": facts(served_by=ServedBy.ASGI, age=None)}, ["persistent-under-asgi"]),
        ({"facts": facts(served_by=ServedBy.ASGI, age=0.0)}, []),
        ({"facts": facts(served_by=ServedBy.WSGI, means_asgi=True)}, []),
        ({"live": several(5, State.ORPHANED)}, []),
        ({"live": several(6, State.ORPHANED)}, ["orphaned-connections"]),
        ({"live": several(60, State.IDLE)}, []),
        ({"facts": facts(pool={"ignored": "a switch"})}, ["pool-not-switched-off"]),
        ({"reuse": NOT_REUSED}, ["pool-without-reuse"]),
        ({"reuse": NOT_REUSED, "facts": facts(pool={"enabled": False})}, []),
        ({"reuse": NOT_REUSED, "facts": facts(pool={"enabled": None})}, []),
        ({"reuse": NOT_OBSERVED}, []),
        (
            {"live": several(1, State.IDLE, 9e9), "facts": facts(uses_token=True)},
            ["older-than-token"],
        ),
        ({"live": several(1, State.IDLE, 5400.0), "facts": facts(uses_token=True)}, []),
        ({"live": several(1, State.IDLE, 9e9)}, []),
    ],
)
def test_what_is_worth_a_warning(changes: dict[str, Any], expected: list[str]) -> None:
    assert words(report(**changes)) == expected


def test_thresholds_are_the_callers() -> None:
    found = report(live=several(1, State.ORPHANED, 100.0), facts=facts(uses_token=True))
    strict = PoolThresholds(orphaned=0, token_age=99.0)
    assert [concern.word for concern in judge_pool(found, strict)] == [
        "orphaned-connections",
        "older-than-token",
    ]


def test_the_rows_of_a_busy_process() -> None:
    found = report(
        live=(*several(2, State.IDLE, 61.4), *several(1, State.IN_TRANSACTION)),
        facts=facts(served_by=ServedBy.WSGI, pool={"max_size": 100, "idle_seconds": 600}),
        retries={**UNTOUCHED, "attempted": 4},
        tokens=480.0,
    )
    assert describe(found) == (
        ("Django", "Django keeps each thread's connection for 60 s"),
        ("Tested before use", "yes"),
        ("Served by", "WSGI"),
        ("Pool under Django", "on (mssql-python, at most 100, idle for 600 s)"),
        ("Reuse", "a closed connection is given out again (seen by its sockets)"),
        ("Live connections", "1 in transaction, 2 idle"),
        ("Oldest connection", "61 s"),
        ("Opened since start", "3"),
        ("Retries", "4 attempted, 0 exhausted, 0 refused, 0 unknown"),
        ("Retry budget", "480 tokens left"),
    )


@pytest.mark.parametrize(
    ("pool", "text"),
    [
        ({"enabled": False}, "off (mssql-python)"),
        ({"enabled": None}, "mssql-python does not say"),
        ({"ignored": "a switch"}, "on (mssql-python), although the project switches it off"),
    ],
)
def test_the_pool_is_a_word(pool: dict[str, Any], text: str) -> None:
    assert dict(describe(report(facts=facts(pool=pool))))["Pool under Django"] == text


def test_what_is_not_known_is_said_and_not_measured() -> None:
    reuse = Unreadable("no", hint="try it on Linux")
    found = report(reuse=reuse, facts=facts(age=None, pool={"enabled": None}))
    assert dict(describe(found))["Reuse"] == "not known: no; try it on Linux"
    assert gauges(found) == {"connection_oldest_seconds": 0.0, "retry_budget_tokens": 500.0}


def test_the_numbers() -> None:
    found = report(
        reuse=NOT_REUSED,
        facts=facts(pool={"max_size": 100, "idle_seconds": 600}),
        live=several(1, State.BROKEN, 7.0),
    )
    assert gauges(found) == {
        "pool_enabled": 1.0,
        "pool_max_size": 100.0,
        "pool_idle_seconds": 600.0,
        "pool_reuses": 0.0,
        "connection_max_age_seconds": 60.0,
        "connection_oldest_seconds": 7.0,
        "retry_budget_tokens": 500.0,
    }
    assert set(gauges(found)) <= set(MEANINGS)
    assert found.by_state == {**dict.fromkeys(State, 0), State.BROKEN: 1}


SECRET = "hunter2.example.net"

pools = st.fixed_dictionaries(
    {
        "enabled": st.none() | st.booleans(),
        "where": st.just(SECRET),
        "ignored": st.sampled_from(["", SECRET]),
        "layer": st.sampled_from(Layer),
        "max_size": st.none() | st.integers(0, 1000),
    }
)
reports = st.builds(
    report,
    facts=st.builds(
        facts,
        age=st.none() | st.floats(-1, 1e6),
        pool=pools,
        served_by=st.sampled_from(ServedBy),
        uses_token=st.booleans(),
    ),
    live=st.lists(
        st.builds(
            LiveConnection,
            alias=st.just("default"),
            age=st.floats(0, 1e7),
            state=st.sampled_from(State),
        ),
        max_size=20,
    ).map(tuple),
    reuse=st.sampled_from([REUSED, NOT_REUSED, NOT_OBSERVED]),
    tokens=st.floats(0, 1e6),
)


@given(reports)
def test_whatever_is_found_is_told_without_what_a_file_or_a_setting_says(found: PoolReport) -> None:
    told = [text for row in describe(found) for text in row]
    concerns = judge_pool(found, PoolThresholds())
    told += [concern.word for concern in concerns] + [concern.sentence for concern in concerns]
    assert all(told)
    assert SECRET not in "".join(told)
    assert len({concern.word for concern in concerns}) == len(concerns)
    assert set(gauges(found)) <= set(MEANINGS)


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    entry = {**entry_for(1, "pyodbc"), "CONN_MAX_AGE": 30, "TOKEN": "x.y.z"}
    configured = connections.configure_settings({"default": {}, "shop": entry})
    monkeypatch.setitem(connections.settings, "shop", configured["shop"])
    counters.forget()
    live._tracker.forget()
    budget.refill()
    yield "shop"
    counters.forget()
    live._tracker.forget()


def test_the_report_is_of_one_alias_of_this_process(shop: str) -> None:
    mine, others = Wrapper(shop), Wrapper("others")
    opened = live.connections_opened().get(shop, 0)
    for wrapper in (mine, others):
        live._tracker.connected(connection=wrapper)  # type: ignore[arg-type]
    for alias in (shop, "others"):
        counters.count(
            Event(
                name="retry_refused", function="f", attempt=1, reason="r", why="w", aliases=(alias,)
            )
        )
    found = pool_report(shop, REUSED)
    assert [one.alias for one in found.live] == [shop]
    assert found.opened - opened == 1
    assert (found.facts.conn_max_age, found.facts.uses_token) == (30, True)
    assert found.retries == {**UNTOUCHED, "refused": 1}
    assert (found.tokens, found.reuse) == (500.0, REUSED)
    assert pool_report(shop, None).reuse is NOT_OBSERVED
    assert shop not in {wrapper.alias for wrapper in connections.all(initialized_only=True)}


def test_an_alias_that_is_not_there_is_a_sentence() -> None:
    with pytest.raises(ConfigurationError, match="no alias 'nowhere'"):
        pool_report("nowhere", None)
