"""A row that comes with the tables: what serialized_rollback is for."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def add_first_author(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    authors = apps.get_model("shelf", "Author").objects.using(schema_editor.connection.alias)
    authors.create(name="From the migration")


class Migration(migrations.Migration):
    dependencies = [("shelf", "0001_initial")]
    operations = [migrations.RunPython(add_first_author, migrations.RunPython.noop)]
