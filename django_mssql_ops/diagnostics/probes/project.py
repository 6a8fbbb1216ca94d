"""What is set or installed once, for all aliases: read from the settings and from package metadata.

No driver is imported. Of MIDDLEWARE only the classes are imported that have "retry" in their name,
as Django's own checks of the admin import middleware too; and only once Django is set up, because
they may import models.
"""

from __future__ import annotations

import functools
import importlib.metadata
import os
import sys
from collections.abc import Iterator, Mapping
from typing import Any, Final

import django
from django.apps import apps
from django.utils.module_loading import import_string

from django_mssql_ops.conf import OpsSettings, examine_project
from django_mssql_ops.configuration.engines import concerns_sql_server, is_sql_server
from django_mssql_ops.configuration.entry import is_truthy, mapping_at
from django_mssql_ops.diagnostics.facts import (
    MalformedSetting,
    NotRun,
    ProjectFacts,
    RetryMiddleware,
    Stage,
    Unreadable,
)
from django_mssql_ops.exceptions import ConfigurationError

#: The distributions whose versions rules ask for.
_DISTRIBUTIONS: Final = ("Django", "mssql-django", "pyodbc", "mssql-python", "mssql-python-odbc")
#: Where a middleware meets what a view raises (Django, "Middleware", exception handling).
_VIEW_HOOKS: Final = ("process_exception", "process_view")
_OWN_PACKAGE: Final = "django_mssql_ops"


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
        retry_middleware=_retry_middleware(getattr(settings, "MIDDLEWARE", ())),
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


def _retry_middleware(middleware: object) -> Stage[tuple[RetryMiddleware, ...]]:
    listed = middleware if isinstance(middleware, list | tuple) else ()
    paths = [path for path in listed if isinstance(path, str) and _may_retry(path)]
    if paths and not apps.ready:
        return NotRun("Django is not set up")
    found = []
    for path in paths:
        try:
            found.append(_read_middleware(path))
        except Exception as problem:  # whatever the project's module raises while it is imported
            return Unreadable(
                f"MIDDLEWARE: {path} could not be imported ({type(problem).__name__})",
                hint="Correct the path or the module; Django cannot load it either.",
            )
    return tuple(found)


def _may_retry(path: str) -> bool:
    """By its name; a middleware about the response header Retry-After is another thing."""
    name = path.rpartition(".")[2].lower().replace("_", "")
    is_ours = path.partition(".")[0] == _OWN_PACKAGE
    return "retry" in name and "retryafter" not in name and not is_ours


def _read_middleware(path: str) -> RetryMiddleware:
    factory = import_string(path)
    bases = factory.__mro__ if isinstance(factory, type) else ()
    derives_from_ours = any(base.__module__.partition(".")[0] == _OWN_PACKAGE for base in bases)
    has_hook = any(hasattr(factory, name) for name in _VIEW_HOOKS)
    return RetryMiddleware(path=path, sees_view_errors=has_hook or derives_from_ours)
