"""Suites of cases that run in a process of their own, with settings of their own.

A suite is a folder with files ``case_*.py``, whose functions are ordinary tests. pytest runs them
with a plugin that prepares Django; :class:`Reporter` tells what became of each.
"""

from __future__ import annotations

import ast
import contextlib
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

_PROJECT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Outcomes:
    """``failures`` by case, empty for one that passed; a case that never ran is missing."""

    failures: Mapping[str, Sequence[str]]
    said: str

    def check(self, case: str) -> None:
        """Fail with what the case failed with."""
        failures = self.failures.get(case)
        assert failures is not None, f"did not run:\n{self.said}"
        assert not failures, "\n\n".join(failures)


@dataclass(frozen=True, slots=True)
class CaseSuite:
    """The cases in ``folder``, prepared by the pytest plugin ``plugin``."""

    folder: Path
    plugin: str

    def names(self) -> list[str]:
        """``module::function`` of every case; importing them would need their settings."""
        return [
            f"{file.stem}::{node.name}"
            for file in sorted(self.folder.glob("case_*.py"))
            for node in ast.parse(file.read_text(encoding="utf-8")).body
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        ]

    def run(self, environment: Mapping[str, str], directory: Path, seconds: float) -> Outcomes:
        """All cases with the settings of ``environment``; ``directory`` takes the report.

        What the process says goes to a file: a pipe that is full would stop it.
        """
        report, said = directory / "cases.json", directory / "said.txt"
        with (
            said.open("w", encoding="utf-8") as stream,
            contextlib.suppress(subprocess.TimeoutExpired),  # what never ran is missing then
        ):
            subprocess.run(
                [
                    *(sys.executable, "-m", "pytest", str(self.folder), "--noconftest", "-q"),
                    *("--tb=short", "-p", self.plugin, "--report-cases", str(report)),
                    *("-o", "python_files=case_*.py", "-o", f"cache_dir={directory / 'cache'}"),
                ],
                cwd=_PROJECT,
                env={name: v for name, v in environment.items() if name != "PYTEST_ADDOPTS"},
                stdout=stream,
                stderr=subprocess.STDOUT,
                timeout=seconds,
                check=False,
            )
        failures = json.loads(report.read_text(encoding="utf-8")) if report.exists() else {}
        return Outcomes(failures, said.read_text(encoding="utf-8"))


class Reporter:
    """A pytest plugin: what failed in each case, as JSON; nothing where all is well."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._failures: defaultdict[str, list[str]] = defaultdict(list)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        module, _, case = report.nodeid.partition("::")
        failures = self._failures[f"{Path(module).stem}::{case.partition('[')[0]}"]
        if report.failed:
            failures.append(f"{report.nodeid}, {report.when}\n{report.longreprtext}")
        elif report.skipped:
            failures.append(f"{report.nodeid} was skipped")

    def pytest_sessionfinish(self) -> None:
        self._file.write_text(json.dumps(self._failures), encoding="utf-8")


def add_option(parser: pytest.Parser) -> None:
    """For the plugin that prepares the cases: where the report goes."""
    parser.addoption("--report-cases", type=Path, metavar="FILE")


def register_reporter(config: pytest.Config) -> None:
    """For the same: report what becomes of the cases, when someone asked for it."""
    file = config.getoption("--report-cases")
    if file is not None:
        config.pluginmanager.register(Reporter(file))
