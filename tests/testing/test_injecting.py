"""What an injected fault does to a program on SQLite, where projects run their unit tests."""

from __future__ import annotations

import asyncio
import re
import threading
import unittest
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import (
    DatabaseError,
    Error,
    OperationalError,
    connection,
    connections,
    transaction,
)
from django.test import TestCase, TransactionTestCase
from django.test.utils import CaptureQueriesContext

from django_mssql_ops.errors import Phase, classify
from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.testing import Step, inject_fault
from django_mssql_ops.testing.faults import NAMED


@pytest.fixture(autouse=True)
def ledger() -> Iterator[None]:
    run("CREATE TABLE ledger (n INT)")
    yield
    run("DROP TABLE ledger")
    assert type(connection.connection).__module__ == "sqlite3"
    assert "Database" not in vars(connection)


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def insert(number: int = 1) -> None:
    run(f"INSERT INTO ledger VALUES ({number})")


def rows() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT n FROM ledger ORDER BY n")
        return [row[0] for row in cursor.fetchall()]


def caught(call: Any, *arguments: Any) -> Error:
    with pytest.raises(Error) as raised:
        call(*arguments)
    return raised.value


@pytest.mark.parametrize(
    "driver", ["pyodbc", pytest.param("mssql_python", marks=pytest.mark.mssql_python)]
)
@pytest.mark.parametrize(
    ("fault", "number", "state"),
    [(1205, 1205, "40001"), (1222, 1222, "42000"), ("reset", 104, "08S01")],
)
def test_the_drivers_exception_is_the_cause_of_djangos(
    driver: str, fault: int | str, number: int, state: str
) -> None:
    pytest.importorskip(driver)
    with inject_fault(fault, driver=driver) as injected:
        error = caught(insert)
        insert(2)
    assert (injected.fired, injected.met) == (1, 2)
    assert type(error).__module__ == "django.db.utils"
    assert type(error.__cause__).__module__.startswith(driver)
    told = classify(error)
    assert told is not None
    assert (told.number, told.sqlstate, told.phase) == (number, state, Phase.EXECUTE)
    assert rows() == [2]


@pytest.mark.mssql_python
def test_the_classes_are_the_drivers_own() -> None:
    with inject_fault(1205):
        assert type(caught(insert)) is Error  # no DatabaseError: the driver's quirk
    with inject_fault(1205, driver="mssql_python"):
        assert type(caught(insert)) is OperationalError


def test_a_deadlock_rolls_back_and_a_lock_timeout_does_not() -> None:
    for fault, left in ((1205, [2]), (1222, [1, 2])):
        with inject_fault(fault, sql="VALUES (7)"), transaction.atomic():
            insert(1)
            caught(insert, 7)
            insert(2)
            # What comes after a deadlock is in no transaction any more: SQL Server's own trap.
            if fault == 1205:
                assert not connection.connection.in_transaction
                transaction.set_rollback(False)
        assert rows() == left
        run("DELETE FROM ledger")


def test_a_lost_connection_is_lost_until_the_block_is_over() -> None:
    with inject_fault("reset"):
        with pytest.raises(OperationalError), transaction.atomic():
            insert(1)
        lost = pytest.raises(OperationalError, match="link failure")
        with inject_fault("reset", sql="VALUES (2)"), lost, transaction.atomic():
            insert(1)
            caught(insert, 2)
            insert(3)
        insert(4)
    assert rows() == [4]


def test_commit_before_and_after() -> None:
    for after, left in ((False, []), (True, [1])):
        fault, raising = inject_fault("reset", at="commit", after=after), pytest.raises(Error)
        with fault, raising as raised, transaction.atomic():
            insert()
        assert fault.fired == 1
        told = classify(raised.value)
        assert told is not None
        assert told.phase is Phase.COMMIT
        assert rows() == left


def test_a_statement_executed_first() -> None:
    with inject_fault("reset", after=True):
        caught(insert, 1)
    assert rows() == [1]


@pytest.mark.parametrize(
    ("at", "nth"), [("autocommit", 1), ("autocommit", 2), ("rollback", 1), (Step.FETCH, 1)]
)
def test_the_other_steps(at: Step | str, nth: int) -> None:
    with inject_fault(1205, at=at, nth=nth) as fault, pytest.raises((Error, ZeroDivisionError)):
        with transaction.atomic():
            insert()
            if at == "rollback":
                raise ZeroDivisionError
        rows()
    assert fault.fired == 1
    if not connection.get_autocommit():
        connection.set_autocommit(True)


