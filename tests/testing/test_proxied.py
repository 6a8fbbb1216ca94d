"""The fault proxy in front of an alias, with the real drivers."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.retry import OutcomeUnknown, retry_on_transient
from django_mssql_ops.testing import fault_proxy
from tests.standin import StandIn
from tests.testing.aliases import standin_alias

socket = pytest.mark.socket
process = pytest.mark.process


def insert(wrapper: Any) -> None:
    with wrapper.cursor() as cursor:
        cursor.execute("INSERT INTO ledger VALUES (1)")


def count(wrapper: Any) -> int:
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM ledger")
        found: int = cursor.fetchone()[0]
        return found


@socket
@process
def test_an_alias_goes_through_it_and_back(standin: StandIn, driver: str) -> None:
    with standin_alias(standin, driver, query_timeout=10) as wrapper:
        before = dict(wrapper.settings_dict)
        with wrapper.cursor() as cursor:
            cursor.execute("CREATE TABLE ledger (n INT)")
        retried = retry_on_transient(using=wrapper.alias, atomic=True, sleep=lambda _: None)
        with fault_proxy(wrapper.alias) as proxy:
            proxy.inject("reset", point="request", sql="INSERT")
            retried(insert)(wrapper)
            assert (proxy.fired, count(wrapper)) == (1, 1)
            proxy.inject("commit-lost-after")
            with pytest.raises(OutcomeUnknown):
                retried(insert)(wrapper)
            proxy.clear()
            assert count(wrapper) == 2
            proxy.inject("server-error", number=40613, point="login")
            wrapper.close()
            retried(insert)(wrapper)
        assert wrapper.settings_dict == before
        assert count(wrapper) == 3
    standin.wait_until_idle()


@socket
@process
@pytest.mark.slow
def test_it_leaves_a_test_that_failed_in_a_transaction(standin: StandIn, driver: str) -> None:
    with standin_alias(standin, driver, query_timeout=10) as wrapper:
        with pytest.raises(OperationalError), fault_proxy(wrapper.alias) as proxy:
            proxy.inject("close", point="request")
            with transaction.atomic(using=wrapper.alias), wrapper.cursor() as cursor:
                cursor.execute("SELECT 1")
        with wrapper.cursor() as cursor:
            cursor.execute("SELECT 1")


def test_what_cannot_be_is_one_sentence() -> None:
    with pytest.raises(ConfigurationError, match="is SQLite"), fault_proxy():
        raise AssertionError("it began")
    with pytest.raises(ConfigurationError, match="nowhere"), fault_proxy("nowhere"):
        raise AssertionError("it began")


def test_not_inside_a_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "vendor", "microsoft")
    refused = pytest.raises(ConfigurationError, match="TransactionTestCase")
    with transaction.atomic(), refused, fault_proxy():
        raise AssertionError("it began")
