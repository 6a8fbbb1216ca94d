"""A pytest plugin for the process the cases run in: Django is set up, the shop is filled.

DJANGO_SETTINGS_MODULE names the settings, and with them the database, which is migrated and must be
this process's own. A case runs in a transaction that is rolled back, unless it asks for
``committed``.
"""

from __future__ import annotations

from collections.abc import Iterator

import django
import pytest

from tests import case_suites

SEED = 7
PRODUCTS, CUSTOMERS, ORDERS = 24, 10, 40


def pytest_addoption(parser: pytest.Parser) -> None:
    case_suites.add_option(parser)


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    django.setup()
    from django.test.utils import setup_test_environment

    setup_test_environment(debug=False)
    case_suites.register_reporter(config)


def _fill() -> None:
    from sampleproject.shop.loading import Amounts, load

    load(Amounts(products=PRODUCTS, customers=CUSTOMERS, orders=ORDERS), SEED)


def _restore() -> None:
    """The shop as it was, after a case that committed."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("flush", verbosity=0, interactive=False)
    _fill()


@pytest.fixture(scope="session")
def _prepared() -> Iterator[None]:
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    _fill()
    yield
    connection.close()


@pytest.fixture
def committed(_prepared: None) -> Iterator[None]:
    """For cases that commit, open connections of their own or change tables."""
    yield
    _restore()


@pytest.fixture(autouse=True)
def _rolled_back(request: pytest.FixtureRequest, _prepared: None) -> Iterator[None]:
    if "committed" in request.fixturenames:
        yield
        return
    from django.db import transaction

    with transaction.atomic():
        yield
        transaction.set_rollback(True)
