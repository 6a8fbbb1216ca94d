"""The plans that are kept: few enough, and none of the very long ones."""

from __future__ import annotations

from tests.standin.execution.plans import LONGEST_KEPT, MAX_PLANS, PlanCache
from tests.standin.translation.plan import Plan


def _translations(cache: PlanCache, key: object, sql: str = "SELECT 1") -> int:
    """How often a plan is translated when it is asked for twice."""
    made: list[Plan] = []

    def translate() -> Plan:
        made.append(Plan(sql, ()))
        return made[-1]

    first, second = cache.get(key, translate), cache.get(key, translate)
    assert first == second
    return len(made)


def test_a_plan_is_translated_once() -> None:
    assert _translations(PlanCache(), "key") == 1


def test_a_very_long_plan_is_not_kept() -> None:
    assert _translations(PlanCache(), "key", "x" * (LONGEST_KEPT + 1)) == 2


def test_the_plan_used_longest_ago_goes_first() -> None:
    cache = PlanCache()
    for n in range(MAX_PLANS):
        _translations(cache, n)
    assert _translations(cache, 0) == 0
    assert _translations(cache, "one more") == 1
    assert _translations(cache, 0) == 0
    assert _translations(cache, 1) == 1
