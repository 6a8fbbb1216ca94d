"""The sample project's own code as a target: an order, placed under retries and without."""

from __future__ import annotations

import uuid

from django_mssql_ops.retry import retry_on_transient


def place_an_order() -> None:
    """An order has a number: who places it again finds it placed."""
    retry_on_transient(idempotent=True).call(_place, uuid.uuid4())


def _place(number: uuid.UUID) -> None:
    from sampleproject.shop.models import Customer, Product
    from sampleproject.shop.orders import Line, place_order

    customer = Customer.objects.order_by("pk")[0]
    product = Product.objects.filter(active=True).order_by("-stock")[0]
    place_order(customer, [Line(product.pk, 1)], number=number)


def rename_a_tag_unprotected() -> None:
    """What most projects have: a transaction and no retry."""
    from django.db import transaction

    from sampleproject.shop.models import Tag

    with transaction.atomic():
        Tag.objects.get_or_create(name="proved")
        Tag.objects.filter(name="proved").update(name="proved")


def books_are_right() -> None:
    from sampleproject.shop.audit import violations

    wrong = next(violations(), None)
    assert wrong is None, wrong


def never_right() -> None:
    """An invariant that is broken from the beginning."""
    raise AssertionError("the books are wrong")
