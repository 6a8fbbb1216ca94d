"""``python -m tests.scoreboard``: 21 faults, two drivers, two layers, two authors, as a table.

Exit code 0 when this package survives all of them and tries nothing permanent twice.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib.util import find_spec

from tests.scoreboard.board import DRIVERS, asked_table, board_of, play, score_table


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the board; with ``--json`` what one driver's play finds, for programs."""
    parser = argparse.ArgumentParser(prog="python -m tests.scoreboard", description=__doc__)
    parser.add_argument("--json", choices=DRIVERS, help="one driver's scores, one a line")
    options = parser.parse_args(arguments)
    if options.json:
        for line in play(options.json):
            _say(line)
        return 0
    drivers = [driver for driver in DRIVERS if find_spec(driver)]
    boards = [board_of(driver) for driver in drivers]
    found = [score for played, _ in boards for score in played]
    asked = [one for _, counted in boards for one in counted]
    _say(score_table(found, drivers))
    _say("")
    _say(asked_table(asked, drivers))
    survived = all(score.survived for score in found if score.author == "ours")
    return 0 if survived and all(one.times == 1 for one in asked) else 1


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
