"""``python -m tests.health.serving.together``: one of several processes that probe at one time.

Each line of its input is how many seconds have passed since it was started, by its clocks; it then
asks every database and tells what they said.
"""

from __future__ import annotations

import functools
import json
import sys
import time
from typing import Final

import django

#: Seconds; only a broken test waits for it.
_LIMIT: Final = 20.0


def main() -> None:
    django.setup()
    from django.conf import settings

    from django_mssql_ops.health.probing import prober, registry, rejections

    passed = 0.0
    # Several processes that import a driver on a busy machine take their time.
    vars(rejections)["FIRST_PATIENCE"] = _LIMIT
    shared = functools.partial(rejections.Rejections, wall=lambda: time.time() + passed)
    timed = functools.partial(prober.Prober, clock=lambda: time.monotonic() + passed)
    vars(registry).update(Rejections=shared, Prober=timed)
    aliases = [alias for alias in settings.DATABASES if alias != "default"]
    _say("ready")
    for line in sys.stdin:
        passed = float(line)
        answers = registry.ask(aliases, limit=_LIMIT, max_age=0.0)
        _say({alias: answer.why or "ok" for alias, answer in answers.items()})


def _say(what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
