"""The stock gets a history that begins with what is there; the database learns the shop's rules."""

import django.db.models.deletion
import django.utils.timezone
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def open_books(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """What is in stock was delivered, and so was what the orders took from it."""
    alias = schema_editor.connection.alias
    products = apps.get_model("shop", "Product").objects.using(alias)
    lines = apps.get_model("shop", "OrderLine").objects.using(alias)
    movement = apps.get_model("shop", "StockMovement")
    delivered = dict(products.values_list("pk", "stock"))
    movements = []
    for line in lines.select_related("order").order_by("pk").iterator():
        delivered[line.product_id] += line.quantity
        movements.append(
            movement(
                product_id=line.product_id,
                order_id=line.order_id,
                quantity=-line.quantity,
                reason="order",
                recorded=line.order.placed,
            )
        )
    movements += [
        movement(product_id=pk, quantity=quantity, reason="delivery")
        for pk, quantity in delivered.items()
        if quantity
    ]
    movement.objects.using(alias).bulk_create(movements)


class Migration(migrations.Migration):
    dependencies = [("shop", "0004_identities")]

    operations = [
        migrations.CreateModel(
            name="StockMovement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("quantity", models.IntegerField()),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("delivery", "Delivery"),
                            ("order", "Order"),
                            ("cancellation", "Cancellation"),
                        ],
                        max_length=12,
                    ),
                ),
                ("recorded", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "order",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="movements",
                        to="shop.order",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="movements",
                        to="shop.product",
                    ),
                ),
            ],
        ),
        migrations.RunPython(open_books, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            "product",
            models.CheckConstraint(
                condition=models.Q(price__gte=0), name="shop_product_price_not_negative"
            ),
        ),
        migrations.AlterUniqueTogether("orderline", set()),
        migrations.AddConstraint(
            "orderline",
            models.UniqueConstraint(
                fields=("order", "product"), name="shop_orderline_product_once"
            ),
        ),
        migrations.AddConstraint(
            "orderline",
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0), name="shop_orderline_quantity_positive"
            ),
        ),
        migrations.AddIndex(
            "order", models.Index(fields=["status", "-placed"], name="shop_order_by_status")
        ),
    ]
