"""The scenarios of a plan (``--plan FILE.toml``), in place of the built-in ones."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from django_mssql_ops.faultproxy.plan import Plan, read_plan
from django_mssql_ops.retrytest.scenarios import Expectation, Phase, Scenario

#: What a plan's ``expect`` may be.
EXPECTATIONS: Final = tuple(expectation.value for expectation in Expectation)


def read(path: str) -> Plan:
    """The plan in the file; raises ConfigurationError that says where it is wrong."""
    return read_plan(Path(path), expectations=EXPECTATIONS)


def scenarios_of(plan: Plan) -> tuple[Scenario, ...]:
    """A scenario for each of the plan's; one for all injections of a plan that has no scenarios."""
    planned = tuple(
        Scenario(
            name=own.name,
            phase=Phase.PLAN,
            title=own.name,
            why="the plan asks for it",
            injections=own.injections,
            expectation=Expectation(own.expect),
            needs_write=own.writes,
        )
        for own in plan.scenarios
    )
    if planned:
        return planned
    return (
        Scenario(
            name="plan",
            phase=Phase.PLAN,
            title="the injections of the plan",
            why="the plan asks for it",
            injections=plan.injections,
        ),
    )
