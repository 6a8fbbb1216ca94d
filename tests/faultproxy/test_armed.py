"""Which fault strikes at a moment, how often, and always the same for one seed."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.faultproxy.armed import MAX_INJECTIONS, Armed
from django_mssql_ops.faultproxy.moments import Moment, Point
from django_mssql_ops.faultproxy.registry import fault_named
from django_mssql_ops.faultproxy.triggers import Injection, injection
from tests.faultproxy.moments import moment
from tests.faultproxy.strategies import few, injections

RESET, CLOSE = fault_named("reset"), fault_named("close")


def reset(**trigger: Any) -> Injection:
    return injection(RESET, **trigger)


def struck(armed: Armed, *moments: Moment) -> list[bool]:
    return [armed.match(one) is not None for one in moments]


def test_nothing_armed_matches_nothing() -> None:
    armed = Armed()
    assert armed.points == frozenset()
    assert struck(armed, moment(), moment(Point.LOGIN)) == [False, False]
    assert armed.fired == {}


@pytest.mark.parametrize(
    ("trigger", "expected"),
    [
        ({}, "10000"),
        ({"nth": 3}, "00100"),
        ({"count": 2}, "11000"),
        ({"nth": 2, "count": 3}, "01110"),
        ({"count": None}, "11111"),
        ({"nth": 4, "count": None}, "00011"),
    ],
)
def test_from_the_nth_moment_on_so_often(trigger: dict[str, Any], expected: str) -> None:
    armed = Armed([reset(**trigger)])
    assert struck(armed, *[moment()] * 5) == [digit == "1" for digit in expected]
    assert armed.fired == {"reset": expected.count("1")}


def test_only_moments_that_the_trigger_accepts_are_counted() -> None:
    armed = Armed([reset(nth=2, verb="INSERT")])
    seen = [
        moment(verb="INSERT"),
        moment(verb="SELECT"),
        moment(Point.BEGIN),
        moment(verb="INSERT"),
    ]
    assert struck(armed, *seen) == [False, False, False, True]
    assert armed.seen == {"reset": 2}


def test_moments_of_all_connections_are_counted_together() -> None:
    armed = Armed([reset(nth=2)])
    assert struck(armed, moment(connection=1), moment(connection=2)) == [False, True]


def test_only_moments_that_the_fault_wants_are_counted() -> None:
    armed = Armed([injection(fault_named("idle-cut", seconds=2))])
    seen = [moment(Point.IDLE, idle=idle) for idle in (0.5, 1.0, 2.0, 2.5)]
    assert struck(armed, *seen) == [False, False, True, True]


def test_a_storm_lasts_from_when_its_trigger_opens() -> None:
    armed = Armed([injection(fault_named("error-storm", seconds=10), after=5)])
    seen = [moment(Point.LOGIN, seconds=seconds) for seconds in (4.0, 5.0, 14.0, 15.0)]
    assert struck(armed, *seen) == [False, True, True, False]


def test_the_match_is_the_fault_and_the_strike_has_its_name() -> None:
    armed = Armed([reset(named="first"), reset(named="second")])
    assert armed.match(moment()) is RESET
    second = armed.strike(moment())
    assert second is not None
    assert second.id == "second"
    assert armed.fired == {"first": 1, "second": 1}


def test_of_two_that_are_due_the_second_waits_and_both_have_counted() -> None:
    armed = Armed([reset(named="a", nth=1), injection(CLOSE, named="b", nth=2)])
    seen = [armed.match(moment()) for _ in range(3)]
    assert seen == [RESET, CLOSE, None]


def test_spent_points_are_not_asked_about_any_more() -> None:
    armed = Armed([reset(point=Point.LOGIN), reset(named="b", point=Point.BEGIN, count=None)])
    assert armed.points == {Point.LOGIN, Point.BEGIN}
    armed.match(moment(Point.LOGIN))
    assert armed.points == {Point.BEGIN}
    assert armed.match(moment(Point.LOGIN)) is None
    assert armed.fired == {"reset": 1, "b": 0}


def test_a_window_that_is_over_is_not_asked_about_any_more() -> None:
    armed = Armed([reset(point=Point.LOGIN, count=None, duration=5)])
    assert struck(armed, moment(Point.LOGIN, seconds=4.0)) == [True]
    assert struck(armed, moment(Point.LOGIN, seconds=6.0)) == [False]
    assert armed.points == frozenset()


def test_what_is_meant_for_another_alias_stays_out() -> None:
    planned = [reset(named="a"), reset(named="b", alias="default"), reset(named="c", alias="other")]
    assert list(Armed(planned, alias="default").fired) == ["a", "b"]
    assert list(Armed(planned).fired) == ["a", "b", "c"]


def test_two_of_one_name_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="two injections have the id 'reset'"):
        Armed([reset(), reset(point=Point.LOGIN)])


def test_too_many_are_refused() -> None:
    many = [reset(named=str(number)) for number in range(MAX_INJECTIONS + 1)]
    with pytest.raises(ConfigurationError, match="1001 injections; at most 1000"):
        Armed(many)


# --- chance ---


def pattern(
    seed: int, named: str = "x", *, probability: float = 0.3, length: int = 200
) -> list[bool]:
    armed = Armed([reset(named=named, probability=probability, count=None)], seed=seed)
    return struck(armed, *[moment()] * length)


def test_chance_is_about_what_was_asked_for() -> None:
    assert 400 < sum(pattern(1, length=2000)) < 800


def test_a_seed_repeats_a_run_and_another_does_not() -> None:
    assert pattern(7) == pattern(7)
    assert pattern(7) != pattern(8)
    assert pattern(7, "x") != pattern(7, "y")


def test_the_generator_of_the_run_is_seeded() -> None:
    assert Armed(seed=7).random.random() == Armed(seed=7).random.random()
    assert Armed(seed=7).random.random() != Armed(seed=8).random.random()


def test_a_strike_of_another_does_not_change_the_chances_of_one() -> None:
    chance = reset(named="x", probability=0.3, count=None)
    alone = Armed([chance], seed=7)
    behind = Armed([injection(CLOSE, named="y", count=20), chance], seed=7)
    single = [alone.match(moment()) for _ in range(100)]
    both = [behind.match(moment()) for _ in range(100)]
    assert single[20:] == both[20:]


@few
@given(planned=st.lists(injections(), max_size=5), seed=st.integers(), data=st.data())
def test_one_sequence_and_one_seed_give_one_run(
    planned: list[Injection], seed: int, data: st.DataObject
) -> None:
    named = [
        Injection(id=str(place), fault=one.fault, trigger=one.trigger)
        for place, one in enumerate(planned)
    ]
    points = data.draw(st.lists(st.sampled_from(Point), max_size=30))
    seen = [moment(point, seconds=float(place)) for place, point in enumerate(points)]
    first, second = Armed(named, seed=seed), Armed(named, seed=seed)
    assert [first.strike(one) for one in seen] == [second.strike(one) for one in seen]
    assert first.fired == second.fired
    for one in named:
        count = one.trigger.count
        assert first.fired[one.id] <= first.seen[one.id]
        assert count is None or first.fired[one.id] <= count


def test_several_threads_share_the_counters() -> None:
    armed = Armed([reset(count=100)])
    hits: list[bool] = []

    def ask() -> None:
        hits.extend([bool(armed.match(moment())) for _ in range(100)])

    threads = [threading.Thread(target=ask, name=f"asks {number}") for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert (len(hits), sum(hits)) == (400, 100)
    assert armed.fired == {"reset": 100}
