"""Whether a closed connection is given out again, through both drivers with their pools on and off.

Each runs in a process of its own: pools are switched once in a process, and the stand-in's sockets
are then not among those that are watched.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from django_mssql_ops.odbc.bundled import bundled_driver
from tests.odbc.programs import answer, environment
from tests.standin import Configuration, StandIn

pytestmark = [
    pytest.mark.socket,
    pytest.mark.process,
    pytest.mark.skipif(sys.platform != "linux", reason="watches sockets in /proc"),
]

PROGRAM = """
import json, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import django
django.setup()
from django_mssql_ops.health.pool import reuse
from django_mssql_ops.health.probing.opening import open_own
from django_mssql_ops.pooling.sockets import open_sockets
from tests.testing.aliases import alias, entry_for

port, driver, pooled = int(sys.argv[1]), sys.argv[2], sys.argv[3] == "on"
seen = []
def watched():
    found = open_sockets()
    seen.append(len(found))
    return found

said = {}
with alias("shop", entry_for(port, driver)):
    if driver == "mssql_python":
        import mssql_python
        mssql_python.pooling(enabled=pooled)
    before = len(open_sockets())
    own = open_own("shop", login_timeout=5, query_timeout=5)
    for name, statement in {
        "as asked": reuse.SESSION,
        "the same number": "SELECT 51, 0, CAST(NULL AS int), 0",
        "the same number, permitted": "SELECT 51, 1, CAST(NULL AS int), 0",
    }.items():
        reuse.SESSION = statement
        found = reuse.observe_reuse(own, watched)
        said[name] = [found.is_reused, found.proof.value]
    own.close()
print(json.dumps({**said, "sockets": max(seen) - before}))
"""

DRIVERS = ["pyodbc", pytest.param("mssql_python", marks=pytest.mark.mssql_python)]


@pytest.mark.parametrize("pool", ["on", "off"])
@pytest.mark.parametrize("driver", DRIVERS)
def test_reuse_is_seen_and_never_guessed(tmp_path: Path, driver: str, pool: str) -> None:
    bundled = bundled_driver()
    assert bundled is not None
    lines = ["[ODBC]", f"Pooling={pool}", f"[{bundled.name}]", f"Driver={bundled.library}"]
    (tmp_path / "odbcinst.ini").write_text("\n".join([*lines, "CPTimeout=60", ""]))
    variables = environment(tmp_path, ODBCSYSINI=str(tmp_path))
    with StandIn(Configuration()) as server:
        said = answer(PROGRAM, variables, str(server.port), driver, pool)
        logins = len(server.counters.logins)
    is_reused, proof = said.pop("as asked")
    assert is_reused is (pool == "on")
    assert proof in ("session number", "connection id", "sockets")
    assert said == {
        "the same number": [pool == "on", "sockets"],
        "the same number, permitted": [pool == "on", "connection id"],
        "sockets": 1,
    }
    # Where nothing is reused: one login to begin with, and one or two more for each answer.
    assert logins == 1 if pool == "on" else logins >= 1 + 3
