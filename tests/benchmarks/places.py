"""Where a benchmark's server is: the one at BENCH_PEER, or a stand-in in a process of its own."""

from __future__ import annotations

import contextlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.standin.process import ServerProcess


@dataclass(frozen=True, slots=True)
class Place:
    host: str
    port: int


def upstream(stack: contextlib.ExitStack) -> tuple[Place, str]:
    """``BENCH_PEER`` (``host:port``, in the clear, with the stand-in's login) or a stand-in."""
    host, _, port = os.environ.get("BENCH_PEER", "").rpartition(":")
    if host:
        return Place(host, int(port)), "the server at BENCH_PEER"
    directory = stack.enter_context(tempfile.TemporaryDirectory())
    server = stack.enter_context(ServerProcess(Path(directory)))
    return Place(server.host, server.port), "the stand-in"
