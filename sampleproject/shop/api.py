"""The shop for programs: JSON in, JSON out, every refusal with a code and a sentence."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from sampleproject.shop.models import Customer, Order, Product
from sampleproject.shop.order_request import BadRequest, OrderRequest, integer
from sampleproject.shop.orders import OrderRefused, OutOfStock, place_order

_View = Callable[..., HttpResponseBase]
_PAGE_SIZE, _LARGEST_PAGE = 20, 100


def _api(view: _View) -> _View:
    """Answers a request that makes no sense with 400 and the reason."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except BadRequest as mistake:
            return _refusal(HTTPStatus.BAD_REQUEST, "bad_request", str(mistake))

    return answer


def _for_clients(view: _View) -> _View:
    """Lets those in who show the token. No cookie is looked at, so there is none to forge."""

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not _may_order(request):
            refusal = _refusal(HTTPStatus.UNAUTHORIZED, "unauthorized", "the token is not right")
            refusal.headers["WWW-Authenticate"] = "Bearer"
            return refusal
        return view(request, *args, **kwargs)

    return answer


def _may_order(request: HttpRequest) -> bool:
    token: str = settings.SHOP_API_TOKEN
    if not token:
        return bool(settings.SHOP_ENVIRONMENT == "local")
    return constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {token}")


@require_safe
@_api
def products(request: HttpRequest) -> HttpResponseBase:
    """``?q=`` looks in name, description, SKU and tags; ``?page=`` and ``?size=`` turn pages."""
    found = Product.objects.filter(active=True)
    for word in request.GET.get("q", "").split():
        found = found.filter(
            Q(name__icontains=word)
            | Q(description__icontains=word)
            | Q(sku__istartswith=word)
            | Q(tags__name__iexact=word)
        )
    size = integer(request.GET.get("size", _PAGE_SIZE), "size", at_most=_LARGEST_PAGE)
    number = integer(request.GET.get("page", 1), "page")
    paginator = Paginator(found.distinct().order_by("sku"), size)
    page = paginator.get_page(number) if number <= paginator.num_pages else []
    return JsonResponse(
        {
            "count": paginator.count,
            "pages": paginator.num_pages,
            "page": number,
            "products": [_product(product) for product in page],
        }
    )


@_for_clients
@require_POST
@_api
def orders(request: HttpRequest) -> HttpResponseBase:
    """Place an order: 201, or 200 for one that this number has already placed."""
    wanted = OrderRequest.read(request.body)
    customer = Customer.objects.filter(public_id=wanted.customer).first()
    if customer is None:
        raise BadRequest(f"customer: there is none with the id {wanted.customer}")
    known = Order.objects.filter(number=wanted.number).exists()
    try:
        placed = place_order(customer, wanted.resolve(), number=wanted.number)
    except OutOfStock as refusal:
        short = {"sku": refusal.sku, "wanted": refusal.wanted, "available": refusal.available}
        return _refusal(HTTPStatus.CONFLICT, "out_of_stock", str(refusal), **short)
    except OrderRefused as refusal:
        return _refusal(HTTPStatus.CONFLICT, "refused", str(refusal))
    status = HTTPStatus.OK if known else HTTPStatus.CREATED
    return JsonResponse(_order(placed), status=status)


@_for_clients
@require_safe
def order(request: HttpRequest, number: uuid.UUID) -> HttpResponseBase:
    found = Order.objects.filter(number=number).first()
    if found is None:
        return _refusal(HTTPStatus.NOT_FOUND, "not_found", f"no order has the number {number}")
    return JsonResponse(_order(found))


def _product(product: Product) -> dict[str, Any]:
    return {
        "sku": product.sku,
        "name": product.name,
        "price": str(product.price),
        "stock": product.stock,
        "attributes": product.attributes,
    }


def _order(order: Order) -> dict[str, Any]:
    lines = order.lines.select_related("product").order_by("product__sku")
    return {
        "number": str(order.number),
        "customer": str(order.customer.public_id),
        "placed": order.placed.isoformat(),
        "status": order.status,
        "total": str(order.total),
        "lines": [
            {"sku": line.product.sku, "quantity": line.quantity, "price": str(line.price)}
            for line in lines
        ],
    }


def _refusal(status: HTTPStatus, code: str, message: str, **details: Any) -> JsonResponse:
    return JsonResponse({"error": {"code": code, "message": message, **details}}, status=status)
