"""The sample project's shop on a stand-in: made ready once, then used by processes of customers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.standin.process import LIMIT, ServerProcess
from tests.test_standin.load.shoppers import PLACED

#: Pieces of each product, about: too few for 64 orders, and enough for 2,000.
FEW: Final = 3
MANY: Final = 170
_ROOT: Final = Path(__file__).parents[3]
_ABOUT_US: Final = ("DJANGO_", "MSSQL_", "SHOP_", "STANDIN_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rush:
    """``placed`` are the numbers of the orders that were acknowledged.

    ``retries`` counts the tries after the first one of all orders together.
    """

    placed: Sequence[str]
    refused: int
    failures: Sequence[str]
    seconds: float
    retries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """What the database says: what is ``wrong`` in words, the pieces in stock, all orders."""

    wrong: Sequence[str]
    stock: int
    numbers: Sequence[str]


class Shoppers:
    """A process of customers; what it says is read line by line."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._placed: list[str] = []

    def begin(self, orders: int, *, threads: int, seed: int) -> None:
        """Let them order; :meth:`finish` waits for the end."""
        self._placed = []
        self._say(f"rush {orders} {threads} {seed}")

    def wait_for(self, orders: int) -> None:
        """Wait until so many orders were acknowledged."""
        while len(self._placed) < orders:
            line = self._line()
            assert line.startswith(PLACED), f"it ended before: {line}"
            self._placed.append(line.removeprefix(PLACED))

    def finish(self) -> Rush:
        """Wait until nobody orders any more, and all connections are closed."""
        while (line := self._line()).startswith(PLACED):
            self._placed.append(line.removeprefix(PLACED))
        return Rush(placed=tuple(self._placed), **json.loads(line))

    def audit(self) -> Books:
        """Read the books."""
        self._say("audit")
        return Books(**json.loads(self._line()))

    def _say(self, command: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline().strip()
        assert line, "the customers' process ended"
        return line


@contextmanager
def shoppers(server: ServerProcess, driver: str) -> Iterator[Shoppers]:
    """Customers of the shop on a server, through one of the two drivers."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.test_standin.load.shoppers"],
        cwd=_ROOT,
        env=_environment(server, driver),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Shoppers(process)
            process.communicate(timeout=LIMIT)
        finally:
            process.kill()


def open_shop(server: ServerProcess, *, stock: int) -> None:
    """Make the tables and fill them."""
    script = (
        "import django; django.setup()\n"
        "from django.core.management import call_command\n"
        "call_command('migrate', verbosity=0)\n"
        f"call_command('load_shop', stock={stock}, verbosity=0)\n"
    )
    done: Any = subprocess.run(
        [sys.executable, "-c", script],
        cwd=_ROOT,
        env=_environment(server, "pyodbc"),
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def _environment(server: ServerProcess, driver: str) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith(_ABOUT_US)}
    return {
        **own,
        "DJANGO_SETTINGS_MODULE": "sampleproject.settings",
        "STANDIN_HOST": server.host,
        "STANDIN_PORT": str(server.port),
        "MSSQL_PYTHON_DRIVER": driver,
        # A driver that reconnects by itself would wait ten seconds for a killed server.
        "MSSQL_EXTRA_PARAMS": "Encrypt=no;ConnectRetryCount=0",
    }
