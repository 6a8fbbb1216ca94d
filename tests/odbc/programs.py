"""Programs that tests run in a fresh process: the driver manager reads its files once a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
#: A program that imports a driver takes a fraction of a second; the rest is for a busy machine.
TIMEOUT_SECONDS = 50

#: Variables that decide where unixODBC and the registration look; a test sets its own.
_UNSET = ("ODBCSYSINI", "ODBCINSTINI", "ODBCINI", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR")


def environment(home: Path, **variables: str) -> dict[str, str]:
    """This process's environment with ``home`` as HOME and nothing of ODBC but ``variables``.

    unixODBC creates the user's odbc.ini in the passwd entry's home when it looks for data sources;
    ODBCINI keeps it out of the developer's own.
    """
    kept = {name: value for name, value in os.environ.items() if name not in _UNSET}
    own = {"HOME": str(home), "ODBCINI": os.devnull, "PYTHONPATH": str(ROOT)}
    return {**kept, **own, **variables}


def run(code: str, env: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``code`` in a fresh Python."""
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=dict(env),
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )


def answer(code: str, env: Mapping[str, str], *arguments: str) -> Any:
    """The JSON that ``code`` prints; its error output is shown when it fails."""
    finished = run(code, env, *arguments)
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout)
