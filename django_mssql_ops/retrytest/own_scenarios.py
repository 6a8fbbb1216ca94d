"""The scenarios of a plan (``--plan FILE.toml``), in place of the built-in ones."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from django_mssql_ops.faultproxy.plan import Plan, read_plan
from django_mssql_ops.faultproxy.triggers import Injection
from django_mssql_ops.retrytest.scenarios import Expectation, Phase, Scenario

#: Faults that last for a time that retries are meant to outlive.
_OUTAGES: Final = frozenset({"error-storm", "refuse"})
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
            real_time=any(map(_lasts, own.injections)),
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
            real_time=any(map(_lasts, plan.injections)),
        ),
    )


def _lasts(one: Injection) -> bool:
    """Whether it strikes for a time: delays that were cut short would all fall into it."""
    timed = one.trigger.after > 0 or one.trigger.duration is not None
    return timed or one.fault.name in _OUTAGES
