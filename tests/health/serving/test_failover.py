"""A failover: all connections die, logins are refused for a while, then all is well again."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.health.serving.prober import for_each
from tests.health.serving.stage import Stage, fault
from tests.health.serving.web import TOKEN, Web, serving

pytestmark = [pytest.mark.socket, pytest.mark.process]

#: Seconds.
CACHE: Final = 0.5
HEALTH: Final = {"CACHE": CACHE}
#: Seconds a login and HTTP may take on a busy machine.
ADDED: Final = 0.6
#: Seconds between two questions.
PAUSE: Final = 0.02
#: The default of the fault: the database is not currently available.
NOT_AVAILABLE: Final = "not-available"


@dataclass(frozen=True, slots=True)
class Change:
    """What ``/ready/`` said from ``at`` on, on the monotonic clock."""

    status: int
    at: float


def observe(web: Web, until: float) -> tuple[list[Change], set[str]]:
    """What ``/ready/`` says, whenever it is something else; and all that it says of aliases."""
    changes = [Change(200, time.monotonic())]
    words: set[str] = set()
    while time.monotonic() < until:
        reply = web.ask("/ready/", token=TOKEN)
        if reply.status != changes[-1].status:
            changes.append(Change(reply.status, time.monotonic()))
        words |= set(reply.words.values())
        time.sleep(PAUSE)
    return changes, words


@pytest.mark.parametrize(
    ("kinds", "seconds"),
    [
        pytest.param(["gunicorn gthread"], 1.5, id="short"),
        pytest.param(["gunicorn gthread", "uvicorn"], 20.0, id="long", marks=pytest.mark.slow),
    ],
)
def test_it_is_over_when_it_is_over(
    kinds: list[str], seconds: float, databases: Stage, tmp_path: Path
) -> None:
    with ExitStack() as running:
        webs = [
            running.enter_context(serving(kind, tmp_path, databases, health=HEALTH))
            for kind in kinds
        ]
        for_each(webs, lambda web: web.wait_until(200))
        before = [web.workers for web in webs]
        databases.play(fault("error-storm", seconds=seconds))
        began = time.monotonic()
        seen = for_each(webs, lambda web: observe(web, began + seconds + CACHE + ADDED))
        assert [web.workers for web in webs] == before
    for changes, words in seen:
        assert [change.status for change in changes] == [200, 503, 200]
        assert changes[1].at - began <= CACHE + ADDED
        assert -ADDED <= changes[2].at - (began + seconds) <= CACHE + ADDED
        # The one that finds its connection lost tries again at once, and is refused as well.
        assert {word.partition(" ")[0] for word in words} == {"ok", NOT_AVAILABLE}
