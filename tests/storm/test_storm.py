"""The simulation: small days whose answer is known, and the promises of docs/proof.md in small."""

from __future__ import annotations

import math
import random
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from django_mssql_ops.conf import RetryBudget
from tests.storm import days
from tests.storm.__main__ import PICTURE, main
from tests.storm.plot import svg
from tests.storm.server import Failure, Server, Workplace
from tests.storm.simulation import Population, Run, simulate
from tests.storm.strategies import Exponential, NoRetry, Ours, PublishedSample
from tests.storm.tables import comparison, table

_CLIENTS = 2_000


@pytest.fixture(scope="module")
def runs() -> dict[str, Run]:
    return {run.name: run for run in days.outage(days.SEED, _CLIENTS)}


# The server


def _server(place: Workplace) -> Server:
    return Server(place, random.Random(1))


def _seconds(server: Server, now: float, *, logs_in: bool) -> float:
    """How long an attempt takes that ends well."""
    failure, seconds = server.attempt(now, logs_in=logs_in)
    assert failure is None
    return seconds


def test_an_idle_server_answers_after_the_work_itself() -> None:
    server = _server(Workplace(capacity=10.0, round_trip=0.5))
    assert _seconds(server, 0.0, logs_in=False) == pytest.approx(0.6)
    assert _seconds(server, 5.0, logs_in=True) == pytest.approx(0.5 + 1.6 / 10)


def test_who_comes_later_waits_longer_then_gives_up_then_is_refused() -> None:
    server = _server(Workplace(capacity=1.0, patience=2.0, throttle_at=3.0, outage_at=99.0))
    found = [server.attempt(0.0, logs_in=False)[0] for _ in range(6)]
    assert found[:3] == [None, None, None]
    assert found[3] is Failure.TIMED_OUT
    assert found[-1] is Failure.THROTTLED


def test_nobody_gets_in_during_the_outage_and_the_queue_is_gone_after_it() -> None:
    place = Workplace(capacity=1.0, outage_at=10.0, outage_seconds=5.0)
    server = _server(place)
    for _ in range(5):
        server.attempt(9.9, logs_in=False)
    assert server.attempt(10.0, logs_in=True) == (Failure.UNAVAILABLE, place.round_trip)
    assert server.attempt(14.9, logs_in=True)[0] is Failure.UNAVAILABLE
    assert _seconds(server, 15.0, logs_in=False) == pytest.approx(1 / 0.6 + place.round_trip)


def test_a_server_that_is_only_slow_refuses_nobody_at_the_door() -> None:
    server = _server(Workplace(capacity=2.0, outage_at=0.0, left_share=0.5))
    assert _seconds(server, 0.0, logs_in=False) == pytest.approx(1.01)


def test_a_share_of_the_attempts_can_fail_while_the_others_are_served() -> None:
    server = _server(Workplace(capacity=1e9, outage_at=0.0, error_share=0.3))
    failed = sum(server.attempt(0.0, logs_in=False)[0] is not None for _ in range(1_000))
    assert 250 < failed < 350


# The clients


def test_the_sample_waits_with_full_jitter_and_ends_after_three_retries() -> None:
    draw = random.Random(1)
    sample = PublishedSample()
    for failures, most in ((1, 1.0), (2, 2.0), (3, 4.0)):
        delay = sample.delay([Failure.UNAVAILABLE] * failures, draw)
        assert delay is not None and 0.0 <= delay <= most
    assert sample.delay([Failure.UNAVAILABLE] * 4, draw) is None


def test_the_exponential_one_doubles_without_jitter() -> None:
    draw = random.Random(1)
    delays = [Exponential().delay([Failure.UNAVAILABLE] * n, draw) for n in range(1, 7)]
    assert delays == [1.0, 2.0, 4.0, 8.0, 16.0, None]


def test_ours_honours_the_floor_of_throttling() -> None:
    draw = random.Random(1)
    delays = [Ours().delay([Failure.THROTTLED], draw) for _ in range(50)]
    assert all(delay is not None and delay >= 10.0 for delay in delays)


def test_ours_stops_when_the_bucket_of_the_process_is_empty() -> None:
    draw = random.Random(1)
    process = Ours(RetryBudget(capacity=10.0, retry=5.0, timeout=10.0, refund=1.0))
    assert process.delay([Failure.UNAVAILABLE], draw) is not None
    assert process.delay([Failure.TIMED_OUT], draw) is None  # costs 10, 5 are left
    assert process.delay([Failure.UNAVAILABLE], draw) is not None
    assert process.delay([Failure.UNAVAILABLE], draw) is None
    for _ in range(5):
        process.succeeded()
    assert process.delay([Failure.UNAVAILABLE], draw) is not None


