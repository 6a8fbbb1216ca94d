"""A pytest plugin: lists the skipped tests, and fails when the list is not the committed one.

A skipped test is a promise nobody checked. ``.ci/skipped.txt`` names the ones that are accepted,
one ``leg: node id`` a line, because what can run differs between the legs of ``.ci/run``. Used as
``pytest -p skip_list --skip-leg NAME`` with this directory on PYTHONPATH. A line ``perhaps: file``
names tests that any leg may skip or run: those that read what may lie beside a checkout.
Everything is said above pytest's own summary line, which stays the last.
"""

from __future__ import annotations

from pathlib import Path

import pytest

COMMITTED = Path(__file__).with_name("skipped.txt")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--skip-leg", required=True, help="whose part of .ci/skipped.txt applies")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(SkipList(config.getoption("--skip-leg")), "skip_list_of_leg")


def read_committed(leg: str) -> set[str]:
    """The node ids that ``leg`` may skip; lines of other legs and comments are left out."""
    prefix = f"{leg}: "
    lines = COMMITTED.read_text(encoding="utf-8").splitlines()
    return {line.removeprefix(prefix).strip() for line in lines if line.startswith(prefix)}


def read_possible() -> tuple[str, ...]:
    """How the node ids begin that every leg may skip."""
    prefix = "perhaps: "
    lines = COMMITTED.read_text(encoding="utf-8").splitlines()
    return tuple(line.removeprefix(prefix).strip() for line in lines if line.startswith(prefix))


class SkipList:
    """Gathers what one run skips and compares it with what the leg may skip."""

    def __init__(self, leg: str) -> None:
        self.leg = leg
        self.committed = read_committed(leg)
        self.possible = read_possible()
        self.reasons: dict[str, str] = {}

    @property
    def differs(self) -> bool:
        return self.unexpected != self.committed

    @property
    def unexpected(self) -> set[str]:
        """What was skipped and is not among the possible ones."""
        return {node for node in self.reasons if not node.startswith(self.possible)}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        # An expected failure is reported as skipped too, but it did run.
        if report.skipped and not hasattr(report, "wasxfail"):
            self.note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.skipped:
            self.note(report)

    def note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        self.reasons[report.nodeid] = reason.removeprefix("Skipped: ")

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.differs and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        write = terminalreporter.write_line
        write(f"skipped tests in leg {self.leg}: {len(self.reasons) or 'none'}")
        for node_id in sorted(self.reasons):
            write(f"  {node_id}")
            write(f"    {self.reasons[node_id][:70]}")
        if not self.differs:
            return
        write(f"ERROR: this is not the list in .ci/{COMMITTED.name}; to accept it:")
        for node_id in sorted(self.unexpected - self.committed):
            write(f"+ {self.leg}: {node_id}")
        for node_id in sorted(self.committed - self.unexpected):
            write(f"- {self.leg}: {node_id}")
