"""What is set or installed once, for all aliases: read from the settings and from package metadata.

No driver is imported, and of the project's own modules no more than :mod:`.retrying` says.
"""

from __future__ import annotations

import functools
import importlib.metadata
import os
import sys
from collections.abc import Iterator, Mapping
from typing import Any, Final

import django

from django_mssql_ops.conf import OpsSettings, examine_project
from django_mssql_ops.configuration.engines import concerns_sql_server, is_sql_server
from django_mssql_ops.configuration.entry import is_truthy, mapping_at
from django_mssql_ops.diagnostics.facts import (
    MalformedSetting,
    ProjectFacts,
)
from django_mssql_ops.diagnostics.probes.health import health_use
from django_mssql_ops.diagnostics.probes.retrying import retry_middleware, retry_use
from django_mssql_ops.exceptions import ConfigurationError

#: The distributions whose versions rules ask for.
_DISTRIBUTIONS: Final = ("Django", "mssql-django", "pyodbc", "mssql-python", "mssql-python-odbc")


def probe_project(settings: Any) -> ProjectFacts:
    """The facts of ``settings``, which is ``django.conf.settings`` or looks like it.

    Works before ``django.setup()``. What is malformed becomes a fact and never an exception.
    """
    ops, problems = examine_project(settings)
    databases = getattr(settings, "DATABASES", {})
    malformed = [MalformedSetting(path=p.path, problem=p.sentence) for p in problems]
    malformed += _malformed_databases(databases, ops)
    readable = dict(_sql_server_entries(databases, ops))
    return ProjectFacts(
        debug=is_truthy(getattr(settings, "DEBUG", False)),
        platform=os.name,
        python=sys.version_info[:2],
        django=django.VERSION[:2],
        versions=_versions(),
        connect_budget=ops.connect_budget,
        slow_login=ops.slow_login,
        aliases=tuple(readable),
        bulk_rows=tuple(alias for alias, entry in readable.items() if _returns_bulk_rows(entry)),
        retry_middleware=retry_middleware(getattr(settings, "MIDDLEWARE", ())),
        retry=retry_use(settings, ops),
        health=health_use(settings, ops, tuple(readable)),
        uses_asgi=is_truthy(getattr(settings, "ASGI_APPLICATION", None)),
        malformed=tuple(malformed),
    )


@functools.cache
def _versions() -> Mapping[str, str]:
    """Read once: what is installed does not change while a process runs."""
    found = {}
    for name in _DISTRIBUTIONS:
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        if version:  # None where the metadata is damaged
            found[name] = version
    return found


def _malformed_databases(databases: object, ops: OpsSettings) -> Iterator[MalformedSetting]:
    if not isinstance(databases, Mapping):
        yield from _unless_mapping("DATABASES", databases)
        return
    for alias, entry in databases.items():
        path = f"DATABASES[{alias!r}]"
        if not isinstance(entry, Mapping):
            yield from _unless_mapping(path, entry)
        elif concerns_sql_server(entry.get("ENGINE"), ops.engines):
            for name in ("OPTIONS", "TEST"):
                yield from _unless_mapping(f"{path}[{name!r}]", entry.get(name, {}))


def _unless_mapping(path: str, value: object) -> Iterator[MalformedSetting]:
    try:
        mapping_at(path, value)
    except ConfigurationError as problem:
        yield MalformedSetting(path=path, problem=str(problem))


def _sql_server_entries(
    databases: object, ops: OpsSettings
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(databases, Mapping):
        for alias, entry in databases.items():
            if isinstance(entry, Mapping) and is_sql_server(entry.get("ENGINE"), ops.engines):
                yield alias, entry


def _returns_bulk_rows(entry: Mapping[str, Any]) -> bool:
    options = entry.get("OPTIONS")
    return isinstance(options, Mapping) and is_truthy(options.get("return_rows_bulk_insert"))
