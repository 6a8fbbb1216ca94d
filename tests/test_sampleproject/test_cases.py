"""Every case on Django's SQLite backend: is the sample project right by itself?"""

from __future__ import annotations

import pytest

from tests.test_sampleproject.running import Outcomes, case_names, run_cases, sqlite_environment

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Outcomes:
    directory = tmp_path_factory.mktemp("sampleproject")
    return run_cases(sqlite_environment(directory), directory)


@pytest.mark.parametrize("case", case_names())
def test_on_sqlite(case: str, on_sqlite: Outcomes) -> None:
    failures = on_sqlite.failures.get(case)
    assert failures is not None, f"did not run:\n{on_sqlite.said}"
    assert not failures, "\n\n".join(failures)
