"""The page that people see."""

from __future__ import annotations

import re

from django.test import Client

from sampleproject.shop.models import Order, OrderLine, Product, StockMovement, Tag


def page() -> str:
    answer = Client().get("/")
    assert answer.status_code == 200
    return answer.content.decode()


def rows(html: str, table: str) -> list[list[str]]:
    """The text of a table's cells, heading aside."""
    found = re.search(rf'<table id="{table}">.*?<tbody>(.*?)</tbody>', html, re.DOTALL)
    assert found
    lines = re.findall(r"<tr.*?>(.*?)</tr>", found.group(1), re.DOTALL)
    cells = [re.findall(r"<td.*?>(.*?)</td>", line, re.DOTALL) for line in lines]
    return [[re.sub(r"<.*?>", "", cell).strip() for cell in line] for line in cells]


def test_it_shows_what_is_on_sale() -> None:
    shown = rows(page(), "products")
    on_sale = Product.objects.filter(active=True).order_by("name")
    assert [line[0] for line in shown] == [product.sku for product in on_sale]
    expected = on_sale[0]
    tags = ", ".join(tag.name for tag in expected.tags.order_by("pk"))
    assert shown[0][1] == expected.name
    assert set(shown[0][2].split(", ")) == set(tags.split(", "))
    assert shown[0][3] == f"€ {expected.price:.2f}"


def test_it_shows_what_is_sold_out() -> None:
    sold_out = {line[0] for line in rows(page(), "products") if line[4] == "sold out"}
    expected = Product.objects.filter(active=True, stock=0).values_list("sku", flat=True)
    assert sold_out == set(expected) != set()


def test_it_shows_the_latest_orders() -> None:
    shown = rows(page(), "orders")
    latest = Order.objects.order_by("-placed", "-pk")[:10]
    assert [line[1] for line in shown] == [str(order.number) for order in latest]
    assert [int(line[3]) for line in shown] == [order.lines.count() for order in latest]
    assert shown[0][4] == f"€ {latest[0].total:.2f}"


def test_an_empty_shop_says_so() -> None:
    for model in (StockMovement, OrderLine, Order, Product, Tag):
        model._default_manager.all().delete()
    html = page()
    assert rows(html, "products") == [["There is nothing on sale."]]
    assert rows(html, "orders") == [["Nobody has ordered yet."]]


def test_a_name_is_text_and_no_html() -> None:
    Product.objects.create(sku="X1", name="<b>&", price=1)
    assert "&lt;b&gt;&amp;" in page()
