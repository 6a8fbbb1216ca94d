"""A stand-in in a process of its own: one that can be killed, and whose threads and memory count.

Reads Linux's /proc: see :data:`needs_proc`.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import pytest

from tests.standin.__main__ import FAIL_OVER

#: Seconds; only a broken test waits for it.
LIMIT: Final = 30.0
_ROOT: Final = Path(__file__).parents[2]
_PROC: Final = Path("/proc")
#: The threads of a server without a client: the main one, and the one that accepts.
_OWN_THREADS: Final = 2

needs_proc = pytest.mark.skipif(not (_PROC / "self/fd").is_dir(), reason="counts by /proc")


class ServerProcess:
    """``python -m tests.standin`` with its databases in ``directory``; a context manager.

    It keeps its port over :meth:`kill` and :meth:`start`. ``arguments`` are further ones of its
    command line.
    """

    def __init__(self, directory: Path, *arguments: str) -> None:
        self._arguments = arguments
        self.host = "127.0.0.1"
        self.port = 0
        self._directory = directory
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> Self:
        """Returns once a client can connect."""
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.standin", "--port", str(self.port)),
                *("--directory", str(self._directory)),
                *self._arguments,
            ],
            cwd=_ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        said = self._process.stdout.readline()
        assert "listening" in said, said
        self.port = int(said.rpartition(":")[2])
        return self

    def kill(self) -> None:
        """SIGKILL: no thread of it does another step."""
        assert self._process is not None
        self._process.kill()
        self._process.communicate(timeout=LIMIT)

    def fail_over(self) -> None:
        """End every connection, and refuse logins with 40613 for ``--failover-seconds``."""
        assert self._process is not None
        self._process.send_signal(FAIL_OVER)

    def stop(self) -> int:
        """SIGTERM; the exit status."""
        assert self._process is not None
        self._process.terminate()
        self._process.communicate(timeout=LIMIT)
        return self._process.returncode

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._process is not None
        if self._process.poll() is None:
            self.stop()

    @property
    def connections(self) -> int:
        """How many connections it serves: each has a thread."""
        return len(list((self._proc / "task").iterdir())) - _OWN_THREADS

    @property
    def descriptors(self) -> int:
        """How many files and sockets it has open."""
        return len(list((self._proc / "fd").iterdir()))

    @property
    def megabytes(self) -> float:
        """The memory it has, in megabytes (RSS)."""
        lines = (self._proc / "status").read_text(encoding="ascii").splitlines()
        resident = next(line for line in lines if line.startswith("VmRSS:"))
        return int(resident.split()[1]) / 1024

    def wait_until_idle(self, seconds: float = LIMIT, *, besides: int = 0) -> None:
        """Wait until it serves nobody, or at most ``besides`` clients; raises TimeoutError."""
        self._wait(lambda: self.connections <= besides, seconds)

    def wait_until_busy(self, connections: int, seconds: float = LIMIT) -> None:
        """Wait until it serves so many clients; raises TimeoutError."""
        self._wait(lambda: self.connections >= connections, seconds)

    def _wait(self, done: Callable[[], bool], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not done():
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.connections} connections are served")
            time.sleep(0.01)

    @property
    def _proc(self) -> Path:
        assert self._process is not None
        return _PROC / str(self._process.pid)
