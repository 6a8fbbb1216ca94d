"""The admin as people use it, on the stand-in through both drivers."""

from __future__ import annotations

import re

import pytest

from tests.browser.chromium import Browser
from tests.browser.site import Site

# Starting the first site and the browser takes its time on a busy machine.
pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

SAVE = "[name=_save]"
ERRORS = ".errorlist li"
MESSAGES = ".messagelist li"
SEARCH = "#changelist-search [type=submit]"
ROWS = "#result_list tbody tr"
ON_SALE = "#products tbody tr"
LATEST_ORDER = "#orders tbody tr:first-child"


def stock_on_sale(browser: Browser) -> dict[str, int]:
    """The pieces of each product, as the shop's page says."""
    browser.open("/")
    cells = [row.text.split() for row in browser.all(ON_SALE)]
    return {cell[0]: 0 if cell[-1] == "out" else int(cell[-1]) for cell in cells}


def product_in_stock(browser: Browser) -> tuple[str, int]:
    """The SKU of the product of which there is most, and how much."""
    stock = stock_on_sale(browser)
    sku = max(stock, key=lambda each: stock[each])
    return sku, stock[sku]


def customer_email(browser: Browser) -> str:
    """Of some customer: it finds this one and no other."""
    browser.open("/admin/shop/customer/")
    return browser.one(f"{ROWS}:first-child .field-email").text


def test_only_the_right_password_lets_in_and_logging_out_ends_it(
    browser: Browser, site: Site
) -> None:
    browser.open("/admin/shop/order/")
    assert browser.path.startswith("/admin/login/")
    browser.fill(username=site.user, password="not this one")
    browser.go("[type=submit]")
    assert "Please enter the correct username and password" in browser.text
    browser.fill(username=site.user, password=site.password)
    browser.go("[type=submit]")
    assert browser.path == "/admin/shop/order/"
    browser.go("#logout-form [type=submit]")
    assert "Logged out" in browser.text
    browser.open("/admin/shop/order/")
    assert browser.path.startswith("/admin/login/")


def test_a_customer_is_added_found_and_deleted_after_a_question(admin: Browser) -> None:
    recommender = customer_email(admin)
    admin.open("/admin/")
    admin.go(admin.link("Customers"))
    admin.go(".addlink[href$='/customer/add/']")
    admin.fill(name="Žofie Ångström 漢字", email="zofie@example.com")
    admin.choose("id_referred_by", recommender)
    admin.go(SAVE)
    assert "was added successfully" in admin.one(MESSAGES).text
    admin.fill(q="ångström")
    admin.go(SEARCH)
    assert len(admin.all(ROWS)) == 1
    admin.go(admin.link("Žofie Ångström 漢字"))
    admin.go(".deletelink")
    assert "Are you sure you want to delete the customer" in admin.text
    admin.go("#content [type=submit]")
    assert "was deleted successfully" in admin.one(MESSAGES).text
    admin.fill(q="ångström")
    admin.go(SEARCH)
    assert "0 results" in admin.text


def test_a_customer_with_orders_cannot_be_deleted(admin: Browser) -> None:
    admin.open("/admin/shop/order/")
    customer = admin.one(f"{ROWS}:first-child .field-customer").text
    admin.open("/admin/shop/customer/?q=" + customer.split()[0])
    admin.go(admin.link(customer))
    admin.go(".deletelink")
    assert "doesn't have permission to delete the following types of objects:\norder" in admin.text
    assert not admin.all("#content [type=submit]")


def test_a_product_is_saved_when_its_price_makes_sense(admin: Browser) -> None:
    sku, _ = product_in_stock(admin)
    admin.open(f"/admin/shop/product/?q={sku}")
    admin.go(f"{ROWS} .field-sku a")
    name = f"Ťažký stôl {sku}"
    admin.fill(price="-1", name=name)
    admin.go(SAVE)
    assert "Please correct the error below" in admin.text
    assert any("price" in error.lower() for error in admin.texts(ERRORS))
    admin.fill(price="12.34")
    admin.go(SAVE)
    assert "was changed successfully" in admin.one(MESSAGES).text
    admin.go(admin.link(sku))
    admin.go(".historylink")
    # A description of several lines comes back with the line ends of a form.
    assert re.search("Changed Name(, Description)? and Price", admin.text)
    admin.open("/")
    assert re.search(rf"{sku} {name} .*€ 12\.34", admin.text)


