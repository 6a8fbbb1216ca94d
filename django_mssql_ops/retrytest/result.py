"""What a run found, and the report that the renderers of all commands can show."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass, field

from django_mssql_ops.findings import Finding, Report, Section, Severity, Status, Table, Value
from django_mssql_ops.retrytest.observation import Observation
from django_mssql_ops.retrytest.scenarios import Scenario
from django_mssql_ops.retrytest.verdict import Judgement, Verdict

TITLE = "mssql_retrytest"
COLUMNS = (
    "scenario",
    "expected",
    "seen",
    "attempts",
    "seconds",
    "logins",
    "statements",
    "rows",
    "verdict",
)


class Layer(enum.Enum):
    """What stands between a fault and the caller.

    BACKEND is Django and mssql-django alone, DECORATOR retry_on_transient with the project's
    settings, MIDDLEWARE the project's MIDDLEWARE as it is. TARGET is the project's own code.
    """

    BACKEND = "backend"
    DECORATOR = "decorator"
    MIDDLEWARE = "middleware"
    TARGET = "target"


class Kind(enum.Enum):
    """What a mark in a timeline stands for."""

    ATTEMPT = "attempt"
    FAILED_ATTEMPT = "failed attempt"
    DELAY = "delay"
    FAULT = "fault"
    LOGIN = "login"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something that happened, in seconds from the start of the call, delays at full length."""

    kind: Kind
    start: float
    end: float
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One scenario on one layer; ``marks`` are in the order of their start."""

    scenario: Scenario
    layer: Layer
    seen: Observation
    judgement: Judgement
    marks: tuple[Mark, ...] = ()

    @property
    def held(self) -> bool:
        return self.judgement.verdict.held


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Everything that one command found.

    ``left_out`` are scenarios that were not asked for, with the reason. ``compared`` are the layers
    that are shown for comparison: their verdicts do not make the answer bad.
    """

    alias: str
    driver: str
    target: str
    seed: int
    results: tuple[Result, ...] = ()
    left_out: tuple[tuple[Scenario, str], ...] = ()
    compared: frozenset[Layer] = frozenset()
    seconds: float = 0.0
    time_lapse: bool = True
    notes: tuple[str, ...] = field(default=())

    @property
    def layers(self) -> tuple[Layer, ...]:
        return tuple(dict.fromkeys(result.layer for result in self.results))

    def on(self, layer: Layer) -> tuple[Result, ...]:
        return tuple(result for result in self.results if result.layer is layer)

    @property
    def is_good(self) -> bool:
        return all(result.held for result in self.results if result.layer not in self.compared)


def report_of(run: Run) -> Report:
    """``run`` as a report: a subject a layer, a section a scenario, and the survival table."""
    return Report(
        title=TITLE,
        sections=tuple(_sections(run)),
        tables=tuple(_table(run, layer) for layer in run.layers),
    )


def subject(run: Run, layer: Layer) -> str:
    return f"{run.alias} ({run.driver}), {run.target}, layer {layer.value}"


def _table(run: Run, layer: Layer) -> Table:
    results = run.on(layer)
    held = sum(result.held for result in results)
    counted = f"{held} of {len(results)} scenarios held, {len(run.left_out)} not run"
    return Table(
        subject=subject(run, layer),
        name=f"{counted}; seed {run.seed}",
        columns=COLUMNS,
        rows=tuple(_row(result) for result in results),
    )


def _row(result: Result) -> tuple[Value, ...]:
    seen = result.seen
    return (
        result.scenario.name,
        result.scenario.expectation.value,
        seen.outcome.value,
        seen.attempts,
        round(seen.seconds, 1),
        seen.logins,
        seen.statements,
        None if seen.writes is None else seen.writes.rows,
        result.judgement.verdict.words,
    )


def _sections(run: Run) -> Iterator[Section]:
    for result in run.results:
        yield _section(run, result)
    if not run.layers:
        return
    about = subject(run, run.layers[-1])
    for scenario, reason in sorted(run.left_out, key=lambda left: left[1]):
        yield Section(subject=about, name=scenario.name, status=Status.SKIPPED, summary=reason)


def _section(run: Run, result: Result) -> Section:
    about = subject(run, result.layer)
    verdict, why = result.judgement.verdict, result.judgement.why
    ran = verdict not in (Verdict.NOT_INJECTED, Verdict.ABORTED)
    return Section(
        subject=about,
        name=result.scenario.name,
        status=Status.OK if result.held else (Status.FAILED if ran else Status.UNKNOWN),
        summary=f"{verdict.words}: {why}",
        milliseconds=result.seen.seconds * 1000,
        values=_values(result),
        findings=tuple(_findings(run, result, about)),
    )


def _findings(run: Run, result: Result, about: str) -> Iterator[Finding]:
    verdict, why = result.judgement.verdict, result.judgement.why
    if verdict.severity is None:
        return
    compared = result.layer in run.compared
    yield Finding(
        rule=verdict.number,
        slug=verdict.slug,
        severity=Severity.INFO if compared else verdict.severity,
        subject=about,
        about=result.scenario.name,
        message=f"{result.scenario.name}: {verdict.words}: {why}",
        hint="" if compared else result.judgement.hint,
    )


def _values(result: Result) -> dict[str, Value]:
    seen = result.seen
    return {
        "title": result.scenario.title,
        "phase": result.scenario.phase.value,
        "expected": result.scenario.expectation.value,
        "seen": seen.outcome.value,
        "verdict": result.judgement.verdict.words,
        "held": result.held,
        "error": None if seen.failure is None else str(seen.failure),
        "attempts": seen.attempts,
        "delays": tuple(round(delay, 3) for delay in seen.delays),
        "seconds": round(seen.seconds, 3),
        "connections": seen.connections,
        "logins": seen.logins,
        "statements": seen.statements,
        "rows": None if seen.writes is None else seen.writes.rows,
        "faults": seen.fired,
        "status": seen.status,
    }
