"""The audit finds every way in which the books can be wrong."""

from __future__ import annotations

import uuid

from django.db.models import F

from sampleproject.shop import audit
from sampleproject.shop.models import Order, OrderLine, Product, StockMovement


def test_the_loaded_shop_is_right() -> None:
    assert list(audit.violations()) == []


def test_a_lost_update_is_found() -> None:
    product = Product.objects.filter(stock__gt=0).order_by("pk")[0]
    Product.objects.filter(pk=product.pk).update(stock=F("stock") + 1)
    moved = product.stock
    assert list(audit.violations()) == [
        f"{product.sku}: stock is {moved + 1}, movements give {moved}"
    ]


def test_stock_that_nobody_delivered_is_found() -> None:
    Product.objects.create(sku="X1", name="From nowhere", price=1, stock=5)
    assert list(audit.violations()) == ["X1: stock is 5, movements give 0"]


def test_a_wrong_total_is_found() -> None:
    order = Order.objects.order_by("pk")[0]
    Order.objects.filter(pk=order.pk).update(total=F("total") + 1)
    [wrong] = audit.violations()
    assert wrong == f"order {order.number}: total is {order.total + 1}, lines give {order.total}"


def test_an_order_without_lines_is_found() -> None:
    order = Order.objects.order_by("pk")[0]
    order.lines.all().delete()
    [wrong] = audit.violations()
    assert wrong == f"order {order.number}: total is {order.total}, lines give nothing"


def test_a_line_without_its_movement_is_found() -> None:
    line = OrderLine.objects.filter(order__status="placed").order_by("pk")[0]
    line.order.movements.filter(product=line.product).delete()
    StockMovement.objects.create(product=line.product, quantity=-line.quantity, reason="delivery")
    [wrong] = audit.violations()
    assert wrong == f"order {line.order.number} (placed): {line}, movements give 0"


def test_a_cancelled_order_that_kept_its_pieces_is_found() -> None:
    line = OrderLine.objects.filter(order__status="placed").order_by("pk")[0]
    Order.objects.filter(pk=line.order_id).update(status="cancelled")
    wrong = list(audit.violations())
    assert len(wrong) == line.order.lines.count()
    assert all(f"order {line.order.number} (cancelled)" in each for each in wrong)


def test_a_missing_order_is_found() -> None:
    there = list(Order.objects.values_list("number", flat=True))
    nowhere = uuid.uuid4()
    assert list(audit.missing([*there, nowhere])) == [
        f"order {nowhere}: acknowledged and not there"
    ]
