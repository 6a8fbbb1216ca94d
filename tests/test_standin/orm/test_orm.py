"""Every case of ``cases`` through either driver."""

from __future__ import annotations

import pytest

from tests.case_suites import Outcomes
from tests.test_standin.orm.running import SUITE, run_cases

pytestmark = [pytest.mark.socket, pytest.mark.process]

DRIVERS = [
    pytest.param("pyodbc", marks=pytest.mark.background.with_args(run_cases, "pyodbc")),
    pytest.param(
        "mssql_python",
        marks=[
            pytest.mark.mssql_python,
            pytest.mark.background.with_args(run_cases, "mssql_python"),
        ],
    ),
]


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("case", SUITE.names())
def test_on_the_standin(case: str, driver: str, background_result: Outcomes) -> None:
    background_result.check(case)
