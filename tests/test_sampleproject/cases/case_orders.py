"""Orders are taken whole or not at all, once for each number, and never below stock."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from sampleproject.shop import audit, orders
from sampleproject.shop.models import Customer, Order, OrderLine, Product, StockMovement
from sampleproject.shop.orders import (
    Line,
    NotCancellable,
    NumberTaken,
    OutOfStock,
    UnknownProduct,
    cancel_order,
    place_order,
)
from sampleproject.shop.stock import deliver


def customer() -> Customer:
    return Customer.objects.order_by("pk")[0]


def on_sale(count: int = 2) -> list[Product]:
    return list(Product.objects.filter(active=True, stock__gte=20).order_by("sku")[:count])


def pieces(product: Product) -> int:
    return Product.objects.values_list("stock", flat=True).get(pk=product.pk)


def rows() -> tuple[int, int, int]:
    return Order.objects.count(), OrderLine.objects.count(), StockMovement.objects.count()


def test_an_order_has_lines_a_total_and_takes_the_stock() -> None:
    first, second = on_sale()
    order = place_order(customer(), [Line(second.pk, 1), Line(first.pk, 3)])
    stored = Order.objects.get(pk=order.pk)
    assert stored.total == first.price * 3 + second.price
    assert stored.status == Order.Status.PLACED
    lines = stored.lines.order_by("product__sku").values_list("product_id", "quantity", "price")
    assert list(lines) == [(first.pk, 3, first.price), (second.pk, 1, second.price)]
    assert (pieces(first), pieces(second)) == (first.stock - 3, second.stock - 1)
    moved = stored.movements.order_by("product__sku").values_list("quantity", "reason")
    assert list(moved) == [(-3, "order"), (-1, "order")]
    assert list(audit.violations()) == []


def test_the_last_piece_can_be_had() -> None:
    [product] = on_sale(1)
    place_order(customer(), [Line(product.pk, product.stock)])
    assert pieces(product) == 0


def test_out_of_stock_changes_nothing() -> None:
    first, second = on_sale()
    before = rows()
    with pytest.raises(OutOfStock) as refused:
        place_order(customer(), [Line(first.pk, 1), Line(second.pk, second.stock + 1)])
    assert (refused.value.sku, refused.value.available) == (second.sku, second.stock)
    assert refused.value.wanted == second.stock + 1
    assert (pieces(first), pieces(second)) == (first.stock, second.stock)
    assert rows() == before


def test_what_is_not_on_sale_is_refused() -> None:
    [product] = on_sale(1)
    retired = Product.objects.filter(active=False).order_by("pk")[0]
    before = rows()
    for wrong in (retired.pk, 10**9):
        with pytest.raises(UnknownProduct, match=str(wrong)):
            place_order(customer(), [Line(product.pk, 1), Line(wrong, 1)])
    assert rows() == before


def test_the_same_number_is_the_same_order() -> None:
    [product] = on_sale(1)
    number = uuid.uuid4()
    first = place_order(customer(), [Line(product.pk, 2)], number=number)
    again = place_order(customer(), [Line(product.pk, 2)], number=number)
    assert again.pk == first.pk
    assert pieces(product) == product.stock - 2


def test_another_order_under_the_same_number_is_refused() -> None:
    first, second = on_sale()
    number = uuid.uuid4()
    place_order(customer(), [Line(first.pk, 2)], number=number)
    someone_else = Customer.objects.exclude(pk=customer().pk).order_by("pk")[0]
    for who, lines in (
        (customer(), [Line(first.pk, 3)]),
        (customer(), [Line(first.pk, 2), Line(second.pk, 1)]),
        (someone_else, [Line(first.pk, 2)]),
    ):
        with pytest.raises(NumberTaken):
            place_order(who, lines, number=number)


def test_a_number_taken_in_the_meantime_is_the_same_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two requests with one number: both found it free, the database lets one of them in."""
    [product] = on_sale(1)
    number = uuid.uuid4()
    first = place_order(customer(), [Line(product.pk, 2)], number=number)
    look, looked = orders._taken, []

    def blind_at_first(*wanted: Any) -> Order | None:
        looked.append(wanted)
        return look(*wanted) if len(looked) > 1 else None

    monkeypatch.setattr(orders, "_taken", blind_at_first)
    again = place_order(customer(), [Line(product.pk, 2)], number=number)
    assert len(looked) == 2
    assert again.pk == first.pk
    assert pieces(product) == product.stock - 2


@pytest.mark.parametrize(
    ("quantities", "mistake"),
    [([], "at least one line"), ([0], "at least one piece"), ([-1], "at least one piece")],
)
def test_an_order_that_makes_no_sense_is_a_value_error(quantities: list[int], mistake: str) -> None:
    [product] = on_sale(1)
    with pytest.raises(ValueError, match=mistake):
        place_order(customer(), [Line(product.pk, quantity) for quantity in quantities])


def test_a_product_twice_in_an_order_is_a_value_error() -> None:
    [product] = on_sale(1)
    with pytest.raises(ValueError, match="one line"):
        place_order(customer(), [Line(product.pk, 1), Line(product.pk, 2)])


def test_cancelling_gives_the_pieces_back_once() -> None:
    [product] = on_sale(1)
    order = place_order(customer(), [Line(product.pk, 5)])
    cancel_order(order)
    cancel_order(order)
    assert order.status == Order.objects.get(pk=order.pk).status == Order.Status.CANCELLED
    assert pieces(product) == product.stock
    assert sorted(order.movements.values_list("quantity", flat=True)) == [-5, 5]
    assert list(audit.violations()) == []


def test_what_has_been_shipped_is_not_cancelled() -> None:
    order = Order.objects.filter(status=Order.Status.SHIPPED).order_by("pk")[0]
    before = rows()
    with pytest.raises(NotCancellable, match="shipped"):
        cancel_order(order)
    assert rows() == before


def test_a_delivery_is_booked() -> None:
    first, second = on_sale()
    deliver([second.pk, first.pk], 10)
    assert (pieces(first), pieces(second)) == (first.stock + 10, second.stock + 10)
    assert list(audit.violations()) == []
    with pytest.raises(ValueError, match="at least one piece"):
        deliver([first.pk], 0)


def test_the_database_keeps_the_rules_too() -> None:
    """The constraints, for whoever writes past orders.py."""
    [product] = on_sale(1)
    line = OrderLine.objects.order_by("pk")[0]
    someone = customer()
    for change in (
        lambda: Product.objects.filter(pk=product.pk).update(stock=-1),
        lambda: Product.objects.filter(pk=product.pk).update(price=-1),
        lambda: OrderLine.objects.filter(pk=line.pk).update(quantity=0),
        lambda: OrderLine.objects.create(
            order_id=line.order_id, product_id=line.product_id, quantity=1, price=1
        ),
        lambda: Customer.objects.create(name="again", email=someone.email),
        lambda: Product.objects.create(sku=product.sku, name="new", price=1),
        lambda: Order.objects.create(number=line.order.number, customer=someone, total=0),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_what_was_sold_cannot_be_deleted() -> None:
    sold = OrderLine.objects.order_by("pk")[0].product
    with pytest.raises(ProtectedError):
        sold.delete()


def test_a_customer_outlives_the_one_who_sent_them() -> None:
    referrer = Customer.objects.create(name="A friend", email="friend@example.com")
    sent = Customer.objects.create(name="B", email="b@example.com", referred_by=referrer)
    referrer.delete()
    sent.refresh_from_db()
    assert sent.referred_by is None
