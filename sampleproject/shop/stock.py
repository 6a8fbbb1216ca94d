"""The only place that changes a product's stock, and writes down why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import F

from django_mssql_ops.retry import retry_on_transient
from django_mssql_ops.retry.tokens import exactly_once
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


# Nothing in a delivery tells it from another one: a token in its transaction does.
@retry_on_transient(deadline=60, atomic=True, verify=exactly_once)
def deliver(product_ids: Iterable[int], quantity: int) -> None:
    """So many pieces of each product came in."""
    if quantity < 1:
        raise ValueError("a delivery has at least one piece")
    locked = lock_products(product_ids)
    move(dict.fromkeys(locked, quantity), StockMovement.Reason.DELIVERY)
