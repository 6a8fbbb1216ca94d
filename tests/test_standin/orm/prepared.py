"""A pytest plugin for the process the cases run in: Django is set up, the tables are there.

The database is empty but for what ``migrate`` puts there, and must be this process's own. A case
runs in a transaction that is rolled back, unless it asks for ``committed`` or ``unwrapped``.
"""

from __future__ import annotations

from collections.abc import Iterator

import django
import pytest

from tests import case_suites


def pytest_addoption(parser: pytest.Parser) -> None:
    case_suites.add_option(parser)


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    from django_mssql_ops.odbc import use_bundled_driver

    use_bundled_driver()
    django.setup()
    from django.test.utils import setup_test_environment

    setup_test_environment(debug=False)
    case_suites.register_reporter(config)


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
