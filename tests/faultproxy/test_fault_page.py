"""docs/faults.md says what faults, points and triggers are."""

from __future__ import annotations

import re
import tomllib

from django_mssql_ops.faultproxy.moments import Point
from django_mssql_ops.faultproxy.plan import plan_from_table
from django_mssql_ops.faultproxy.registry import all_faults
from tests import fault_page


def test_the_page_is_that_of_the_faults_as_they_are() -> None:
    assert fault_page.PAGE.read_text(encoding="utf-8") == fault_page.page(), (
        "run python -m tests.fault_page"
    )


def test_every_fault_and_every_point_is_on_it() -> None:
    text = fault_page.page()
    assert all(f"\n## {name}\n" in text for name in all_faults())
    assert all(f"\n| `{point.value}` |" in text for point in Point)


def test_its_examples_are_plans() -> None:
    examples = re.findall(r"^```toml\n(.*?)^```", fault_page.page(), re.MULTILINE | re.DOTALL)
    assert len(examples) == 2
    for example in examples:
        plan_from_table(tomllib.loads(example))
