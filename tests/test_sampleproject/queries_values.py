"""Queries on one table: lookups, numbers, orders, conditions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import (
    Avg,
    Case,
    Count,
    DecimalField,
    F,
    Max,
    Min,
    Q,
    QuerySet,
    StdDev,
    Sum,
    Value,
    When,
)
from django.db.models.functions import (
    Abs,
    Cast,
    Ceil,
    Coalesce,
    Floor,
    Greatest,
    Least,
    Round,
)

from sampleproject.shop.made_up import made_up_uuid
from sampleproject.shop.models import Customer, Order, OrderLine, Product, Tag
from tests.test_sampleproject.queries import SEED

_MONEY = DecimalField(max_digits=14, decimal_places=2)


def _skus(products: QuerySet[Product]) -> list[str]:
    return list(products.order_by("sku").values_list("sku", flat=True))


def _euros(value: Any) -> str:
    return f"{value:.2f}"


def everything_counted() -> list[int]:
    return [model._default_manager.count() for model in (Product, Customer, Order, OrderLine, Tag)]


def filter_exact() -> list[str]:
    return _skus(Product.objects.filter(active=True, stock=0))


def filter_case_insensitive() -> list[str]:
    return _skus(Product.objects.filter(name__iexact="BLUE BENCH 00000"))


def exclude_null() -> list[str]:
    return _skus(Product.objects.exclude(launched=None).exclude(active=True))


def is_null() -> list[str]:
    return _skus(Product.objects.filter(launched__isnull=True))


def comparisons() -> list[str]:
    some = Product.objects.filter(price__gt=Decimal("50"), price__lte=Decimal("150.00"))
    return _skus(some.filter(stock__gte=90, stock__lt=105))


def between() -> list[str]:
    return _skus(Product.objects.filter(price__range=(Decimal("10.00"), Decimal("60.00"))))


def membership() -> list[str]:
    return _skus(Product.objects.filter(sku__in=["P00001", "P00007", "P00013", "none"]))


def membership_of_nothing() -> list[str]:
    return _skus(Product.objects.filter(sku__in=[])) + _skus(Product.objects.none())


def any_and_all_and_not() -> list[str]:
    wanted = (Q(active=False) | Q(stock=0)) & ~Q(price__lt=50)
    return _skus(Product.objects.filter(wanted))


def exactly_one_of_two() -> list[str]:
    return _skus(Product.objects.filter(Q(stock__gt=105) ^ Q(price__gt=150)))


def column_against_column() -> list[str]:
    return _skus(Product.objects.filter(stock__gt=F("price")))


def by_uuid() -> list[str]:
    numbers = [made_up_uuid(SEED, "customer", n) for n in (2, 5)]
    found = Customer.objects.filter(public_id__in=numbers).order_by("email")
    return [f"{customer.public_id} {customer.email}" for customer in found]


def the_order_of_a_uuid() -> str:
    return str(Order.objects.get(number=made_up_uuid(SEED, "past order", 7)).total)


def ordered_by_several() -> list[list[Any]]:
    rows = Product.objects.order_by("-active", F("launched").asc(nulls_last=True), "-sku")
    return [list(row) for row in rows.values_list("active", "sku")[:20]]


def ordered_nulls_first() -> list[str]:
    products = Product.objects.order_by(F("launched").desc(nulls_first=True), "sku")
    return list(products.values_list("sku", flat=True)[:12])


def sliced() -> list[str]:
    return list(Product.objects.order_by("sku").values_list("sku", flat=True)[10:15])


def sliced_without_end() -> list[str]:
    return list(Product.objects.order_by("sku").values_list("sku", flat=True)[55:])


def first_and_last() -> list[str]:
    first, last = Product.objects.order_by("sku").first(), Product.objects.order_by("sku").last()
    assert first is not None
    assert last is not None
    return [first.sku, last.sku, Order.objects.latest("placed").placed.isoformat()]


def exists() -> list[bool]:
    return [Product.objects.filter(stock=0).exists(), Product.objects.filter(stock=-1).exists()]


def in_bulk() -> dict[str, str]:
    found = Product.objects.in_bulk(["P00003", "P00004"], field_name="sku")
    return {sku: product.name for sku, product in sorted(found.items())}


def iterated_in_chunks() -> int:
    return sum(order.total > 100 for order in Order.objects.order_by("pk").iterator(chunk_size=50))


def values_as_objects() -> list[dict[str, Any]]:
    rows = Product.objects.order_by("sku").values("sku", "stock", "active", "price")[:5]
    return [{**row, "price": _euros(row["price"])} for row in rows]


def named_tuples() -> list[str]:
    rows = Product.objects.order_by("sku").values_list("sku", "stock", named=True)[:5]
    return [f"{row.sku}={row.stock}" for row in rows]


def only_and_defer() -> list[list[Any]]:
    rows = Product.objects.only("sku", "stock").order_by("sku")[:3]
    others = Product.objects.defer("attributes", "description").order_by("-sku")[:3]
    return [[product.sku, product.stock] for product in (*rows, *others)]


def distinct_values() -> list[Any]:
    return list(Order.objects.order_by("status").values_list("status", flat=True).distinct())


def aggregated() -> dict[str, Any]:
    found = Product.objects.aggregate(
        lowest=Min("price"), highest=Max("price"), mean=Avg("price"), pieces=Sum("stock"),
        launched=Max("launched"), spread=StdDev("stock"), kinds=Count("stock", distinct=True),
    )  # fmt: skip
    return {
        **found,
        "lowest": _euros(found["lowest"]),
        "highest": _euros(found["highest"]),
        "mean": round(float(found["mean"]), 4),
        "spread": round(found["spread"], 4),
        "launched": found["launched"].isoformat(),
    }


def aggregated_nothing() -> dict[str, Any]:
    nothing = Product.objects.filter(stock=-1)
    return nothing.aggregate(Sum("stock"), Max("name"), n=Count("pk"), c=Coalesce(Sum("stock"), 7))


def aggregated_with_conditions() -> dict[str, int]:
    return Order.objects.aggregate(
        shipped=Count("pk", filter=Q(status="shipped")),
        large=Count("pk", filter=Q(total__gte=300)),
        open=Count("pk", filter=~Q(status__in=["shipped", "cancelled"])),
    )


def decimals_multiplied_and_added() -> list[str]:
    amount = (F("price") * F("quantity")) + Decimal("0.10")
    lines = OrderLine.objects.annotate(raised=Cast(amount, _MONEY))
    rows = lines.order_by("order__placed", "product__sku").values_list("raised", flat=True)
    return [_euros(amount) for amount in rows[:20]]


def decimal_sum() -> str:
    added = OrderLine.objects.aggregate(all=Sum(F("price") * F("quantity"), output_field=_MONEY))
    return _euros(added["all"])


def integers_divided() -> list[list[Any]]:
    rows = Product.objects.annotate(dozens=F("stock") / 12, rest=F("stock") % 12)
    return [list(row) for row in rows.order_by("sku").values_list("dozens", "rest")[:10]]


def rounded() -> list[list[float]]:
    fields = ("up", "down", "off", "near")
    rows = Product.objects.order_by("sku").annotate(
        up=Ceil("price"), down=Floor("price"), off=Abs(F("stock") - 105), near=Round("price")
    )
    return [[float(value) for value in row] for row in rows.values_list(*fields)[:10]]


def greatest_and_least() -> list[list[int]]:
    rows = Product.objects.annotate(most=Greatest("stock", 100), least=Least("stock", 100))
    return [list(row) for row in rows.order_by("sku").values_list("most", "least")[:12]]


def case_when() -> list[list[Any]]:
    size = Case(
        When(price__gte=150, then=Value("dear")),
        When(Q(price__lt=50) & Q(active=True), then=Value("cheap")),
        default=Value("usual"),
    )
    rows = Product.objects.annotate(size=size).values("size").annotate(n=Count("pk"))
    return [[row["size"], row["n"]] for row in rows.order_by("size")]


def ordered_by_a_case() -> list[str]:
    sold_out_last = Case(When(stock=0, then=1), default=0)
    return list(Product.objects.order_by(sold_out_last, "-sku").values_list("sku", flat=True))


def condition_as_a_value() -> list[list[Any]]:
    rows = Product.objects.annotate(
        dear=Case(When(price__gt=100, then=Value(True)), default=Value(False))
    )
    return [list(row) for row in rows.order_by("sku").values_list("sku", "dear")[:10]]
