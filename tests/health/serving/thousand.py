"""``python -m tests.health.serving.thousand 1000``: so many probes in a process of their own.

It begins again with each line that it reads, and ends with its input. Each time it tells how many
of the probes said that all databases are reachable.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import django

from tests.health.serving.web import DRIVERS

#: Probes at any time.
_AT_ONCE: Final = 20
#: Seconds to be well: at the beginning, and after the end of a hang.
_PATIENCE: Final = 5.0
#: Seconds for one probe, by whether it will be answered.
_LIMITS: Final = {True: 5.0, False: 0.02}


def main(probes: int) -> None:
    django.setup()
    _wait_until_well(True)
    with ThreadPoolExecutor(_AT_ONCE, "probes") as executor:
        # Every thread that there will be is there before anybody counts.
        is_full = threading.Barrier(_AT_ONCE)
        list(executor.map(lambda _: is_full.wait(), range(_AT_ONCE)))
        is_well = True
        _tell(executor, probes, _LIMITS[is_well])
        for _ in sys.stdin:
            is_well = not is_well
            _wait_until_well(is_well)
            _tell(executor, probes, _LIMITS[is_well])


def _tell(executor: ThreadPoolExecutor, probes: int, limit: float) -> None:
    replies = list(executor.map(lambda _: _is_reachable(limit), range(probes)))
    sys.stdout.write(json.dumps({"reachable": sum(replies), "replies": len(replies)}) + "\n")
    sys.stdout.flush()


def _wait_until_well(is_well: bool) -> None:
    deadline = time.monotonic() + _PATIENCE
    while _is_reachable(0.1) is not is_well and time.monotonic() < deadline:
        time.sleep(0.01)


def _is_reachable(limit: float) -> bool:
    from django_mssql_ops.health.probing.registry import ask

    answers = ask(DRIVERS, limit=limit, max_age=0.005).values()
    return all(answer.is_reachable for answer in answers)


if __name__ == "__main__":
    main(int(sys.argv[1]))
