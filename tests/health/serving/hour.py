"""``python -m tests.health.serving.hour pyodbc``: an hour of probes, in no time.

It tells at which seconds a login was made, and what the answers said.
"""

from __future__ import annotations

import json
import sys
from typing import Any, Final

import django

_HOUR: Final = 3_600
#: Seconds for one answer; only a broken test waits for it.
_LIMIT: Final = 10.0
#: The driver's own limits, in seconds.
_LOGIN: Final = 5
_QUERY: Final = 1


def main(alias: str) -> None:
    django.setup()
    from django_mssql_ops.health.probing.opening import Own, open_own
    from django_mssql_ops.health.probing.prober import Prober

    now = 0
    logins: list[int] = []

    def opened() -> Own:
        logins.append(now)
        return open_own(alias, login_timeout=_LOGIN, query_timeout=_QUERY)

    words: set[Any] = set()
    prober = Prober(
        alias, opened, login_timeout=_LOGIN, query_timeout=_QUERY, clock=lambda: float(now)
    )
    for second in range(_HOUR):
        now = second
        answer = prober.answer(limit=_LIMIT, max_age=0.5)
        words.add(answer.word.value if answer.word else "ok")
    prober.close(_LIMIT)
    sys.stdout.write(json.dumps({"logins": logins, "words": sorted(words)}))


if __name__ == "__main__":
    main(sys.argv[1])
