"""Runs scenarios one after the other and makes results of what was seen."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django_mssql_ops.connections import pointed_at
from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.faultproxy.fault import Fault
from django_mssql_ops.faultproxy.registry import fault_named, parameters_given
from django_mssql_ops.faultproxy.triggers import Injection
from django_mssql_ops.retrytest.judging import judge
from django_mssql_ops.retrytest.observation import Observation, Outcome, Writes
from django_mssql_ops.retrytest.result import Kind, Layer, Mark, Result
from django_mssql_ops.retrytest.scenarios import Scenario
from django_mssql_ops.retrytest.stage import THREAD, Stage
from django_mssql_ops.retrytest.subjects import Subject
from django_mssql_ops.retrytest.targets import Invariant
from django_mssql_ops.retrytest.traffic import Proxy, Traffic
from django_mssql_ops.retrytest.verdict import Bounds, Judgement, Verdict
from django_mssql_ops.retrytest.watch import TIME_LAPSE, Watch
from django_mssql_ops.retrytest.workloads import Workload

#: Seconds that a stuck call has to come back once the proxy has let go of everything.
_LAST_CHANCE: Final = 20.0
#: Seconds that threads and connections have to end after a call.
_SETTLING: Final = 3.0

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One scenario on one layer; ``subject`` makes what is called, anew for each."""

    scenario: Scenario
    layer: Layer
    subject: Callable[[Scenario, Layer], Subject]


@dataclass(slots=True, kw_only=True)
class Runner:
    """``entry`` gives the entry of DATABASES for the scenario of this number.

    ``count_rows`` asks the ledger; None where there is none. Ledger and invariant go past the
    proxy: a pool must have no connection ready that a scenario would then use. ``limit`` is the
    seconds after which a call counts as stuck. ``own_threads`` are beginnings of the names of
    threads that are no leak. ``closes``: what Django closes is closed, so that a connection that
    stays is a leak; under a pool nobody can tell.
    """

    alias: str
    entry: Callable[[int, Scenario], dict[str, Any]]
    proxy: Proxy
    seed: int
    bounds: Bounds = dataclasses.field(default_factory=Bounds)
    limit: float = 120.0
    scale: float = TIME_LAPSE
    closes: bool = False
    own_threads: tuple[str, ...] = (THREAD,)
    count_rows: Callable[[Workload], tuple[int, ...]] | None = None
    invariant: Invariant | None = None
    say: Say = lambda line: None

    def run(self, questions: Sequence[Question]) -> Iterator[Result]:
        """The results in order. Once a call cannot be ended, the others are not run."""
        aborted = ""
        for number, question in enumerate(questions, start=1):
            if aborted:
                yield _not_run(question, aborted)
                continue
            result, aborted = self._one(number, question)
            self.say(
                f"[{number}/{len(questions)}] {question.layer.value} {question.scenario.name}: "
                f"{result.judgement.verdict.words}"
            )
            yield result

    def _one(self, number: int, question: Question) -> tuple[Result, str]:
        """The result, and why no other scenario can be run, "" when one can."""
        try:
            return self._tried(number, question)
        except ConfigurationError:
            raise
        except Exception as error:
            # The table or the proxy is gone: what was found so far is worth keeping.
            why = f"the server or the proxy was lost at {question.scenario.name}"
            return _not_run(question, f"{why}: {type(error).__name__}"), why

    def _tried(self, number: int, question: Question) -> tuple[Result, str]:
        scenario = question.scenario
        subject = question.subject(scenario, question.layer)
        watch = Watch(scale=1.0 if scenario.real_time else self.scale)
        stage = Stage(
            alias=self.alias,
            scenario=scenario,
            subject=subject,
            proxy=self.proxy,
            injections=_bounded(scenario.injections, self.limit),
            seed=self.seed,
            watch=watch,
        )
        before = set(threading.enumerate())
        if self.invariant is not None:
            self.invariant.begin()
        with pointed_at(self.alias, self.entry(number, scenario)):
            stage.start()
            in_time = stage.wait(self.limit)
            ended = in_time or self._let_go(stage)
        traffic = self.proxy.traffic()
        seen = self._seen(stage, before, in_time=in_time, ended=ended)
        # What a pool keeps belongs to this scenario alone: hundreds would pile up at the server.
        self.proxy.cut()
        bounds = dataclasses.replace(self.bounds, has_retry=question.layer is not Layer.BACKEND)
        judgement = judge(scenario, seen, bounds)
        if stage.problem is not None and stage.ending is None:
            judgement = _failed_before(stage.problem)
        marks = tuple(sorted(_marks(stage, seen, traffic), key=lambda mark: mark.start))
        return (
            Result(
                scenario=scenario,
                layer=question.layer,
                seen=seen,
                judgement=judgement,
                marks=marks,
            ),
            "" if ended else f"{scenario.name} left a thread that cannot be ended",
        )

    def _let_go(self, stage: Stage) -> bool:
        """Give a stuck thread everything back that is held; whether it ended then."""
        self.proxy.disarm()
        self.proxy.cut()
        return stage.wait(_LAST_CHANCE)

    def _seen(
        self, stage: Stage, before: set[threading.Thread], *, in_time: bool, ended: bool
    ) -> Observation:
        ending, aftermath, workload = stage.ending, stage.aftermath, stage.subject.workload
        left = self._left(before) if ended else ((), 0)
        traffic = self.proxy.traffic()
        return Observation(
            outcome=ending.outcome if in_time and ending is not None else Outcome.STUCK,
            failure=None if ending is None else ending.failure,
            status=None if ending is None else ending.status,
            attempts=stage.watch.attempts,
            seconds=stage.watch.seconds,
            delays=stage.watch.delays,
            connections=traffic.connections,
            logins=traffic.logins,
            statements=traffic.statements,
            fired=traffic.fired,
            kept=stage.kept,
            writes=self._writes(workload),
            truncated=workload is not None and workload.truncated,
            usable=aftermath is None or aftermath.usable,
            open_transaction=aftermath is not None and aftermath.open_transaction,
            leaked_threads=left[0],
            leaked_connections=left[1],
            invariant="" if self.invariant is None else self._broken(),
        )

    def _writes(self, workload: Workload | None) -> Writes | None:
        if workload is None or not workload.entries or self.count_rows is None:
            return None
        return Writes(
            entries=self.count_rows(workload),
            callbacks=workload.callbacks if workload.has_callback else None,
        )

    def _broken(self) -> str:
        return "" if self.invariant is None else self.invariant.broken()

    def _left(self, before: set[threading.Thread]) -> tuple[tuple[str, ...], int]:
        """Names of threads and the number of connections that are still there after a while."""
        deadline = time.monotonic() + _SETTLING
        while True:
            names = tuple(
                thread.name
                for thread in threading.enumerate()
                if thread not in before and not thread.name.startswith(self.own_threads)
            )
            connections = self.proxy.open_connections() if self.closes else 0
            if not (names or connections) or time.monotonic() > deadline:
                return names, connections
            time.sleep(0.02)


