"""Data for the shop that is the same for the same seed, whatever the database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from sampleproject.shop import history
from sampleproject.shop.made_up import OPENING, dice, made_up_uuid
from sampleproject.shop.models import Customer, Product, StockMovement, Tag

_TAGS = ("garden", "kitchen", "office", "outdoor", "sale", "toys")
_ADJECTIVES = ("Blue", "Folding", "Heavy", "Little", "Oak", "Quiet", "Steel", "Striped")
_NOUNS = ("Bench", "Cup", "Desk", "Kite", "Lamp", "Mat", "Shelf", "Tent")
_FIRST_NAMES = ("Ana", "Björn", "Chloé", "Dmitri", "Eszter", "Łukasz", "Mei 美", "Zoë")
_LAST_NAMES = ("Andersson", "Dvořák", "García", "Müller", "Nowak", "O'Brien", "Öztürk", "Σταύρου")
_COLOURS = ("black", "green", "red", "white")
_CITIES = ("Berlin", "Brno", "Malmö", "Paris", "Porto")
_LANGUAGES = ("cs", "de", "fr", "pt", "sv")
#: Every so many-th product is out of stock, has been taken off the shelf.
_SOLD_OUT, _RETIRED = 10, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """How much of everything; ``stock`` is what is delivered of each product, about."""

    products: int
    customers: int
    orders: int = 0
    stock: int = 100


@transaction.atomic
def load(amounts: Amounts, seed: int) -> None:
    """Fill an empty shop."""
    Tag.objects.bulk_create(Tag(name=name) for name in _TAGS)
    Product.objects.bulk_create(_product(seed, n, amounts) for n in range(amounts.products))
    # Read back: bulk_create does not learn the keys on SQL Server.
    products = list(Product.objects.order_by("sku"))
    _tag(products)
    StockMovement.objects.bulk_create(_delivery(product) for product in products if product.stock)
    Customer.objects.bulk_create(_customer(seed, n) for n in range(amounts.customers))
    customers = list(Customer.objects.order_by("email"))
    _refer(customers)
    history.load_orders(amounts.orders, seed, products, customers)


def _product(seed: int, n: int, amounts: Amounts) -> Product:
    roll = dice(seed, "product", n)
    adjective = _ADJECTIVES[n % len(_ADJECTIVES)]
    noun = _NOUNS[n // len(_ADJECTIVES) % len(_NOUNS)]
    attributes: dict[str, object] = {"weight": roll.randint(1, 40) * 50}
    if n % 3:
        attributes["colour"] = roll.choice(_COLOURS)
    if n % 4 == 0:
        attributes["size"] = {"height": roll.randint(10, 99), "width": roll.randint(10, 99)}
    if n % 5 == 0:
        attributes["parts"] = [f"part {part}" for part in range(roll.randint(1, 3))]
    return Product(
        sku=f"P{n:05d}",
        name=f"{adjective} {noun} {n:05d}",
        description="" if n % 2 else f"{adjective} and useful.\nMade in {roll.choice(_CITIES)}.",
        price=Decimal(roll.randint(99, 19_999)) / 100,
        stock=0 if n % _SOLD_OUT == 9 else amounts.stock + roll.randint(0, amounts.stock // 5),
        active=n % _RETIRED != 11,
        launched=None if n % 7 == 6 else dt.date(2020, 2, 28) + dt.timedelta(days=37 * n % 1500),
        attributes=attributes,
    )


def _tag(products: Sequence[Product]) -> None:
    tags = list(Tag.objects.order_by("name"))
    through = Product.tags.through
    through.objects.bulk_create(
        through(product_id=product.pk, tag_id=tag.pk)
        for n, product in enumerate(products)
        for position, tag in enumerate(tags)
        if n % (position + 2) == 0
    )


def _delivery(product: Product) -> StockMovement:
    reason = StockMovement.Reason.DELIVERY
    return StockMovement(product=product, quantity=product.stock, reason=reason, recorded=OPENING)


def _customer(seed: int, n: int) -> Customer:
    roll = dice(seed, "customer", n)
    first, last = roll.choice(_FIRST_NAMES), roll.choice(_LAST_NAMES)
    city = n % len(_CITIES)
    preferences: dict[str, object] = {
        "language": _LANGUAGES[city],
        "newsletter": n % 2 == 0,
        "address": {"city": _CITIES[city], "floor": roll.randint(0, 9)},
    }
    if n % 6 == 0:
        preferences["nickname"] = None
    return Customer(
        public_id=made_up_uuid(seed, "customer", n),
        name=f"{first} {last}",
        email=f"customer{n:05d}@example.com",
        joined=OPENING + dt.timedelta(hours=31 * n, minutes=roll.randint(0, 59)),
        preferences=preferences,
    )


def _refer(customers: Sequence[Customer]) -> None:
    """Every fourth customer was sent by an earlier one."""
    referred = customers[4::4]
    for n, customer in enumerate(referred):
        customer.referred_by = customers[n]
    Customer.objects.bulk_update(referred, ["referred_by"])
