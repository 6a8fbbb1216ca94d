""".ci/skip_list.py: a test may only be skipped when the committed list says so."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = pytest.mark.process

PLUGIN = Path(__file__).parents[2] / ".ci" / "skip_list.py"
RUN_SECONDS = 30

SUITE = """
import pytest

def test_that_runs():
    pass

def test_that_cannot():
    pytest.skip("no such server")

@pytest.mark.xfail(reason="known", strict=True)
def test_that_fails_as_known():
    assert False
"""


@dataclass(frozen=True, slots=True)
class Run:
    exit_code: int
    lines: list[str]


def run_suite(directory: Path, *, committed: str) -> Run:
    """Run SUITE as leg ``here`` of a project whose list of accepted skips is ``committed``."""
    shutil.copy(PLUGIN, directory)
    (directory / "skipped.txt").write_text(committed)
    (directory / "test_suite.py").write_text(SUITE)
    options = ["-p", "no:randomly", "-p", "no:django", "-p", "no:hypothesispytest"]
    command = [sys.executable, "-m", "pytest", "-p", "skip_list", "--skip-leg", "here", *options]
    finished = subprocess.run(
        command,
        cwd=directory,
        env={**os.environ, "PYTHONPATH": str(directory)},
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
        check=False,
    )
    return Run(finished.returncode, finished.stdout.splitlines())


@pytest.mark.parametrize("name", ["test_suite.py", "test_suite.py::test_that_cannot"])
def test_a_possible_skip_is_listed_and_passes(tmp_path: Path, name: str) -> None:
    run = run_suite(tmp_path, committed=f"perhaps: {name}\n")
    assert run.exit_code == 0
    assert "  test_suite.py::test_that_cannot" in run.lines


def test_a_possible_skip_of_another_file_is_none(tmp_path: Path) -> None:
    run = run_suite(tmp_path, committed="perhaps: test_other.py\n")
    assert run.exit_code == 1


def test_an_accepted_skip_is_listed_and_passes(tmp_path: Path) -> None:
    run = run_suite(tmp_path, committed="here: test_suite.py::test_that_cannot\n")
    assert run.exit_code == pytest.ExitCode.OK
    assert "skipped tests in leg here: 1" in run.lines
    assert "  test_suite.py::test_that_cannot" in run.lines
    assert "    no such server" in run.lines


def test_a_skip_that_nobody_accepted_fails(tmp_path: Path) -> None:
    run = run_suite(tmp_path, committed="there: test_suite.py::test_that_cannot\n# here: nothing\n")
    assert run.exit_code == pytest.ExitCode.TESTS_FAILED
    assert "+ here: test_suite.py::test_that_cannot" in run.lines
    assert "1 passed, 1 skipped, 1 xfailed" in run.lines[-1]


def test_an_accepted_skip_that_is_none_any_more_fails(tmp_path: Path) -> None:
    committed = "here: test_suite.py::test_that_cannot\nhere: test_suite.py::test_that_runs\n"
    run = run_suite(tmp_path, committed=committed)
    assert run.exit_code == pytest.ExitCode.TESTS_FAILED
    assert "- here: test_suite.py::test_that_runs" in run.lines
    assert "1 passed, 1 skipped, 1 xfailed" in run.lines[-1]
