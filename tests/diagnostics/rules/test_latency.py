"""Rule 450: how far away the server is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.diagnostics.rules.building import (
    INFO,
    UNKNOWN,
    WARNING,
    facts,
    findings,
    latency,
    only,
    severities,
)
from tests.diagnostics.rules.contract import NOTHING_READ, NOTHING_RUN


@pytest.mark.parametrize(("median", "expected"), [(5.0, [INFO]), (5.01, [WARNING]), (0.3, [INFO])])
def test_450_a_median_above_five_milliseconds_is_far(median: float, expected: list[Any]) -> None:
    assert severities(450, facts(latency=latency(p50=median, p95=median))) == expected


def test_450_a_single_slow_round_trip_is_not_a_distance() -> None:
    assert severities(450, facts(latency=latency(p50=0.4, p95=900.0))) == [INFO]


def test_450_the_numbers_are_told() -> None:
    assert only(450, facts(latency=latency(p50=12.34, p95=20.0))).message == (
        "one round trip takes 12.3 ms (median of 20, fastest 0.3 ms, 95 % below 20.0 ms)"
    )
    near = only(450, facts(latency=latency()))
    assert near.message == (
        "one round trip takes 0.5 ms (median of 20, fastest 0.3 ms, 95 % below 0.9 ms)"
    )
    assert near.hint == ""


def test_nothing_read_is_unknown_and_nothing_run_is_nothing() -> None:
    assert only(450, facts(latency=NOTHING_READ)).severity is UNKNOWN
    assert findings(450, facts(latency=NOTHING_RUN)) == []
