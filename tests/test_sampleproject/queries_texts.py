"""Queries on one table about texts: what is in them, their parts, JSON."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import (
    CharField,
    Count,
    IntegerField,
    Q,
    QuerySet,
    Value,
)
from django.db.models.fields.json import KT
from django.db.models.functions import (
    Cast,
    Coalesce,
    Concat,
    Left,
    Length,
    Lower,
    LPad,
    NullIf,
    Replace,
    Right,
    StrIndex,
    Substr,
    Trim,
    Upper,
)

from sampleproject.shop.models import Customer, Product


def _skus(products: QuerySet[Product]) -> list[str]:
    return list(products.order_by("sku").values_list("sku", flat=True))


def contains() -> list[str]:
    return _skus(Product.objects.filter(name__contains="Lamp"))


def contains_case_insensitive() -> list[str]:
    return _skus(Product.objects.filter(name__icontains="oAk"))


def starts_and_ends() -> list[str]:
    return _skus(Product.objects.filter(name__startswith="Steel", name__endswith="4"))


def contains_a_wildcard() -> int:
    return Product.objects.filter(Q(name__contains="%") | Q(name__contains="_")).count()


def contains_beyond_ascii() -> list[str]:
    named = Customer.objects.filter(Q(name__contains="美") | Q(name__contains="Σταύρου"))
    return list(named.order_by("email").values_list("name", flat=True))


def contains_a_quote() -> int:
    return Customer.objects.filter(name__endswith="O'Brien").count()


def contains_another_column() -> list[str]:
    return _skus(Product.objects.filter(name__endswith=Right("sku", 5), name__startswith="Little"))


def texts_cut_and_joined() -> list[list[Any]]:
    rows = Product.objects.order_by("sku").annotate(
        joined=Concat(Upper("name"), Value(" / "), Lower("sku")),
        cut=Substr("name", 3, 4),
        ends=Concat(Left("name", 2), Right("name", 2)),
        size=Length("name"),
        where=StrIndex("name", Value("e")),
    )
    return [list(row) for row in rows.values_list("joined", "cut", "ends", "size", "where")[:8]]


def texts_padded_and_replaced() -> list[list[str]]:
    rows = Product.objects.order_by("sku").annotate(
        padded=LPad(Cast("stock", CharField(max_length=10)), 6, Value("0")),
        replaced=Replace("name", Value("000"), Value("-")),
        trimmed=Trim(Concat(Value("  "), "sku", Value(" "))),
    )
    return [list(row) for row in rows.values_list("padded", "replaced", "trimmed")[:8]]


def coalesce_and_nullif() -> list[list[Any]]:
    unknown = Value(dt.date(1999, 12, 31))
    rows = Product.objects.order_by("sku").annotate(
        day=Coalesce("launched", unknown), left=NullIf("stock", Value(0))
    )
    return [[day.isoformat(), left] for day, left in rows.values_list("day", "left")[:12]]


def cast_to_number() -> list[int]:
    number = Cast(Substr("sku", 2), IntegerField())
    found = Product.objects.annotate(number=number).filter(number__gte=50)
    return list(found.order_by("number").values_list("number", flat=True))


def json_key() -> list[str]:
    return _skus(Product.objects.filter(attributes__colour="red"))


def json_number() -> list[str]:
    return _skus(Product.objects.filter(attributes__weight__gte=1500))


def json_nested_key() -> list[str]:
    return _skus(Product.objects.filter(attributes__size__height__lt=60))


def json_list_item() -> list[str]:
    return _skus(Product.objects.filter(attributes__parts__1="part 1"))


def json_key_missing() -> list[str]:
    return _skus(Product.objects.filter(attributes__colour__isnull=True, active=True))


def json_has_keys() -> list[int]:
    products = Product.objects
    return [
        products.filter(attributes__has_key="size").count(),
        products.filter(attributes__has_keys=["size", "colour"]).count(),
        products.filter(attributes__has_any_keys=["parts", "size"]).count(),
    ]


def json_one_of() -> list[str]:
    return _skus(Product.objects.filter(attributes__colour__in=["white", "green"]))


def json_text_lookup() -> list[str]:
    cities = Customer.objects.filter(preferences__address__city__istartswith="b")
    return list(cities.order_by("email").values_list("email", flat=True))


def json_values() -> list[Any]:
    rows = Product.objects.order_by("sku")
    return [list(row) for row in rows.values_list("attributes", "attributes__size")[:10]]


def json_text_counted() -> list[list[Any]]:
    city = KT("preferences__address__city")
    rows = Customer.objects.annotate(city=city).values("city").annotate(n=Count("pk"))
    return [[row["city"], row["n"]] for row in rows.order_by("city")]