def test_ours_tries_once_after_a_time_out_whatever_else_failed() -> None:
    draw = random.Random(1)
    first, again = Failure.UNAVAILABLE, Failure.TIMED_OUT
    assert Ours().delay([first, again], draw) is not None
    assert Ours().delay([again, first, again], draw) is None


# The run


def test_without_an_outage_nobody_is_hurt() -> None:
    run = simulate(
        "calm",
        NoRetry,
        workplace=Workplace(capacity=100.0, outage_at=1000.0),
        population=Population(clients=50, seconds=30.0, think=1.0),
        seed=1,
    )
    assert (run.hurt, run.lost, run.survived) == (0, 0, 1.0)
    assert run.attempts_per_success < 1.1


def test_a_server_that_stays_away_is_never_recovered() -> None:
    run = simulate(
        "gone",
        NoRetry,
        workplace=Workplace(outage_at=5.0, outage_seconds=10.0, cold_share=0.001, warm_after=1e9),
        population=Population(clients=200, seconds=40.0, think=1.0),
        seed=1,
    )
    assert math.isinf(run.recovery)


def test_the_same_seed_gives_the_same_picture_and_another_seed_another() -> None:
    first, again, other = (svg(days.outage(seed, 100)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_every_request_that_was_hit_survived_or_was_lost(runs: dict[str, Run]) -> None:
    for run in runs.values():
        in_flight = run.hurt - run.hurt_succeeded - run.lost
        assert 0 <= in_flight <= _CLIENTS


def test_ours_saves_what_the_sample_loses_with_a_lower_peak(runs: dict[str, Run]) -> None:
    ours, sample = runs["django-mssql-ops"], runs["published sample, repaired"]
    assert ours.survived > 0.9 > 0.4 > sample.survived
    assert ours.peak < 0.85 * sample.peak
    assert ours.peak < 0.85 * runs["exponential (tenacity)"].peak
    assert ours.attempts_per_success < sample.attempts_per_success
    assert runs["no retry"].survived == 0.0


def test_a_bucket_that_is_too_small_gives_up_what_the_default_saves() -> None:
    found = {
        capacity: simulate(
            "ours",
            lambda capacity=capacity: Ours(RetryBudget(capacity=capacity)),  # type: ignore[misc]
            workplace=Workplace(capacity=200.0),
            population=Population(clients=_CLIENTS),
            seed=days.SEED,
        ).survived
        for capacity in (50.0, 500.0)
    }
    assert found[50.0] < 0.5 < 0.9 < found[500.0]


def test_in_a_lasting_overload_the_bucket_keeps_the_load_down() -> None:
    runs = {run.name: run for run in days.overload(days.SEED, _CLIENTS)}
    ours, sample = runs["django-mssql-ops"], runs["published sample, repaired"]
    assert ours.attempts_per_success < 0.6 * sample.attempts_per_success
    assert ours.goodput > sample.goodput


# What is printed and drawn


def test_the_table_is_straight_markdown() -> None:
    assert table(["a", "bb"], [["ccc", "1"]]) == "| a   | bb |\n| --- | -: |\n| ccc |  1 |"


def test_the_comparison_has_a_line_for_each_strategy(runs: dict[str, Run]) -> None:
    lines = comparison(list(runs.values())).splitlines()
    assert [line.split("|")[1].strip() for line in lines[2:]] == list(runs)


def test_the_picture_is_whole_and_says_what_it_shows(runs: dict[str, Run]) -> None:
    picture = svg(list(runs.values()))
    root = ElementTree.fromstring(picture)  # noqa: S314 -- see above
    lines = [element for element in root.iter() if element.tag.endswith("polyline")]
    assert len(lines) == 2 * len(runs)
    assert all(name in picture for name in runs)
    assert "nan" not in picture


def test_the_program_prints_its_table_and_writes_the_picture(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "storm.svg"
    assert main(["--clients", "50", "--no-sweep", "--plot", str(file)]) == 0
    assert file.read_text("utf-8").startswith("<svg")
    assert "django-mssql-ops" in capsys.readouterr().out


def test_bad_figures_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--clients", "0"])
    assert ended.value.code == 2
    assert "expected at least 1" in capsys.readouterr().err


def test_the_picture_of_the_documentation_is_there() -> None:
    ElementTree.parse(PICTURE)  # noqa: S314 -- see above


@pytest.mark.slow
def test_the_picture_of_the_documentation_is_of_this_simulation() -> None:
    """`make storm` writes it again."""
    assert svg(days.outage(days.SEED, 10_000)) == PICTURE.read_text("utf-8")
