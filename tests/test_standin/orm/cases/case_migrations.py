"""``migrate``: everything forwards, backwards to nothing, and forwards again."""

from __future__ import annotations

import io

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from tests.test_standin.orm.cases.catalogue import described, tables

pytestmark = pytest.mark.usefixtures("unwrapped")

#: From those that others refer to, to those that nobody does.
APPS = ("contenttypes", "auth", "sessions", "admin", "shop")


def test_forwards_backwards_and_forwards_again() -> None:
    before = described()
    for app in reversed(APPS):
        call_command("migrate", app, "zero", verbosity=0)
    left = {name for name in tables() if name.partition("_")[0] in {*APPS, "django"}}
    assert left == {"django_migrations"}
    assert not MigrationRecorder(connection).applied_migrations()
    call_command("migrate", verbosity=0)
    assert described() == before
    targets = MigrationExecutor(connection).loader.graph.leaf_nodes()
    assert not MigrationExecutor(connection).migration_plan(targets)


def test_what_migrate_says_it_would_do() -> None:
    written = io.StringIO()
    call_command("sqlmigrate", "shop", "0002", stdout=written)
    assert "CREATE TABLE [shop_customer]" in written.getvalue()
    written = io.StringIO()
    call_command("showmigrations", stdout=written)
    assert "[ ]" not in written.getvalue()
    assert written.getvalue().count("[X]") == len(
        MigrationRecorder(connection).applied_migrations()
    )


def test_permissions_and_content_types_come_with_the_tables() -> None:
    from django.contrib.auth.models import Permission
    from django.contrib.contenttypes.models import ContentType

    models = list(apps.get_models())
    assert ContentType.objects.count() >= len(models)
    assert Permission.objects.filter(content_type__app_label="auth").count() == 12
