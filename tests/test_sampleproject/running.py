"""Runs the cases in a process of their own and tells what became of each."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_CASES = Path(__file__).parent / "cases"
_PROJECT = Path(__file__).parent.parent.parent
#: Seconds for all cases together, on SQLite.
_LIMIT = 50.0


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


def sqlite_environment(directory: Path) -> dict[str, str]:
    """Variables for a database of its own in ``directory``, on Django's SQLite backend."""
    about_us = ("DJANGO_", "MSSQL_", "SHOP_", "STANDIN_")
    own = {name: value for name, value in os.environ.items() if not name.startswith(about_us)}
    return {
        **own,
        "DJANGO_SETTINGS_MODULE": "tests.test_sampleproject.settings_sqlite",
        "SHOP_SQLITE": str(directory / "shop.sqlite3"),
    }


def run_cases(
    environment: Mapping[str, str], directory: Path, *, seconds: float = _LIMIT
) -> Outcomes:
    """All cases on the database that ``environment`` leads to; ``directory`` takes the report."""
    report = directory / "cases.json"
    finished = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", str(_CASES), "--noconftest", "-q", "--tb=short"),
            *("-p", "tests.test_sampleproject.prepared", "--report-cases", str(report)),
            *("-o", "python_files=case_*.py", "-o", f"cache_dir={directory / 'cache'}"),
        ],
        cwd=_PROJECT,
        env={name: value for name, value in environment.items() if name != "PYTEST_ADDOPTS"},
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    failures = json.loads(report.read_text(encoding="utf-8")) if report.exists() else {}
    return Outcomes(failures, finished.stdout + finished.stderr)
