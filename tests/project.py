"""Runs commands of the sample project as a user would: in a process of their own."""

from __future__ import annotations

import atexit
import functools
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.standin import StandIn

#: Seconds any command may take; the slowest waits for one probe's time limit.
_LIMIT = 60
DRIVERS = ("pyodbc", "mssql_python")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """One command that has ended; ``seconds`` includes starting Python and Django."""

    exit_code: int
    stdout: str
    stderr: str
    seconds: float


@functools.cache
def authority_file(pem: bytes) -> str:
    """A file with the stand-in's CA, for SSL_CERT_FILE; it is gone when this process ends."""
    directory = tempfile.TemporaryDirectory(prefix="mssql-ops-tests-")
    atexit.register(directory.cleanup)
    file = Path(directory.name) / "stand-in-ca.pem"
    file.write_bytes(pem)
    return str(file)


def environment(server: StandIn | None, driver: str = "pyodbc", **more: str) -> dict[str, str]:
    """This process's environment pointed at ``server`` and at no real one."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("MSSQL_")}
    own["DJANGO_SETTINGS_MODULE"] = "sampleproject.settings"
    own["MSSQL_PYTHON_DRIVER"] = driver
    if server is not None:
        own["STANDIN_PORT"] = str(server.port)
        own["SSL_CERT_FILE"] = authority_file(server.authority.pem)
    return {**own, **more}


def run(
    *arguments: str,
    server: StandIn | None = None,
    driver: str = "pyodbc",
    module: str = "sampleproject.manage",
    **more: str,
) -> Finished:
    """``python -m <module> <arguments>`` with the sample project's settings."""
    started_at = time.monotonic()
    finished = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        env=environment(server, driver, **more),
        capture_output=True,
        text=True,
        timeout=_LIMIT,
        check=False,
    )
    return Finished(
        exit_code=finished.returncode,
        stdout=finished.stdout,
        stderr=finished.stderr,
        seconds=time.monotonic() - started_at,
    )
