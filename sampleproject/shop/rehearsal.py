"""What ``mssql_retrytest --call`` can take: the shop's own work, and whether it was done right."""

from __future__ import annotations

from django_mssql_ops.retry import retry_on_transient
from sampleproject.shop.audit import violations
from sampleproject.shop.models import Customer, Product
from sampleproject.shop.orders import Line, place_order
from sampleproject.shop.stock import deliver


@retry_on_transient(deadline=60)
def place_an_order() -> None:
    """One piece of what there is most of; what is asked before the order is tried again as well."""
    customer = Customer.objects.order_by("pk")[0]
    product = Product.objects.filter(active=True).order_by("-stock", "pk")[0]
    place_order(customer, [Line(product.pk, 1)])


def take_a_delivery() -> None:
    """Nothing tells one delivery from another: twice the pieces would be a doubled write."""
    deliver(Product.objects.order_by("pk").values_list("pk", flat=True)[:1], 1)


def the_books_are_right() -> bool:
    """The invariant of both."""
    return next(violations(), None) is None
