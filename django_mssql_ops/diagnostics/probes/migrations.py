"""Which migrations wait: those on disk, less those that the database says were applied.

The applied ones come from one SELECT over the connection that is open already, the others from
disk. Nothing is created and nothing is written: Django's own recorder would look for its table by
another way, and its executor could make it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Protocol

from django.apps import apps
from django.db import router
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from django_mssql_ops.diagnostics import table_queries
from django_mssql_ops.diagnostics.facts import Fact, Unreadable
from django_mssql_ops.diagnostics.probes.asking import Questions
from django_mssql_ops.errors.redaction import redact

#: App label and name, as Django's table has them.
Key = tuple[str, str]


class OnDisk(Protocol):
    """What is asked of a migration: ``replaces`` is not empty for a squashed one."""

    @property
    def replaces(self) -> Iterable[Key]: ...


def probe_history(questions: Questions) -> tuple[Fact[bool], Fact[tuple[str, ...]]]:
    """Whether django_migrations is there, and the migrations that are not applied.

    Two round trips; one where there is no such table.
    """
    wrapper = questions.wrapper
    table = wrapper.ops.quote_name(MigrationRecorder.Migration._meta.db_table)
    row = questions.row(table_queries.object_id(table))
    if isinstance(row, Unreadable):
        return row, row
    if row["object_id"] is None:
        return False, _pending(frozenset(), wrapper.alias)
    rows = questions.rows(
        table_queries.applied_migrations(table), grant=f"GRANT SELECT ON {table} TO <user>."
    )
    if isinstance(rows, Unreadable):
        return True, rows
    applied = frozenset((str(row["app"]), str(row["name"])) for row in rows)
    return True, _pending(applied, wrapper.alias)


def _pending(applied: Collection[Key], alias: str) -> Fact[tuple[str, ...]]:
    try:
        loader = MigrationLoader(None, load=False)
        loader.load_disk()
        waiting = pending_migrations(loader.disk_migrations, applied)
        apps_here = {label for label in {key[0] for key in waiting} if _migrates(label, alias)}
    except Exception as problem:
        # Migrations and routers are the project's own code and may raise anything.
        text = redact(f"{type(problem).__name__}: {problem}")
        return Unreadable(f"the migrations on disk cannot be loaded: {text}")
    return tuple(f"{app}.{name}" for app, name in waiting if app in apps_here)


def _migrates(app_label: str, alias: str) -> bool:
    """Whether the routers let anything of this app into the database.

    ``migrate`` writes every migration down on every alias it is run for; an alias that has
    nothing of an app need never see that app's migrations.
    """
    found = list(apps.get_app_config(app_label).get_models(include_auto_created=True))
    if not found:
        return bool(router.allow_migrate(alias, app_label))
    return any(router.allow_migrate_model(alias, model) for model in found)


def pending_migrations(on_disk: Mapping[Key, OnDisk], applied: Collection[Key]) -> tuple[Key, ...]:
    """The migrations of ``on_disk`` that Django would apply, sorted.

    A squashed migration counts as applied when all it replaces are; when none is, it stands for
    them; when some are, it is put aside and the rest of them waits (``MigrationLoader``).
    """
    squashed = {key: tuple(m.replaces) for key, m in on_disk.items() if m.replaces}
    done = {key for key in on_disk if _is_applied(key, squashed, applied, frozenset())}
    done |= set(applied) - squashed.keys()
    hidden: set[Key] = set()
    for key, replaced in squashed.items():
        count = sum(target in done for target in replaced)
        hidden |= {key} if 0 < count < len(replaced) else set(replaced)
    return tuple(sorted(on_disk.keys() - hidden - done))


def _is_applied(
    key: Key,
    squashed: Mapping[Key, tuple[Key, ...]],
    applied: Collection[Key],
    within: frozenset[Key],
) -> bool:
    """A squashed migration may replace squashed ones; one that replaces itself ends the search."""
    if key not in squashed or key in within:
        return key in applied
    inner = within | {key}
    return all(_is_applied(target, squashed, applied, inner) for target in squashed[key])
