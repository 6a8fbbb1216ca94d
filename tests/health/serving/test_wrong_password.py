"""Whoever probes with a wrong password locks no account out."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.health.serving.prober import storm
from tests.health.serving.stage import Stage
from tests.health.serving.web import DRIVERS, LIMIT, TOKEN, environment, serving

pytestmark = [pytest.mark.socket, pytest.mark.process, pytest.mark.slow]

WRONG: Final = "not the passw0rd"
#: The minutes of the first hour in which a login is made: each pause is twice the one before.
MINUTES: Final = [0, 1, 3, 7, 15, 31]


def refused(databases: Stage) -> int:
    """How many logins the server has turned down so far."""
    return databases.proxy.stats().refused_logins


def test_one_login_for_many_probes(databases: Stage, tmp_path: Path) -> None:
    """Both aliases log in as one user; one may be under way when the other one is rejected."""
    before = refused(databases)
    with serving(
        "gunicorn gthread", tmp_path, databases, health={"CACHE": 0}, password=WRONG
    ) as web:
        web.wait_until(503)
        replies = storm(web, 100, 8)
        assert {reply.status for reply in replies} == {503}
        assert max(reply.seconds for reply in replies) < 0.7  # nobody waits for anything
        words = web.ask("/ready/", token=TOKEN).words
    assert 1 <= refused(databases) - before <= len(DRIVERS)
    assert {word.partition(" ")[0] for word in words.values()} == {"login-rejected"}


@pytest.mark.parametrize("driver", DRIVERS)
def test_an_hour(driver: str, databases: Stage) -> None:
    """A program of its own asks once a second, by a clock of its own."""
    before = refused(databases)
    told = environment(databases, password=WRONG)
    hour = subprocess.run(
        [sys.executable, "-m", "tests.health.serving.hour", driver],
        env=told,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=True,
    )
    said = json.loads(hour.stdout)
    assert said["logins"] == [minute * 60 for minute in MINUTES]
    assert refused(databases) - before == len(MINUTES)
    assert said["words"] == ["login-rejected"]
    assert WRONG not in hour.stdout + hour.stderr