def _bounded(injections: Sequence[Injection], limit: float) -> tuple[Injection, ...]:
    """Silence without an end ends with the watchdog's time.

    mssql-python holds Python's lock while it fetches (measured with 1.16): then nothing in this
    process runs, a watchdog no more than the rest, and only the proxy's process can end it.
    """
    return tuple(
        dataclasses.replace(one, fault=_ending(one.fault, limit))
        if getattr(one.fault, "seconds", 0.0) is None
        else one
        for one in injections
    )


def _ending(fault: Fault, seconds: float) -> Fault:
    return fault_named(fault.name, **{**parameters_given(fault), "seconds": seconds})


def _marks(stage: Stage, seen: Observation, traffic: Traffic) -> Iterator[Mark]:
    yield from stage.watch.marks(held=seen.outcome is Outcome.RETURNED)
    # The proxy counts from arming, which comes before the call by the time of the idling.
    late = stage.watch.began - stage.armed_at
    for kind, times in ((Kind.LOGIN, traffic.login_times), (Kind.FAULT, traffic.fault_times)):
        for moment, label in times:
            at = stage.watch.in_full(max(moment - late, 0.0))
            yield Mark(kind=kind, start=at, end=at, label=label)


def _failed_before(problem: BaseException) -> Judgement:
    return Judgement(
        verdict=Verdict.ABORTED,
        why=f"the scenario could not be prepared: {type(problem).__name__}",
        hint="Without a fault the database has to be reachable: mssql_check says why it is not.",
    )


def _not_run(question: Question, why: str) -> Result:
    return Result(
        scenario=question.scenario,
        layer=question.layer,
        seen=Observation(outcome=Outcome.STUCK, attempts=0),
        judgement=Judgement(verdict=Verdict.ABORTED, why=why),
    )
