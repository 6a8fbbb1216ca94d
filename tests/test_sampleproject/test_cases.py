"""Every case on Django's SQLite backend: is the sample project right by itself?"""

from __future__ import annotations

import pytest

from tests.case_suites import Outcomes
from tests.test_sampleproject.running import SUITE, run_on_sqlite

pytestmark = [pytest.mark.process, pytest.mark.background.with_args(run_on_sqlite)]


@pytest.mark.parametrize("case", SUITE.names())
def test_on_sqlite(case: str, background_result: Outcomes) -> None:
    background_result.check(case)
