""".ci/setup and .ci/python: what they choose and install, and what they say when they cannot.

The machine is played by stubs that stand first on PATH: the shell scripts under test are real.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

CI = Path(__file__).parents[2] / ".ci"
RUN_SECONDS = 30
#: The real commands that set-up uses before it stops for want of a Python.
TOOLS = (
    *("bash", "cat", "dirname", "env", "head", "mktemp", "rm", "sh", "sort", "tail"),
    *("timeout", "uname"),
)
PACKAGES = "libgssapi-krb5-2 libkrb5-3 libltdl7 unixodbc"

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="plays a Linux machine"),
]


@dataclass(slots=True)
class Machine:
    """A directory of stubs that hides the real commands, and a log of what they were asked."""

    directory: Path
    environment: dict[str, str] = field(default_factory=dict)

    def stub(self, name: str, body: str) -> None:
        path = self.directory / name
        path.write_text(f'#!/bin/sh\necho "{name} $*" >>"{self.log}"\n{body}\n')
        path.chmod(0o755)

    @property
    def log(self) -> Path:
        return self.directory / "log"

    @property
    def apt_calls(self) -> list[str]:
        """What apt-get was asked, without its options."""
        calls = [line.split() for line in self.log.read_text().splitlines()]
        return [" ".join(w for w in c[1:] if w[0] != "-") for c in calls if c[0] == "apt-get"]

    def run(self, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        path = f"{self.directory}:{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path, **self.environment}
        return subprocess.run(
            ["bash", str(CI / script), *arguments],
            env=environment,
            capture_output=True,
            text=True,
            timeout=RUN_SECONDS,
            check=False,
        )


@pytest.fixture
def bare_machine(tmp_path: Path) -> Callable[..., Machine]:
    """A machine without the libraries and without Python: there set-up stops, after the former."""

    def make(*, user_id: int, sudo: bool = False, apt: str = "exit 0") -> Machine:
        machine = Machine(tmp_path, {"PYTHON": "/nonexistent/python"})
        machine.stub("ldconfig", "echo '0 libs found in cache'")
        machine.stub("id", f"echo {user_id}")
        machine.stub("sudo", '[ "$1" = -n ] && shift\n"$@"' if sudo else "exit 1")
        machine.stub("apt-get", apt)
        return machine

    return make


def test_root_has_missing_libraries_installed(bare_machine: Callable[..., Machine]) -> None:
    machine = bare_machine(user_id=0)
    machine.run("setup", "--venv", str(machine.directory / "venv"))
    assert machine.apt_calls == [f"install {PACKAGES}"]


def test_sudo_without_a_password_serves_as_root(bare_machine: Callable[..., Machine]) -> None:
    machine = bare_machine(user_id=1000, sudo=True)
    machine.run("setup", "--venv", str(machine.directory / "venv"))
    assert machine.apt_calls == [f"install {PACKAGES}"]


def test_stale_package_lists_are_updated_first(bare_machine: Callable[..., Machine]) -> None:
    machine = bare_machine(user_id=0)
    updated = machine.directory / "updated"
    machine.stub("apt-get", f'case "$*" in *update*) : >{updated} ;; *) [ -e {updated} ] ;; esac')
    machine.run("setup", "--venv", str(machine.directory / "venv"))
    install = f"install {PACKAGES}"
    assert machine.apt_calls == [install, "update", install]


BROWSER = "chromium chromium-driver"


@pytest.fixture
def no_browser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """PATH without any directory that holds a browser; what else set-up needs is linked."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in TOOLS:
        (tools / name).symlink_to(shutil.which(name) or "/nonexistent")
    monkeypatch.setenv("PATH", str(tools))


def test_a_browser_is_installed_when_asked_for(
    bare_machine: Callable[..., Machine], no_browser: None
) -> None:
    machine = bare_machine(user_id=0)
    machine.run("setup", "--browser", "--venv", str(machine.directory / "venv"))
    assert machine.apt_calls == [f"install {PACKAGES} {BROWSER}"]


def test_a_browser_is_not_installed_unasked(
    bare_machine: Callable[..., Machine], no_browser: None
) -> None:
    machine = bare_machine(user_id=0)
    machine.run("setup", "--venv", str(machine.directory / "venv"))
    assert machine.apt_calls == [f"install {PACKAGES}"]


@pytest.mark.parametrize("browser", ["chromium", "chromium-browser", "google-chrome"])
def test_a_browser_that_is_there_serves(
    bare_machine: Callable[..., Machine], no_browser: None, browser: str
) -> None:
    machine = bare_machine(user_id=0)
    machine.stub(browser, "exit 0")
    machine.stub("chromedriver", "exit 0")
    machine.run("setup", "--browser", "--venv", str(machine.directory / "venv"))
    assert machine.apt_calls == [f"install {PACKAGES}"]


def test_a_browser_without_its_driver_does_not_serve(
    bare_machine: Callable[..., Machine], no_browser: None
) -> None:
    machine = bare_machine(user_id=0)
    machine.stub("chromium", "exit 0")
    machine.run("setup", "--browser", "--venv", str(machine.directory / "venv"))
    assert machine.apt_calls == [f"install {PACKAGES} {BROWSER}"]


def test_without_root_the_error_names_the_command(bare_machine: Callable[..., Machine]) -> None:
    machine = bare_machine(user_id=1000)
    finished = machine.run("setup", "--venv", str(machine.directory / "venv"))
    assert finished.returncode == 1
    assert f"apt-get install -y --no-install-recommends {PACKAGES}" in finished.stderr
    assert finished.stderr.count("\n") == 1


def test_when_apt_fails_the_error_names_the_command(bare_machine: Callable[..., Machine]) -> None:
    machine = bare_machine(user_id=0, apt="echo 'could not resolve the mirror' >&2; exit 100")
    finished = machine.run("setup", "--venv", str(machine.directory / "venv"))
    assert finished.returncode == 1
    assert "could not resolve the mirror" in finished.stderr
    assert f"apt-get install -y --no-install-recommends {PACKAGES}" in finished.stderr


def test_a_python_that_does_not_work_is_refused(bare_machine: Callable[..., Machine]) -> None:
    finished = bare_machine(user_id=0).run("python")
    assert finished.returncode == 1
    assert finished.stderr == (
        "error: PYTHON=/nonexistent/python is not a working Python 3.11 to 3.14\n"
    )


def test_a_name_on_the_path_that_does_not_run_is_passed_over(tmp_path: Path) -> None:
    machine = Machine(tmp_path, {"PYTHON": "", "PYENV_ROOT": str(tmp_path)})
    machine.stub("python3", "exit 127")
    for minor in range(11, 15):
        machine.stub(f"python3.{minor}", "exit 127")
    machine.stub("python3.12", f'exec {sys.executable} "$@"')
    finished = machine.run("python")
    assert Path(finished.stdout.strip()).samefile(getattr(sys, "_base_executable", sys.executable))


def test_without_any_python_the_error_says_how_to_get_one(tmp_path: Path) -> None:
    machine = Machine(tmp_path, {"PYTHON": "", "PYENV_ROOT": str(tmp_path)})
    for name in ("python3", *(f"python3.{minor}" for minor in range(11, 15))):
        machine.stub(name, "exit 1")
    finished = machine.run("python")
    assert finished.returncode == 1
    assert "no Python 3.11 to 3.14 found" in finished.stderr
    assert "make PYTHON=" in finished.stderr
