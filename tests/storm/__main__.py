"""``python -m tests.storm``: the tables of docs/proof.md, and its picture."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.storm import days
from tests.storm.plot import svg
from tests.storm.tables import bucket_table, comparison, refund_table

PICTURE = Path(__file__).parents[2] / "docs" / "retry-storm.svg"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the days, print the tables on stdout, write the picture."""
    parser = argparse.ArgumentParser(prog="python -m tests.storm", description=__doc__)
    parser.add_argument("--seed", type=int, default=days.SEED, help="another day like it")
    parser.add_argument("--clients", type=int, default=10_000, help="threads that serve requests")
    parser.add_argument("--plot", type=Path, default=PICTURE, help="where the picture goes")
    parser.add_argument("--no-sweep", action="store_true", help="the first comparison only")
    options = parser.parse_args(arguments)
    if options.clients < 1:
        parser.error(f"--clients is {options.clients}; expected at least 1")
    if not options.plot.parent.is_dir():
        parser.error(f"--plot: there is no directory {options.plot.parent}")
    runs = days.outage(options.seed, options.clients)
    _say(f"{options.clients} clients, a 20 s outage, seed {options.seed}:\n")
    _say(comparison(runs))
    options.plot.write_text(svg(runs), encoding="utf-8")
    _say(f"\npicture: {options.plot}")
    if not options.no_sweep:
        _say("\nthe same where the server is busier (70 % instead of 50 %):\n")
        _say(comparison(days.busy(options.seed, options.clients)))
        _say("\na server with a third of its capacity left, for 120 s:\n")
        _say(comparison(days.overload(options.seed, options.clients)))
        _say("\nsurvived by capacity of the bucket and threads of a process, 20 s outage:\n")
        # The day is the same with fewer clients of a smaller server, and over sooner.
        swept = max(options.clients // 2, 1)
        _say(bucket_table(days.capacities(options.seed, swept)))
        _say("\na third of all attempts fails for 160 s, 128 threads a process, by tokens:\n")
        _say(refund_table(days.refunds(options.seed, swept)))
    return 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
