"""Every case of ``cases`` through either driver."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from tests.standin import StandIn
from tests.test_standin.orm.running import LIMIT, Outcomes, case_names, run_cases

# The first test waits for all cases of its driver.
pytestmark = [pytest.mark.socket, pytest.mark.process, pytest.mark.timeout(LIMIT + 30)]

DRIVERS = ["pyodbc", pytest.param("mssql_python", marks=pytest.mark.mssql_python)]


@pytest.fixture(scope="module")
def outcomes(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, Future[Outcomes]]]:
    """What becomes of the cases through each chosen driver; side by side, each on a stand-in."""

    def through(driver: str) -> Outcomes:
        with StandIn() as standin:
            return run_cases(standin, driver, tmp_path_factory.mktemp(f"orm-{driver}"))

    chosen = {
        str(item.callspec.params["driver"])
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.module is request.module
    }
    with ThreadPoolExecutor(len(chosen)) as side_by_side:
        yield {driver: side_by_side.submit(through, driver) for driver in chosen}


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("case", case_names())
def test_on_the_standin(case: str, driver: str, outcomes: Mapping[str, Future[Outcomes]]) -> None:
    outcome = outcomes[driver].result()
    failures = outcome.failures.get(case)
    assert failures is not None, f"did not run:\n{outcome.said}"
    assert not failures, "\n\n".join(failures)
