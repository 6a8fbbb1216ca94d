"""A connection is lost in the middle of a QuerySet's query, with both drivers.

Django closes the cursor of a query that failed, and mssql-django has closed its connection by then:
through pyodbc what arrives is "The cursor's connection has been closed.", the driver's own and not
Django's, with the fault in its context (measured with pyodbc 5.5 and mssql-django 1.8 and 2.0).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import models, transaction

from django_mssql_ops.retry import budget, retry_on_transient
from tests.retry.aliases import alias_of
from tests.standin import StandIn
from tests.standin.script import Drop

pytestmark = pytest.mark.socket

Rows = models.QuerySet[Any]


class Ledger(models.Model):  # noqa: DJ008  nobody reads it
    n = models.IntegerField()

    class Meta:
        app_label = "tests_retry"
        db_table = "ledger"


@pytest.fixture(params=["pyodbc", pytest.param("mssql_python", marks=pytest.mark.mssql_python)])
def ledger(request: pytest.FixtureRequest, standin: StandIn) -> Iterator[Rows]:
    with alias_of(standin, request.param, connection_timeout=10, query_timeout=10) as wrapper:
        with wrapper.cursor() as cursor:
            cursor.execute("CREATE TABLE ledger (id BIGINT IDENTITY PRIMARY KEY, n INT)")
        objects = Ledger._default_manager.using(wrapper.alias)
        objects.create(n=1)
        budget.refill()
        yield objects
        assert not wrapper.in_atomic_block
        assert objects.count() > 0


def count(rows: Rows) -> int:
    return rows.count()


def read(rows: Rows) -> int:
    return len(list(rows))


def look(rows: Rows) -> int:
    return int(rows.exists())


def lock(rows: Rows) -> int:
    with transaction.atomic(using=rows.db):
        return len(list(rows.select_for_update()))


def change(rows: Rows) -> int:
    with transaction.atomic(using=rows.db):
        return rows.filter(n=1).update(n=1)


def add(rows: Rows) -> int:
    with transaction.atomic(using=rows.db):
        rows.create(n=2)
        return rows.count() - 1


@pytest.mark.parametrize("drop", [Drop.RESET, Drop.CLOSE])
@pytest.mark.parametrize("work", [count, read, look, lock, change, add])
def test_it_is_run_again(
    ledger: Rows, standin: StandIn, work: Callable[[Rows], int], drop: Drop
) -> None:
    slept: list[float] = []
    standin.script.on(re.compile("ledger"), drop, times=2)
    retrying = retry_on_transient(using=ledger.db, sleep=slept.append, random=lambda: 0.0)
    assert retrying.call(work, ledger) == 1
    assert slept == [0.0, 5.0]
    assert list(ledger.values_list("n", flat=True)) == ([1, 2] if work is add else [1])
