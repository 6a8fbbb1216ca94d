"""The migrations: forwards with data in the tables, backwards, and nothing left to migrate."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.apps.registry import Apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

pytestmark = pytest.mark.usefixtures("committed")


def migrate(name: str) -> Apps:
    """The models as they are after this migration."""
    executor = MigrationExecutor(connection)
    state = executor.migrate([("shop", name)])
    return state.apps


def rows(apps: Apps, model: str) -> Any:
    return apps.get_model("shop", model)._default_manager


def tables() -> set[str]:
    return {name for name in connection.introspection.table_names() if name.startswith("shop_")}


def columns(table: str) -> set[str]:
    with connection.cursor() as cursor:
        described = connection.introspection.get_table_description(cursor, table)
    return {column.name for column in described}


def test_the_models_are_what_the_migrations_make() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_all_the_way_back_and_forth() -> None:
    before = tables()
    assert len(before) == 7
    call_command("migrate", "shop", "zero", verbosity=0)
    assert tables() == set()
    call_command("migrate", verbosity=0)
    assert tables() == before


def test_back_by_one_at_a_time() -> None:
    for name, table, gone in (
        ("0004_identities", "shop_order", ""),
        ("0003_product_details", "shop_customer", "public_id"),
        ("0002_customers_and_orders", "shop_product", "sku"),
    ):
        migrate(name)
        assert gone not in columns(table)
    assert tables() == {"shop_customer", "shop_order", "shop_orderline", "shop_product"}
    assert "since" in columns("shop_customer")


def test_rows_of_an_old_shop_become_rows_of_the_new_one() -> None:
    call_command("migrate", "shop", "zero", verbosity=0)
    old = migrate("0002_customers_and_orders")
    desk = rows(old, "Product").create(name="Desk", price=Decimal("99.90"), stock=3)
    cup = rows(old, "Product").create(name="Cup", price=Decimal("2.50"), stock=0)
    ana = rows(old, "Customer").create(name="Ana", email="ana@example.com")
    bo = rows(old, "Customer").create(name="Bo", email="bo@example.com", referred_by=ana)
    for customer in (ana, bo):
        order = rows(old, "Order").create(customer=customer, total=Decimal("104.90"))
        rows(old, "OrderLine").create(order=order, product=desk, quantity=1, price=desk.price)
        rows(old, "OrderLine").create(order=order, product=cup, quantity=2, price=cup.price)
    call_command("migrate", verbosity=0)

    from sampleproject.shop import audit
    from sampleproject.shop.models import Customer, Order, Product

    assert list(audit.violations()) == []
    assert Product.objects.get(name="Desk").sku == f"P{desk.pk:05d}"
    assert Product.objects.filter(active=True, attributes={}, description="").count() == 2
    assert Customer.objects.get(name="Ana").joined == ana.since
    assert Customer.objects.get(name="Bo").referred_by_id == ana.pk
    identities = [*Customer.objects.values_list("public_id", flat=True)]
    identities += Order.objects.values_list("number", flat=True)
    assert len(set(identities)) == 4
    assert all(isinstance(identity, uuid.UUID) for identity in identities)
    assert set(Order.objects.values_list("status", flat=True)) == {"placed"}


def test_data_survive_the_way_back() -> None:
    from sampleproject.shop.models import Customer, Order, Product

    kept = {
        "Product": Product.objects.count(),
        "Customer": Customer.objects.count(),
        "Order": Order.objects.count(),
    }
    joined = dict(Customer.objects.values_list("email", "joined"))
    old = migrate("0002_customers_and_orders")
    assert {model: rows(old, model).count() for model in kept} == kept
    assert dict(rows(old, "Customer").values_list("email", "since")) == joined
