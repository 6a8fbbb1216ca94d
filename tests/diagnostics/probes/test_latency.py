"""Round trips over an open connection, timed with a clock of the test's own."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db.utils import OperationalError
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops.diagnostics import queries
from django_mssql_ops.diagnostics.facts import LatencyFacts, Unreadable
from django_mssql_ops.diagnostics.probes import latency as latency_module
from django_mssql_ops.diagnostics.probes.latency import probe_latency, summarise

PATIENCE = 10.0


class Clock:
    """Both clocks of the probe; time passes only where a test says so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        monkeypatch.setattr("time.perf_counter", lambda: self.now)
        monkeypatch.setattr("time.monotonic", lambda: self.now)
        # The thread's own limit counts real seconds; here only the clock above is looked at.
        monkeypatch.setattr(latency_module, "within", lambda _limit, call: call())


class TimedWrapper:
    """A connection whose round trips take the given seconds, the last of them again and again."""

    def __init__(self, clock: Clock | None = None, *seconds: float) -> None:
        self.clock = clock
        self.seconds = list(seconds)
        self.statements: list[str] = []
        self.open_cursors = 0

    @contextlib.contextmanager
    def cursor(self) -> Iterator[TimedWrapper]:
        self.open_cursors += 1
        yield self
        self.open_cursors -= 1

    def execute(self, sql: str) -> None:
        self.statements.append(sql)
        if self.clock is not None:
            self.clock.now += self.seconds[0] if len(self.seconds) == 1 else self.seconds.pop(0)

    def fetchone(self) -> tuple[int]:
        return (1,)


def probed(wrapper: Any, limit: float = PATIENCE) -> LatencyFacts | Unreadable:
    return probe_latency(wrapper, limit=limit)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def test_twenty_round_trips_of_the_smallest_question_are_timed(clock: Clock) -> None:
    wrapper = TimedWrapper(clock, *(number / 1000 for number in range(20, 0, -1)))
    wrapper.seconds.append(99.0)
    found = probed(wrapper)
    assert wrapper.statements == ["SELECT 1"] * 20 == [queries.LATENCY] * queries.LATENCY_SAMPLES
    assert wrapper.open_cursors == 0
    assert isinstance(found, LatencyFacts)
    assert found.samples == 20
    assert (found.minimum, found.p50, found.p95) == pytest.approx((1, 10, 19))


def test_a_server_far_away_is_measured_with_fewer_samples_and_not_given_up(clock: Clock) -> None:
    """Twenty times 400 ms are longer than 5 s: this is the server that the rule must see."""
    found = probed(TimedWrapper(clock, 0.4), limit=5.0)
    assert isinstance(found, LatencyFacts)
    assert found.p50 == pytest.approx(400)
    assert 5 <= found.samples < 20
    assert clock.now < 5


def test_one_slow_round_trip_is_still_a_measurement(clock: Clock) -> None:
    found = probed(TimedWrapper(clock, 3.0), limit=5.0)
    assert isinstance(found, LatencyFacts)
    assert (found.samples, found.p50, found.p95) == (1, 3000, 3000)


def test_a_connection_that_goes_silent_is_unreadable_at_the_limit() -> None:
    released = threading.Event()

    class SilentWrapper(TimedWrapper):
        def execute(self, sql: str) -> None:
            released.wait(PATIENCE)

    try:
        assert probed(SilentWrapper(), limit=0.01) == Unreadable("no answer within 0.01 s")
    finally:
        released.set()


def test_an_error_of_the_driver_is_unreadable_in_its_words() -> None:
    class LostWrapper(TimedWrapper):
        def execute(self, sql: str) -> None:
            driver_error = type("OperationalError", (Exception,), {"__module__": "pyodbc"})
            text = (
                "[08S01] [Microsoft][ODBC Driver 18 for SQL Server]TCP Provider: Error code 0x68 "
                "(104) (SQLExecDirectW)"
            )
            raise OperationalError("08S01", text) from driver_error("08S01", text)

    found = probed(LostWrapper())
    assert isinstance(found, Unreadable)
    assert found.reason.startswith("08S01/104 TCP Provider")


def test_any_other_error_is_unreadable_by_its_name() -> None:
    class BrokenWrapper(TimedWrapper):
        def execute(self, sql: str) -> None:
            raise LookupError("PWD=hunter2")

    assert probed(BrokenWrapper()) == Unreadable("LookupError")


def test_percentiles_are_by_nearest_rank() -> None:
    found = summarise([float(number) for number in range(100, 0, -1)])
    assert (found.samples, found.minimum, found.p50, found.p95) == (100, 1, 50, 95)


@given(st.lists(st.floats(min_value=0, max_value=1e9), min_size=1, max_size=50))
def test_a_summary_is_made_of_samples_in_order(samples: list[float]) -> None:
    found = summarise(samples)
    assert found.samples == len(samples)
    assert {found.minimum, found.p50, found.p95} <= set(samples)
    assert min(samples) == found.minimum <= found.p50 <= found.p95 <= max(samples)
