"""The admin: every list, search, filter and form answers, and the actions do what they say."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from sampleproject.shop import audit
from sampleproject.shop.models import Customer, Order, Product, Tag

LISTS = ["tag", "product", "customer", "order"]


@pytest.fixture
def client() -> Client:
    admin = User.objects.create(username="admin", is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(admin)
    return client


def url(model: str, rest: str = "") -> str:
    return f"/admin/shop/{model}/{rest}"


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_strangers_are_sent_to_the_login() -> None:
    answer = Client().get(url("product"))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/admin/login/")


@pytest.mark.parametrize("model", LISTS)
def test_every_list_can_be_shown_and_searched(client: Client, model: str) -> None:
    assert "result_list" in page(client, url(model))
    assert "0 results" in page(client, url(model, "?q=there+is+none"))


@pytest.mark.parametrize("model", LISTS)
def test_every_form_can_be_shown(client: Client, model: str) -> None:
    models = {"tag": Tag, "product": Product, "customer": Customer, "order": Order}
    first = models[model]._default_manager.order_by("pk")[0]
    page(client, url(model, f"{first.pk}/change/"))
    page(client, url(model, f"{first.pk}/history/"))


def test_the_start_page_lists_the_shop(client: Client) -> None:
    html = page(client, "/admin/")
    assert all(url(model) in html for model in LISTS)


def test_filters_and_dates_narrow_the_lists(client: Client) -> None:
    cancelled = Order.objects.filter(status="cancelled").count()
    assert f"{cancelled} orders" in page(client, url("order", "?status__exact=cancelled"))
    order = Order.objects.order_by("placed")[0]
    day = f"?placed__year={order.placed:%Y}&placed__month={order.placed.month}"
    that_month = Order.objects.filter(
        placed__year=order.placed.year, placed__month=order.placed.month
    ).count()
    assert f"{that_month} orders" in page(client, url("order", day))
    retired = Product.objects.filter(active=False).count()
    assert f"{retired} products" in page(client, url("product", "?active__exact=0"))
    page(client, url("customer", f"?joined__year={Customer.objects.order_by('pk')[0].joined:%Y}"))


def test_orders_are_found_by_customer_and_product(client: Client) -> None:
    order = Order.objects.order_by("pk")[0]
    html = page(client, url("order", f"?q={order.customer.email}"))
    assert str(order.number) in html
    line = order.lines.order_by("pk")[0]
    assert str(order.number) in page(client, url("order", f"?q={line.product.sku}"))


def order_form(*lines: tuple[Product, int]) -> dict[str, object]:
    """What the browser sends for a new order."""
    form: dict[str, object] = {
        "customer": Customer.objects.order_by("pk")[0].pk,
        "lines-TOTAL_FORMS": len(lines) + 1,
        "lines-INITIAL_FORMS": 0,
        f"lines-{len(lines)}-product": "",
        f"lines-{len(lines)}-quantity": "",
    }
    for n, (product, quantity) in enumerate(lines):
        form |= {f"lines-{n}-product": product.pk, f"lines-{n}-quantity": quantity}
    return form


def test_an_order_can_be_placed(client: Client) -> None:
    first, second = Product.objects.filter(active=True, stock__gte=5).order_by("sku")[:2]
    before = Order.objects.count()
    answer = client.post(url("order", "add/"), order_form((first, 2), (second, 1)), follow=True)
    assert "was added successfully" in answer.content.decode()
    order = Order.objects.order_by("-pk")[0]
    assert Order.objects.count() == before + 1
    assert order.total == first.price * 2 + second.price
    assert Product.objects.get(pk=first.pk).stock == first.stock - 2
    assert list(audit.violations()) == []
    assert "Added order line “2 x product" in page(client, url("order", f"{order.pk}/history/"))


def test_an_order_that_is_refused_is_a_message_on_the_form(client: Client) -> None:
    product = Product.objects.filter(active=True, stock__gte=1).order_by("sku")[0]
    retired = Product.objects.filter(active=False).order_by("sku")[0]
    refusals = {
        f"{product.sku}: {product.stock + 1} wanted": order_form((product, product.stock + 1)),
        "An order has at least one line": order_form(),
        "Please correct the duplicate data": order_form((product, 1), (product, 1)),
        "Select a valid choice": order_form((retired, 1)),
        "greater than or equal to 1": order_form((product, 0)),
    }
    before = Order.objects.count()
    for message, form in refusals.items():
        answer = client.post(url("order", "add/"), form)
        assert answer.status_code == 200
        assert message in answer.content.decode()
    assert Order.objects.count() == before


def test_orders_cannot_be_changed_or_deleted(client: Client) -> None:
    order = Order.objects.order_by("pk")[0]
    assert 'name="_save"' not in page(client, url("order", f"{order.pk}/change/"))
    assert client.post(url("order", f"{order.pk}/change/"), order_form()).status_code == 403
    assert client.get(url("order", f"{order.pk}/delete/")).status_code == 403


def test_those_who_may_only_look_are_offered_no_actions() -> None:
    viewer = User.objects.create(username="viewer", is_staff=True)
    codenames = ("view_product", "view_order")
    viewer.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = Client()
    client.force_login(viewer)
    assert "book_delivery" not in page(client, url("product"))
    assert 'value="cancel"' not in page(client, url("order"))


def test_a_product_can_be_added_and_changed(client: Client) -> None:
    tag = Tag.objects.order_by("pk")[0]
    form = {
        "sku": "NEW1",
        "name": "Neues Zelt, groß",
        "description": "",
        "price": "12.50",
        "active": "on",
        "launched": "2024-02-29",
        "attributes": '{"weight": 900}',
        "tags": [tag.pk],
        "movements-TOTAL_FORMS": "0",
        "movements-INITIAL_FORMS": "0",
    }
    assert client.post(url("product", "add/"), form).status_code == 302
    made = Product.objects.get(sku="NEW1")
    assert (made.name, made.stock, made.attributes) == ("Neues Zelt, groß", 0, {"weight": 900})
    assert list(made.tags.all()) == [tag]
    changed = {**form, "price": "13.00", "tags": []}
    assert client.post(url("product", f"{made.pk}/change/"), changed).status_code == 302
    made.refresh_from_db()
    assert (str(made.price), made.tags.count()) == ("13.00", 0)
    assert "Changed" in page(client, url("product", f"{made.pk}/history/"))


def test_a_taken_name_is_a_message_on_the_form(client: Client) -> None:
    taken = Tag.objects.order_by("pk")[0]
    answer = client.post(url("tag", "add/"), {"name": taken.name})
    assert answer.status_code == 200
    assert "already exists" in answer.content.decode()


def test_a_delivery_can_be_booked(client: Client) -> None:
    products = list(Product.objects.order_by("sku")[:2])
    chosen = {"action": "book_delivery", "_selected_action": [each.pk for each in products]}
    answer = client.post(url("product"), chosen, follow=True)
    assert "10 pieces each of 2 products" in answer.content.decode()
    for product in products:
        assert Product.objects.get(pk=product.pk).stock == product.stock + 10
    assert list(audit.violations()) == []


def test_orders_can_be_cancelled(client: Client) -> None:
    placed = Order.objects.filter(status="placed").order_by("pk")[0]
    shipped = Order.objects.filter(status="shipped").order_by("pk")[0]
    chosen = {"action": "cancel", "_selected_action": [placed.pk, shipped.pk]}
    html = client.post(url("order"), chosen, follow=True).content.decode()
    assert "1 cancelled" in html
    assert f"Order {shipped.number} is shipped" in html
    assert Order.objects.get(pk=placed.pk).status == "cancelled"
    assert list(audit.violations()) == []


def test_a_tag_can_be_deleted(client: Client) -> None:
    tag = Tag.objects.order_by("pk")[0]
    assert client.post(url("tag", f"{tag.pk}/delete/"), {"post": "yes"}).status_code == 302
    assert not Tag.objects.filter(pk=tag.pk).exists()
