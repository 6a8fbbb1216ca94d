"""Our reading of the ini files against the driver manager's own, on files it never saw before."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from django_mssql_ops.odbc.installed import ini_inventory
from tests.odbc.programs import environment

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(sys.platform != "linux", reason="unixODBC on Linux"),
]

#: Keeps its directories for life, as every unixODBC process does; only the files change.
LIST_DRIVERS = """
import ctypes, json, sys
from pathlib import Path
from django_mssql_ops.odbc import freeze
library = ctypes.CDLL("libodbc.so.2")
for line in sys.stdin:
    with freeze._environment(library) as handle:
        listed = freeze._drivers(library, handle)
        found = [(name, a.get("driver64") or a.get("driver") or "") for name, a in listed]
        print(json.dumps(found), flush=True)
"""

_NAME = st.text("aAbB ]=;#ä", max_size=5)
#: A section without a name ends unixODBC's list of drivers early; nobody writes one.
_SECTION = _NAME.filter(lambda name: name.partition("]")[0].strip())
_LINE = st.one_of(
    _SECTION.map("[{}]".format),
    _SECTION.map("  [{}]".format),
    _SECTION.map("[{}".format),
    st.builds("{}={}".format, st.sampled_from(["Driver", "driver64", " Setup "]), _NAME),
    st.sampled_from(["", "   ", "# note", "; note", "[ODBC]", "[odbc]", "Trace"]),
)
_FILE = st.lists(_LINE, max_size=8).map("\n".join)


class DriverManager:
    """A process with unixODBC in it that lists the drivers of one pair of files."""

    def __init__(self, directory: Path) -> None:
        self.home, self.system = directory / "home", directory / "system"
        self.home.mkdir()
        self.system.mkdir()
        self.environ = environment(self.home, ODBCSYSINI=str(self.system))
        self.process = subprocess.Popen(
            [sys.executable, "-c", LIST_DRIVERS],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=self.environ,
            text=True,
        )

    def drivers(self, system: str, user: str) -> list[tuple[str, str]]:
        """Name and library of each driver."""
        (self.system / "odbcinst.ini").write_text(system, encoding="utf-8")
        (self.home / ".odbcinst.ini").write_text(user, encoding="utf-8")
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return [(name, library) for name, library in json.loads(self.process.stdout.readline())]

    def close(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(timeout=20)
        self.process.stdout.close()


@pytest.fixture(scope="module")
def manager(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DriverManager]:
    started = DriverManager(tmp_path_factory.mktemp("odbc"))
    yield started
    started.close()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(system=_FILE, user=_FILE)
def test_the_same_drivers_are_found_in_the_same_order(
    manager: DriverManager, system: str, user: str
) -> None:
    theirs = manager.drivers(system, user)
    ours = ini_inventory(manager.environ)
    assert list(ours.names) == [name for name, _ in theirs]
    for name, library in theirs:
        found = ours.find(name)
        assert found is not None
        # What SQLDrivers says of the user's file is read differently from what connecting reads.
        if found.source == str(manager.system / "odbcinst.ini") and found.library:
            assert found.library == library
