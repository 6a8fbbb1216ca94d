"""Placing and cancelling orders: whole or not at all, once for each number, never below stock."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError, transaction

from django_mssql_ops.retry import retry_on_transient
from sampleproject.shop.models import Customer, Order, OrderLine, Product, StockMovement
from sampleproject.shop.stock import lock_products, move

_Reason = StockMovement.Reason


class OrderRefused(Exception):
    """Nothing was changed; the message may be shown to the customer."""


class OutOfStock(OrderRefused):
    def __init__(self, product: Product, wanted: int) -> None:
        super().__init__(f"{product.sku}: {wanted} wanted, {product.stock} in stock")
        self.sku = product.sku
        self.wanted = wanted
        self.available = product.stock


class UnknownProduct(OrderRefused):
    def __init__(self, product_ids: Iterable[int]) -> None:
        super().__init__(f"no such product on sale: {sorted(product_ids)}")


class NumberTaken(OrderRefused):
    """Two different orders under one number: the client made a mistake."""

    def __init__(self, number: uuid.UUID) -> None:
        super().__init__(f"another order has the number {number}")


class NotCancellable(OrderRefused):
    def __init__(self, order: Order) -> None:
        super().__init__(f"order {order.number} is {order.status}")


@dataclass(frozen=True, slots=True)
class Line:
    """So many pieces of one product."""

    product_id: int
    quantity: int


def place_order(
    customer: Customer, lines: Sequence[Line], *, number: uuid.UUID | None = None
) -> Order:
    """Take the order, or raise :class:`OrderRefused` and change nothing.

    A client that heard no answer asks again with the same ``number`` and gets the order it already
    has. Without a number every call is a new order.
    """
    return _take(customer, _quantities(lines), number or uuid.uuid4())


# After a lost answer the second try finds the order that the first one has placed.
@retry_on_transient(deadline=60, idempotent=True)
def _take(customer: Customer, wanted: dict[int, int], number: uuid.UUID) -> Order:
    taken = _taken(customer, wanted, number)
    if taken is not None:
        return taken
    try:
        return _place(customer, wanted, number)
    except IntegrityError:
        # The same request came twice at the same time and the other one was faster.
        taken = _taken(customer, wanted, number)
        if taken is None:
            raise
        return taken


def check_order(lines: Sequence[Line]) -> None:
    """Raise :class:`OrderRefused` as :func:`place_order` would.

    The products stay locked until the caller's transaction ends: until then the answer holds.
    """
    _available(_quantities(lines))


@retry_on_transient(deadline=60, atomic=True, idempotent=True)
def cancel_order(order: Order) -> None:
    """Give the pieces back; an order that is cancelled already stays so."""
    current = Order.objects.select_for_update().get(pk=order.pk)
    if current.status == Order.Status.SHIPPED:
        raise NotCancellable(current)
    if current.status == Order.Status.PLACED:
        lines = dict(current.lines.values_list("product_id", "quantity"))
        lock_products(lines)
        move(lines, _Reason.CANCELLATION, current)
        current.status = Order.Status.CANCELLED
        current.save(update_fields=("status",))
    order.status = current.status


def _quantities(lines: Sequence[Line]) -> dict[int, int]:
    wanted = {line.product_id: line.quantity for line in lines}
    if not wanted:
        raise ValueError("an order has at least one line")
    if len(wanted) < len(lines):
        raise ValueError("a product has one line in an order")
    if min(wanted.values()) < 1:
        raise ValueError("a line has at least one piece")
    return wanted


def _taken(customer: Customer, wanted: Mapping[int, int], number: uuid.UUID) -> Order | None:
    """The order of this number, if there is one; it has to be the same order."""
    order = Order.objects.filter(number=number).first()
    if order is None:
        return None
    lines = dict(order.lines.values_list("product_id", "quantity"))
    if order.customer_id != customer.pk or lines != wanted:
        raise NumberTaken(number)
    return order


@transaction.atomic
def _place(customer: Customer, wanted: Mapping[int, int], number: uuid.UUID) -> Order:
    products = _available(wanted)
    total = sum((products[pk].price * wanted[pk] for pk in wanted), start=Decimal(0))
    order = Order.objects.create(number=number, customer=customer, total=total)
    OrderLine.objects.bulk_create(
        OrderLine(order=order, product=product, quantity=wanted[pk], price=product.price)
        for pk, product in products.items()
    )
    move({pk: -quantity for pk, quantity in wanted.items()}, _Reason.ORDER, order)
    return order


def _available(wanted: Mapping[int, int]) -> dict[int, Product]:
    """The products, locked, when they are on sale and there are as many pieces."""
    products = lock_products(wanted)
    missing = wanted.keys() - {pk for pk, product in products.items() if product.active}
    if missing:
        raise UnknownProduct(missing)
    for pk, quantity in wanted.items():
        if products[pk].stock < quantity:
            raise OutOfStock(products[pk], quantity)
    return products
