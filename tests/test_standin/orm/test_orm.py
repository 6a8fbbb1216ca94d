"""Every case of ``cases`` through either driver, on the stand-in and on a real server."""

from __future__ import annotations

import pytest

from tests.case_suites import Outcomes
from tests.test_standin.orm.running import SUITE, run_cases, run_on_real_server

pytestmark = [pytest.mark.socket, pytest.mark.process]

RUNS = [
    pytest.param(
        f"{place}-{driver}",
        marks=[
            pytest.mark.background.with_args(run, driver),
            *([pytest.mark.mssql_python] if driver == "mssql_python" else []),
            *([pytest.mark.sqlserver] if place == "sqlserver" else []),
        ],
    )
    for place, run in (("stand-in", run_cases), ("sqlserver", run_on_real_server))
    for driver in ("pyodbc", "mssql_python")
]


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("case", SUITE.names())
def test_case(case: str, run: str, background_result: Outcomes) -> None:
    background_result.check(case)
