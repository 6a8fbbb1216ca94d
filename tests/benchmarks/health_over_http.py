"""Requests per second of the health URLs, as gunicorn and uvicorn serve them, measured by wrk.

One worker process each, with 1 and with 50 connections of wrk on this machine: the figures say how
the URLs compare, and not what a machine of its own would serve.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.benchmarks.places import Place

_WSGI: Final = "django.core.wsgi:get_wsgi_application()"
_SERVERS: Final = {
    "gunicorn sync": ("gunicorn", "-b", "{bind}", "-k", "sync", _WSGI),
    "gunicorn gthread": ("gunicorn", "-b", "{bind}", "-k", "gthread", "--threads", "8", _WSGI),
    "uvicorn": (
        *("uvicorn", "--host", "127.0.0.1", "--port", "{port}", "--log-level", "error"),
        *("--no-access-log", "--factory", "django.core.asgi:get_asgi_application"),
    ),
}
_PATHS: Final = ("live/", "ready/", "stock/?format=json")
_CONNECTIONS: Final = (1, 50)
#: Seconds of one measurement.
_SLICE: Final = 2
_START_SECONDS: Final = 30.0
_STOP_SECONDS: Final = 10.0
_ROOT: Final = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Figures:
    """``middle`` and ``high`` are the median and the 99th percentile of the answers' times."""

    requests: float
    middle: str
    high: str
    failed: int


def report(database: Place) -> None:
    """Print a line for every server, URL and number of connections."""
    wrk = shutil.which("wrk")
    if wrk is None:
        print("over HTTP: left out, because wrk is missing: apt-get install wrk")
        return
    print(f"over HTTP, through pyodbc, {_SLICE} s each:")
    for name, command in _SERVERS.items():
        with _served(command, database) as url:
            for path in _PATHS:
                for connections in _CONNECTIONS:
                    figures = _measured(wrk, url + path, connections)
                    _print(f"{name}, {path.partition('?')[0]}", connections, figures)


def _print(title: str, connections: int, figures: _Figures) -> None:
    failed = f"   {figures.failed} not 200" if figures.failed else ""
    print(
        f"  {title:28} {connections:2} at once: {figures.requests:8,.0f} requests/s   "
        f"p50 {figures.middle:>8}   p99 {figures.high:>8}{failed}",
        flush=True,
    )


@contextlib.contextmanager
def _served(command: tuple[str, ...], database: Place) -> Iterator[str]:
    """The base URL of a server that answers; ended afterwards."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = [word.format(bind=f"127.0.0.1:{port}", port=port) for word in command]
    process = subprocess.Popen(
        [sys.executable, "-m", *words],
        cwd=_ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.benchmarks.health_project",
            "BENCH_HEALTH_SERVER": f"{database.host}:{database.port}",
        },
        stderr=subprocess.DEVNULL,
    )
    try:
        for path in _PATHS:
            _wait_for(port, path)
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(port: int, path: str) -> None:
    """Until it answers 200; raises TimeoutError with what it answered last."""
    deadline = time.monotonic() + _START_SECONDS
    last: object = None
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_START_SECONDS)
        with contextlib.closing(connection):
            try:
                connection.request("GET", f"/{path}")
                last = connection.getresponse().status
            except OSError as problem:
                last = problem
        if last == http.HTTPStatus.OK:
            return
        time.sleep(0.1)
    raise TimeoutError(f"/{path} is not served: {last}")


def _measured(wrk: str, url: str, connections: int) -> _Figures:
    words = [wrk, "-t1", f"-c{connections}", f"-d{_SLICE}s", "--latency", url]
    ended = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True)
    said = ended.stdout
    return _Figures(
        requests=float(_found(r"Requests/sec:\s+([\d.]+)", said)),
        middle=_found(r"(?m)^ +50% +(\S+)", said),
        high=_found(r"(?m)^ +99% +(\S+)", said),
        failed=int(_found(r"Non-2xx or 3xx responses:\s+(\d+)", said, "0"))
        + sum(map(int, re.findall(r"(?:connect|read|timeout) (\d+)", said))),
    )


def _found(pattern: str, text: str, otherwise: str | None = None) -> str:
    match = re.search(pattern, text)
    if match is not None:
        return match.group(1)
    if otherwise is None:
        raise ValueError(f"wrk did not say {pattern!r}: {text}")
    return otherwise
