from __future__ import annotations

import subprocess
import sys

import pytest
from django.test import override_settings

from django_mssql_ops.retry import is_transient, transient
from tests.retry.faults import fault


@pytest.mark.parametrize(
    ("name", "expected"),
    [("deadlock", True), ("lost commit", True), ("login rejected", False), ("duplicate", False)],
)
def test_is_transient(name: str, expected: bool) -> None:
    assert is_transient(fault(name)) is expected


@pytest.mark.parametrize("exc", [ValueError("(40501)"), KeyboardInterrupt(), OSError(104, "reset")])
def test_other_exceptions(exc: BaseException) -> None:
    assert not is_transient(exc)


def test_codes_are_texts_as_in_the_sample() -> None:
    codes = transient.TRANSIENT_ERROR_CODES
    assert {"40501", "40613", "10054", "104", "1205", "3960"} <= codes
    assert codes.isdisjoint({"18456", "4060", "2627", "20", "-1"})
    with override_settings(MSSQL_OPS={"TRANSIENT_ERRORS": {4060: "reconnect", 1222: "never"}}):
        changed = transient.TRANSIENT_ERROR_CODES
    assert "4060" in changed
    assert "1222" not in changed


@pytest.mark.process
def test_importing_costs_little_and_brings_no_driver() -> None:
    program = (
        "import sys; from django_mssql_ops.retry import retry_on_transient; "
        "print(sorted({m.partition('.')[0] for m in sys.modules}"
        " & {'pyodbc', 'mssql_python', 'sqlglot', 'mssql'}),"
        " [m for m in sys.modules if m.startswith('django_mssql_ops.errors')])"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert told.stdout.split() == ["[]", "[]"]
