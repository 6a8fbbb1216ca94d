"""The verdict on a scenario, in words: what was expected against what was seen. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from django_mssql_ops.retrytest.observation import Observation, Outcome
from django_mssql_ops.retrytest.scenarios import Expectation, Scenario
from django_mssql_ops.retrytest.verdict import Bounds, Judgement, Verdict

#: Part of a floor that a delay may miss: clocks and sleeps are not exact.
_TOLERANCE: Final = 0.05


def judge(scenario: Scenario, seen: Observation, bounds: Bounds) -> Judgement:
    """The first thing that is wrong, the worst kinds first; else how it held."""
    for question in (_stuck, _injected, _applied, _thread, _whole):
        found = next(question(scenario, seen), None)
        if found is not None:
            return found
    return _ENDINGS[scenario.expectation](scenario, seen, bounds)


def _stuck(scenario: Scenario, seen: Observation) -> Iterator[Judgement]:
    if seen.outcome is Outcome.STUCK:
        yield Judgement(
            verdict=Verdict.UNBOUNDED,
            why=f"the call had not ended after {seen.seconds:.0f} s",
            hint="Give the retry a deadline: a silent server is waited for without end otherwise. "
            "OPTIONS['query_timeout'] bounds a query with pyodbc; mssql-python ignores it there.",
        )


def _injected(scenario: Scenario, seen: Observation) -> Iterator[Judgement]:
    if not seen.fired:
        yield Judgement(
            verdict=Verdict.NOT_INJECTED,
            why="the code under test never came to the point where the fault waits",
            hint="Choose scenarios that fit the code with --only, or a target that does more.",
        )


def _applied(scenario: Scenario, seen: Observation) -> Iterator[Judgement]:
    if seen.invariant:
        yield Judgement(verdict=Verdict.INVARIANT_BROKEN, why=seen.invariant)
    if seen.writes is None:
        return
    entries = seen.writes.entries
    if max(entries, default=0) > 1:
        yield Judgement(
            verdict=Verdict.DOUBLE_APPLIED,
            why=f"one operation left {max(entries)} copies of its row",
            hint="Do not repeat what may have been applied: use retry_on_transient, and verify= "
            "where the outcome has to be known.",
        )
    if any(entries) and not all(entries):
        yield Judgement(
            verdict=Verdict.PARTLY_APPLIED,
            why=f"{sum(map(bool, entries))} of {len(entries)} rows of one transaction are there",
        )
    if seen.outcome is Outcome.RETURNED and not any(entries):
        yield Judgement(
            verdict=Verdict.LOST_WRITE, why="the call reported success and nothing was written"
        )


def _thread(scenario: Scenario, seen: Observation) -> Iterator[Judgement]:
    if not seen.usable:
        yield Judgement(
            verdict=Verdict.WEDGED,
            why="the next query in the same thread fails",
            hint="retry_on_transient resets the connection after a fault; without it, "
            "connection.connect() does.",
        )
    if seen.open_transaction:
        yield Judgement(
            verdict=Verdict.OPEN_TRANSACTION, why="the thread is still inside a transaction"
        )
    if seen.leaked_threads or seen.leaked_connections:
        names = ", ".join(seen.leaked_threads)
        left = f"{seen.leaked_connections} connections" + (f" and threads {names}" if names else "")
        yield Judgement(verdict=Verdict.LEAKED, why=f"{left} are left")


def _whole(scenario: Scenario, seen: Observation) -> Iterator[Judgement]:
    if seen.truncated:
        yield Judgement(
            verdict=Verdict.TRUNCATED, why="the call returned a part of the rows as if it were all"
        )


def _survived(scenario: Scenario, seen: Observation, bounds: Bounds) -> Judgement:
    if seen.outcome is not Outcome.RETURNED:
        return _not_survived(scenario, seen, bounds)
    hooks = None if seen.writes is None else seen.writes.callbacks
    if hooks == 0:
        return Judgement(
            verdict=Verdict.HOOKS_LOST, why="it was committed, and its on_commit function never ran"
        )
    if hooks is not None and hooks > 1:
        return Judgement(
            verdict=Verdict.HOOKS_REPEATED, why=f"its on_commit function ran {hooks} times"
        )
    if _is_too_fast(scenario, seen):
        return Judgement(
            verdict=Verdict.TOO_FAST,
            why=f"the first retry came after {seen.delays[0]:.1f} s; the service asks for "
            f"{scenario.floor:.0f} s",
            hint="A base_delay below 1 asks a server that is down before it can be up again.",
        )
    if scenario.reconnects and seen.kept and seen.logins and not seen.retried:
        return Judgement(
            verdict=Verdict.MASKED,
            why="the driver reconnected by itself; no retry of the application was needed",
        )
    return Judgement(verdict=Verdict.SURVIVED, why=_how(seen))


def _is_too_fast(scenario: Scenario, seen: Observation) -> bool:
    return bool(seen.delays) and seen.delays[0] < scenario.floor * (1 - _TOLERANCE)


def _not_survived(scenario: Scenario, seen: Observation, bounds: Bounds) -> Judgement:
    if seen.outcome is Outcome.UNKNOWN:
        if scenario.expectation is Expectation.KNOWN:
            return Judgement(
                verdict=Verdict.OUTCOME_UNKNOWN,
                why="OutcomeUnknown was raised, and nothing was repeated",
            )
        return Judgement(
            verdict=Verdict.REFUSED,
            why="OutcomeUnknown was raised although nothing can have been applied",
        )
    if seen.writes is not None and seen.writes.rows:
        return Judgement(
            verdict=Verdict.LOST_ACKNOWLEDGEMENT,
            why=f"it was applied, and the caller was told {_error(seen)}",
            hint="Whoever repeats it now applies it twice: OutcomeUnknown says so, and verify= "
            "finds out.",
        )
    if seen.retried:
        return Judgement(
            verdict=Verdict.GAVE_UP,
            why=f"{seen.attempts} attempts ended in {_error(seen)}",
        )
    return Judgement(
        verdict=_missed(seen, bounds), why=_why_missed(seen), hint=_hint_missed(seen, bounds)
    )


def _missed(seen: Observation, bounds: Bounds) -> Verdict:
    failure = seen.failure
    if not bounds.has_retry or failure is None:
        return Verdict.NO_RETRY
    if failure.note:
        return Verdict.REFUSED
    return Verdict.NUMBER_MISSED if failure.operational else Verdict.CLASS_MISSED


def _hint_missed(seen: Observation, bounds: Bounds) -> str:
    if not bounds.has_retry or _missed(seen, bounds) is Verdict.REFUSED:
        return ""
    return (
        "retry_on_transient, or DatabaseRetryMiddleware around a view, goes by the driver's error "
        "and not by its class."
    )


def _why_missed(seen: Observation) -> str:
    note = seen.failure.note if seen.failure is not None else ""
    said = f"the caller got {_error(seen)} after one attempt"
    return f"{said}: {note}" if note else said


def _known(scenario: Scenario, seen: Observation, bounds: Bounds) -> Judgement:
    return _survived(scenario, seen, bounds)


def _not_retried(scenario: Scenario, seen: Observation, bounds: Bounds) -> Judgement:
    if seen.outcome is Outcome.RETURNED and not seen.retried:
        return Judgement(verdict=Verdict.ERROR_SWALLOWED, why="the call reported success")
    if seen.retried or seen.fired > 1:
        times = max(seen.attempts, seen.fired)
        return Judgement(
            verdict=Verdict.RETRIED_PERMANENT,
            why=f"it was tried {times} times",
            hint="Repeating does not help here; at login it can lock the account.",
        )
    return Judgement(
        verdict=Verdict.RIGHTLY_NOT_RETRIED, why=f"the caller got {_error(seen)} after one attempt"
    )


def _stopped(scenario: Scenario, seen: Observation, bounds: Bounds) -> Judgement:
    if seen.outcome is Outcome.RETURNED:
        return Judgement(verdict=Verdict.ERROR_SWALLOWED, why="the call reported success")
    for counted, limit, what in (
        (seen.attempts, bounds.attempts, "attempts"),
        (seen.logins, bounds.logins, "logins"),
        (seen.seconds, bounds.seconds, "seconds"),
    ):
        if counted > limit:
            return Judgement(
                verdict=Verdict.RETRY_STORM,
                why=f"one call took {counted:.0f} {what}; at most {limit:.0f} are reasonable",
                hint="Layers that retry multiply: let one of them do it.",
            )
    return Judgement(
        verdict=Verdict.STOPPED,
        why=f"{_error(seen)} after {_count(seen.attempts, 'attempt')} and "
        f"{_count(seen.logins, 'login')}",
    )


def _ended(scenario: Scenario, seen: Observation, bounds: Bounds) -> Judgement:
    if seen.outcome is Outcome.RETURNED:
        return _survived(scenario, seen, bounds)
    return Judgement(verdict=Verdict.ENDED, why=f"the caller got {_error(seen)}")


_ENDINGS: Final[dict[Expectation, Callable[[Scenario, Observation, Bounds], Judgement]]] = {
    Expectation.SURVIVED: _survived,
    Expectation.KNOWN: _known,
    Expectation.NOT_RETRIED: _not_retried,
    Expectation.STOPPED: _stopped,
    Expectation.ENDED: _ended,
}


def _how(seen: Observation) -> str:
    if not seen.retried:
        return "without a retry"
    return f"on attempt {seen.attempts}, after {sum(seen.delays):.1f} s of waiting"


def _error(seen: Observation) -> str:
    if seen.failure is not None:
        return str(seen.failure)
    return "an error" if seen.status is None else f"HTTP {seen.status}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
