"""Plans: what they may say, the sentence when they do not, and their way over a control channel."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.faultproxy.moments import Point
from django_mssql_ops.faultproxy.plan import (
    MAX_SEED,
    Plan,
    PlannedScenario,
    from_json,
    plan_from_table,
    plan_from_toml,
    read_plan,
    to_json,
)
from django_mssql_ops.faultproxy.registry import fault_named
from django_mssql_ops.faultproxy.triggers import Injection, Trigger, injection
from tests.faultproxy.strategies import few, injections

PLAN = """
seed = 7

[[injection]]
fault = "server-error"
number = 40613
point = "login"
count = 2

[[injection]]
id = "slow"
fault = "latency"
seconds = 0.5
point = ["request", "commit"]
alias = "default"

[[injection]]
fault = "reset"
sql = "INSERT INTO shop_order"
nth = 3
probability = 0.5
count = "always"
after = 1
duration = 60
"""

SCENARIOS = """
[[scenario]]
name = "slow failover"
expect = "survived"
writes = true
    [[scenario.injection]]
    fault = "error-storm"
    seconds = 20
    [[scenario.injection]]
    fault = "latency"

[[scenario]]
name = "wrong password"
expect = "not retried"
    [[scenario.injection]]
    fault = "login-error"
    number = 18456
