"""Entries of DATABASES for tests, and the facts and findings they lead to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django_mssql_ops.configuration import ConnectionSettings, read_settings
from django_mssql_ops.diagnostics.facts import Facts, ProjectFacts
from django_mssql_ops.diagnostics.registry import all_rules, judge
from django_mssql_ops.findings import Finding

DRIVER_18 = "ODBC Driver 18 for SQL Server"
DRIVER_17 = "ODBC Driver 17 for SQL Server"

#: Without them a worker may wait for long, and mssql-django takes MARS for granted.
SOUND_OPTIONS = {
    "connection_timeout": 5,
    "query_timeout": 30,
    "extra_params": "MARS_Connection=yes",
}


def entry(*, extra: object = None, options: dict[Any, Any] | None = None, **top: Any) -> Any:
    """A sound entry; ``extra`` is extra_params, ``options`` further OPTIONS, ``top`` the rest."""
    all_options: dict[Any, Any] = {"driver": DRIVER_18, **SOUND_OPTIONS, **(options or {})}
    if extra is not None:
        all_options["extra_params"] = extra
    sound = {"ENGINE": "mssql", "NAME": "shop", "HOST": "db.example.com", "USER": "svc"}
    return {**sound, "PASSWORD": "made-up", "OPTIONS": all_options, **top}


def implicit(**top: Any) -> Any:
    """A sound entry that leaves the driver to the backend."""
    result = entry(**top)
    del result["OPTIONS"]["driver"]
    return result


def mssql_python(*, options: dict[Any, Any] | None = None, **rest: Any) -> Any:
    """A sound entry that selects mssql-python."""
    own = {"python_driver": "mssql_python", "extra_params": "Encrypt=yes", **(options or {})}
    result = entry(options=own, **rest)
    if "driver" not in (options or {}):
        del result["OPTIONS"]["driver"]
    return result


def project(**changes: Any) -> ProjectFacts:
    """A sound project on Linux with one alias."""
    sound: dict[str, Any] = {
        "platform": "posix",
        "python": (3, 12),
        "django": (5, 2),
        "versions": {"mssql-django": "2.0.0", "pyodbc": "5.5.0", "mssql-python": "1.16.0"},
        "aliases": ("default",),
    }
    return ProjectFacts(**{**sound, **changes})


def settings(values: Any) -> ConnectionSettings:
    return read_settings("default", values)


def facts(
    values: Any,
    *,
    installed: tuple[str, ...] = (DRIVER_18,),
    about_project: ProjectFacts | None = None,
    versions: Mapping[str, tuple[int, ...]] | None = None,
) -> Facts:
    """What is known about one entry under the alias ``default``."""
    return Facts(
        alias="default",
        settings=settings(values),
        installed_drivers=installed,
        driver_versions={DRIVER_18.lower(): (18, 6, 2, 1)} if versions is None else versions,
        project=project() if about_project is None else about_project,
    )


def findings(number: int, values: Any, **more: Any) -> tuple[Finding, ...]:
    """What rule ``number`` says about one entry; ``more`` as in :func:`facts`."""
    rule = next(rule for rule in all_rules() if rule.number == number)
    return tuple(rule.findings(facts(values, **more)))


def ids(number: int, values: Any, **more: Any) -> list[str]:
    return [finding.id for finding in findings(number, values, **more)]


def all_ids(values: Any, **more: Any) -> list[str]:
    """What all rules for settings say about one entry, those for production left out."""
    return [finding.id for finding in judge(facts(values, **more), stage="settings")]
