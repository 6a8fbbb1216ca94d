"""The one page people see."""

from __future__ import annotations

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sampleproject.shop.models import Order, Product

_PRODUCTS = 100
_ORDERS = 10


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What is on sale and how much of it is left, and the latest orders."""
    products = Product.objects.filter(active=True).prefetch_related("tags").order_by("name")
    orders = Order.objects.annotate(line_count=Count("lines")).order_by("-placed", "-pk")
    shown = {"products": products[:_PRODUCTS], "orders": orders[:_ORDERS]}
    return render(request, "shop/overview.html", shown)
