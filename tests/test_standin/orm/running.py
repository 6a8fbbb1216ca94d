"""Runs the cases in a process of their own and tells what became of each."""

from __future__ import annotations

import ast
import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.standin import StandIn

_CASES = Path(__file__).parent / "cases"
_PROJECT = Path(__file__).parents[3]
#: Seconds for all cases together, through one driver; they take ten on a quiet machine.
LIMIT = 120.0


@dataclass(frozen=True, slots=True)
class Outcomes:
    """``failures`` by case, empty for one that passed; a case that never ran is missing."""

    failures: Mapping[str, Sequence[str]]
    said: str


def case_names() -> list[str]:
    """``module::function`` of every case; importing them would need the project's settings."""
    return [
        f"{file.stem}::{node.name}"
        for file in sorted(_CASES.glob("case_*.py"))
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]


def environment(standin: StandIn, driver: str) -> dict[str, str]:
    """This process's environment, with the settings that lead to the stand-in."""
    about_us = ("DJANGO_", "MSSQL_", "SHOP_", "STANDIN_", "PYTEST_")
    own = {name: value for name, value in os.environ.items() if not name.startswith(about_us)}
    return {
        **own,
        "DJANGO_SETTINGS_MODULE": "tests.test_standin.orm.settings",
        "STANDIN_PORT": str(standin.port),
        "MSSQL_PYTHON_DRIVER": driver,
    }


def run_cases(standin: StandIn, driver: str, directory: Path) -> Outcomes:
    """All cases through ``driver``; ``directory`` takes the report."""
    report = directory / "cases.json"
    said = directory / "said.txt"
    with said.open("w", encoding="utf-8") as stream, contextlib.suppress(subprocess.TimeoutExpired):
        subprocess.run(
            [
                *(sys.executable, "-m", "pytest", str(_CASES), "--noconftest", "-q", "--tb=short"),
                *("-p", "tests.test_standin.orm.prepared", "--report-cases", str(report)),
                *("-o", "python_files=case_*.py", "-o", f"cache_dir={directory / 'cache'}"),
            ],
            cwd=_PROJECT,
            env=environment(standin, driver),
            stdout=stream,
            stderr=subprocess.STDOUT,
            timeout=LIMIT,
            check=False,
        )
    failures = json.loads(report.read_text(encoding="utf-8")) if report.exists() else {}
    return Outcomes(failures, said.read_text(encoding="utf-8"))
