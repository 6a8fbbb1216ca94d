"""The runner with the stand-in as server and saboteur: what it sees of calls that end badly."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db.utils import ConnectionHandler, OperationalError
from django.test import override_settings

from django_mssql_ops import connections as ops_connections
from django_mssql_ops.connections import private_wrapper
from django_mssql_ops.retrytest.ledger import Ledger
from django_mssql_ops.retrytest.result import Layer, Result
from django_mssql_ops.retrytest.runner import Question, Runner
from django_mssql_ops.retrytest.scenarios import Expectation, Operation, Scenario
from django_mssql_ops.retrytest.stage import THREAD
from django_mssql_ops.retrytest.subjects import BuiltIn
from django_mssql_ops.retrytest.verdict import Verdict
from django_mssql_ops.retrytest.workloads import Workload
from tests import project
from tests.retrytest.building import scenario
from tests.retrytest.scripted import Misbehave, ScriptedProxy, entry_with_defaults
from tests.standin import Failure, StandIn
from tests.standin.script import Drop, Phase

pytestmark = pytest.mark.socket

Ask = Callable[..., Result]
#: The project has no page of its own: the built-in view needs none.
urlpatterns: list[Any] = []

FAIL_LOGIN = Failure(
    number=40613, message="Database 'app' is not currently available.", severity=17
)
DEADLOCK = Failure(number=1205, message="deadlock victim", severity=13, rolls_back=True)


@pytest.fixture
def ask(standin: StandIn, python_driver: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ask]:
    """``ask(misbehave, layer, expectation=…)`` runs one scenario and returns its result."""
    monkeypatch.setenv("SSL_CERT_FILE", project.authority_file(standin.authority.pem))
    entry = entry_with_defaults(standin, python_driver, connection_retries=0)
    handler = ConnectionHandler({"default": entry})
    monkeypatch.setattr(ops_connections, "connections", handler)
    monkeypatch.setattr("django.db.connections", handler)
    monkeypatch.setattr("django.db.transaction.get_connection", lambda using: handler[using])
    ledger = Ledger(private_wrapper("default", login_timeout=5, query_timeout=5))
    ledger.create()

    def run(
        misbehave: Misbehave,
        layer: Layer = Layer.DECORATOR,
        *,
        write: bool = True,
        limit: float = 30.0,
        **changes: Any,
    ) -> Result:
        def subject(asked: Scenario, layer: Layer) -> BuiltIn:
            insert = ledger.insert() if write else ""
            workload = Workload(
                alias="default", operation=asked.operation, token="t" * 32, insert=insert
            )
            return BuiltIn(workload=workload, layer=layer)

        runner = Runner(
            alias="default",
            entry=lambda number, scenario: entry,
            proxy=ScriptedProxy(standin, misbehave),
            seed=1,
            limit=limit,
            own_threads=(THREAD, "stand-in"),
            count_rows=lambda workload: ledger.entries(workload.token, workload.entries),
        )
        question = Question(scenario=scenario(warm=True, **changes), layer=layer, subject=subject)
        (result,) = runner.run([question])
        return result

    yield run
    ledger.drop()


def test_a_deadlock_is_survived_under_the_decorator(ask: Ask) -> None:
    found = ask(lambda s: s.script.on(re.compile("^INSERT"), DEADLOCK, times=1))
    assert found.judgement.verdict is Verdict.SURVIVED, found
    assert found.seen.attempts == 2
    assert found.seen.writes is not None and found.seen.writes.entries == (1, 1)
    assert found.seen.writes.callbacks == 1
    assert [mark.kind.value for mark in found.marks][:1] == ["failed attempt"]


def test_a_deadlock_is_not_survived_without(ask: Ask) -> None:
    found = ask(lambda s: s.script.on(re.compile("^INSERT"), DEADLOCK, times=1), Layer.BACKEND)
    assert found.judgement.verdict is Verdict.NO_RETRY
    assert found.seen.writes is not None and found.seen.writes.entries == (0, 0)


def test_a_thread_that_cannot_connect_again_is_wedged(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wedge(workload: Workload) -> None:
        wrapper = ops_connections.wrapper_of(workload.alias)
        wrapper.close()
        wrapper.in_atomic_block = wrapper.closed_in_transaction = True
        raise OperationalError("gone")

    monkeypatch.setattr(Workload, "run", wedge)
    found = ask(lambda s: None, Layer.BACKEND)
    assert found.judgement.verdict is Verdict.WEDGED


def test_a_transaction_that_stays_open_is_seen(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    def forget(workload: Workload) -> None:
        with ops_connections.wrapper_of(workload.alias).cursor() as cursor:
            cursor.execute("BEGIN TRANSACTION")

    monkeypatch.setattr(Workload, "run", forget)
    found = ask(lambda s: None, Layer.BACKEND, write=False)
    assert found.judgement.verdict is Verdict.OPEN_TRANSACTION


def test_the_decorator_resets_what_was_cut(ask: Ask) -> None:
    found = ask(lambda s: s.script.on("TM_BEGIN", Drop.RESET, times=1))
    assert found.judgement.verdict is Verdict.SURVIVED, found


def test_a_commit_that_was_cut_is_an_unknown_outcome(ask: Ask) -> None:
    found = ask(
        lambda s: s.script.on("TM_COMMIT", Drop.RESET, times=1), expectation=Expectation.KNOWN
    )
    assert found.judgement.verdict is Verdict.OUTCOME_UNKNOWN, found
    assert found.seen.attempts == 1


def test_login_errors_for_ever_end(ask: Ask) -> None:
    found = ask(
        lambda s: s.script.on(Phase.LOGIN, FAIL_LOGIN),
        write=False,
        expectation=Expectation.STOPPED,
        operation=Operation.TRANSACTION,
    )
    assert found.judgement.verdict is not Verdict.RETRY_STORM, found


@pytest.mark.parametrize("python_driver", ["pyodbc"], indirect=True)
def test_silence_is_unbounded_and_the_run_goes_on_or_says_so(ask: Ask) -> None:
    found = ask(
        lambda s: s.script.on(re.compile("SELECT .* AS n"), Drop.SILENCE, times=1),
        Layer.BACKEND,
        limit=0.5,
        write=False,
    )
    assert found.judgement.verdict is Verdict.UNBOUNDED


def test_a_read_only_run_asks_the_ledger_nothing(ask: Ask) -> None:
    found = ask(
        lambda s: s.script.on(re.compile("^SELECT .* AS n"), DEADLOCK, times=1), write=False
    )
    assert found.judgement.verdict is Verdict.SURVIVED, found
    assert found.seen.writes is None


def test_a_long_result_is_read_whole(ask: Ask) -> None:
    found = ask(lambda s: None, Layer.BACKEND, operation=Operation.ROWS)
    assert replace(found.seen, seconds=0.0).truncated is False
    assert found.judgement.verdict is Verdict.SURVIVED, found


@override_settings(
    ROOT_URLCONF=__name__, MIDDLEWARE=["django_mssql_ops.middleware.DatabaseRetryMiddleware"]
)
def test_the_middleware_layer_is_the_projects_own_middleware(ask: Ask) -> None:
    found = ask(lambda s: s.script.on(re.compile("^INSERT"), DEADLOCK, times=1), Layer.MIDDLEWARE)
    assert found.judgement.verdict is Verdict.SURVIVED, found
    assert found.seen.attempts == 2
    assert found.seen.status == 200


@override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[])
def test_without_a_retry_in_the_middleware_nothing_is_retried(ask: Ask, python_driver: str) -> None:
    found = ask(lambda s: s.script.on(re.compile("^INSERT"), DEADLOCK, times=1), Layer.MIDDLEWARE)
    # pyodbc's 1205 is of the class Error, mssql-python's an OperationalError.
    missed = {"pyodbc": Verdict.CLASS_MISSED, "mssql_python": Verdict.NUMBER_MISSED}
    assert found.judgement.verdict is missed[python_driver]
    assert found.seen.status == 500


def test_a_server_that_is_gone_ends_the_run_and_keeps_what_was_found(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(ledger: Ledger, token: str, expected: int) -> tuple[int, ...]:
        raise OperationalError("gone")

    monkeypatch.setattr(Ledger, "entries", gone)
    found = ask(lambda s: None)
    assert found.judgement.verdict is Verdict.ABORTED
    assert found.judgement.why.endswith("OperationalError")


def test_what_a_pool_keeps_ends_with_its_scenario(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    cuts: list[ScriptedProxy] = []
    monkeypatch.setattr(ScriptedProxy, "cut", lambda proxy: cuts.append(proxy))
    assert ask(lambda s: None).held
    assert len(cuts) == 1