def test_connect_on_a_file(tmp_path: Any) -> None:
    databases = {
        "default": {"ENGINE": "django.db.backends.sqlite3"},
        "file": {"ENGINE": "django.db.backends.sqlite3", "NAME": tmp_path / "db.sqlite3"},
    }
    connections.settings["file"] = connections.configure_settings(databases)["file"]
    try:
        with inject_fault(40613, at="connect", using="file", times=2) as fault:
            for _ in range(2):
                told = classify(caught(connections["file"].ensure_connection))
                assert told is not None
                assert (told.number, told.phase) == (40613, Phase.CONNECT)
            connections["file"].ensure_connection()
        assert fault.fired == 2
        connections["file"].close()
    finally:
        del connections["file"]
        del connections.settings["file"]


def test_which_moments_count() -> None:
    with inject_fault(1205, sql="values  (2)", nth=2, times=2) as fault:
        insert(1)
        insert(2)
        caught(insert, 2)
        insert(3)
        caught(insert, 2)
        insert(2)
    assert (fault.met, fault.fired) == (4, 2)
    with inject_fault(1222, times=None) as fault:
        for _ in range(3):
            caught(insert)
    assert fault.fired == 3


def test_the_latest_of_several_strikes_and_all_count() -> None:
    with inject_fault(1205, times=2) as outer, inject_fault(1222) as inner:
        assert "1222" in str(caught(insert))
        assert "1205" in str(caught(insert))
        insert()
    assert (outer.met, inner.met) == (3, 3)
    assert (outer.fired, inner.fired) == (1, 1)


def test_as_a_decorator_every_call_begins_anew() -> None:
    @inject_fault(1205)
    def work() -> str:
        """Docstring."""
        caught(insert)
        insert(5)
        return "done"

    assert (work.__name__, work.__doc__) == ("work", "Docstring.")
    assert [work(), work()] == ["done", "done"]
    assert rows() == [5, 5]


def test_a_coroutine_function_meets_it_where_it_awaits() -> None:
    @inject_fault(1205)
    async def work() -> None:
        await sync_to_async(caught)(insert)

    async def both() -> None:
        await work()
        await sync_to_async(close_for_good)()

    asyncio.run(both())


def close_for_good() -> None:
    """This thread's own; Django never closes a database in memory."""
    if connection.connection is not None:
        connection.connection.close()
        connection.connection = None


def in_thread(call: Any) -> list[BaseException]:
    errors: list[BaseException] = []

    def guarded() -> None:
        try:
            with connection.cursor() as cursor:  # a database in memory of this thread's own
                cursor.execute("SELECT 1")
        except Error as error:
            errors.append(error)
        finally:
            close_for_good()

    thread = threading.Thread(target=guarded)
    thread.start()
    thread.join(10)
    return errors


def test_other_threads_only_when_asked() -> None:
    with inject_fault(1205, sql="SELECT 1"):
        assert not in_thread(run)
    with inject_fault(1205, sql="SELECT 1", threads=True) as fault:
        assert len(in_thread(run)) == 1
    assert fault.fired == 1


def test_everything_is_as_before() -> None:
    kind = type(connection)
    before = {name: getattr(kind, name) for name in dir(kind) if not name.startswith("__")}
    with inject_fault(1205), inject_fault("reset", at="commit"):
        caught(insert)
    after = {name: getattr(kind, name) for name in dir(kind) if not name.startswith("__")}
    assert before == after


def test_queries_are_still_captured() -> None:
    with inject_fault(1205, nth=2), CaptureQueriesContext(connection) as captured:
        insert(3)
    assert [query["sql"] for query in captured] == ["INSERT INTO ledger VALUES (3)"]


class Suite:
    """Tests of a project, by unittest."""

    class Transactional(TransactionTestCase):
        databases = {"default"}  # noqa: RUF012

        def setUp(self) -> None:
            self.enterContext(inject_fault(1205, sql="VALUES (9)"))

        def _fixture_teardown(self) -> None:
            """There is no model to flush."""

        def test_it(self) -> None:
            with self.assertRaises(Error), transaction.atomic():
                insert(9)
            insert(9)
            self.assertEqual(rows(), [9])

    class Rolled(TestCase):
        databases = {"default"}  # noqa: RUF012

        @classmethod
        def setUpTestData(cls) -> None:
            insert(100)

        def test_a_deadlock_undoes_the_programs_block_alone(self) -> None:
            insert(1)
            with inject_fault(1205, sql="VALUES (9)"):
                with self.assertRaises(Error), transaction.atomic():
                    insert(2)
                    insert(9)
                self.assertEqual(rows(), [1, 100])
                with transaction.atomic():
                    insert(9)
            self.assertEqual(rows(), [1, 9, 100])

        def test_a_lost_connection_is_there_again_after_the_block(self) -> None:
            with inject_fault("reset", sql="VALUES (9)"):
                with self.assertRaises(OperationalError), transaction.atomic():
                    insert(2)
                    insert(9)
                with transaction.atomic():
                    insert(9)
            self.assertEqual(rows(), [9, 100])

        def test_the_end_of_the_outermost_block_is_the_commit(self) -> None:
            for fault in (1205, "reset"):
                for after, left in ((False, [100]), (True, [3, 100])):
                    with self.subTest(fault=fault, after=after):
                        injected = inject_fault(fault, at="commit", after=after)
                        raising = self.assertRaises(Error)
                        with (
                            injected,
                            raising as raised,
                            transaction.atomic(),
                            transaction.atomic(),
                        ):
                            insert(3)
                        self.assertEqual(injected.fired, 1)
                        told = classify(raised.exception)
                        assert told is not None
                        self.assertIs(told.phase, Phase.COMMIT)
                        self.assertEqual(rows(), left)
                        run("DELETE FROM ledger WHERE n = 3")

        def test_outside_a_block(self) -> None:
            with inject_fault("reset"):
                with self.assertRaises(OperationalError):
                    insert(1)
                insert(2)
            self.assertEqual(rows(), [2, 100])


