"""The pytest plug-in in processes of its own: with pytest-django, unittest and pytest-xdist."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.process

_ROOT = Path(__file__).parents[2]
_PROJECT = "tests/testing/project"
#: Seconds for one run.
_LIMIT = 50


def run(*arguments: str) -> tuple[int, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    own["DJANGO_SETTINGS_MODULE"] = "tests.testing.project.settings"
    finished = subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        cwd=_ROOT,
        env=own,
        capture_output=True,
        text=True,
        timeout=_LIMIT,
        check=False,
    )
    return finished.returncode, finished.stdout + finished.stderr


def run_pytest(*arguments: str) -> tuple[int, str]:
    where = ("-c", f"{_PROJECT}/pytest.ini", "--rootdir", _PROJECT, "--confcutdir", _PROJECT)
    return run("-m", "pytest", *where, "-q", "-p", "no:randomly", *arguments)


@pytest.mark.parametrize(
    "more",
    [
        pytest.param((), id="one process"),
        pytest.param(("-n", "2"), id="xdist", marks=pytest.mark.slow),
    ],
)
def test_a_projects_tests(more: tuple[str, ...]) -> None:
    code, said = run_pytest(*more, f"{_PROJECT}/suite_pytest.py")
    assert code == 0, said
    assert "7 passed" in said


def test_a_fault_that_never_fired_fails_the_test() -> None:
    code, said = run_pytest(f"{_PROJECT}/suite_failing.py")
    assert code == 1, said
    assert "1 failed" in said
    assert "the fault 1205 at execute never fired: no such moment came" in said


@pytest.mark.slow
def test_manage_py_test() -> None:
    code, said = run("-m", "django", "test", "tests.testing.project.suite_unittest")
    assert code == 0, said
    assert "Ran 2 tests" in said


_PROBE = """
import sys
import django_mssql_ops.pytest_plugin
ours = {name for name in sys.modules if name.startswith("django_mssql_ops.")}
assert ours == {"django_mssql_ops.pytest_plugin"}, ours
for name in ("django", "pyodbc", "mssql_python", "sqlglot"):
    assert name not in sys.modules, name
"""


def test_the_plugin_imports_nothing_before_a_fixture_is_used() -> None:
    code, said = run("-c", _PROBE)
    assert code == 0, said
