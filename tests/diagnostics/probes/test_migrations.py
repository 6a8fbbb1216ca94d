"""Which migrations wait: as Django counts, without Django's connection."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import pytest
from django.db.migrations import Migration, loader
from django.db.utils import ConnectionRouter
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops.diagnostics.facts import Unreadable
from django_mssql_ops.diagnostics.probes import migrations as module
from django_mssql_ops.diagnostics.probes.migrations import Key, pending_migrations
from tests.diagnostics.probes.models import REGISTRY, Failing, OnlyTags


def on_disk(
    *names: str, app: str = "shop", squashed: Mapping[str, Collection[str]] | None = None
) -> dict[Key, Any]:
    """Migrations of one app, each behind the one before; ``squashed`` ones replace others."""
    found: dict[Key, Any] = {}
    for before, name in zip((None, *names), names, strict=False):
        found[app, name] = Migration(name, app)
        found[app, name].dependencies = [(app, before)] if before else []
    for name, replaced in (squashed or {}).items():
        migration: Any = Migration(name, app)
        found[app, name] = migration
        migration.replaces = [(app, target) for target in replaced]
        first = found.get((app, next(iter(replaced))))
        migration.dependencies = list(first.dependencies) if first else []
    return found


def applied(*names: str, app: str = "shop") -> frozenset[Key]:
    return frozenset((app, name) for name in names)


def waiting(disk: Mapping[Key, Any], done: Collection[Key]) -> list[str]:
    return [name for _, name in pending_migrations(disk, done)]


def test_what_is_not_applied_waits() -> None:
    assert waiting(on_disk("m1", "m2", "m3"), applied("m1")) == ["m2", "m3"]


def test_what_is_applied_and_gone_from_disk_is_nobodys_business() -> None:
    assert waiting(on_disk("m1"), applied("m0", "m1")) == []


def test_the_same_name_in_another_app_is_another_migration() -> None:
    assert waiting(on_disk("m1"), applied("m1", app="blog")) == ["m1"]


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        ((), ["m3", "s"]),
        (("m1",), ["m2", "m3"]),
        (("m1", "m2"), ["m3"]),
        (("m1", "m2", "s"), ["m3"]),
        (("s",), ["m3", "s"]),
        (("m1", "m2", "m3"), []),
    ],
)
def test_a_squashed_migration_counts_as_django_counts_it(
    done: tuple[str, ...], expected: list[str]
) -> None:
    disk = on_disk("m1", "m2", "m3", squashed={"s": ("m1", "m2")})
    assert waiting(disk, applied(*done)) == expected


def test_replaced_migrations_need_not_be_on_disk_any_more() -> None:
    disk = on_disk("m3", squashed={"s": ("m1", "m2")})
    assert waiting(disk, applied("m1", "m2")) == ["m3"]
    assert waiting(disk, applied()) == ["m3", "s"]


def test_a_squashed_migration_of_squashed_ones_counts_what_they_stand_for() -> None:
    disk = on_disk("m1", "m2", "m3", squashed={"s1": ("m1", "m2"), "s2": ("s1", "m3")})
    assert waiting(disk, applied("m1", "m2", "m3")) == []
    assert waiting(disk, applied()) == ["s2"]


def test_a_migration_that_replaces_itself_ends() -> None:
    assert waiting(on_disk(squashed={"s": ("s",)}), applied("s")) == []


class _Recorder:
    """Django's recorder with an answer of its own."""

    def __init__(self, done: Collection[Key]) -> None:
        self.done = done

    def __call__(self, connection: object) -> _Recorder:
        return self

    def applied_migrations(self) -> dict[Key, object]:
        return dict.fromkeys(self.done)


class _FromHere(loader.MigrationLoader):
    disk: Mapping[Key, Any]

    def load_disk(self) -> None:
        self.disk_migrations = dict(self.disk)
        self.migrated_apps = {app for app, _ in self.disk}
        self.unmigrated_apps = set()


def by_django(disk: Mapping[Key, Any], done: Collection[Key]) -> list[str]:
    """What Django's own loader and executor would apply."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loader, "MigrationRecorder", _Recorder(done))
        connection: Any = object()
        found = _FromHere(connection, load=False)
        found.disk = disk
        found.build_graph()
    return sorted(name for app, name in found.graph.nodes.keys() - found.applied_migrations.keys())


@given(
    count=st.integers(1, 6),
    cut=st.lists(st.integers(0, 5), min_size=2, max_size=2, unique=True),
    numbers=st.sets(st.integers(1, 6)),
    itself=st.booleans(),
)
def test_any_history_is_counted_as_django_counts_it(
    count: int, cut: list[int], numbers: set[int], itself: bool
) -> None:
    names = [f"m{number}" for number in range(1, count + 1)]
    first, last = sorted(cut)
    squashed = names[first:last]
    disk = on_disk(*names, squashed={"s": squashed} if squashed else None)
    done = applied(*(f"m{number}" for number in numbers), *(["s"] if itself else []))
    assert waiting(disk, done) == by_django(disk, done)


class _Loader:
    """Stands for Django's, which reads the installed apps."""

    disk_migrations: Mapping[Key, Any] = {
        **on_disk("0001_initial", "0002_more"),
        **on_disk("0001_initial", app="blog"),
    }

    def __init__(self, connection: object, *, load: bool) -> None:
        assert connection is None
        assert load is False

    def load_disk(self) -> None:
        pass


class _Apps:
    @staticmethod
    def get_app_config(label: str) -> Any:
        if label == "shop":
            return REGISTRY.app_configs["shop"]
        return _NoModels()


class _NoModels:
    @staticmethod
    def get_models(**_: object) -> list[Any]:
        return []


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MigrationLoader", _Loader)
    monkeypatch.setattr(module, "apps", _Apps)


class NoShop:
    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return app_label != "shop"


@pytest.mark.parametrize(
    ("router", "expected"),
    [
        (None, ("blog.0001_initial", "shop.0001_initial", "shop.0002_more")),
        (NoShop(), ("blog.0001_initial",)),
        (OnlyTags(), ("shop.0001_initial", "shop.0002_more")),
    ],
)
def test_apps_that_the_routers_keep_away_have_nothing_to_apply(
    installed: None, monkeypatch: pytest.MonkeyPatch, router: Any, expected: tuple[str, ...]
) -> None:
    monkeypatch.setattr(module, "router", ConnectionRouter([router] if router else []))
    assert module._pending(frozenset(), "default") == expected


def test_what_the_projects_own_code_raises_is_unreadable_and_redacted(
    installed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "router", ConnectionRouter([Failing()]))
    found = module._pending(frozenset(), "default")
    assert isinstance(found, Unreadable)
    assert "LookupError" in found.reason
    assert "hunter2" not in found.reason


def test_the_installed_apps_of_this_run_have_no_migrations() -> None:
    assert module._pending(frozenset(), "default") == ()
