"""Every verdict: what has to be seen for it, and which one wins where several would fit."""

from __future__ import annotations

import pytest

from django_mssql_ops.retrytest.judging import judge
from django_mssql_ops.retrytest.observation import Failure, Observation, Outcome, Writes
from django_mssql_ops.retrytest.scenarios import Expectation
from django_mssql_ops.retrytest.verdict import Bounds, Verdict
from tests.retrytest.building import CLASS_MISSED, NUMBER_MISSED, judged, scenario, seen

RAISED, RETURNED = Outcome.RAISED, Outcome.RETURNED
ONCE = Writes(entries=(1, 1), callbacks=1)
NOTHING = Writes(entries=(0, 0), callbacks=0)

SURVIVED = Expectation.SURVIVED
KNOWN = Expectation.KNOWN
CONTROL = Expectation.NOT_RETRIED
STOPPED = Expectation.STOPPED
ENDED = Expectation.ENDED


@pytest.mark.parametrize(
    ("expectation", "what", "verdict"),
    [
        (SURVIVED, seen(attempts=2), Verdict.SURVIVED),
        (SURVIVED, seen(writes=ONCE), Verdict.SURVIVED),
        (SURVIVED, seen(RAISED, failure=CLASS_MISSED), Verdict.CLASS_MISSED),
        (SURVIVED, seen(RAISED, failure=NUMBER_MISSED), Verdict.NUMBER_MISSED),
        (SURVIVED, seen(RAISED, failure=Failure(name="E", note="why")), Verdict.REFUSED),
        (SURVIVED, seen(RAISED, attempts=4, failure=CLASS_MISSED), Verdict.GAVE_UP),
        (SURVIVED, seen(RAISED, status=503), Verdict.NO_RETRY),
        (SURVIVED, seen(Outcome.UNKNOWN), Verdict.REFUSED),
        (KNOWN, seen(Outcome.UNKNOWN, writes=ONCE), Verdict.OUTCOME_UNKNOWN),
        (KNOWN, seen(Outcome.UNKNOWN, writes=NOTHING), Verdict.OUTCOME_UNKNOWN),
        (KNOWN, seen(RAISED, failure=NUMBER_MISSED, writes=ONCE), Verdict.LOST_ACKNOWLEDGEMENT),
        (KNOWN, seen(RAISED, failure=NUMBER_MISSED, writes=NOTHING), Verdict.NUMBER_MISSED),
        (KNOWN, seen(writes=ONCE), Verdict.SURVIVED),
        (KNOWN, seen(writes=Writes(entries=(2, 2))), Verdict.DOUBLE_APPLIED),
        (KNOWN, seen(RAISED, writes=Writes(entries=(2, 2))), Verdict.DOUBLE_APPLIED),
        (SURVIVED, seen(writes=Writes(entries=(1, 2))), Verdict.DOUBLE_APPLIED),
        (SURVIVED, seen(writes=Writes(entries=(1, 0))), Verdict.PARTLY_APPLIED),
        (SURVIVED, seen(RAISED, writes=Writes(entries=(0, 1))), Verdict.PARTLY_APPLIED),
        (SURVIVED, seen(writes=NOTHING), Verdict.LOST_WRITE),
        (SURVIVED, seen(writes=Writes(entries=(1, 1), callbacks=0)), Verdict.HOOKS_LOST),
        (SURVIVED, seen(writes=Writes(entries=(1, 1), callbacks=2)), Verdict.HOOKS_REPEATED),
        (SURVIVED, seen(truncated=True), Verdict.TRUNCATED),
        (SURVIVED, seen(usable=False), Verdict.WEDGED),
        (SURVIVED, seen(open_transaction=True), Verdict.OPEN_TRANSACTION),
        (SURVIVED, seen(leaked_connections=1), Verdict.LEAKED),
        (SURVIVED, seen(leaked_threads=("x",)), Verdict.LEAKED),
        (SURVIVED, seen(invariant="it changed"), Verdict.INVARIANT_BROKEN),
        (SURVIVED, seen(fired=0), Verdict.NOT_INJECTED),
        (SURVIVED, seen(Outcome.STUCK), Verdict.UNBOUNDED),
        (CONTROL, seen(RAISED, failure=CLASS_MISSED), Verdict.RIGHTLY_NOT_RETRIED),
        (CONTROL, seen(RAISED, failure=CLASS_MISSED, fired=3), Verdict.RETRIED_PERMANENT),
        (CONTROL, seen(RAISED, failure=CLASS_MISSED, attempts=2), Verdict.RETRIED_PERMANENT),
        (CONTROL, seen(attempts=2), Verdict.RETRIED_PERMANENT),
        (CONTROL, seen(), Verdict.ERROR_SWALLOWED),
        (STOPPED, seen(RAISED, attempts=4, logins=4, seconds=40.0), Verdict.STOPPED),
        (STOPPED, seen(RAISED, attempts=9), Verdict.RETRY_STORM),
        (STOPPED, seen(RAISED, logins=25), Verdict.RETRY_STORM),
        (STOPPED, seen(RAISED, seconds=181.0), Verdict.RETRY_STORM),
        (STOPPED, seen(), Verdict.ERROR_SWALLOWED),
        (ENDED, seen(RAISED, failure=CLASS_MISSED), Verdict.ENDED),
        (ENDED, seen(), Verdict.SURVIVED),
    ],
)
def test_verdict(expectation: Expectation, what: Observation, verdict: Verdict) -> None:
    assert judged(expectation, what) is verdict


