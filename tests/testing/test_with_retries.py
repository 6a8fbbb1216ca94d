"""Injected faults meet the retry engine: on SQLite without a server, on the stand-in with both."""

from __future__ import annotations

import unittest
from collections.abc import Iterator

import pytest
from django.db import connections, transaction
from django.test import TestCase

from django_mssql_ops.retry import OutcomeUnknown, retry_on_transient
from django_mssql_ops.testing import inject_fault
from tests.standin import StandIn
from tests.testing.aliases import standin_alias

pytestmark = pytest.mark.socket


SERVERS = ("pyodbc", pytest.param("mssql_python", marks=pytest.mark.mssql_python))


@pytest.fixture(params=["sqlite", *SERVERS])
def using(request: pytest.FixtureRequest, standin: StandIn) -> Iterator[str]:
    if request.param == "sqlite":
        run("default", "CREATE TABLE ledger (n INT)")
        yield "default"
        run("default", "DROP TABLE ledger")
        return
    with standin_alias(standin, request.param, query_timeout=5) as wrapper:
        run(wrapper.alias, "CREATE TABLE ledger (n INT)")
        yield wrapper.alias


def run(using: str, sql: str) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute(sql)


def rows(using: str) -> int:
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM ledger")
        count: int = cursor.fetchone()[0]
        return count


class Work:
    def __init__(self, using: str) -> None:
        self.using, self.calls = using, 0

    def __call__(self) -> int:
        self.calls += 1
        run(self.using, "INSERT INTO ledger VALUES (1)")
        return self.calls


def retried(using: str, work: Work) -> int:
    retrying = retry_on_transient(using=using, atomic=True, sleep=lambda _: None)
    result: int = retrying(work)()
    return result


@pytest.mark.parametrize("fault", [1205, 1222, 40501, 40613, "reset", "close", "query-timeout"])
def test_a_fault_of_a_statement_is_survived(using: str, fault: int | str) -> None:
    work = Work(using)
    with inject_fault(fault, using=using, sql="INSERT") as injected:
        assert retried(using, work) == 2
    assert (injected.fired, rows(using)) == (1, 1)
    assert rows(using) == 1


@pytest.mark.parametrize("fault", ["reset", "link-failure"])
@pytest.mark.parametrize("after", [False, True])
def test_a_lost_commit_is_not_repeated(using: str, fault: str, after: bool) -> None:
    work = Work(using)
    with inject_fault(fault, using=using, at="commit", after=after), pytest.raises(OutcomeUnknown):
        retried(using, work)
    assert (work.calls, rows(using)) == (1, int(after))


def test_a_definite_abort_at_commit_is_repeated(using: str) -> None:
    work = Work(using)
    with inject_fault(41305, using=using, at="commit"):
        assert retried(using, work) == 2
    assert rows(using) == 1


def test_a_permanent_error_is_raised_at_once(using: str) -> None:
    work = Work(using)
    with inject_fault(2627, using=using), pytest.raises(Exception, match="Violation of UNIQUE"):
        retried(using, work)
    assert (work.calls, rows(using)) == (1, 0)


@pytest.mark.parametrize("using", SERVERS, indirect=True)
def test_logins_are_retried(using: str) -> None:
    """Not on SQLite: a database in memory is never connected to again."""
    connections[using].close()
    work = Work(using)
    with inject_fault(40613, using=using, at="connect", times=2) as injected:
        assert retried(using, work) == 1  # the others ended before the call
    assert injected.fired == 2


def test_inside_a_testcase(using: str) -> None:
    class Orders(TestCase):
        databases = {"default", using}  # noqa: RUF012

        @classmethod
        def setUpTestData(cls) -> None:
            run(using, "INSERT INTO ledger VALUES (0)")

        def test_a_statement(self) -> None:
            for fault in (1205, 1222, "reset", 40501):
                with self.subTest(fault=fault), inject_fault(fault, using=using, sql="INSERT"):
                    work, before = Work(using), rows(using)
                    self.assertEqual(retried(using, work), 2)
                    self.assertEqual(rows(using), before + 1)

        def test_the_commit(self) -> None:
            for after in (False, True):
                with self.subTest(after=after):
                    work, before = Work(using), rows(using)
                    fault = inject_fault("reset", using=using, at="commit", after=after)
                    with fault, self.assertRaises(OutcomeUnknown):
                        retried(using, work)
                    self.assertEqual((work.calls, rows(using)), (1, before + after))
            with transaction.atomic(using=using):
                run(using, "INSERT INTO ledger VALUES (2)")

    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(Orders).run(result)
    assert result.testsRun == 2
    assert result.wasSuccessful(), "\n".join(text for _, text in result.errors + result.failures)
    assert rows(using) == 0


def test_without_a_server() -> None:
    """A port that nobody listens on: nothing is sent anywhere."""
    from tests.testing.aliases import alias, entry_for

    with alias("no_server", entry_for(1, "pyodbc")) as wrapper:
        with inject_fault(1205, using="no_server", server=False, sql="INSERT") as fault:
            assert retried("no_server", Work("no_server")) == 2
            with inject_fault(40613, using="no_server", at="connect"):
                wrapper.close()
                assert retried("no_server", Work("no_server")) == 1  # it failed before the call
        assert fault.fired == 1
        wrapper.close()
