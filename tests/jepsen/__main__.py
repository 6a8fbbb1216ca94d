"""``python -m tests.jepsen``: thousands of random runs; exit code 1 and the run when one is broken.

::

    python -m tests.jepsen --runs 10000                # both drivers, against a stand-in
    python -m tests.jepsen --unsafe                    # the safety switched off: it has to fail
    python -m tests.jepsen --seed 4711 --runs 1 --driver pyodbc       # that run again
    MSSQL_PASSWORD=… python -m tests.jepsen --host db.example.com --user app --database scratch

The tables jepsen_account, jepsen_journal and that of the tokens are made anew and dropped.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

DRIVERS = ("pyodbc", "mssql_python")
#: Runs between two lines of progress.
_PROGRESS = 500
_ROOT = Path(__file__).parents[2]


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line; argparse exits with 2 for a bad one."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.jepsen",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--runs", type=int, default=10_000, help="of all drivers together")
    parser.add_argument("--seed", type=int, default=None, help="of the first run (default: drawn)")
    parser.add_argument("--driver", choices=DRIVERS, help="one of them (default: both)")
    parser.add_argument("--unsafe", action="store_true", help="try again whatever happened")
    parser.add_argument("--host", help="a server that is there (default: a stand-in)")
    parser.add_argument("--port", type=int, default=1433)
    parser.add_argument("--user", default="app", help="its password is in MSSQL_PASSWORD")
    parser.add_argument("--database", default="app")
    parser.add_argument("--extra-params", default="Encrypt=no", help="as in OPTIONS")
    options = parser.parse_args(arguments)
    if options.runs < 1:
        parser.error(f"--runs is {options.runs}; expected at least 1")
    if options.host and "MSSQL_PASSWORD" not in os.environ:
        parser.error("--host needs the user's password in MSSQL_PASSWORD")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """One process for each driver, at the same time."""
    options = parse(arguments)
    seed = random.SystemRandom().randrange(2**32) if options.seed is None else options.seed
    if options.driver:
        return run(options, seed)
    drivers = [driver for driver in DRIVERS if find_spec(driver)]
    given = list(sys.argv[1:] if arguments is None else arguments)
    share = -(-options.runs // len(drivers))
    processes = [
        subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.jepsen", *given),
                *("--driver", driver, "--seed", str(seed + place * share), "--runs", str(share)),
            ],
            cwd=_ROOT,
        )
        for place, driver in enumerate(drivers)
    ]
    return max(process.wait() for process in processes)


def run(options: argparse.Namespace, seed: int) -> int:
    """The runs of one driver in this process."""
    from tests.jepsen.stage import Server, stage

    server = None
    if options.host:
        server = Server(
            host=options.host,
            port=options.port,
            user=options.user,
            database=options.database,
            password=os.environ["MSSQL_PASSWORD"],
            extra_params=options.extra_params,
        )
    with stage(options.driver, server) as proxy:
        # Django has to be set up before its classes can be imported.
        from tests.jepsen import bank, runs

        with bank.opened(), runs.threads() as asking:
            tally = runs.play(
                range(seed, seed + options.runs),
                proxy,
                asking,
                unsafe=options.unsafe,
                progress=lambda tally: _progress(options.driver, tally),
            )
            doubled = bank.doubled()
    _say(f"{options.driver}: {tally}, first seed {seed}")
    for broken in tally.broken:
        _say(f"{options.driver}: {broken}")
    if doubled:
        _say(f"{options.driver}: doubled in the end: {', '.join(map(str, doubled))}")
    return 1 if tally.broken or doubled else 0


def _progress(driver: str, tally: object) -> None:
    runs = getattr(tally, "runs", 0)
    if runs % _PROGRESS == 0:
        sys.stderr.write(f"{driver}: {runs} runs\n")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