def test_a_stuck_call_is_unbounded_whatever_else_is_wrong() -> None:
    assert judged(SURVIVED, seen(Outcome.STUCK, fired=0, usable=False)) is Verdict.UNBOUNDED


def test_a_double_write_is_worse_than_a_wedge() -> None:
    what = seen(usable=False, writes=Writes(entries=(2, 2)))
    assert judged(SURVIVED, what) is Verdict.DOUBLE_APPLIED


def test_the_backend_alone_misses_nothing_because_it_does_not_retry() -> None:
    what = seen(RAISED, failure=CLASS_MISSED)
    assert judged(SURVIVED, what, has_retry=False) is Verdict.NO_RETRY


@pytest.mark.parametrize(
    ("delay", "verdict"),
    [(0.0, Verdict.TOO_FAST), (9.0, Verdict.TOO_FAST), (9.6, Verdict.SURVIVED)],
)
def test_the_servers_floor_is_kept_to_within_a_twentieth(delay: float, verdict: Verdict) -> None:
    what = seen(attempts=2, delays=(delay,))
    assert judge(scenario(floor=10.0), what, Bounds()).verdict is verdict


def test_only_the_first_delay_has_a_floor_and_none_is_too_fast_without_one() -> None:
    slow_then_fast = seen(attempts=3, delays=(11.0, 0.1))
    assert judge(scenario(floor=10.0), slow_then_fast, Bounds()).verdict is Verdict.SURVIVED
    assert judged(SURVIVED, seen(attempts=2, delays=(0.0,))) is Verdict.SURVIVED


def test_what_the_driver_healed_is_masked_and_what_the_application_healed_is_not() -> None:
    resilient = scenario(reconnects=1)
    masked = seen(logins=1, kept=True)
    assert judge(resilient, masked, Bounds()).verdict is Verdict.MASKED
    # A new connection of Django's, as after its health check, is not the driver's doing.
    replaced = seen(logins=1, kept=False)
    assert judge(resilient, replaced, Bounds()).verdict is Verdict.SURVIVED
    assert judge(resilient, seen(attempts=2), Bounds()).verdict is Verdict.SURVIVED


def test_the_numbers_are_unique_and_beyond_those_of_the_checks() -> None:
    numbers = [verdict.number for verdict in Verdict]
    assert len(set(numbers)) == len(numbers)
    assert all(601 <= number <= 699 for number in numbers)
    assert len({verdict.words for verdict in Verdict}) == len(numbers)


def test_every_sentence_is_one_and_without_a_full_stop() -> None:
    for expectation in Expectation:
        for outcome in Outcome:
            told = judge(scenario(expectation=expectation), seen(outcome), Bounds())
            assert told.why and not told.why.endswith(".") and "\n" not in told.why
