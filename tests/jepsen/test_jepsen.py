"""A small run of the proof, and that it can fail; the large one is ``make jepsen``.

The runs go on in processes of their own, beside the other tests.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.jepsen import faults
from tests.jepsen.__main__ import DRIVERS, parse

_ROOT = Path(__file__).parents[2]
#: Seconds; only what is broken waits for it.
_LIMIT = 120
_SEED = 20_260


def runs(directory: Path, *arguments: str) -> tuple[int, str]:
    """Exit code and output of ``python -m tests.jepsen``."""
    finished = subprocess.run(
        [sys.executable, "-m", "tests.jepsen", "--seed", str(_SEED), *arguments],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        timeout=_LIMIT,
        check=False,
    )
    return finished.returncode, finished.stdout + finished.stderr


@pytest.mark.process
@pytest.mark.background.with_args(runs, "--runs", "150")
def test_every_write_is_there_exactly_once(background_result: tuple[int, str]) -> None:
    code, said = background_result
    assert code == 0, said
    drivers = [driver for driver in DRIVERS if find_spec(driver)]
    each = 150 // len(drivers)
    for driver in drivers:
        found = re.search(rf"^{driver}: (\d+) runs, (\d+) faults struck", said, re.MULTILINE)
        assert found and int(found[1]) == each, said
        assert int(found[2]) >= each // 2, said


@pytest.mark.process
@pytest.mark.background.with_args(runs, "--runs", "300", "--driver", "pyodbc", "--unsafe")
def test_without_the_safety_a_write_is_doubled(background_result: tuple[int, str]) -> None:
    code, said = background_result
    assert code == 1, said
    assert "BROKEN  doubled: " in said
    assert re.search(r"run with seed \d+:\n  fault   {", said), "nobody could play it again"
    assert "history #" in said


# What is drawn


def test_the_same_seed_draws_the_same_faults() -> None:
    drawn = [faults.injections(random.Random(seed)) for seed in range(50)]
    assert drawn == [faults.injections(random.Random(seed)) for seed in range(50)]
    assert len({str(one) for one in drawn}) > 40


def test_faults_are_drawn_for_every_phase_and_are_ones_the_proxy_knows() -> None:
    from django_mssql_ops.faultproxy.injections import injections_from

    points: Counter[str] = Counter()
    for seed in range(1_000):
        tables = faults.injections(random.Random(seed))
        for one in injections_from(tables):
            points.update(point.value for point in one.trigger.points)
    assert set(points) == {
        *("accept", "prelogin", "login", "begin", "request", "housekeeping"),
        *("commit", "empty commit", "rollback"),
    }


@pytest.mark.parametrize(
    ("tables", "opening"),
    [
        ([{"fault": "login-error", "number": 40613}], True),
        ([{"fault": "reset", "point": "prelogin"}], True),
        ([{"fault": "reset", "point": "request"}], False),
        ([{"fault": "commit-lost-after"}], False),
    ],
)
def test_what_strikes_a_new_connection_needs_one(
    tables: list[faults.Injection], opening: bool
) -> None:
    assert faults.strikes_while_opening(tables) is opening


# The command line


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--runs", "0"], "--runs is 0; expected at least 1"),
        (["--host", "db.example.com"], "--host needs the user's password in MSSQL_PASSWORD"),
    ],
)
def test_bad_arguments_are_refused(
    arguments: list[str],
    sentence: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("MSSQL_PASSWORD", raising=False)
    with pytest.raises(SystemExit) as ended:
        parse(arguments)
    assert ended.value.code == 2
    assert sentence in capsys.readouterr().err
