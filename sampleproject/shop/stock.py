"""The only place that changes a product's stock, and writes down why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import F

from sampleproject.shop.models import Order, Product, StockMovement


def lock_products(product_ids: Iterable[int]) -> dict[int, Product]:
    """The products, locked until the transaction ends.

    In the order of their keys: two orders for the same products wait for each other at the first
    one, and no deadlock can come of it.
    """
    products = Product.objects.select_for_update().filter(pk__in=sorted(product_ids))
    return {product.pk: product for product in products.order_by("pk")}


def move(
    quantities: Mapping[int, int], reason: StockMovement.Reason, order: Order | None = None
) -> None:
    """Change the stock of locked products, inside a transaction."""
    for pk, quantity in sorted(quantities.items()):
        Product.objects.filter(pk=pk).update(stock=F("stock") + quantity)
    StockMovement.objects.bulk_create(
        StockMovement(product_id=pk, order=order, quantity=quantity, reason=reason)
        for pk, quantity in sorted(quantities.items())
    )


@transaction.atomic
def deliver(product_ids: Iterable[int], quantity: int) -> None:
    """So many pieces of each product came in."""
    if quantity < 1:
        raise ValueError("a delivery has at least one piece")
    locked = lock_products(product_ids)
    move(dict.fromkeys(locked, quantity), StockMovement.Reason.DELIVERY)
