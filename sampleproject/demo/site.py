"""The shop behind a web server, for as long as somebody asks it."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO

from sampleproject.demo.step import child_environment

_ADDRESS = re.compile(r"development server at (http://\S+)/")
#: Seconds for the server to end after SIGTERM.
_END_SECONDS = 20
_SERVER = ("-m", "sampleproject.manage", "runserver", "--noreload", "127.0.0.1:0")


@contextmanager
def serving(environment: Mapping[str, str]) -> Iterator[str]:
    """Django's own server in a process; gives its address, without a slash at the end."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as log:
        server = subprocess.Popen(
            [sys.executable, *_SERVER],
            env=child_environment({**environment, "PYTHONUNBUFFERED": "1"}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        try:
            yield _address(server.stdout, log)
        finally:
            server.terminate()
            server.communicate(timeout=_END_SECONDS)


def _address(said: IO[str] | None, log: IO[str]) -> str:
    """Read what the server says until it says where it is."""
    heard = ""
    for line in said or ():
        heard += line
        if found := _ADDRESS.search(heard):
            return found[1]
    log.seek(0)
    raise RuntimeError(f"the shop did not start:\n{heard}{log.read()}")
