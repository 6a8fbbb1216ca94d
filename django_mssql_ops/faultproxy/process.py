"""A proxy in a process of its own, and the handle on it.

mssql-python keeps Python's lock while it fetches (measured with 1.16): a proxy in the same process
would be locked up with it. The child ends when its stdin does, so none survives a crash.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Final, Self

from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.faultproxy.events import Event, Stats
from django_mssql_ops.faultproxy.plan import to_json
from django_mssql_ops.faultproxy.server import HOST, MAX_CONNECTIONS
from django_mssql_ops.faultproxy.triggers import Injection
from django_mssql_ops.faultproxy.upstream import Upstream

#: Seconds until it listens: an interpreter has to start, perhaps on a busy machine.
START_SECONDS: Final = 30.0
#: Seconds for the answer to a command; none of them waits for anything.
ANSWER_SECONDS: Final = 15.0
#: Seconds to end; then it is killed.
STOP_SECONDS: Final = 15.0
#: Lines of the child's stderr that are kept to say why it died.
_STDERR_LINES: Final = 20
_PACKAGE_PARENT: Final = str(Path(__file__).resolve().parents[2])
#: What a child needs of the environment: to start, to find libraries and to verify certificates.
#: Nothing else is handed on, for an environment is full of secrets.
_ENVIRONMENT: Final = (
    "COMSPEC", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH", "PATHEXT", "SSL_CERT_DIR",
    "SSL_CERT_FILE", "SYSTEMDRIVE", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "VIRTUAL_ENV", "WINDIR",
)  # fmt: skip


class ProxyDied(RuntimeError):
    """The proxy's process ended, or does not answer; the text says what it last said."""


class ProxyProcess:
    """A proxy in front of ``upstream``; a context manager, usable from any thread.

    ::

        with ProxyProcess(upstream_of(settings)) as proxy:
            proxy.arm([injection(fault_named("commit-lost-after"))], seed=7)
            …  # connect to proxy.host, proxy.port
            proxy.events()

    ``port`` 0 takes a free one. With ``tls`` drivers may encrypt, and :attr:`ca_file` is the file
    they have to trust. Every method raises ProxyDied when the process is gone, and
    ConfigurationError when the proxy refuses what it is told.
    """

    def __init__(
        self,
        upstream: Upstream,
        *,
        port: int = 0,
        tls: bool = False,
        max_connections: int = MAX_CONNECTIONS,
    ) -> None:
        self.host = HOST
        self.port = port
        #: What drivers have to trust; None without TLS, and before the start.
        self.ca_file: Path | None = None
        self._told = {
            "upstream": dataclasses.asdict(upstream),
            "port": port,
            "tls": tls,
            "max_connections": max_connections,
        }
        self._process: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()
        self._answers: SimpleQueue[str] = SimpleQueue()
        self._stderr: deque[str] = deque(maxlen=_STDERR_LINES)
        self._readers: list[threading.Thread] = []
        self._cleanup = contextlib.ExitStack()

    # Life

    def start(self) -> Self:
        """Returns once a driver can connect."""
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "django_mssql_ops.faultproxy"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            env=_environment(),
        )
        self._read_in_background(self._process)
        try:
            said = self._ask(self._told, START_SECONDS)
        except BaseException:
            self.stop()
            raise
        self.port = said["port"]
        if said["certificate"]:
            self._write_certificate(said["certificate"])
        return self

    def stop(self) -> None:
        """End the process, and with it every connection."""
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(OSError):
                if process.stdin is not None:
                    process.stdin.close()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(STOP_SECONDS)
            for reader in self._readers:
                reader.join(STOP_SECONDS)
            for stream in (process.stdout, process.stderr):
                if stream is not None:
                    stream.close()
        self._readers.clear()
        self._cleanup.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *details: object) -> None:
        self.stop()

    def wait(self, seconds: float) -> bool:
        """Whether the process has ended by itself within so many seconds."""
        if self._process is None:
            return True
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    # Control

    def arm(
        self, injections: Iterable[Injection] = (), *, seed: int = 0, alias: str | None = None
    ) -> None:
        """Let these faults strike from now on, instead of the others, and note every request."""
        self._command("arm", plan=to_json(tuple(injections), seed=seed), alias=alias)

    def disarm(self) -> None:
        """Let everything pass again; who is held stays held until :meth:`release`."""
        self._command("disarm")

    def release(self) -> None:
        """End every silence of a fault, by RST, and listen again where the port was closed."""
        self._command("release")

    def cut(self) -> None:
        """End every connection by RST."""
        self._command("cut")

    def events(self, since: int = 0) -> tuple[Event, ...]:
        """What happened after the event of this number."""
        found: list[Event] = []
        while answer := self._command("events", since=since):
            found += [Event(**{**one, "errors": tuple(one["errors"])}) for one in answer]
            since = found[-1].number
        return tuple(found)

    def stats(self) -> Stats:
        """Counts since the start, and of the faults armed last."""
        return Stats(**self._command("stats"))

    @property
    def open_connections(self) -> int:
        """How many drivers are connected."""
        return self.stats().open_connections

    def _command(self, do: str, **arguments: Any) -> Any:
        return self._ask({"do": do, **arguments}, ANSWER_SECONDS)

    def _ask(self, question: dict[str, Any], seconds: float) -> Any:
        with self._lock:
            process = self._process
            if process is None or process.stdin is None:
                raise ProxyDied("the proxy is not running")
            try:
                process.stdin.write(json.dumps(question) + "\n")
                process.stdin.flush()
                line = self._answers.get(timeout=seconds)
            except (OSError, ValueError):
                line = ""
            except Empty:
                raise ProxyDied(f"the proxy did not answer within {seconds:g} s") from None
        if not line:
            raise ProxyDied(self._last_words(process))
        answer = json.loads(line)
        if "error" in answer:
            raise ConfigurationError(answer["error"])
        return answer["ok"]

    def _last_words(self, process: subprocess.Popen[str]) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
        for reader in self._readers:
            reader.join(1.0)
        said = self._stderr[-1].strip() if self._stderr else "nothing"
        return f"the proxy's process ended with {process.returncode}; it last said: {said}"

    def _read_in_background(self, process: subprocess.Popen[str]) -> None:
        for name, read in (("answers", self._read_answers), ("stderr", self._read_stderr)):
            reader = threading.Thread(
                target=read, args=(process,), name=f"fault proxy {name}", daemon=True
            )
            self._readers.append(reader)
            reader.start()

    def _read_answers(self, process: subprocess.Popen[str]) -> None:
        for line in _lines(process.stdout):
            self._answers.put(line)
        self._answers.put("")

    def _read_stderr(self, process: subprocess.Popen[str]) -> None:
        for line in _lines(process.stderr):
            self._stderr.append(line[:500])

    def _write_certificate(self, pem: str) -> None:
        directory = self._cleanup.enter_context(
            tempfile.TemporaryDirectory(prefix="fault-proxy-", ignore_cleanup_errors=True)
        )
        self.ca_file = Path(directory, "ca.pem")
        self.ca_file.write_text(pem, encoding="ascii")


def _lines(stream: Any) -> Iterator[str]:
    with contextlib.suppress(OSError, ValueError):  # closed while it was read
        yield from stream


def _environment() -> dict[str, str]:
    found = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    paths = [_PACKAGE_PARENT, *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    found["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    return found
