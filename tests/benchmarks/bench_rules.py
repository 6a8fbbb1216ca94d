"""What ``manage.py check`` pays for the rules: all settings and deploy rules on 50 aliases.

Shown beside what Django's own checks of the sample project take in the same process, because a
machine's speed drifts and the ratio does not. Half of the aliases are sound, half have faults.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from types import SimpleNamespace

_ALIASES = 50
_RUNS = 15
_BUDGET_MS = 50.0
#: One of each kind of setting that people really write.
_EXTRA_PARAMS = (
    "Encrypt=yes;MARS_Connection=no",
    "Encrypt=strict;APP=shop;ApplicationIntent=ReadOnly;MARS_Connection=no",
    "Encript=yes;TrustServerCertificate=true;Encrypt=no;Encrypt=no",
    "Authentication=ActiveDirectoryDefault;UID=x;PWD={a;b};Connect Timeout=30;junk",
)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sampleproject.settings")
    import django

    django.setup()
    from django.core import checks as django_checks

    from django_mssql_ops import checks
    from django_mssql_ops.diagnostics.registry import all_rules

    entries = {f"alias{number}": _entry(number) for number in range(_ALIASES)}
    settings = SimpleNamespace(DATABASES=entries, MIDDLEWARE=(), MSSQL_OPS={})
    asked = [rule for rule in all_rules() if rule.number < 300]

    def ours() -> int:
        static = checks.messages_about(settings)
        return len(static) + len(checks.messages_about(settings, deploy_only=True))

    def peers() -> int:
        return len(django_checks.run_checks(tags=["models", "admin", "security", "urls"]))

    messages = ours()
    took, beside = _median(ours), _median(peers)
    print(
        f"{len(asked)} settings and deploy rules on {_ALIASES} aliases: {took:.1f} ms, "
        f"{messages} messages (promised: under {_BUDGET_MS:g} ms)"
    )
    print(f"Django's own checks of the sample project: {beside:.1f} ms, ratio {took / beside:.2f}")


def _entry(number: int) -> dict[str, object]:
    options: dict[str, object] = {
        "driver": "ODBC Driver 18 for SQL Server",
        "connection_timeout": 15,
        "query_timeout": 30,
        "connection_retries": 1,
        "extra_params": _EXTRA_PARAMS[number % len(_EXTRA_PARAMS)],
    }
    if number % 2:
        options |= {"Encrypt": "yes", "query_time_out": 1}
    return {
        "ENGINE": "mssql",
        "NAME": f"shop{number}",
        "HOST": f"db{number}.example.com",
        "USER": "app",
        "PASSWORD": "made-up",
        "OPTIONS": options,
    }


def _median(call: Callable[[], int]) -> float:
    """Milliseconds of the middle one of several runs, after one that warms up."""
    call()
    times = []
    for _ in range(_RUNS):
        before = time.perf_counter()
        call()
        times.append((time.perf_counter() - before) * 1000)
    return statistics.median(times)
