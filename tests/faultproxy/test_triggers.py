"""When a trigger accepts a moment, and what it refuses to be."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.faultproxy.moments import Point
from django_mssql_ops.faultproxy.registry import fault_named
from django_mssql_ops.faultproxy.triggers import (
    IN_SESSION,
    MAX_SEARCHED,
    WITH_SQL,
    Injection,
    Trigger,
    injection,
)
from tests.faultproxy.moments import moment
from tests.faultproxy.strategies import few


def trigger(*points: Point, **fields: Any) -> Trigger:
    return Trigger(points=points or (Point.REQUEST,), **fields)


@pytest.mark.parametrize(
    ("fields", "seen", "accepted"),
    [
        ({}, {}, True),
        ({"sql": r"into\s+shop_"}, {"sql": "INSERT INTO\n shop_order"}, True),
        ({"sql": r"into\s+shop_"}, {"sql": "INSERT INTO auth_user"}, False),
        ({"sql": "a.b"}, {"sql": "A\nB"}, True),
        ({"sql": ""}, {}, True),
        ({"verb": "insert"}, {"verb": "INSERT"}, True),
        ({"verb": "INSERT"}, {"verb": "UPDATE"}, False),
        ({"verb": "INSERT"}, {}, False),
        ({"connection": 2}, {"connection": 2}, True),
        ({"connection": 2}, {"connection": 1}, False),
        ({"dirty": True}, {"dirty": True}, True),
        ({"dirty": True}, {"dirty": False}, False),
        ({"dirty": False}, {"dirty": False}, True),
        ({"after": 5}, {"seconds": 4.9}, False),
        ({"after": 5}, {"seconds": 5.0}, True),
        ({"duration": 5}, {"seconds": 4.9}, True),
        ({"duration": 5}, {"seconds": 5.0}, False),
        ({"after": 5, "duration": 5}, {"seconds": 9.9}, True),
        ({"after": 5, "duration": 5}, {"seconds": 10.0}, False),
        ({"verb": "INSERT", "connection": 2}, {"verb": "INSERT"}, False),
    ],
)
def test_everything_has_to_be_true(
    fields: dict[str, Any], seen: dict[str, Any], accepted: bool
) -> None:
    assert trigger(**fields).accepts(moment(**seen)) is accepted


def test_the_point_has_to_be_one_of_those() -> None:
    assert trigger(Point.BEGIN, Point.COMMIT).accepts(moment(Point.COMMIT))
    assert not trigger(Point.BEGIN, Point.COMMIT).accepts(moment(Point.ROLLBACK))


def test_only_the_beginning_of_a_statement_is_searched() -> None:
    late = trigger(sql="needle")
    assert late.accepts(moment(sql=" " * (MAX_SEARCHED - 6) + "needle"))
    assert not late.accepts(moment(sql=" " * MAX_SEARCHED + "needle"))


@few
@given(sql=st.text(), verb=st.text(max_size=10))
def test_no_statement_is_an_error(sql: str, verb: str) -> None:
    trigger(sql=r"\bselect\b.*1").accepts(moment(sql=sql, verb=verb))


@pytest.mark.parametrize(
    ("points", "fields", "said"),
    [
        ((), {}, "points is empty"),
        ((Point.REQUEST, Point.REQUEST), {}, "a point stands there twice"),
        ((Point.REQUEST,), {"nth": 0}, "nth is 0; it must be a whole number from 1"),
        ((Point.REQUEST,), {"count": 0}, "count is 0; it must be a whole number from 1"),
        ((Point.REQUEST,), {"count": 1.5}, "count is 1.5; it must be a whole number"),
        ((Point.REQUEST,), {"probability": 1.1}, "probability is 1.1; it must be a number from 0"),
        ((Point.REQUEST,), {"probability": 0}, "probability is 0, so it would never strike"),
        ((Point.REQUEST,), {"duration": 0}, "duration is 0 seconds, so it would never strike"),
        ((Point.REQUEST,), {"after": -1}, "after is -1; it must be a number from 0 to 3600"),
        ((Point.REQUEST,), {"connection": 0}, "connection is 0; it must be a whole number from 1"),
        ((Point.REQUEST,), {"sql": "("}, "sql is no regular expression: "),
        ((Point.REQUEST,), {"sql": "x" * 2000}, "sql is a text of 2000 characters; it must be"),
        ((Point.REQUEST,), {"verb": "INSERT INTO"}, "verb is 'INSERT INTO'; it must be one word"),
        ((Point.REQUEST,), {"verb": ""}, "verb is ''; it must be one word"),
        ((Point.LOGIN,), {"sql": "x"}, "sql and verb need a statement; there is none at login"),
        (
            (Point.REQUEST, Point.COMMIT),
            {"verb": "INSERT"},
            "sql and verb need a statement; there is none at commit",
        ),
        ((Point.ACCEPT,), {"dirty": True}, "dirty needs a transaction; there is none at accept"),
        ((Point.COMMIT,), {"dirty": False}, "a commit is always dirty"),
        ((Point.EMPTY_COMMIT,), {"dirty": True}, "an empty commit is never dirty"),
    ],
)
def test_what_can_never_be_is_refused(
    points: tuple[Point, ...], fields: dict[str, Any], said: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Trigger(points=points, **fields)
    assert str(caught.value).startswith(said)


def test_points_with_sql_and_transactions_are_what_they_say() -> None:
    assert WITH_SQL < IN_SESSION < set(Point)


# --- injections ---


def test_an_injection_strikes_where_and_as_often_as_its_fault_does() -> None:
    once = injection(fault_named("reset")).trigger
    assert (once.points, once.count) == ((Point.REQUEST,), 1)
    always = injection(fault_named("latency")).trigger
    assert (always.points, always.count) == ((Point.ACCEPT,), None)
    storm = injection(fault_named("error-storm")).trigger
    assert {Point.LOGIN, Point.REQUEST, Point.IDLE} < set(storm.points)


def test_point_count_and_name_can_be_given() -> None:
    one = injection(fault_named("reset"), named="a", point=Point.LOGIN, count=None)
    assert (one.id, one.trigger) == ("a", Trigger(points=(Point.LOGIN,), count=None))
    several = injection(fault_named("reset"), point=(Point.LOGIN, Point.BEGIN))
    assert (several.id, several.trigger.points) == ("reset", (Point.LOGIN, Point.BEGIN))


@pytest.mark.parametrize(
    ("name", "parameters", "point", "said"),
    [
        ("refuse", {}, Point.COMMIT, "refuse makes no sense at commit; it does at accept"),
        ("commit-lost-after", {}, Point.EMPTY_COMMIT, "commit-lost-after makes no sense at"),
        ("reset", {"when": "after"}, Point.ACCEPT, "reset cannot strike after the execution at"),
        (
            "server-error",
            {"number": 1205, "when": "after"},
            Point.COMMIT,
            "server-error 1205 says that nothing was committed",
        ),
    ],
)
def test_a_fault_where_it_makes_no_sense_is_refused(
    name: str, parameters: dict[str, Any], point: Point, said: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        injection(fault_named(name, **parameters), point=point)
    assert str(caught.value).startswith(said)


def test_an_unknown_key_of_a_trigger_is_named() -> None:
    with pytest.raises(ConfigurationError, match="a trigger has no 'nht'; known: nth, count"):
        injection(fault_named("reset"), nht=2)


def test_an_injection_shows_no_statement() -> None:
    shown = repr(moment(sql="SELECT 'secret'"))
    assert "secret" not in shown
    assert isinstance(injection(fault_named("reset")), Injection)
