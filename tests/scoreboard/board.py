"""The whole board: one process a driver, and what they found as tables in Markdown."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.scoreboard.faults import FAULTS
from tests.scoreboard.playing import Asked, Score, scores, times_asked
from tests.scoreboard.stage import stage
from tests.storm.tables import table

DRIVERS = ("pyodbc", "mssql_python")
AUTHORS = ("published", "ours")
LAYERS = ("decorator", "middleware")
#: Seconds one driver's board may take.
LIMIT = 120
_ROOT = Path(__file__).parents[2]
_CLASSES = {kind.__name__: kind for kind in (Score, Asked)}


def play(driver: str) -> Iterator[str]:
    """Play everything through one driver; a line of JSON for each score. Once in a process."""
    with stage(driver) as server:
        for score in scores(server, driver, [(a, layer) for a in AUTHORS for layer in LAYERS]):
            yield _line(score)
        for asked in times_asked(server, driver, LAYERS):
            yield _line(asked)


def board_of(driver: str) -> tuple[list[Score], list[Asked]]:
    """What :func:`play` found, in a process of its own; raises RuntimeError when that fails."""
    finished = subprocess.run(
        [sys.executable, "-m", "tests.scoreboard", "--json", driver],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    if finished.returncode:
        raise RuntimeError(finished.stderr[-4000:])
    found = []
    for line in finished.stdout.splitlines():
        values = json.loads(line)
        found.append(_CLASSES[values.pop("kind")](**values))
    return (
        [one for one in found if isinstance(one, Score)],
        [one for one in found if isinstance(one, Asked)],
    )


def score_table(found: Sequence[Score], drivers: Sequence[str]) -> str:
    """A fault a line, a column for each author, layer and driver; the sums last."""
    columns = [(a, layer, driver) for a in AUTHORS for layer in LAYERS for driver in drivers]
    by_place = {(s.author, s.layer, s.driver, s.fault): s for s in found}
    rows = [
        [fault.name, *(_mark(by_place[(*column, fault.name)]) for column in columns)]
        for fault in FAULTS
    ]
    rows.append(["survived", *(_sum(found, column) for column in columns)])
    return table(["fault", *(f"{author} {y}, {driver}" for author, y, driver in columns)], rows)


def asked_table(found: Sequence[Asked], drivers: Sequence[str]) -> str:
    """A permanent error a line: how often the server was asked."""
    columns = [(layer, driver) for layer in LAYERS for driver in drivers]
    by_place = {(a.layer, a.driver, a.error): a.times for a in found}
    rows = [
        [error, *(str(by_place[(*column, error)]) for column in columns)]
        for error in dict.fromkeys(asked.error for asked in found)
    ]
    return table(["never retried", *(f"{layer}, {driver}" for layer, driver in columns)], rows)


def _line(one: Score | Asked) -> str:
    return json.dumps({"kind": type(one).__name__, **dataclasses.asdict(one)})


def _mark(score: Score) -> str:
    return "survived" if score.survived else score.error or "wrong"


def _sum(found: Sequence[Score], column: tuple[str, str, str]) -> str:
    mine = [s for s in found if (s.author, s.layer, s.driver) == column]
    return f"{sum(s.survived for s in mine)} of {len(mine)}"
