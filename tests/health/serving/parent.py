"""What the parent of gunicorn's workers does itself; also the file with gunicorn's settings."""

from __future__ import annotations

import sys
from typing import Any

#: Seconds a probe of the parent may take.
LIMIT = 2.0


def probe(when: str) -> None:
    """Ask every database, and tell the log how many answered."""
    from django.conf import settings

    from django_mssql_ops.health.probing.registry import ask

    aliases = [alias for alias in settings.DATABASES if alias != "default"]
    answers = ask(aliases, limit=LIMIT, max_age=0.0).values()
    reached = sum(answer.is_reachable for answer in answers)
    sys.stderr.write(f"{when}: {reached} of {len(aliases)} answer the parent\n")


def child_exit(server: Any, worker: Any) -> None:
    """Called by gunicorn in the parent when a worker has ended."""
    probe("after a worker's end")
