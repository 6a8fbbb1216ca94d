"""What the app costs a process that starts: importing it, and the offline check.

Each figure is the median of several fresh processes and is shown beside what Django itself takes
in the same run, because a machine's speed drifts and the ratio does not.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from typing import Any

_RUNS = 7
_APP_BUDGET_MS = 10.0
_OFFLINE_BUDGET_MS = 300.0

_IMPORT = """
import json, sys, time
import django.apps, django.conf, django.core.checks
before = time.perf_counter()
import django_mssql_ops.apps
took = time.perf_counter() - before
drivers = [name for name in ("pyodbc", "mssql_python") if name in sys.modules]
print(json.dumps({"app": took * 1000, "drivers": drivers}))
"""

_OFFLINE = """
import io, json, time
before = time.perf_counter()
import django
django.setup()
set_up = time.perf_counter()
from django.core.management import call_command
try:
    call_command("mssql_check", offline=True, stdout=io.StringIO())
except SystemExit:
    pass
done = time.perf_counter()
print(json.dumps({"setup": (set_up - before) * 1000, "offline": (done - set_up) * 1000}))
"""


def main() -> None:
    imports = [_run(_IMPORT) for _ in range(_RUNS)]
    app = statistics.median(float(result["app"]) for result in imports)
    drivers = sorted({name for result in imports for name in result["drivers"]})
    print(f"importing the app: {app:.1f} ms (promised: under {_APP_BUDGET_MS:g} ms)")
    print(f"drivers imported with it: {', '.join(drivers) or 'none'}")
    for driver in ("pyodbc", "mssql_python"):
        checks = [_run(_OFFLINE, MSSQL_PYTHON_DRIVER=driver) for _ in range(_RUNS)]
        setup = statistics.median(float(result["setup"]) for result in checks)
        offline = statistics.median(float(result["offline"]) for result in checks)
        print(
            f"mssql_check --offline, {driver}: {offline:.0f} ms beside django.setup() "
            f"{setup:.0f} ms, ratio {offline / setup:.2f} "
            f"(promised: under {_OFFLINE_BUDGET_MS:g} ms)"
        )


def _run(code: str, **environment: str) -> dict[str, Any]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("MSSQL_")}
    finished = subprocess.run(
        [sys.executable, "-c", code],
        env={**own, "DJANGO_SETTINGS_MODULE": "sampleproject.settings", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    answer: dict[str, Any] = json.loads(finished.stdout.splitlines()[-1])
    return answer