def test_an_order_is_placed_and_the_shop_shows_it(admin: Browser) -> None:
    stock = stock_on_sale(admin)
    first, second = [sku for sku, pieces in stock.items() if pieces > 10][:2]
    customer = customer_email(admin)
    admin.open("/admin/shop/order/add/")
    admin.choose("id_customer", customer)
    admin.choose("id_lines-0-product", first)
    admin.fill(**{"lines-0-quantity": "3"})
    admin.click(admin.link("Add another Order line"))
    admin.choose("id_lines-1-product", second)
    admin.fill(**{"lines-1-quantity": "1"})
    admin.go(SAVE)
    assert "was added successfully" in admin.one(MESSAGES).text
    number = admin.one(f"{ROWS}:first-child .field-number").text
    total = admin.one(f"{ROWS}:first-child .field-total").text
    admin.go(admin.link(number))
    assert not admin.all(SAVE)
    assert [each.split()[0] for each in admin.texts("#lines-group td.field-quantity")] == ["3", "1"]
    left = stock_on_sale(admin)
    assert (left[first], left[second]) == (stock[first] - 3, stock[second] - 1)
    shown = admin.one(LATEST_ORDER).text
    assert number in shown
    assert shown.endswith(f"2 € {total}")


def test_more_than_there_is_is_refused_on_the_form(admin: Browser) -> None:
    sku, pieces = product_in_stock(admin)
    latest = admin.one(LATEST_ORDER).text
    customer = customer_email(admin)
    admin.open("/admin/shop/order/add/")
    admin.choose("id_customer", customer)
    admin.choose("id_lines-0-product", sku)
    admin.fill(**{"lines-0-quantity": str(pieces + 1)})
    admin.go(SAVE)
    assert f"{sku}: {pieces + 1} wanted, {pieces} in stock" in admin.texts(ERRORS)
    assert admin.one("[name=lines-0-quantity]").get_attribute("value") == str(pieces + 1)
    assert stock_on_sale(admin)[sku] == pieces
    assert admin.one(LATEST_ORDER).text == latest


def test_orders_are_searched_filtered_and_walked_by_date(admin: Browser) -> None:
    admin.open("/admin/shop/order/")
    whole = len(admin.all(ROWS))
    for label in ("Cancelled", "Shipped"):
        admin.go(admin.link(label))
        assert set(admin.texts(".field-status")) == {label}
    # All that are shipped are of one year, so that the months are offered at once.
    admin.go(admin.link("January 2024"))
    admin.go(admin.link("January 2"))
    assert len(admin.all(ROWS)) == 1
    assert "Jan. 2, 2024" in admin.one(".field-placed").text
    customer = admin.one(".field-customer").text
    admin.open("/admin/shop/order/")
    admin.fill(q=customer)
    admin.go(SEARCH)
    assert set(admin.texts(".field-customer")) == {customer}
    assert 0 < len(admin.all(ROWS)) < whole


def test_lists_are_sorted_by_their_headings_and_paged(admin: Browser) -> None:
    admin.open("/admin/shop/order/")
    admin.go(".column-total a")
    totals = [float(each) for each in admin.texts(".field-total")]
    assert totals == sorted(totals)
    assert len(totals) == 100
    admin.open("/admin/shop/product/")
    admin.go(".column-launched a")
    assert admin.one(f"{ROWS}:first-child .field-launched").text == "-"


def test_an_action_works_on_what_is_ticked(admin: Browser) -> None:
    sku, pieces = product_in_stock(admin)
    admin.open(f"/admin/shop/product/?q={sku}")
    admin.click("#action-toggle")
    assert admin.one(".action-counter").text == "1 of 1 selected"
    admin.click("select[name=action] option[value=book_delivery]")
    admin.go(".actions [type=submit]")
    assert admin.one(MESSAGES).text == "10 pieces each of 1 products booked"
    assert stock_on_sale(admin)[sku] == pieces + 10
