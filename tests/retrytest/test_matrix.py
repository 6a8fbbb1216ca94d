"""The built-in scenarios: complete, valid, and selected as asked."""

from __future__ import annotations

import json

import pytest

from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.faultproxy.armed import Armed
from django_mssql_ops.faultproxy.moments import Point
from django_mssql_ops.faultproxy.plan import from_json, to_json
from django_mssql_ops.retrytest.listing import render
from django_mssql_ops.retrytest.matrix import matrix
from django_mssql_ops.retrytest.scenarios import Expectation, Operation, Phase
from django_mssql_ops.retrytest.selection import select

MATRIX = matrix()
NAMES = [scenario.name for scenario in MATRIX]


def test_names_are_unique_and_made_for_a_command_line() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert all(name.replace("-", "").isalnum() and name == name.lower() for name in NAMES)


def test_every_phase_but_a_plans_is_there() -> None:
    assert {scenario.phase for scenario in MATRIX} == set(Phase) - {Phase.PLAN}


def test_every_scenario_can_be_armed_and_travels_to_the_proxy() -> None:
    for scenario in MATRIX:
        assert Armed(scenario.injections).points
        sent = json.loads(json.dumps(to_json(scenario.injections, seed=1)))
        assert from_json(sent).injections == scenario.injections


@pytest.mark.parametrize(
    ("names", "count"),
    [
        (("login-40613", "login-40501", "login-40197", "login-10928", "login-10929"), 5),
        (("login-49918", "login-49919", "login-49920", "login-4221"), 4),
        (("prelogin-rst", "prelogin-fin", "login-rst"), 3),
        (("statement-40501", "statement-40197", "statement-40613", "statement-10928"), 4),
        (("statement-1205", "statement-1222", "statement-3960"), 3),
        (("statement-rst", "statement-fin"), 2),
    ],
)
def test_the_21_faults_that_have_to_be_survived_are_there(
    names: tuple[str, ...], count: int
) -> None:
    found = [scenario for scenario in MATRIX if scenario.name in names]
    assert len(found) == count
    assert all(scenario.expectation is Expectation.SURVIVED for scenario in found)
    assert not any(scenario.needs_write for scenario in found)


def test_whatever_is_judged_by_rows_needs_to_write() -> None:
    for scenario in MATRIX:
        at_commit = any(Point.COMMIT in one.trigger.points for one in scenario.injections)
        if at_commit and scenario.operation is not Operation.ROWS:
            assert scenario.needs_write, scenario.name


def test_without_write_the_others_are_chosen_and_the_rest_is_named() -> None:
    selection = select(MATRIX, (), (), write=False)
    assert len(selection.chosen) + len(selection.left_out) == len(MATRIX)
    assert {reason for _, reason in selection.left_out} == {"needs --write"}
    assert select(MATRIX, (), (), write=True).left_out == ()


def test_only_and_skip_take_patterns_and_keep_the_order() -> None:
    selection = select(MATRIX, ("login-*", "idle-rst"), ("login-4*",), write=False)
    names = [scenario.name for scenario in selection.chosen]
    assert names == [n for n in NAMES if n in names]
    assert "login-rst" in names and "idle-rst" in names and "login-40613" not in names


@pytest.mark.parametrize(
    ("only", "skip", "sentence"),
    [
        (("login-40631",), (), "--only 'login-40631' is no scenario; did you mean 'login-40613'?"),
        ((), ("wedge",), "--skip 'wedge' is no scenario"),
        (("commit-after-rst",), (), "--only commit-after-rst needs to write; add --write"),
        (("login-rst",), ("login-*",), "no scenario is left to run"),
    ],
)
def test_what_cannot_be_selected(
    only: tuple[str, ...], skip: tuple[str, ...], sentence: str
) -> None:
    with pytest.raises(ConfigurationError, match=f"^{sentence[:30]}") as caught:
        select(MATRIX, only, skip, write=False)
    assert sentence in str(caught.value)


@pytest.mark.parametrize("format_name", ["text", "json", "markdown"])
def test_the_list_names_every_scenario(format_name: str) -> None:
    told = render(format_name, MATRIX)
    assert all(name in told for name in NAMES)
    assert told.endswith("\n")
    if format_name == "json":
        assert len(json.loads(told)) == len(MATRIX)
