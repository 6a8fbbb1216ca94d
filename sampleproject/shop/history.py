"""Orders of the past, made up: written in bulk, with the books that placing them would leave."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sampleproject.shop.made_up import OPENING, dice, made_up_uuid
from sampleproject.shop.models import Customer, Order, OrderLine, Product, StockMovement

_BETWEEN_ORDERS = dt.timedelta(hours=55, minutes=37, seconds=11, microseconds=123_000)
_UNTIL_CANCELLED = dt.timedelta(days=1)
_MOST_PRODUCTS = 3
_MOST_PIECES = 4
_EVERY_CANCELLED = 9
#: Of so many customers the last one has not ordered anything yet.
_EVERY_SHY = 5
_Status, _Reason = Order.Status, StockMovement.Reason


@dataclass(frozen=True, slots=True)
class _Plan:
    """An order and what is in it, before the order has a key."""

    order: Order
    basket: Sequence[tuple[Product, int]]


def load_orders(
    count: int, seed: int, products: Sequence[Product], customers: Sequence[Customer]
) -> None:
    """Write ``count`` orders; the products' stock is reduced by what they took."""
    buyers = [each for n, each in enumerate(customers) if n % _EVERY_SHY != _EVERY_SHY - 1]
    plans = [_plan(n, count, seed, products, buyers) for n in range(count)]
    Order.objects.bulk_create(plan.order for plan in plans)
    # Read back: bulk_create does not learn the keys on SQL Server.
    orders = Order.objects.in_bulk([plan.order.number for plan in plans], field_name="number")
    written = [_Plan(orders[plan.order.number], plan.basket) for plan in plans]
    OrderLine.objects.bulk_create(line for plan in written for line in _lines(plan))
    StockMovement.objects.bulk_create(move for plan in written for move in _movements(plan))
    Product.objects.bulk_update(products, ["stock"])


def _plan(
    n: int, count: int, seed: int, products: Sequence[Product], customers: Sequence[Customer]
) -> _Plan:
    roll = dice(seed, "order", n)
    left = [product for product in products if product.stock >= _MOST_PIECES]
    if not left:
        raise ValueError(f"{count} orders are more than the stock is good for")
    chosen = roll.sample(left, min(len(left), roll.randint(1, _MOST_PRODUCTS)))
    basket = [(product, roll.randint(1, _MOST_PIECES)) for product in chosen]
    status = _status(n, count)
    if status is not _Status.CANCELLED:
        for product, quantity in basket:
            product.stock -= quantity
    order = Order(
        number=made_up_uuid(seed, "past order", n),
        customer=roll.choice(customers),
        placed=OPENING + n * _BETWEEN_ORDERS,
        status=status,
        total=sum((product.price * quantity for product, quantity in basket), start=Decimal(0)),
    )
    return _Plan(order, basket)


def _status(n: int, count: int) -> Order.Status:
    """Every ninth was cancelled; of the others the older half has been shipped."""
    if n % _EVERY_CANCELLED == _EVERY_CANCELLED - 1:
        return _Status.CANCELLED
    return _Status.SHIPPED if n < count / 2 else _Status.PLACED


def _lines(plan: _Plan) -> list[OrderLine]:
    return [
        OrderLine(order=plan.order, product=product, quantity=quantity, price=product.price)
        for product, quantity in plan.basket
    ]


def _movements(plan: _Plan) -> list[StockMovement]:
    order = plan.order
    moved = [(_Reason.ORDER, -1, order.placed)]
    if order.status == _Status.CANCELLED:
        moved.append((_Reason.CANCELLATION, 1, order.placed + _UNTIL_CANCELLED))
    return [
        StockMovement(
            order=order, product=product, quantity=sign * quantity, reason=reason, recorded=at
        )
        for product, quantity in plan.basket
        for reason, sign, at in moved
    ]
