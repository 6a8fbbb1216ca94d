"""The web servers that projects run in, as processes of their own, and probes over HTTP."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Protocol

from tests.health.serving.counts import children
from tests.standin.logins import DEFAULT_PASSWORD

_ROOT: Final = Path(__file__).parents[3]
#: Seconds; only a broken test waits for it.
LIMIT: Final = 30.0
#: Connections that wait for a worker: the tests ask with many at once.
_BACKLOG: Final = 128
#: Both where both are installed; the databases of the project have their names.
DRIVERS: Final = tuple(name for name in ("pyodbc", "mssql_python") if find_spec(name))
#: Admits to the details of an answer.
TOKEN: Final = "0123456789abcdef-serving"

_GUNICORN: Final = (
    *("gunicorn", "tests.health.serving.applications:wsgi", "--bind", "fd://{socket}"),
    *("--no-control-socket", "--graceful-timeout", "2"),
)
_UVICORN: Final = (
    *("uvicorn", "tests.health.serving.applications:asgi", "--fd", "{socket}"),
    *("--timeout-graceful-shutdown", "2", "--lifespan", "off", "--no-access-log"),
)
#: A sync worker serves one request at a time, so it takes two to answer /live/ beside /ready/.
COMMANDS: Final[Mapping[str, Sequence[str]]] = {
    "gunicorn sync": (*_GUNICORN, "--workers", "2"),
    "gunicorn gthread": (*_GUNICORN, "--worker-class", "gthread", "--threads", "16"),
    "uvicorn": _UVICORN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a page answered, and the seconds from the connect to its last byte."""

    status: int
    seconds: float
    body: str

    @property
    def words(self) -> dict[str, str]:
        """What it says of each alias to those who may know: "ok", or why it is not."""
        said: dict[str, dict[str, str]] = json.loads(self.body)["databases"]
        return {alias: one.get("why", one["status"]) for alias, one in said.items()}


class Databases(Protocol):
    """Where the databases are, and what shows that they are it."""

    @property
    def port(self) -> int: ...

    @property
    def ca_file(self) -> Path: ...


class Web:
    """A web server that runs; ``log`` is the file with all that its processes say."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        self.port = port
        self._process = process
        self._log = log

    def ask(self, path: str, *, seconds: float = LIMIT, token: str = "") -> Reply:
        """One GET on a connection of its own, as probes do."""
        headers = {"Connection": "close"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        began = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            body = answer.read().decode()
        finally:
            connection.close()
        return Reply(status=answer.status, seconds=time.monotonic() - began, body=body)

    def wait_until(self, status: int, seconds: float = LIMIT) -> float:
        """Ask ``/ready/`` until it answers so; the seconds that took. Raises TimeoutError."""
        began = time.monotonic()
        while (reply := self.ask("/ready/", token=TOKEN)).status != status:
            assert reply.status in (200, 503), self.log
            if time.monotonic() - began > seconds:
                raise TimeoutError(f"not {status} within {seconds} s: {reply.words}\n{self.log}")
            time.sleep(0.02)
        return time.monotonic() - began

    @property
    def log(self) -> str:
        return self._log.read_text(encoding="utf-8")

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def workers(self) -> list[int]:
        """The processes that serve: its children, or itself."""
        return children(self.pid) or [self.pid]

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def wait_for_log(self, text: str, times: int = 1) -> None:
        """Wait until the log holds the text so often; raises TimeoutError."""
        deadline = time.monotonic() + LIMIT
        while self.log.count(text) < times:
            if time.monotonic() > deadline:
                raise TimeoutError(f"no {text!r} in\n{self.log}")
            time.sleep(0.02)

    def stop(self) -> float:
        """SIGTERM, and SIGKILL to all of them when that does not help; the seconds it took."""
        began = time.monotonic()
        self._process.terminate()
        try:
            self._process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            os.killpg(self.pid, signal.SIGKILL)
            self._process.wait(LIMIT)
            raise
        return time.monotonic() - began


def environment(
    databases: Databases,
    *,
    health: Mapping[str, Any] | None = None,
    drivers: Sequence[str] = DRIVERS,
    password: str = DEFAULT_PASSWORD,
    **more: str,
) -> dict[str, str]:
    """What a process needs to be the project that has these databases."""
    about_us = ("DJANGO_", "MSSQL_", "SHOP_", "STANDIN_", "SERVING")
    own = {name: value for name, value in os.environ.items() if not name.startswith(about_us)}
    told = {
        "port": databases.port,
        "drivers": drivers,
        "password": password,
        "health": {"TOKENS": [TOKEN], **(health or {})},
    }
    return {
        **own,
        "DJANGO_SETTINGS_MODULE": "tests.health.serving.project",
        "PYTHONPATH": str(_ROOT),
        "PYTHONUNBUFFERED": "1",
        "SERVING": json.dumps(told),
        "SSL_CERT_FILE": str(databases.ca_file),
        **more,
    }


@contextmanager
def serving(
    kind: str, directory: Path, databases: Databases, *arguments: str, **project: Any
) -> Iterator[Web]:
    """The project, served, with more ``arguments`` for the server; see :func:`environment`.

    It serves as soon as it can: who asks waits for that. No line of its log holds a secret.
    """
    log = directory / f"{kind.replace(' ', '-')}-{time.monotonic_ns()}.log"
    with socket.socket() as listening, log.open("wb") as said:
        listening.bind(("127.0.0.1", 0))
        listening.listen(_BACKLOG)
        command = [part.format(socket=listening.fileno()) for part in (*COMMANDS[kind], *arguments)]
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            env=environment(databases, TMPDIR=str(directory), **project),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            pass_fds=(listening.fileno(),),
            start_new_session=True,
        )
        web = Web(process, listening.getsockname()[1], log)
    try:
        yield web
    finally:
        web.stop()
    check_log(web.log, project.get("password", DEFAULT_PASSWORD))


def check_log(log: str, password: str) -> None:
    """Nothing secret, nothing a driver said, and no traceback."""
    for unwanted in (password, TOKEN, "SQLSTATE", "Login failed", "Traceback"):
        assert unwanted not in log, log
