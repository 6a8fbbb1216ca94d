"""An injected fault and the same one over a socket: nothing may tell them apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper

from django_mssql_ops.errors import diagnostic_records, driver_errors
from django_mssql_ops.faultproxy.server_errors import error_of, rolls_back
from django_mssql_ops.retry import is_transient
from django_mssql_ops.testing import inject_fault
from tests.standin import Configuration, Delay, Drop, Failure, RawBytes, StandIn
from tests.standin import Phase as When
from tests.standin.columns import INT, column
from tests.standin.engine import ResultSet
from tests.testing.aliases import standin_alias

pytestmark = pytest.mark.socket

Act = Callable[[BaseDatabaseWrapper], object]


def chain(error: BaseException | None) -> list[Any]:
    """Class and arguments of every link, the suppressed ones too."""
    if error is None:
        return []
    own = {name: value for name, value in vars(error).items() if name != "mssql_ops"}
    context = None if error.__context__ is error.__cause__ else error.__context__
    return [
        f"{type(error).__module__}.{type(error).__qualname__}",
        error.args,
        own,
        error.__suppress_context__,
        ("cause", chain(error.__cause__)),
        ("context", chain(context)),
    ]


def outcome(act: Act, wrapper: BaseDatabaseWrapper) -> list[Any]:
    """What came of it, and the state that it left."""
    said: list[Any] = ["ok"]
    try:
        act(wrapper)
    except Exception as error:
        said = [chain(error), driver_errors(error), is_transient(error)]
    raw: Any = wrapper.connection
    return [
        *said,
        wrapper.autocommit,
        wrapper.errors_occurred,
        None if raw is None else raw.autocommit,
    ]


def select(wrapper: BaseDatabaseWrapper) -> object:
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT 42")
        return cursor.fetchone()


def execute(wrapper: BaseDatabaseWrapper) -> None:
    with wrapper.cursor() as cursor:
        cursor.execute("BOOM")


def execute_with_parameters(wrapper: BaseDatabaseWrapper) -> None:
    with wrapper.cursor() as cursor:
        cursor.execute("BOOM %s", [1])


def raw_execute(wrapper: BaseDatabaseWrapper) -> None:
    connection: Any = wrapper.connection
    connection.cursor().execute("BOOM")


def fetch(wrapper: BaseDatabaseWrapper) -> object:
    with wrapper.cursor() as cursor:
        cursor.execute("ROWS")
        return cursor.fetchall()


def connect(wrapper: BaseDatabaseWrapper) -> None:
    wrapper.ensure_connection()


def commit(wrapper: BaseDatabaseWrapper) -> None:
    wrapper.commit()


def rollback(wrapper: BaseDatabaseWrapper) -> None:
    wrapper.rollback()


def begin(wrapper: BaseDatabaseWrapper) -> None:
    wrapper.set_autocommit(False)


def end(wrapper: BaseDatabaseWrapper) -> None:
    wrapper.set_autocommit(True)


def opened(wrapper: BaseDatabaseWrapper) -> None:
    select(wrapper)


def in_transaction(wrapper: BaseDatabaseWrapper) -> None:
    select(wrapper)
    wrapper.set_autocommit(False)
    select(wrapper)


def nothing(wrapper: BaseDatabaseWrapper) -> None:
    """The connection is not open yet."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """``when`` and ``steps`` are what the stand-in is told, ``fault`` and ``at`` are ours."""

    fault: int | str
    at: str
    act: Act
    when: Any
    steps: tuple[Any, ...] = ()
    before: Act = in_transaction
    only: str = ""
    records: bool = False

    @property
    def name(self) -> str:
        parts = [str(self.fault), self.at, self.act.__name__, self.before.__name__]
        return "-".join(parts) + ("-records" if self.records else "")

    def script(self) -> tuple[Any, ...]:
        if isinstance(self.fault, str):
            return self.steps
        error = error_of(self.fault)
        failure = Failure(
            number=self.fault,
            severity=error.severity,
            message=error.message,
            rolls_back=rolls_back(error),
        )
        return (*self.steps, failure)


ROWS = ResultSet((column("a", INT),), ((1,), (2,)))
RESET, CLOSE, SILENCE = (Drop.RESET,), (Drop.CLOSE,), (Drop.SILENCE,)
BOOM = "BOOM"

CASES = [
    Case(fault=40613, at="connect", act=connect, when=When.LOGIN, before=nothing),
    Case(fault=18456, at="connect", act=connect, when=When.LOGIN, before=nothing),
    Case(fault=10928, at="connect", act=connect, when=When.LOGIN, before=nothing),
    Case(fault="reset", at="connect", act=connect, when=When.LOGIN, steps=RESET, before=nothing),
    Case(fault="close", at="connect", act=connect, when=When.LOGIN, steps=CLOSE, before=nothing),
    Case(
        fault="prelogin-reset",
        at="connect",
        act=connect,
        when=When.PRELOGIN,
        steps=RESET,
        before=nothing,
    ),
    *(
        Case(fault=number, at="execute", act=act, when=BOOM, before=before)
        for number in (1205, 1222, 3960, 40501, 596, 2627, 208)
        for act, before in ((execute, in_transaction), (execute, opened))
    ),
    Case(fault=1205, at="execute", act=raw_execute, when=BOOM),
    Case(fault=1205, at="execute", act=execute, when=BOOM, records=True),
    Case(fault=40501, at="execute", act=execute, when=BOOM, records=True),
    Case(fault="reset", at="execute", act=execute, when=BOOM, steps=RESET),
    Case(fault="reset", at="execute", act=execute, when=BOOM, steps=RESET, before=opened),
    Case(fault="reset", at="execute", act=raw_execute, when=BOOM, steps=RESET),
    Case(fault="close", at="execute", act=execute, when=BOOM, steps=CLOSE),
    Case(
        fault="query-timeout",
        at="execute",
        act=execute,
        when=BOOM,
        steps=(Delay(1.4),),
        before=opened,
    ),
    Case(fault="half-open", at="execute", act=execute, when=BOOM, steps=SILENCE, only="pyodbc"),
    Case(
        fault="garbage",
        at="execute",
        act=execute,
        when=BOOM,
        steps=(RawBytes(b"no MS-TDS " * 20), Drop.CLOSE),
    ),
    # mssql-python keeps Python's lock while it fetches, and the stand-in is in this process.
    Case(
        fault="reset", at="fetch", act=fetch, when="ROWS", steps=(ROWS, Drop.RESET), only="pyodbc"
    ),
    *(
        Case(fault=number, at="commit", act=commit, when="TM_COMMIT")
        for number in (1205, 41305, 1222, 40501)
    ),
    Case(fault="reset", at="commit", act=commit, when="TM_COMMIT", steps=RESET),
    Case(fault="close", at="commit", act=commit, when="TM_COMMIT", steps=CLOSE),
    Case(fault="reset", at="execute", act=execute, when=BOOM, steps=RESET, records=True),
    Case(
        fault="half-open", at="commit", act=commit, when="TM_COMMIT", steps=SILENCE, only="pyodbc"
    ),
    Case(fault="reset", at="rollback", act=rollback, when="TM_ROLLBACK", steps=RESET),
    Case(fault=40501, at="rollback", act=rollback, when="TM_ROLLBACK"),
    Case(fault="reset", at="autocommit", act=begin, when="TM_BEGIN", steps=RESET, before=opened),
    Case(fault=1205, at="autocommit", act=begin, when="TM_BEGIN", before=opened),
    Case(fault="reset", at="autocommit", act=end, when="TM_COMMIT", steps=RESET),
    Case(fault=1205, at="autocommit", act=end, when="TM_COMMIT"),
]


@contextmanager
def keeping_records(wanted: bool) -> Iterator[None]:
    if not wanted:
        yield
        return
    with diagnostic_records():
        yield


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[StandIn, StandIn]]:
    with StandIn(Configuration()) as first, StandIn(Configuration()) as second:
        yield first, second


def _combinations() -> Iterator[Any]:
    """Every case through each driver that it can be had from."""
    for case in CASES:
        slow = [pytest.mark.slow] * (case.fault == "half-open")
        if case.only in ("", "pyodbc"):
            yield pytest.param("pyodbc", case, id=f"pyodbc-{case.name}", marks=slow)
        if case.only in ("", "mssql_python"):
            marks = [*slow, pytest.mark.mssql_python]
            yield pytest.param("mssql_python", case, id=f"mssql_python-{case.name}", marks=marks)


@pytest.mark.parametrize(("driver", "case"), list(_combinations()))
def test_nothing_tells_them_apart(
    servers: tuple[StandIn, StandIn], driver: str, case: Case
) -> None:
    followers: list[Act] = [select, commit, select, select]
    real_server, other = servers
    for server in servers:
        server.script.clear()
        server.script.on("ROWS", ROWS)

    with standin_alias(real_server, driver) as wrapper, keeping_records(case.records):
        case.before(wrapper)
        real_server.script.on(case.when, *case.script(), times=1)
        real = [outcome(act, wrapper) for act in (case.act, *followers)]
        real_server.script.clear()

    with standin_alias(other, driver) as wrapper, keeping_records(case.records):
        case.before(wrapper)
        with inject_fault(case.fault, at=case.at, using=wrapper.alias) as fault:
            injected = [outcome(act, wrapper) for act in (case.act, *followers)]
        assert fault.fired == 1

    assert injected == real
