"""All of them survive, and the published sample's score stays what it was measured as.

The boards are played in processes of their own, beside the other tests.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.scoreboard import published
from tests.scoreboard.board import LAYERS, asked_table, board_of, score_table
from tests.scoreboard.faults import FAULTS
from tests.scoreboard.playing import Asked, Score

_Board = tuple[list[Score], list[Asked]]


def board(directory: Path, driver: str) -> _Board:
    """The run that goes on beside the other tests."""
    return board_of(driver)


_DRIVERS = [
    pytest.param(
        "pyodbc", marks=[pytest.mark.process, pytest.mark.background.with_args(board, "pyodbc")]
    ),
    pytest.param(
        "mssql_python",
        marks=[
            pytest.mark.process,
            pytest.mark.mssql_python,
            pytest.mark.background.with_args(board, "mssql_python"),
        ],
    ),
]


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("driver", _DRIVERS)
def test_ours_survives_every_fault(background_result: _Board, driver: str, layer: str) -> None:
    scores = [s for s in background_result[0] if (s.author, s.layer) == ("ours", layer)]
    assert len(scores) == len(FAULTS) == 21
    assert [s for s in scores if not s.survived] == []
    assert {s.attempts for s in scores} == {2}


@pytest.mark.parametrize("driver", _DRIVERS)
def test_the_sample_survives_what_it_was_measured_to_survive(
    background_result: _Board, driver: str
) -> None:
    survived = {
        layer: [
            s.fault
            for s in background_result[0]
            if (s.author, s.layer, s.survived) == ("published", layer, True)
        ]
        for layer in LAYERS
    }
    by_decorator = ["FIN mid-query"] if driver == "pyodbc" else []
    assert survived == {"decorator": by_decorator, "middleware": []}


@pytest.mark.parametrize("driver", _DRIVERS)
def test_what_can_never_work_is_asked_for_once(background_result: _Board, driver: str) -> None:
    asked = background_result[1]
    assert len(asked) == 6 * len(LAYERS)
    assert [one for one in asked if (one.times, one.attempts) != (1, 1) or not one.raised] == []


# The baseline itself


@pytest.mark.parametrize(
    "text",
    [
        "[SQL Server]The service is currently busy. (40501) (SQLExecDirectW)",
        "The duplicate key value is (64).",
    ],
)
def test_the_sample_takes_a_number_wherever_it_stands(text: str) -> None:
    assert published.is_transient(Exception(text))


@pytest.mark.parametrize("text", ["Deadlocked (1205)", "TCP Provider: Error code 0x68 (104)", ""])
def test_the_sample_knows_thirteen_numbers(text: str) -> None:
    assert len(published.NUMBERS) == 13
    assert not published.is_transient(Exception(text))


# What is printed


def _score(**changes: Any) -> Score:
    values: dict[str, Any] = {
        "author": "ours",
        "layer": "decorator",
        "driver": "pyodbc",
        "fault": "login 40613",
        "survived": True,
        "attempts": 2,
    }
    return Score(**values | changes)


def test_the_board_has_a_line_for_each_fault_and_the_sum_last() -> None:
    scores = [
        _score(author=author, layer=layer, fault=fault.name, survived=author == "ours", error="Err")
        for author in ("published", "ours")
        for layer in LAYERS
        for fault in FAULTS
    ]
    lines = score_table(scores, ["pyodbc"]).splitlines()
    assert len(lines) == 2 + len(FAULTS) + 1
    cells = [cell.strip() for cell in lines[-1].split("|")[1:-1]]
    assert cells == ["survived", "0 of 21", "0 of 21", "21 of 21", "21 of 21"]
    assert [cell.strip() for cell in lines[2].split("|")[2:4]] == ["Err", "Err"]


def test_what_was_asked_is_a_number_for_each_layer() -> None:
    asked = [
        Asked(layer=layer, driver="pyodbc", error="18456", times=times, attempts=1, raised="Error")
        for times, layer in enumerate(LAYERS, 1)
    ]
    cells = asked_table(asked, ["pyodbc"]).splitlines()[-1].split("|")
    assert [cell.strip() for cell in cells[1:-1]] == ["18456", "1", "2"]
