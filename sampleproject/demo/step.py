"""One step of the demo: a command, and what it has to say."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

#: Seconds a step may take; the slowest meets some forty faults one after the other.
_STEP_LIMIT: Final = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One command; ``environment`` is added to this process's own.

    ``module`` is run with ``arguments``. ``shows`` is printed before it, as what somebody has
    written or pasted; ``pasted`` goes to its standard input. ``beside`` is entered while it runs.
    """

    title: str
    arguments: tuple[str, ...]
    module: str = "sampleproject.manage"
    environment: Mapping[str, str] = field(default_factory=dict)
    exit_code: int = 1
    says: tuple[str, ...] = ()
    shows: str = ""
    pasted: str = ""
    beside: Callable[[], contextlib.AbstractContextManager[object]] = contextlib.nullcontext


def run(step: Step) -> bool:
    """Run ``step`` and show it; True when it went as announced."""
    print(f"\n--- {step.title}")
    for line in step.shows.splitlines():
        print(f"    {line}")
    shown = [f"'{word}'" if " " in word else word for word in step.arguments]
    print(f"$ python -m {step.module} {' '.join(shown)}\n", flush=True)
    with step.beside():
        finished = subprocess.run(
            [sys.executable, "-m", step.module, *step.arguments],
            env=child_environment(step.environment),
            input=step.pasted,
            capture_output=True,
            text=True,
            timeout=_STEP_LIMIT,
            check=False,
        )
    print(finished.stdout, end="")
    print(finished.stderr, end="", flush=True)
    print(f"(exit code {finished.returncode})")
    said = all(words in finished.stdout + finished.stderr for words in step.says)
    if finished.returncode == step.exit_code and said:
        return True
    print(f"EXPECTED exit code {step.exit_code} and {' and '.join(map(repr, step.says))}")
    return False


def child_environment(added: Mapping[str, str]) -> dict[str, str]:
    """This process's environment without a real server's address and the project's own settings."""
    about_us = ("MSSQL_", "SHOP_", "STANDIN_")
    own = {name: value for name, value in os.environ.items() if not name.startswith(about_us)}
    return {**own, "DJANGO_SETTINGS_MODULE": "sampleproject.settings", **added}
