"""Runs and results to judge and to render."""

from __future__ import annotations

from typing import Any, Final

from hypothesis import strategies as st

from django_mssql_ops.faultproxy.registry import fault_named
from django_mssql_ops.faultproxy.triggers import injection
from django_mssql_ops.retrytest.judging import judge
from django_mssql_ops.retrytest.observation import Failure, Observation, Outcome, Writes
from django_mssql_ops.retrytest.result import Kind, Layer, Mark, Result, Run
from django_mssql_ops.retrytest.scenarios import Expectation, Phase, Scenario
from django_mssql_ops.retrytest.verdict import Bounds, Judgement, Verdict
from tests.reports.building import texts

CLASS_MISSED: Final = Failure(name="ProgrammingError", number=40613, sqlstate="42000")
NUMBER_MISSED: Final = Failure(name="OperationalError", operational=True, number=104)


def scenario(**changes: Any) -> Scenario:
    plain: dict[str, Any] = {
        "name": "statement-40613",
        "phase": Phase.FIRST_STATEMENT,
        "title": "statement 1 fails",
        "why": "because",
        "injections": (injection(fault_named("server-error", number=40613)),),
        "expectation": Expectation.SURVIVED,
    }
    return Scenario(**{**plain, **changes})


def seen(outcome: Outcome = Outcome.RETURNED, **changes: Any) -> Observation:
    return Observation(outcome=outcome, **{"fired": 1, **changes})


def judged(expectation: Expectation, what: Observation, **bounds: Any) -> Verdict:
    return judge(scenario(expectation=expectation), what, Bounds(**bounds)).verdict


def result(verdict: Verdict = Verdict.SURVIVED, **changes: Any) -> Result:
    plain: dict[str, Any] = {
        "scenario": scenario(),
        "layer": Layer.DECORATOR,
        "seen": seen(attempts=2, seconds=6.5, delays=(5.3,), logins=2, statements=4),
        "judgement": Judgement(verdict=verdict, why="on attempt 2", hint="Nothing."),
        "marks": MARKS,
    }
    return Result(**{**plain, **changes})


MARKS: Final = (
    Mark(kind=Kind.FAILED_ATTEMPT, start=0.0, end=0.2),
    Mark(kind=Kind.FAULT, start=0.1, end=0.1, label="server-error"),
    Mark(kind=Kind.DELAY, start=0.2, end=5.5),
    Mark(kind=Kind.LOGIN, start=5.6, end=5.6),
    Mark(kind=Kind.ATTEMPT, start=5.5, end=6.5),
)


def run(*results: Result, **changes: Any) -> Run:
    plain: dict[str, Any] = {
        "alias": "default",
        "driver": "pyodbc",
        "target": "built-in workload",
        "seed": 7,
        "results": results,
    }
    return Run(**{**plain, **changes})


EXAMPLE: Final = run(
    result(),
    result(
        Verdict.DOUBLE_APPLIED,
        scenario=scenario(name="commit-after-rst", needs_write=True),
        seen=seen(writes=Writes(entries=(2, 2), callbacks=1)),
    ),
    result(Verdict.NOT_INJECTED, scenario=scenario(name="rows-cut"), seen=seen(fired=0)),
    result(Verdict.MASKED, scenario=scenario(name="idle-rst-resiliency")),
    result(Verdict.CLASS_MISSED, layer=Layer.BACKEND, seen=seen(failure=CLASS_MISSED)),
    left_out=((scenario(name="commit-before-rst"), "needs --write"),),
    compared=frozenset({Layer.BACKEND}),
)


def marks() -> st.SearchStrategy[tuple[Mark, ...]]:
    times = st.floats(0, 1e6, allow_nan=False)
    one = st.builds(
        lambda kind, start, length, label: Mark(
            kind=kind, start=start, end=start + length, label=label
        ),
        st.sampled_from(Kind),
        times,
        times,
        texts(),
    )
    return st.lists(one, max_size=8).map(tuple)


def runs() -> st.SearchStrategy[Run]:
    """Runs of any texts and figures, as odd settings and exceptions could make them."""
    scenarios = st.builds(scenario, name=texts(), title=texts(), why=texts())
    failures = st.builds(Failure, name=texts(), sqlstate=texts(), note=texts())
    results = st.builds(
        result,
        st.sampled_from(Verdict),
        scenario=scenarios,
        layer=st.sampled_from(Layer),
        seen=st.builds(seen, st.sampled_from(Outcome), failure=st.none() | failures),
        judgement=st.builds(Judgement, verdict=st.sampled_from(Verdict), why=texts(), hint=texts()),
        marks=marks(),
    )
    return st.builds(
        lambda found, alias, notes: run(*found, alias=alias, notes=tuple(notes)),
        st.lists(results, max_size=3),
        texts(),
        st.lists(texts(), max_size=2),
    )
