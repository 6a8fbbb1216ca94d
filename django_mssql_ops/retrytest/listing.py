"""The list of scenarios (``--list``) as text, JSON or Markdown. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence

from django_mssql_ops.retrytest.scenarios import Scenario


def render(format_name: str, scenarios: Sequence[Scenario]) -> str:
    """All scenarios in the named format, ending in a newline."""
    return {"json": _json, "markdown": _markdown}.get(format_name, _text)(scenarios)


def _text(scenarios: Sequence[Scenario]) -> str:
    width = max((len(scenario.name) for scenario in scenarios), default=0)
    lines: list[str] = []
    phase = None
    for scenario in scenarios:
        if scenario.phase is not phase:
            phase = scenario.phase
            lines += ["", phase.value] if lines else [phase.value]
        writes = " (needs --write)" if scenario.needs_write else ""
        lines.append(f"  {scenario.name:<{width}}  {scenario.title}{writes}")
    count = sum(scenario.needs_write for scenario in scenarios)
    return "\n".join([*lines, "", f"{len(scenarios)} scenarios, {count} need --write"]) + "\n"


def _json(scenarios: Sequence[Scenario]) -> str:
    rows = [
        {
            "name": scenario.name,
            "phase": scenario.phase.value,
            "title": scenario.title,
            "why": scenario.why,
            "expected": scenario.expectation.value,
            "needs_write": scenario.needs_write,
        }
        for scenario in scenarios
    ]
    return json.dumps(rows, indent=2) + "\n"


def _markdown(scenarios: Sequence[Scenario]) -> str:
    lines = ["| scenario | phase | what happens | expected |", "| --- | --- | --- | --- |"]
    for scenario in scenarios:
        writes = ", needs `--write`" if scenario.needs_write else ""
        lines.append(
            f"| `{scenario.name}` | {scenario.phase.value} | {scenario.title}{writes} "
            f"| {scenario.expectation.value} |"
        )
    return "\n".join(lines) + "\n"
