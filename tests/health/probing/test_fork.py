"""Processes that are forked after a probe or in the midst of one, and how processes end.

Each program has an interpreter of its own, and the stand-in's sockets are not among its own.
"""

from __future__ import annotations

import json
import os
import re
import time
from pathlib import Path

import pytest

from tests.odbc.programs import answer, environment, run
from tests.standin import StandIn
from tests.standin.script import Delay, Drop, Phase

pytestmark = [
    pytest.mark.socket,
    pytest.mark.process,
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="forks"),
]

BEGINNING = """
import json, os, sys, threading, time, warnings
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import django
django.setup()
from django_mssql_ops.health.probing import registry
from django.db import connections
from tests.testing.aliases import entry_for

port, driver, pooled = int(sys.argv[1]), sys.argv[2], sys.argv[3] == "pooled"
if driver == "pyodbc":
    from django_mssql_ops.odbc import use_bundled_driver
    use_bundled_driver()
else:
    import mssql_python
    mssql_python.pooling(enabled=pooled)
entries = {"default": {"ENGINE": "django.db.backends.sqlite3"}, "shop": entry_for(port, driver)}
connections.settings["shop"] = connections.configure_settings(entries)["shop"]
# A process with threads may be forked: that is what this is about.
warnings.simplefilter("ignore", DeprecationWarning)

def probe(limit=5.0):
    return registry.ask(["shop"], limit=limit, max_age=0)["shop"].why or "ok"

def child(say, leave=sys.exit):
    reading, writing = os.pipe()
    number = os.fork()
    if number:
        os.close(writing)
        with os.fdopen(reading) as pipe:
            said = pipe.read()
        return said, os.waitpid(number, 0)[1]
    os.close(reading)
    os.write(writing, say().encode())
    os.close(writing)
    leave(0)
"""

AFTER_A_PROBE = """
said = [probe()]
for leave in (sys.exit, os._exit, sys.exit):
    said.append(child(lambda: probe() + probe(), leave))
    said.append(probe())
print(json.dumps(said))
"""

IN_THE_MIDST = """
said = [probe()] if sys.argv[4] == "select" else []
registry.prober_for("shop").begin(max_age=0)
time.sleep(0.1)
said.append(child(probe))
said += [probe(), probe()]
print(json.dumps(said))
"""

AT_EXIT = """
probe()
print(json.dumps([probe(0.3), time.monotonic()]), flush=True)
"""

POOLS = [
    ("pyodbc", "none"),
    pytest.param(("mssql_python", "pooled"), marks=pytest.mark.mssql_python),
    pytest.param(("mssql_python", "none"), marks=pytest.mark.mssql_python),
]


def said(program: str, home: Path, standin: StandIn, *arguments: str) -> object:
    env = environment(home, PYTHONWARNINGS="error")
    return answer(BEGINNING + program, env, str(standin.port), *arguments)


@pytest.mark.parametrize("pool", POOLS, ids="-".join)
def test_parent_and_child_both_go_on(
    pool: tuple[str, str], standin: StandIn, tmp_path: Path
) -> None:
    turn = [["okok", 0], "ok"]
    assert said(AFTER_A_PROBE, tmp_path, standin, *pool) == ["ok", *turn * 3]
    if pool[0] == "pyodbc":
        # The parent's connection is still its first one.
        assert standin.counters.accepted == 4


@pytest.mark.parametrize("moment", ["login", "select"])
@pytest.mark.parametrize("pool", POOLS[::2], ids="-".join)
def test_a_fork_in_the_midst_of_a_question(
    pool: tuple[str, str], moment: str, standin: StandIn, tmp_path: Path
) -> None:
    when = Phase.LOGIN if moment == "login" else re.compile("^SELECT 1")
    standin.script.on(when, Delay(0.6), times=1 if moment == "login" else 2)
    expected = [["ok", 0], "ok", "ok"]
    found = said(IN_THE_MIDST, tmp_path, standin, *pool, moment)
    assert found == (["ok", *expected] if moment == "select" else expected)


@pytest.mark.parametrize("pool", POOLS[::2], ids="-".join)
@pytest.mark.parametrize("when", [Phase.LOGIN, re.compile("^SELECT 1")], ids=["login", "select"])
def test_a_process_ends_while_its_question_hangs(
    pool: tuple[str, str], when: Phase | re.Pattern[str], standin: StandIn, tmp_path: Path
) -> None:
    standin.script.on(when, Drop.SILENCE)
    env = environment(tmp_path, PYTHONWARNINGS="error")
    program = BEGINNING.replace("limit=5.0", "limit=0.3") + AT_EXIT
    finished = run(program, env, str(standin.port), *pool)
    assert finished.stderr.splitlines() == [
        "shop is unreachable: no-answer; `manage.py mssql_check --database shop` says more"
    ]
    assert finished.returncode == 0
    word, asked_at = json.loads(finished.stdout)
    assert word == "no-answer"
    # The clock is the machine's; how long Python takes to start is not looked at.
    assert time.monotonic() - asked_at < 2.0, "it waited for the driver"
