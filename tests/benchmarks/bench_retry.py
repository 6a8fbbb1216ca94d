"""What the retry decorator costs a call that needs no retry, beside stamina's; and its import.

One alias is open, through pyodbc to the stand-in, and the recorder is on. Calls of the
bare function, of stamina's and of ours take turns in the same process, so that a machine that slows
down slows all of them; the best of many rounds counts, and what is compared is what a decorator
adds to the bare call.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import timeit
from collections.abc import Callable, Mapping
from importlib.metadata import version

_ROUNDS = 60
_CALLS = 1_000
_PROMISED_SHARE = 1 / 5
_IMPORTS = 9
_PROMISED_MS = 10.0

_IMPORT = """
import json, sys, time
import django.db, django.dispatch, django.conf, django.core.signals, django.apps
before = time.perf_counter()
from django_mssql_ops.retry import OutcomeUnknown, RetryPolicy, retry_on_transient
took = time.perf_counter() - before
heavy = [name for name in ("pyodbc", "mssql_python", "sqlglot") if name in sys.modules]
print(json.dumps({"ms": took * 1000, "heavy": heavy}))
"""


def main() -> None:
    seconds = calls()
    bare = seconds["bare function"]
    theirs, ours = seconds["stamina"] - bare, seconds["retry_on_transient"] - bare
    print(
        f"one call, atomic=False, one open alias, recorder on; bare function {bare * 1e6:.2f} µs:"
    )
    print(f"stamina {version('stamina')}: {theirs * 1e6:.2f} µs more")
    print(f"retry_on_transient: {ours * 1e6:.2f} µs more")
    print(
        f"ratio: {ours / theirs:.2f} of stamina's overhead (promised: at most {_PROMISED_SHARE:g})"
    )
    # The first may have to compile what has changed; an installed package is compiled.
    imports = [_import() for _ in range(1 + _IMPORTS)][1:]
    times = [float(str(found["ms"])) for found in imports]
    took = statistics.median(times)
    heavy = sorted({str(name) for found in imports for name in found["heavy"]})  # type: ignore[attr-defined]
    print(
        f"importing retry beyond Django: {took:.1f} ms, at best {min(times):.1f} ms (promised: "
        f"under {_PROMISED_MS:g} ms)"
    )
    print(f"drivers and sqlglot imported with it: {', '.join(heavy) or 'none'}")
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


def calls() -> dict[str, float]:
    """Seconds of one call of each, the best of the rounds."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    import stamina
    from django.db import Error

    from django_mssql_ops.retry import retry_on_transient
    from tests.benchmarks.open_alias import open_alias

    with open_alias():
        return _best(
            {
                "bare function": _nothing,
                "stamina": stamina.retry(on=Error, attempts=4)(_nothing),
                "retry_on_transient": retry_on_transient(_nothing),
            }
        )


def _nothing() -> None:
    """What is retried does nothing, so that only the decorator is timed."""


def _best(functions: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    best = dict.fromkeys(functions, float("inf"))
    for function in functions.values():
        timeit.timeit(function, number=_CALLS)
    for _ in range(_ROUNDS):
        for name, function in functions.items():
            took = timeit.timeit(function, number=_CALLS) / _CALLS
            best[name] = min(best[name], took)
    return best


def _import() -> dict[str, object]:
    finished = subprocess.run(
        [sys.executable, "-c", _IMPORT],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "PYTHONDONTWRITEBYTECODE": "",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    answer: dict[str, object] = json.loads(finished.stdout)
    return answer
