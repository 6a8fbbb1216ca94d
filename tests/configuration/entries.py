"""Entries of DATABASES for tests, and the facts and findings they lead to."""

from __future__ import annotations

from typing import Any

from django_mssql_ops.configuration import ConnectionSettings, read_settings
from django_mssql_ops.diagnostics.facts import Facts
from django_mssql_ops.diagnostics.registry import all_rules
from django_mssql_ops.findings import Finding

DRIVER_18 = "ODBC Driver 18 for SQL Server"
DRIVER_17 = "ODBC Driver 17 for SQL Server"


def entry(*, extra: object = None, options: dict[Any, Any] | None = None, **top: Any) -> Any:
    """A sound entry; ``extra`` is extra_params, ``options`` further OPTIONS, ``top`` the rest."""
    all_options: dict[Any, Any] = {"driver": DRIVER_18, **(options or {})}
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
    result = entry(options={"python_driver": "mssql_python", **(options or {})}, **rest)
    del result["OPTIONS"]["driver"]
    return result


def settings(values: Any) -> ConnectionSettings:
    return read_settings("default", values)


def findings(
    number: int, values: Any, *, installed: tuple[str, ...] = (DRIVER_18,)
) -> tuple[Finding, ...]:
    """What rule ``number`` says about one entry under the alias ``default``."""
    rule = next(rule for rule in all_rules() if rule.number == number)
    facts = Facts(alias="default", settings=settings(values), installed_drivers=installed)
    return tuple(rule.findings(facts))


def ids(number: int, values: Any, **more: Any) -> list[str]:
    return [finding.id for finding in findings(number, values, **more)]
