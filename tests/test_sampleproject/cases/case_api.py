"""The API: what it answers, and that a request that makes no sense gets a sentence."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.test import Client, override_settings

from sampleproject.shop.models import Customer, Order, Product, Tag

ORDERS = "/api/orders/"


def ask(path: str, **query: Any) -> tuple[int, dict[str, Any]]:
    answer = Client().get(path, query)
    return answer.status_code, answer.json()


def post(body: Any, **headers: str) -> tuple[int, dict[str, Any]]:
    data = body if isinstance(body, (bytes, str)) else json.dumps(body)
    # As strict as a browser's cookies would be treated: the API needs none.
    client = Client(enforce_csrf_checks=True)
    answer = client.post(ORDERS, data, content_type="application/json", headers=headers)
    return answer.status_code, answer.json()


def product() -> Product:
    return Product.objects.filter(active=True, stock__gte=20).order_by("sku")[0]


def request(**changes: Any) -> dict[str, Any]:
    good = {
        "number": str(uuid.uuid4()),
        "customer": str(Customer.objects.order_by("pk")[0].public_id),
        "lines": [{"sku": product().sku, "quantity": 2}],
    }
    return {**good, **changes}


def test_products_come_in_pages() -> None:
    on_sale = Product.objects.filter(active=True).order_by("sku")
    status, first = ask("/api/products/", size=10)
    assert status == 200
    assert (first["count"], first["page"], first["pages"]) == (on_sale.count(), 1, 3)
    assert [each["sku"] for each in first["products"]] == [each.sku for each in on_sale[:10]]
    _, last = ask("/api/products/", size=10, page=3)
    assert [each["sku"] for each in last["products"]] == [each.sku for each in on_sale[20:]]
    assert ask("/api/products/", page=99)[1]["products"] == []


def test_a_product_is_shown_with_exact_price_and_attributes() -> None:
    shown = ask("/api/products/", size=1)[1]["products"][0]
    stored = Product.objects.get(sku=shown["sku"])
    assert shown == {
        "sku": stored.sku,
        "name": stored.name,
        "price": f"{stored.price:.2f}",
        "stock": stored.stock,
        "attributes": stored.attributes,
    }


def test_products_are_found_by_every_word() -> None:
    wanted = product()
    Product.objects.filter(pk=wanted.pk).update(description="A 100%_sure [find].")
    wanted.tags.add(Tag.objects.create(name="hammock"))
    for query in ("100%_sure", "[FIND]", f"{wanted.sku.lower()} hammock", wanted.name):
        _, found = ask("/api/products/", q=query)
        assert [each["sku"] for each in found["products"]] == [wanted.sku], query
    assert ask("/api/products/", q="hammock nothing-else")[1]["count"] == 0


@pytest.mark.parametrize(
    "query", [{"page": "0"}, {"page": "x"}, {"size": "101"}, {"size": "-1"}, {"page": "1" * 30}]
)
def test_a_page_that_makes_no_sense_is_400(query: dict[str, str]) -> None:
    status, answer = ask("/api/products/", **query)
    assert (status, answer["error"]["code"]) == (400, "bad_request")
    assert answer["error"]["message"].startswith(next(iter(query)))


def test_an_order_is_201_and_the_same_one_again_200() -> None:
    wanted, asked = product(), request()
    status, placed = post(asked)
    assert status == 201
    assert placed["number"] == asked["number"]
    assert placed["total"] == f"{wanted.price * 2:.2f}"
    assert placed["lines"] == [{"sku": wanted.sku, "quantity": 2, "price": f"{wanted.price:.2f}"}]
    assert post(asked) == (200, placed)
    assert ask(f"{ORDERS}{asked['number']}/") == (200, placed)
    wanted.refresh_from_db()
    assert Order.objects.filter(number=asked["number"]).count() == 1


def test_too_much_is_409_and_changes_nothing() -> None:
    wanted = product()
    asked = request(lines=[{"sku": wanted.sku, "quantity": wanted.stock + 1}])
    status, answer = post(asked)
    assert status == 409
    assert answer["error"]["code"] == "out_of_stock"
    assert answer["error"]["sku"] == wanted.sku
    assert answer["error"]["available"] == wanted.stock
    assert ask(f"{ORDERS}{asked['number']}/")[0] == 404
    assert Product.objects.get(pk=wanted.pk).stock == wanted.stock


def test_another_order_under_the_same_number_is_409() -> None:
    asked = request()
    post(asked)
    status, answer = post({**asked, "lines": [{"sku": product().sku, "quantity": 3}]})
    assert (status, answer["error"]["code"]) == (409, "refused")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"number": "1"}, "number: a UUID"),
        ({"number": None}, "number: a UUID"),
        ({"customer": str(uuid.UUID(int=1))}, "customer: there is none"),
        ({"lines": []}, "lines: a list"),
        ({"lines": [{"sku": "P00000"}]}, "lines: each is an object with quantity, sku"),
        ({"lines": [{"sku": "P00000", "quantity": 0}]}, "quantity: a whole number"),
        ({"lines": [{"sku": "P00000", "quantity": True}]}, "quantity: a whole number"),
        ({"lines": [{"sku": "P00000", "quantity": 1.5}]}, "quantity: a whole number"),
        ({"lines": [{"sku": "P00000", "quantity": "2"}]}, "quantity: a number, not a text"),
        ({"lines": [{"sku": 7, "quantity": 1}]}, "lines: each has its own sku"),
        ({"lines": [{"sku": "\ud800", "quantity": 1}]}, "lines: each has its own sku"),
        ({"lines": [{"sku": "P00000", "quantity": 1}] * 2}, "lines: each has its own sku"),
        ({"lines": [{"sku": "Z9", "quantity": 1}]}, "lines: no such SKU: Z9"),
        ({"comment": "?"}, "the body is an object with"),
    ],
)
def test_an_order_that_makes_no_sense_is_400(changes: dict[str, Any], message: str) -> None:
    status, answer = post(request(**changes))
    assert (status, answer["error"]["code"]) == (400, "bad_request")
    assert answer["error"]["message"].startswith(message)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"[" * 100_000, b"null"])
def test_a_body_that_is_no_object_is_400(body: bytes) -> None:
    status, answer = post(body)
    assert (status, answer["error"]["code"]) == (400, "bad_request")


def test_orders_need_the_token_where_there_is_one() -> None:
    asked = request()
    with override_settings(SHOP_API_TOKEN="s3same"):
        for wrong in ({}, {"authorization": "Bearer s3sam"}, {"authorization": "s3same"}):
            assert post(asked, **wrong)[0] == 401
            assert ask(f"{ORDERS}{asked['number']}/")[0] == 401
        assert post(asked, authorization="Bearer s3same")[0] == 201


def test_without_a_token_only_a_local_shop_takes_orders() -> None:
    with override_settings(SHOP_ENVIRONMENT="production"):
        status, answer = post(request(), authorization="Bearer ")
    assert (status, answer["error"]["code"]) == (401, "unauthorized")


def test_other_methods_are_405() -> None:
    assert Client().post("/api/products/").status_code == 405
    assert Client().get(ORDERS).status_code == 405
