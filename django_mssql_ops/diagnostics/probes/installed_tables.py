"""The tables of the installed models that belong into one database, as Django would name them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from django.apps import apps
from django.db import models, router
from django.db.backends.base.base import BaseDatabaseWrapper

from django_mssql_ops.diagnostics.facts import Unreadable

_VENDOR: Final = "microsoft"


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledTable:
    """One table; ``name`` is quoted as the backend quotes it, schema included where one is given.

    ``is_managed`` is whether Django makes it; ``date_times`` are the columns of DateTimeField.
    """

    name: str
    app_label: str
    is_managed: bool = True
    date_times: frozenset[str] = field(default_factory=frozenset)


def installed_tables(wrapper: BaseDatabaseWrapper) -> tuple[InstalledTable, ...] | Unreadable:
    """The tables of the models that the routers allow on the wrapper's alias, by name.

    Proxies and swapped models have none; the tables between many-to-many models are among them.
    A table that ``db_table`` puts into another database is left out: its object_id means nothing
    here.
    """
    if not apps.models_ready:
        return Unreadable("Django is not set up, so the models are not known")
    try:
        allowed = [m for m in apps.get_models(include_auto_created=True) if _is_here(m, wrapper)]
    except Exception as problem:
        # A router is the project's own code and may raise anything.
        return Unreadable(f"{type(problem).__name__} while the database routers were asked")
    found: dict[str, InstalledTable] = {}
    for model in allowed:
        table = _table(model, wrapper)
        if not _is_in_another_database(table.name):
            found[table.name] = _merged(table, found.get(table.name))
    return tuple(found[name] for name in sorted(found))


def _is_here(model: type[models.Model], wrapper: BaseDatabaseWrapper) -> bool:
    options = model._meta
    if options.proxy or options.swapped:
        return False
    if options.required_db_vendor not in (None, _VENDOR):
        return False
    return bool(router.allow_migrate_model(wrapper.alias, model))


def _table(model: type[models.Model], wrapper: BaseDatabaseWrapper) -> InstalledTable:
    options = model._meta
    return InstalledTable(
        name=wrapper.ops.quote_name(options.db_table),
        app_label=options.app_label,
        is_managed=options.managed,
        date_times=frozenset(
            f.column
            for f in options.local_concrete_fields
            if isinstance(f, models.DateTimeField) and f.column is not None
        ),
    )


def _merged(one: InstalledTable, other: InstalledTable | None) -> InstalledTable:
    """Two models may share a table; then it is managed if either is."""
    if other is None:
        return one
    return InstalledTable(
        name=one.name,
        app_label=one.app_label if one.is_managed else other.app_label,
        is_managed=one.is_managed or other.is_managed,
        date_times=one.date_times | other.date_times,
    )


def _is_in_another_database(name: str) -> bool:
    """``[database].[schema].[table]``; a bracket in a name is doubled."""
    return name.replace("]]", "").count("].[") > 1 or "]..[" in name.replace("]]", "")


def names_of(tables: Iterable[InstalledTable]) -> tuple[str, ...]:
    """What the server is asked about them."""
    return tuple(table.name for table in tables)