"""


def refused(text: str, **options: Any) -> str:
    with pytest.raises(ConfigurationError) as caught:
        plan_from_toml(text.encode(), **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_plan_of_injections() -> None:
    plan = plan_from_toml(PLAN.encode())
    assert plan.seed == 7
    assert plan.injections == (
        Injection(
            id="1-server-error",
            fault=fault_named("server-error", number=40613),
            trigger=Trigger(points=(Point.LOGIN,), count=2),
        ),
        Injection(
            id="slow",
            fault=fault_named("latency", seconds=0.5),
            trigger=Trigger(points=(Point.REQUEST, Point.COMMIT), count=None, alias="default"),
        ),
        Injection(
            id="3-reset",
            fault=fault_named("reset"),
            trigger=Trigger(
                points=(Point.REQUEST,),
                sql="INSERT INTO shop_order",
                nth=3,
                probability=0.5,
                count=None,
                after=1,
                duration=60,
            ),
        ),
    )


def test_a_plan_of_scenarios() -> None:
    plan = plan_from_toml(SCENARIOS.encode(), expectations=["survived", "not retried"])
    assert plan.seed is None
    failover, password = plan.scenarios
    assert (failover.name, failover.expect, failover.writes) == ("slow failover", "survived", True)
    assert [one.id for one in failover.injections] == ["1-error-storm", "2-latency"]
    assert isinstance(password, PlannedScenario)
    assert password.writes is False


def injection_with(lines: str) -> str:
    return f'[[injection]]\nfault = "reset"\n[[injection]]\n{lines}\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "expected either [[injection]] tables or [[scenario]] tables"),
        (PLAN + SCENARIOS, "expected either [[injection]] tables or [[scenario]] tables"),
        ("injection = []", "holds no injection and no scenario"),
        ("seed = ", "is no TOML: "),
        ("seeds = 1", "the key 'seeds' is unknown; did you mean 'seed'?"),
        ("seed = -1\n" + PLAN.replace("seed = 7", ""), "seed is -1; it must be a whole number"),
        ('injection = "x"', "injection is 'x'; it must be a list of tables"),
        ("injection = [1]", "injection holds 1; it must hold tables"),
        ("[injection]\nfault = 'reset'", "injection is a dict; it must be a list of tables"),
        (injection_with(""), "injection 2: names no fault"),
        (injection_with('fault = "rest"'), "injection 2: there is no fault 'rest'; did you mean"),
        (injection_with("fault = 7"), "injection 2: there is no fault 7; known: attention-ignored"),
        (
            injection_with('fault = "reset"\ncuont = 2'),
            "injection 2: the key 'cuont' is unknown; did you mean 'count'?",
        ),
        (
            injection_with('fault = "reset"\nzzz = 2'),
            "injection 2: the key 'zzz' is unknown; known: when, fault, id, point, nth",
        ),
        (
            injection_with('fault = "reset"\npoint = "comit"'),
            "injection 2: there is no point 'comit'; did you mean 'commit'?",
        ),
        (
            injection_with('fault = "reset"\npoint = []'),
            "injection 2: points is empty; expected at least one",
        ),
        (
            injection_with('fault = "reset"\npoint = 7'),
            "injection 2: there is no point 7; known: accept, prelogin",
        ),
        (
            injection_with('fault = "refuse"\npoint = "commit"'),
            "injection 2: refuse makes no sense at commit; it does at accept",
        ),
        (
            injection_with('fault = "server-error"'),
            "injection 2: server-error needs number",
        ),
        (
            injection_with('fault = "server-error"\nnumber = "40613"'),
            "injection 2: server-error: number is '40613'; it must be a whole number from 1",
        ),
        (
            injection_with('fault = "reset"\ncount = "often"'),
            "injection 2: count is 'often'; it must be a whole number from 1",
        ),
        (
            injection_with('fault = "reset"\nsql = "("'),
            "injection 2: sql is no regular expression: ",
        ),
        (
            injection_with('fault = "reset"\nid = ""'),
            "injection 2: id is ''; it must be 1 to 100 printable characters",
        ),
        (
            '[[injection]]\nid = "a"\nfault = "reset"\n' * 2,
            "injection 2: its id 'a' is that of another one",
        ),
        ("[[scenario]]\nexpect = 'a'", "scenario 1: name is missing; it must be"),
        ("[[scenario]]\nname = 'a'", "scenario 1: expect is missing; it must be"),
        ("[[scenario]]\nname = 'a'\nexpect = 7", "scenario 1: expect is 7; it must be"),
        (
            "[[scenario]]\nname = 'a'\nexpect = 'b'",
            "scenario 1: has no [[scenario.injection]], so nothing would happen",
        ),
        (
            "[[scenario]]\nname = 'a'\nexpect = 'b'\nwrites = 1",
            "scenario 1: writes is 1; it must be true or false",
        ),
        (
            "[[scenario]]\nname = 'a'\nexpect = 'b'\n[[scenario.injection]]\nfault = 'x'",
            "scenario 1: injection 1: there is no fault 'x'",
        ),
        (
            "[[scenario]]\nname = 'a'\nexpect = 'b'\n[[scenario.injection]]\nfault = 'reset'\n" * 2,
            "scenario 2: its name 'a' is that of another one",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, said: str) -> None:
    assert refused(text).startswith(said)


def test_an_expectation_has_to_be_a_known_word() -> None:
    said = refused(SCENARIOS, expectations=["survived", "double-applied"])
    assert said == "scenario 2: expect is 'not retried'; it must be one of survived, double-applied"


def test_a_file_that_is_no_utf_8_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="is not UTF-8, which TOML has to be"):
        plan_from_toml(b"seed = '\xff'")


def test_a_file_is_named_in_the_sentence(tmp_path: Path) -> None:
    path = tmp_path / "faults.toml"
    with pytest.raises(ConfigurationError, match=r"^faults\.toml: cannot be read: No such file"):
        read_plan(path)
    path.write_text('[[injection]]\nfault = "rest"')
    with pytest.raises(ConfigurationError, match=r"^faults\.toml: injection 1: there is no fault"):
        read_plan(path)
    path.write_text(PLAN)
    assert read_plan(path) == plan_from_toml(PLAN.encode())
    path.write_text("#" * 1_000_001)
    with pytest.raises(ConfigurationError, match=r"^faults\.toml: is larger than 1,000,000 bytes"):
        read_plan(path)


@few
@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_no_text_is_any_other_error(content: bytes) -> None:
    with pytest.raises(ConfigurationError):
        plan_from_toml(content)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
    ),
    max_leaves=6,
)
SOME_KEYS = st.sampled_from(
    ["fault", "id", "point", "nth", "count", "sql", "verb", "when", "number", "seconds", "rows"]
)


@few
@given(table=st.dictionaries(SOME_KEYS, ANYTHING, max_size=5), name=st.sampled_from(
    ["reset", "server-error", "latency", "truncate", "error-storm"]
))  # fmt: skip
def test_no_table_is_any_other_error(table: dict[str, Any], name: str) -> None:
    """Either a plan or one sentence, whatever stands there."""
    for whole in (table, {**table, "fault": name}):
        try:
            plan_from_table({"injection": [whole]})
        except ConfigurationError as exc:
            assert "\n" not in str(exc) or "\n" in repr(whole)
            assert len(str(exc)) < 1000


@few
@given(planned=st.lists(injections(), max_size=4), seed=st.none() | st.integers(0, MAX_SEED))
def test_what_went_over_the_channel_is_the_same(planned: list[Injection], seed: int | None) -> None:
    named = tuple(
        Injection(id=f"{place}", fault=one.fault, trigger=one.trigger)
        for place, one in enumerate(planned)
    )
    text = json.dumps(to_json(named, seed=seed), allow_nan=False)
    assert from_json(json.loads(text)) == Plan(seed=seed, injections=named)


@pytest.mark.parametrize("count", [1, 3, None])
@pytest.mark.parametrize("name", ["reset", "latency"])
def test_how_often_goes_over_the_channel_whatever_the_fault_does_by_itself(
    name: str, count: int | None
) -> None:
    one = injection(fault_named(name), count=count)
    (back,) = from_json(to_json([one])).injections
    assert back == one


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ([], "a plan is a list; it must be an object"),
        ({"scenario": []}, "the key 'scenario' is unknown; known: seed, injection"),
        ({"injection": 7}, "injection is 7; it must be a list of tables"),
    ],
)
def test_what_a_peer_sends_wrongly_is_refused(value: object, said: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        from_json(value)
    assert str(caught.value) == said