@pytest.mark.parametrize("case", [Suite.Transactional, Suite.Rolled])
def test_in_a_testcase(case: type[unittest.TestCase]) -> None:
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(case).run(result)
    assert result.testsRun
    assert result.wasSuccessful(), "\n".join(text for _, text in result.errors + result.failures)


@pytest.mark.parametrize(
    ("arguments", "options", "words"),
    [
        (("rest",), {}, "no fault 'rest'; did you mean 'reset'"),
        ((0,), {}, "from 1 to"),
        ((True,), {}, "not bool"),
        ((1205.0,), {}, "not float"),
        ((1205,), {"at": "lunch"}, "one of connect, execute, fetch"),
        ((1205,), {"using": "nowhere"}, "nowhere"),
        ((1205,), {"driver": "pymssql"}, "pyodbc, mssql_python"),
        ((1205,), {"nth": 0}, "nth is a whole number"),
        ((1205,), {"times": 0}, "times is a whole number"),
        ((1205,), {"times": True}, "times is a whole number"),
        ((1205,), {"at": "commit", "sql": "x"}, "sql chooses statements"),
        ((1205,), {"at": "fetch", "after": True}, "a fetch is not"),
        ((1205,), {"using": None}, "DATABASES has no alias None"),
        ((1205,), {"sql": 5}, "sql is a text or a pattern, not a int"),
        ((1205,), {"severity": 3}, "from 11 to 25"),
        ((1205,), {"severity": "20"}, "from 11 to 25"),
        ((1205,), {"text": ""}, "1 to 2047 characters"),
        ((1205,), {"text": 5}, "1 to 2047 characters"),
        (("reset",), {"text": "x"}, "belong to a server's error"),
        (("refuse",), {"at": "commit"}, "it can at connect"),
        (("query-timeout",), {"at": "connect"}, "cannot come at connect"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    arguments: tuple[Any, ...], options: dict[str, Any], words: str
) -> None:
    with pytest.raises(ConfigurationError) as raised:
        inject_fault(*arguments, **options)
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("value", [5, TestCase])
def test_a_decorator_of_functions_only(value: Any) -> None:
    with pytest.raises(ConfigurationError, match="decorates functions"):
        inject_fault(1205)(value)


def test_a_driver_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    from django_mssql_ops.testing import driver_exceptions

    def fail(name: str) -> None:
        raise ImportError("libodbc.so.2: cannot open shared object file")

    monkeypatch.setattr(driver_exceptions, "import_module", fail)
    with pytest.raises(ConfigurationError, match="pip install pyodbc"), inject_fault(1205):
        raise AssertionError("it began")


def test_another_vendor_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "vendor", "postgresql")
    monkeypatch.setattr(connection, "display_name", "PostgreSQL")
    with pytest.raises(ConfigurationError, match="'default' is PostgreSQL"):
        inject_fault(1205)


def test_a_fault_is_injected_once_at_a_time() -> None:
    fault = inject_fault(1205)
    with fault, pytest.raises(ConfigurationError, match="already"):
        fault.start()
    fault.stop()
    assert repr(fault) == "<fault 1205 at execute, fired 0 times>"


def test_the_text_and_severity_of_a_number_of_ones_own() -> None:
    with inject_fault(50001, text="order on hold", severity=17):
        error = caught(insert)
    assert isinstance(error, DatabaseError)
    assert "[SQL Server]order on hold (50001) (SQLExecDirectW)" in str(error)


def test_the_page_names_every_fault_and_step() -> None:
    page = (Path(__file__).parents[2] / "docs" / "testing.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE))
    assert set(NAMED) <= listed
    for step in Step:
        assert f"`{step.value}`" in page
