"""What ``manage.py check`` pays for the rules: all settings and deploy rules on 50 aliases.

Shown beside what Django's own checks of the sample project take in the same process, because a
machine's speed drifts. Half of the aliases are sound, half have faults.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

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
    from django_mssql_ops.diagnostics.registry import judge, rules_of

    entries = {f"alias{number}": _entry(number) for number in range(_ALIASES)}
    settings = SimpleNamespace(DATABASES=entries, MIDDLEWARE=(), MSSQL_OPS={})
    asked = rules_of("settings")

    found = [_facts(alias, entry) for alias, entry in entries.items()]

    def rules() -> int:
        return sum(len(judge(facts, stage="settings", deploy=True)) for facts in found)

    def whole_checks() -> int:
        static = checks.messages_about(settings)
        return len(static) + len(checks.messages_about(settings, deploy_only=True))

    def peers() -> int:
        return len(django_checks.run_checks(tags=["models", "admin", "security", "urls"]))

    took, beside = _best(rules), _best(peers)
    print(
        f"{len(asked)} rules on {_ALIASES} aliases: {took:.1f} ms, {rules()} findings "
        f"(promised: under {_BUDGET_MS:g} ms)"
    )
    print(
        f"check and check --deploy with all that they read: {_best(whole_checks):.1f} ms beside "
        f"Django's own checks of the sample project {beside:.1f} ms"
    )


def _facts(alias: str, entry: dict[str, object]) -> Any:
    from django_mssql_ops.configuration import read_settings
    from django_mssql_ops.diagnostics.facts import Facts, ProjectFacts

    return Facts(
        alias=alias,
        settings=read_settings(alias, entry),
        project=ProjectFacts(),
        installed_drivers=("ODBC Driver 18 for SQL Server",),
        driver_versions={"odbc driver 18 for sql server": (18, 6, 2, 1)},
    )


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


def _best(call: Callable[[], int]) -> float:
    """Milliseconds of the quickest of several runs, after one that warms up.

    Nothing here waits for anybody: what a run takes beyond the quickest is the machine's own doing.
    """
    call()
    times = []
    for _ in range(_RUNS):
        before = time.perf_counter()
        call()
        times.append((time.perf_counter() - before) * 1000)
    return min(times)
