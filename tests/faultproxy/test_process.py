"""The proxy in a process of its own: how it starts, answers, dies, and what it is not told."""

from __future__ import annotations

import contextlib
import io
import json
import os
import socket
import subprocess
import sys
import threading
from typing import Any

import pytest

from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.faultproxy import process
from django_mssql_ops.faultproxy.control import serve
from django_mssql_ops.faultproxy.moments import Point
from django_mssql_ops.faultproxy.process import ProxyDied, ProxyProcess
from django_mssql_ops.faultproxy.registry import fault_named
from django_mssql_ops.faultproxy.triggers import injection
from django_mssql_ops.faultproxy.upstream import Upstream

pytestmark = [pytest.mark.socket, pytest.mark.process]

NOWHERE = Upstream(host="127.0.0.1", port=1)
LIMIT = 20.0


def test_it_is_controlled_and_ends() -> None:
    before = set(threading.enumerate())
    with ProxyProcess(NOWHERE, tls=True) as proxy:
        assert proxy.port
        ca_file = proxy.ca_file
        assert ca_file is not None
        assert ca_file.read_text().startswith("-----BEGIN CERTIFICATE-----")
        proxy.arm([injection(fault_named("login-error", number=40613), named="a")], seed=7)
        stats = proxy.stats()
        assert (stats.fired, stats.seen, stats.open_connections) == ({"a": 0}, {"a": 0}, 0)
        proxy.disarm()
        proxy.release()
        proxy.cut()
        assert proxy.events() == ()
    assert not ca_file.exists()
    assert set(threading.enumerate()) <= before
    with pytest.raises(ProxyDied, match="not running"):
        proxy.stats()


def test_a_port_that_is_taken_is_said() -> None:
    with ProxyProcess(NOWHERE) as first, pytest.raises(ConfigurationError, match="cannot listen"):
        ProxyProcess(NOWHERE, port=first.port).start()


def test_a_proxy_that_dies_says_so() -> None:
    with ProxyProcess(NOWHERE) as proxy:
        child = proxy._process
        assert child is not None
        child.kill()
        with pytest.raises(ProxyDied, match="ended with -9; it last said: nothing"):
            proxy.stats()


def test_the_child_ends_with_whoever_started_it() -> None:
    """Also when that one had no time for anything."""
    program = """
import os
from django_mssql_ops.faultproxy.process import ProxyProcess
from django_mssql_ops.faultproxy.upstream import Upstream
proxy = ProxyProcess(Upstream(host="127.0.0.1", port=1)).start()
print(proxy._process.pid, flush=True)
os._exit(9)
"""
    run = subprocess.run(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, timeout=LIMIT, check=False
    )
    assert run.returncode == 9
    pid = int(run.stdout)
    deadline = threading.Event()
    for _ in range(400):
        if not _is_running(pid):
            return
        deadline.wait(0.05)
    pytest.fail("the proxy's process goes on")


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_the_childs_environment_holds_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mssql://app:very-secret@db/app")
    monkeypatch.setenv("SSL_CERT_FILE", "/ca.pem")
    found = process._environment()
    assert found["SSL_CERT_FILE"] == "/ca.pem"
    assert "very-secret" not in str(found)


# --- the control channel, in this process ---


def told(*commands: Any, **start: Any) -> list[Any]:
    upstream = {"host": "127.0.0.1", "port": 1, "encrypt": "no"}
    first = {"upstream": upstream, "port": 0, "tls": False, "max_connections": 5, **start}
    lines = [one if isinstance(one, str) else json.dumps(one) for one in (first, *commands)]
    output = io.StringIO()
    serve(lines, output)
    return [json.loads(line) for line in output.getvalue().splitlines()]


@pytest.mark.parametrize(
    "command", ["no json", "[]", "7", '{"do": "arm"}', {"do": "dance"}, {"events": 1}, {"do": []}]
)
def test_what_is_no_command_is_said(command: Any) -> None:
    answer = told(command, {"do": "stats"})
    assert answer[1] == {"error": "this is no command of the proxy's control channel"}
    assert "ok" in answer[2]


@pytest.mark.parametrize(
    ("plan", "sentence"),
    [
        ({"seed": 1, "injection": [{"fault": "nothing"}]}, "there is no fault 'nothing'"),
        ({"injection": []}, "needs a seed"),
    ],
)
def test_a_plan_that_is_wrong_is_refused_in_a_sentence(plan: Any, sentence: str) -> None:
    (_, answer) = told({"do": "arm", "plan": plan, "alias": None})
    assert sentence in answer["error"]


def test_events_are_asked_for_by_number() -> None:
    with ProxyProcess(NOWHERE) as proxy:
        proxy.arm([injection(fault_named("reset"), point=Point.ACCEPT)])
        for _ in range(2):
            with contextlib.suppress(ConnectionResetError):  # the first one may find out at once
                socket.create_connection((proxy.host, proxy.port), timeout=LIMIT).close()
        for _ in range(400):
            if [one.kind for one in proxy.events()].count("closed") == 2:
                break
            threading.Event().wait(0.01)
        events = proxy.events()
        assert [one.number for one in events] == list(range(1, len(events) + 1))
        assert proxy.events(since=2) == events[2:]
        assert [one.point for one in events if one.kind == "fault"] == ["accept"]
