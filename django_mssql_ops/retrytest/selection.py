"""Which scenarios of a list a run is about: ``--only``, ``--skip`` and ``--write``."""

from __future__ import annotations

import difflib
import fnmatch
from collections.abc import Sequence
from dataclasses import dataclass

from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.retrytest.scenarios import Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """``left_out`` are those that were not asked for, with the reason."""

    chosen: tuple[Scenario, ...]
    left_out: tuple[tuple[Scenario, str], ...] = ()


def select(
    scenarios: Sequence[Scenario], only: Sequence[str], skip: Sequence[str], *, write: bool
) -> Selection:
    """The scenarios to run, in their own order; ``only`` and ``skip`` are names or patterns.

    Raises ConfigurationError for a name that there is not, for one that needs to write where it may
    not, and when nothing is left.
    """
    wanted, unwanted = _named(scenarios, only, "--only"), _named(scenarios, skip, "--skip")
    chosen: list[Scenario] = []
    left_out: list[tuple[Scenario, str]] = []
    for scenario in scenarios:
        if only and scenario.name not in wanted:
            left_out.append((scenario, "not in --only"))
        elif scenario.name in unwanted:
            left_out.append((scenario, "--skip"))
        elif scenario.needs_write and not write:
            if scenario.name in only:
                raise ConfigurationError(
                    f"--only {scenario.name} needs to write; add --write, which lets the run "
                    "create, fill and drop a table of its own"
                )
            left_out.append((scenario, "needs --write"))
        else:
            chosen.append(scenario)
    if not chosen:
        raise ConfigurationError("no scenario is left to run; --list shows all of them")
    return Selection(chosen=tuple(chosen), left_out=tuple(left_out))


def _named(scenarios: Sequence[Scenario], patterns: Sequence[str], option: str) -> set[str]:
    names = [scenario.name for scenario in scenarios]
    found: set[str] = set()
    for pattern in patterns:
        matching = fnmatch.filter(names, pattern)
        if not matching:
            close = difflib.get_close_matches(pattern, names, n=1)
            remedy = f"did you mean {close[0]!r}?" if close else "--list shows all of them"
            raise ConfigurationError(f"{option} {pattern!r} is no scenario; {remedy}")
        found.update(matching)
    return found
