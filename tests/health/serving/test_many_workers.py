"""Several workers of one user share the wait after a rejected login."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from tests.health.serving.stage import Stage
from tests.health.serving.web import DRIVERS, LIMIT, environment
from tests.standin.logins import DEFAULT_PASSWORD

pytestmark = [pytest.mark.socket, pytest.mark.process, pytest.mark.slow]

WORKERS: Final = 4
WRONG: Final = "not the passw0rd"


class Worker:
    """A process that asks when it is told to."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def begin(self, passed: float) -> None:
        """So many seconds after the start, by its clocks."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{passed}\n")
        self.process.stdin.flush()

    def heard(self) -> Any:
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())


@contextmanager
def workers(
    databases: Stage, directory: Path, count: int = WORKERS, password: str = WRONG
) -> Iterator[list[Worker]]:
    told = environment(databases, password=password, TMPDIR=str(directory))
    with ExitStack() as running:
        processes = [
            running.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", "tests.health.serving.together"],
                    env=told,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            for _ in range(count)
        ]
        made = [Worker(process) for process in processes]
        assert [each.heard() for each in made] == ["ready"] * count
        yield made
        for process in processes:
            assert process.stdin is not None
            process.stdin.close()
            assert process.wait(LIMIT) == 0


def asked(those: list[Worker], passed: float) -> set[str]:
    """All at one time; what they said."""
    for each in those:
        each.begin(passed)
    return {word for each in those for word in each.heard().values()}


def test_one_login_of_all_at_a_time(databases: Stage, tmp_path: Path) -> None:
    """Through both drivers: each process has an alias of either."""
    before, logins = databases.proxy.stats().refused_logins, []
    with workers(databases, tmp_path) as made:
        for passed in (0, 30, 59, 62, 90, 170, 184, 300, 424):
            words = asked(made, passed)
            assert {word.partition(" ")[0] for word in words} == {"login-rejected"}
            logins.append(databases.proxy.stats().refused_logins - before)
        assert logins == [1, 1, 1, 2, 2, 2, 3, 3, 4]
    # So does a worker that was started anew, and an other password is tried at once.
    with workers(databases, tmp_path, count=1) as made:
        assert {word.partition(" ")[0] for word in asked(made, 430)} == {"login-rejected"}
    assert databases.proxy.stats().refused_logins - before == logins[-1]
    with workers(databases, tmp_path, count=2, password=DEFAULT_PASSWORD) as made:
        assert asked(made, 430) == {"ok"}
    check_private(tmp_path, databases)


def check_private(base: Path, databases: Stage) -> None:
    """Whoever reads name and content of what is left learns nothing."""
    [directory] = base.glob("django-mssql-ops-*")
    assert directory.stat().st_mode & 0o777 == 0o700
    [file] = directory.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    times, _next_login, number, sqlstate = json.loads(file.read_text())
    assert (times, number, sqlstate) == (4, 18456, "28000")
    for told in (WRONG, "app", "localhost", str(databases.port)):
        assert told not in file.name


def test_all_log_in_where_they_may(databases: Stage, tmp_path: Path) -> None:
    before = databases.standin.counters.accepted
    with workers(databases, tmp_path, password=DEFAULT_PASSWORD) as made:
        assert asked(made, 0) == {"ok"}
        assert databases.standin.counters.accepted - before == WORKERS * len(DRIVERS)
    [directory] = tmp_path.glob("django-mssql-ops-*")
    assert list(directory.iterdir()) == []
