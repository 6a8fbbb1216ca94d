"""The sample project as ``make shop`` serves it, in a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_PROJECT = Path(__file__).parent.parent.parent
#: Seconds for the processes to end after SIGTERM.
_END_SECONDS = 20
_ADDRESS = re.compile(r"development server at (http://\S+)/")
_ACCOUNT = re.compile(r"user '(.+)', password '(.+)';")


@dataclass(frozen=True, slots=True)
class Site:
    """Where it is, who may enter, and the file with its log."""

    address: str
    user: str
    password: str
    log: Path


@contextmanager
def serving(driver: str, directory: Path) -> Iterator[Site]:
    """A new shop that reaches its stand-in through ``driver``."""
    log = directory / "server.log"
    with log.open("w", encoding="utf-8") as file:
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "sampleproject.serve"),
                *("--port", "0", "--directory", str(directory / "kept")),
            ],
            cwd=_PROJECT,
            env=_environment(driver),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=file,
            text=True,
        )
        assert server.stdout is not None
        try:
            yield _ready(server.stdout, log)
        finally:
            server.terminate()
            server.communicate(timeout=_END_SECONDS)


def _environment(driver: str) -> dict[str, str]:
    about_us = ("DJANGO_", "MSSQL_", "SHOP_", "STANDIN_")
    own = {name: value for name, value in os.environ.items() if not name.startswith(about_us)}
    return {**own, "MSSQL_PYTHON_DRIVER": driver, "PYTHONUNBUFFERED": "1"}


def _ready(said: IO[str], log: Path) -> Site:
    """Read what the server says until it says where it is."""
    heard = ""
    for line in said:
        heard += line
        address, account = _ADDRESS.search(heard), _ACCOUNT.search(heard)
        if address and account:
            return Site(address[1], account[1], account[2], log)
    raise AssertionError(f"the site did not start:\n{heard}{log.read_text(encoding='utf-8')}")
