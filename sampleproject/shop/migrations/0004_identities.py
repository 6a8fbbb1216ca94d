"""Customers and orders get a UUID, orders a status; names become what they are called now."""

import uuid

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_NEW = (("Customer", "public_id"), ("Order", "number"))


def give_identities(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """One for each row: a column's default would be the same for all of them."""
    for model, field in _NEW:
        rows = apps.get_model("shop", model).objects.using(schema_editor.connection.alias)
        for row in rows.filter(**{field: None}).order_by("pk").iterator():
            rows.filter(pk=row.pk).update(**{field: uuid.uuid4()})


class Migration(migrations.Migration):
    dependencies = [("shop", "0003_product_details")]

    operations = [
        migrations.RenameField("customer", "since", "joined"),
        migrations.AlterField("customer", "name", models.CharField(max_length=100)),
        *(
            migrations.AddField(model, field, models.UUIDField(editable=False, null=True))
            for model, field in _NEW
        ),
        migrations.RunPython(give_identities, migrations.RunPython.noop, elidable=True),
        *(
            migrations.AlterField(
                model, field, models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
            )
            for model, field in _NEW
        ),
        migrations.AddField(
            "order",
            "status",
            models.CharField(
                choices=[
                    ("placed", "Placed"),
                    ("shipped", "Shipped"),
                    ("cancelled", "Cancelled"),
                ],
                default="placed",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            "order", "total", models.DecimalField(decimal_places=2, max_digits=12)
        ),
    ]
