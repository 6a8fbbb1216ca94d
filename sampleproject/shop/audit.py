"""Is the shop's bookkeeping right? Judged by what is in the database, whoever wrote it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence

from django.db.models import DecimalField, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from sampleproject.shop.models import Order, OrderLine, Product, StockMovement

#: Numbers asked for in one query: SQL Server takes 2,100 parameters.
_BATCH = 1000


def violations() -> Iterator[str]:
    """A sentence for everything that must not be; none when all is well."""
    yield from _negative_stock()
    yield from _stock_without_movements()
    yield from _wrong_totals()
    yield from _lines_without_movements()


def missing(acknowledged: Sequence[uuid.UUID]) -> Iterator[str]:
    """A sentence for every number under which there is no order."""
    for start in range(0, len(acknowledged), _BATCH):
        batch = acknowledged[start : start + _BATCH]
        found = set(Order.objects.filter(number__in=batch).values_list("number", flat=True))
        for number in batch:
            if number not in found:
                yield f"order {number}: acknowledged and not there"


def _negative_stock() -> Iterator[str]:
    for product in Product.objects.filter(stock__lt=0).order_by("pk"):
        yield f"{product.sku}: stock is {product.stock}"


def _stock_without_movements() -> Iterator[str]:
    moved = Coalesce(Sum("movements__quantity"), 0)
    for product in Product.objects.annotate(moved=moved).exclude(moved=F("stock")).order_by("pk"):
        yield f"{product.sku}: stock is {product.stock}, movements give {product.moved}"


def _wrong_totals() -> Iterator[str]:
    amount = DecimalField(max_digits=14, decimal_places=2)
    lines = OrderLine.objects.filter(order=OuterRef("pk")).order_by().values("order")
    added = lines.annotate(added=Sum(F("price") * F("quantity"), output_field=amount))
    orders = Order.objects.annotate(added=Subquery(added.values("added"), output_field=amount))
    for order in orders.order_by("pk").iterator():
        # Compared here: not every database adds decimals as exactly as SQL Server does.
        if order.added == order.total:
            continue
        given = "nothing" if order.added is None else f"{order.added:.2f}"
        yield f"order {order.number}: total is {order.total}, lines give {given}"


def _lines_without_movements() -> Iterator[str]:
    """What left the stock for an order and came back is what its lines and its status say."""
    movements = (
        StockMovement.objects.filter(order=OuterRef("order"), product=OuterRef("product"))
        .order_by()
        .values("order", "product")
        .annotate(moved=Sum("quantity"))
        .values("moved")
    )
    lines = OrderLine.objects.annotate(moved=Coalesce(Subquery(movements), 0))
    cancelled = Q(order__status=Order.Status.CANCELLED)
    wrong = (cancelled & ~Q(moved=0)) | (~cancelled & ~Q(moved=-F("quantity")))
    for line in lines.filter(wrong).select_related("order", "product").order_by("pk"):
        order = line.order
        yield f"order {order.number} ({order.status}): {line}, movements give {line.moved}"
