"""Products get an SKU, which existing ones are given from their key, and more."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def number_products(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    products = apps.get_model("shop", "Product").objects.using(schema_editor.connection.alias)
    for product in products.filter(sku=None).order_by("pk").iterator():
        products.filter(pk=product.pk).update(sku=f"P{product.pk:05d}")


class Migration(migrations.Migration):
    dependencies = [("shop", "0002_customers_and_orders")]

    operations = [
        migrations.CreateModel(
            name="Tag",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40, unique=True)),
            ],
        ),
        migrations.AddField("product", "sku", models.CharField("SKU", max_length=20, null=True)),
        migrations.RunPython(number_products, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            "product", "sku", models.CharField("SKU", max_length=20, unique=True)
        ),
        migrations.AddField("product", "description", models.TextField(blank=True, default="")),
        migrations.AlterField("product", "description", models.TextField(blank=True)),
        migrations.AddField("product", "active", models.BooleanField(default=True)),
        migrations.AddField("product", "launched", models.DateField(blank=True, null=True)),
        migrations.AddField("product", "attributes", models.JSONField(blank=True, default=dict)),
        migrations.AddField(
            "product",
            "tags",
            models.ManyToManyField(blank=True, related_name="products", to="shop.tag"),
        ),
    ]
