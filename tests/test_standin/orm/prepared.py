"""A pytest plugin for the process the cases run in: Django is set up, the tables are there.

The database is empty but for what ``migrate`` puts there, and must be this process's own. A case
runs in a transaction that is rolled back, unless it asks for ``committed`` or ``unwrapped``.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import django
import pytest


class _Reporter:
    """What failed in each case, as JSON for ``running.run_cases``; nothing where all is well."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._failures: defaultdict[str, list[str]] = defaultdict(list)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        module, _, case = report.nodeid.partition("::")
        failures = self._failures[f"{Path(module).stem}::{case.partition('[')[0]}"]
        if report.failed:
            failures.append(f"{report.nodeid}, {report.when}\n{report.longreprtext}")
        elif report.skipped:
            failures.append(f"{report.nodeid} was skipped")

    def pytest_sessionfinish(self) -> None:
        self._file.write_text(json.dumps(self._failures), encoding="utf-8")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--report-cases", type=Path, metavar="FILE")


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    from django_mssql_ops.odbc import use_bundled_driver

    use_bundled_driver()
    django.setup()
    from django.test.utils import setup_test_environment

    setup_test_environment(debug=False)
    file = config.getoption("--report-cases")
    if file is not None:
        config.pluginmanager.register(_Reporter(file))


@pytest.fixture(scope="session")
def _prepared() -> Iterator[None]:
    from django.core.management import call_command
    from django.db import connections

    call_command("migrate", run_syncdb=True, verbosity=0)
    yield
    connections.close_all()


@pytest.fixture
def unwrapped(_prepared: None) -> None:
    """For cases that commit and put everything back themselves."""


@pytest.fixture
def committed(_prepared: None) -> Iterator[None]:
    """For cases that commit; the library is empty again afterwards.

    Without flush, which takes ten times as long: it empties every table there is.
    """
    yield
    from tests.test_standin.orm.library import models

    through = models.Book.genres.through
    for model in (
        *(models.Loan, models.Badge, through, models.Book, models.Genre, models.Reader),
        *(models.Author, models.Person, models.Specimen, models.Attachment, models.Tick),
    ):
        model._base_manager.all()._raw_delete("default")


@pytest.fixture(autouse=True)
def _rolled_back(request: pytest.FixtureRequest, _prepared: None) -> Iterator[None]:
    if {"committed", "unwrapped"} & set(request.fixturenames):
        yield
        return
    from django.db import transaction

    with transaction.atomic():
        yield
        transaction.set_rollback(True)
