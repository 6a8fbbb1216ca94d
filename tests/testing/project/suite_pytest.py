"""Tests as a project would have them, through the fixtures."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import Error, OperationalError, transaction
from django.test import TestCase

from django_mssql_ops.retry import OutcomeUnknown, retry_on_transient, tokens
from django_mssql_ops.retry.tokens import exactly_once


@retry_on_transient(atomic=True, sleep=lambda _: None)
def record(token: str) -> None:
    tokens.record(token)


@retry_on_transient(atomic=True, verify=exactly_once, sleep=lambda _: None)
def nothing() -> str:
    return "done"


@pytest.mark.django_db
def test_a_deadlock_is_survived(mssql_faults: Callable[..., Any]) -> None:
    fault = mssql_faults(1205, sql="INSERT")
    record("a")
    assert fault.fired == 1
    assert tokens.applied("a")


@pytest.mark.django_db(transaction=True)
def test_in_a_real_transaction(mssql_faults: Callable[..., Any]) -> None:
    mssql_faults("reset", at="commit", after=True)
    with pytest.raises(OutcomeUnknown):
        record("b")
    assert tokens.applied("b")


@pytest.mark.django_db(transaction=True)
def test_exactly_once(mssql_faults: Callable[..., Any]) -> None:
    mssql_faults("reset", at="commit", after=True)
    nothing()
    assert tokens.purge(datetime.timedelta(microseconds=1)) == 1


@pytest.mark.django_db
def test_a_fault_may_stay_away(mssql_faults: Callable[..., Any]) -> None:
    mssql_faults(1205, sql="MERGE", required=False)
    record("c")


@pytest.mark.django_db
def test_several_of_them(mssql_faults: Callable[..., Any]) -> None:
    mssql_faults(1205, sql="INSERT")
    with pytest.raises(Error), transaction.atomic():
        tokens.record("d")
    mssql_faults("close", sql="INSERT")
    with pytest.raises(OperationalError), transaction.atomic():
        tokens.record("d")
    record("d")


class Unittests(TestCase):
    @pytest.fixture(autouse=True)
    def _faults(self, mssql_faults: Callable[..., Any]) -> None:
        self.faults = mssql_faults

    def test_by_unittest(self) -> None:
        fault = self.faults(1205, sql="INSERT")
        record("e")
        self.assertEqual(fault.fired, 1)


def test_nothing_is_left() -> None:
    from django.db import connection

    assert (
        "get_new_connection" not in type(connection).__dict__
        or not hasattr(type(connection).__dict__["get_new_connection"], "__closure__")
        or type(connection).__dict__["get_new_connection"].__module__.startswith("django")
    )
