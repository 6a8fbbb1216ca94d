"""Queries over several tables: joins, groups, subqueries, unions, windows."""

from __future__ import annotations

from typing import Any

from django.db.models import (
    Avg,
    Count,
    DecimalField,
    Exists,
    F,
    IntegerField,
    Max,
    OuterRef,
    Prefetch,
    Q,
    RowRange,
    Subquery,
    Sum,
    Value,
    Window,
)
from django.db.models.functions import (
    Coalesce,
    DenseRank,
    FirstValue,
    Lag,
    Lead,
    Ntile,
    Rank,
    RowNumber,
)

from sampleproject.shop.models import Customer, Order, OrderLine, Product, StockMovement, Tag

_MONEY = DecimalField(max_digits=14, decimal_places=2)


def _euros(value: Any) -> str | None:
    return None if value is None else f"{value:.2f}"


def _rows(rows: Any) -> list[list[Any]]:
    return [list(row) for row in rows]


def inner_join() -> list[str]:
    lines = OrderLine.objects.filter(product__name__startswith="Blue", quantity__gte=3)
    return [f"{line.order.number} {line.product.sku}" for line in lines.select_related(
        "order", "product"
    ).order_by("order__placed", "product__sku")]  # fmt: skip


def join_of_four() -> list[list[Any]]:
    lines = OrderLine.objects.filter(
        order__customer__preferences__newsletter=True, product__tags__name="toys"
    )
    rows = lines.order_by("order__placed", "product__sku")
    return _rows(rows.values_list("order__customer__email", "product__sku", "quantity"))


def left_join() -> list[list[Any]]:
    rows = Customer.objects.select_related("referred_by").order_by("email")
    return [[each.email, each.referred_by and each.referred_by.email] for each in rows]


def self_join_twice() -> list[list[Any]]:
    rows = Customer.objects.filter(referred_by__referred_by__isnull=False).order_by("email")
    return _rows(rows.values_list("email", "referred_by__referred_by__email"))


def never_ordered() -> list[str]:
    customers = Customer.objects.filter(orders=None).order_by("email")
    return list(customers.values_list("email", flat=True))


def excluded_through_many() -> list[str]:
    products = Product.objects.exclude(tags__name="sale").exclude(lines__quantity=1)
    return list(products.order_by("sku").values_list("sku", flat=True))


def two_conditions_on_one_row() -> int:
    return (
        Product.objects.filter(lines__quantity=4, lines__order__status="placed").distinct().count()
    )


def two_conditions_on_any_rows() -> int:
    products = Product.objects.filter(lines__quantity=4).filter(lines__order__status="cancelled")
    return products.distinct().count()


def distinct_over_many() -> list[str]:
    products = Product.objects.filter(tags__name__in=["garden", "kitchen"]).distinct()
    return list(products.order_by("sku").values_list("sku", flat=True))


def prefetched() -> list[Any]:
    rows = Product.objects.prefetch_related("tags").order_by("sku")[:12]
    return [[each.sku, sorted(tag.name for tag in each.tags.all())] for each in rows]


def prefetched_and_filtered() -> list[Any]:
    large = Prefetch(
        "orders", Order.objects.filter(total__gte=200).order_by("placed"), to_attr="large"
    )
    rows = Customer.objects.prefetch_related(large).order_by("email")
    return [[each.email, [str(order.number) for order in vars(each)["large"]]] for each in rows]


def prefetched_deep() -> list[Any]:
    rows = Order.objects.prefetch_related("lines__product__tags").order_by("placed")[:5]
    return [
        [[line.product.sku, len(line.product.tags.all())] for line in sorted(
            order.lines.all(), key=lambda line: line.product.sku
        )]
        for order in rows
    ]  # fmt: skip


def counted_over_a_join() -> list[list[Any]]:
    rows = Tag.objects.annotate(n=Count("products")).order_by("name")
    return _rows(rows.values_list("name", "n"))


def counted_over_two_joins() -> list[list[Any]]:
    rows = Product.objects.annotate(
        tagged=Count("tags", distinct=True), ordered=Count("lines", distinct=True)
    )
    return _rows(rows.order_by("sku").values_list("sku", "tagged", "ordered")[:20])


def grouped_with_having() -> list[list[Any]]:
    rows = Customer.objects.annotate(n=Count("orders"), most=Max("orders__total")).filter(n__gte=7)
    return [[email, n, _euros(most)] for email, n, most in rows.order_by("email").values_list(
        "email", "n", "most"
    )]  # fmt: skip


def grouped_by_a_joined_column() -> list[list[Any]]:
    rows = OrderLine.objects.values("product__tags__name").annotate(pieces=Sum("quantity"))
    return _rows(rows.order_by("product__tags__name").values_list("product__tags__name", "pieces"))


def grouped_sum_of_products() -> list[list[Any]]:
    amount = Sum(F("price") * F("quantity"), output_field=_MONEY)
    rows = OrderLine.objects.values("order__status").annotate(sold=amount)
    return [[row["order__status"], _euros(row["sold"])] for row in rows.order_by("order__status")]


def sum_with_a_condition() -> list[list[Any]]:
    sold = Coalesce(Sum("lines__quantity", filter=~Q(lines__order__status="cancelled")), 0)
    rows = Product.objects.annotate(sold=sold).order_by("-sold", "sku")
    return _rows(rows.values_list("sku", "sold")[:20])


def aggregate_of_an_aggregate() -> float:
    found = Customer.objects.annotate(n=Count("orders")).aggregate(mean=Avg("n"))
    return round(float(found["mean"]), 4)


def count_of_groups() -> int:
    return Order.objects.values("customer", "status").annotate(n=Count("pk")).count()


def exists_with_an_outer_row() -> list[str]:
    cancelled = Order.objects.filter(customer=OuterRef("pk"), status="cancelled")
    customers = Customer.objects.filter(Exists(cancelled)).order_by("email")
    return list(customers.values_list("email", flat=True))


def not_exists() -> list[str]:
    sold = OrderLine.objects.filter(product=OuterRef("pk"), quantity__gte=4)
    products = Product.objects.filter(~Exists(sold), stock__gt=0).order_by("sku")
    return list(products.values_list("sku", flat=True))


def exists_as_a_column() -> list[list[Any]]:
    tagged = Tag.objects.filter(products=OuterRef("pk"), name="office")
    rows = Product.objects.annotate(office=Exists(tagged)).order_by("sku")
    return _rows(rows.values_list("sku", "office")[:15])


def subquery_as_a_column() -> list[list[Any]]:
    latest = Order.objects.filter(customer=OuterRef("pk")).order_by("-placed")
    rows = Customer.objects.annotate(latest=Subquery(latest.values("number")[:1]))
    return [[email, number and str(number)] for email, number in rows.order_by("email").values_list(
        "email", "latest"
    )]  # fmt: skip


def subquery_with_an_aggregate() -> list[list[Any]]:
    lines = OrderLine.objects.filter(product=OuterRef("pk")).order_by().values("product")
    pieces = Subquery(lines.annotate(n=Sum("quantity")).values("n"), output_field=IntegerField())
    rows = Product.objects.annotate(pieces=Coalesce(pieces, Value(0))).filter(pieces__gte=20)
    return _rows(rows.order_by("sku").values_list("sku", "pieces"))


def in_a_subquery() -> list[str]:
    dear = Product.objects.filter(price__gt=150)
    orders = Order.objects.filter(lines__product__in=dear).distinct().order_by("placed")
    return [str(number) for number in orders.values_list("number", flat=True)]


def not_in_a_subquery() -> list[str]:
    buyers = Order.objects.filter(status="placed").values("customer")
    customers = Customer.objects.exclude(pk__in=buyers).order_by("email")
    return list(customers.values_list("email", flat=True))


def in_a_slice() -> list[str]:
    """The subquery has a limit and an order of its own."""
    latest = Order.objects.order_by("-placed").values("pk")[:5]
    orders = Order.objects.filter(pk__in=latest).order_by("placed")
    return [str(number) for number in orders.values_list("number", flat=True)]


def compared_with_a_subquery() -> list[str]:
    others = Product.objects.filter(active=OuterRef("active")).order_by().values("active")
    mean = Subquery(others.annotate(top=Max("price")).values("top")[:1])
    return list(Product.objects.filter(price=mean).order_by("sku").values_list("sku", flat=True))


def union() -> list[str]:
    sold_out = Product.objects.filter(stock=0).values_list("sku", flat=True)
    retired = Product.objects.filter(active=False).values_list("sku", flat=True)
    return list(sold_out.union(retired).order_by("sku"))


def union_of_all() -> int:
    sold_out = Product.objects.filter(stock=0).values_list("sku", flat=True)
    return len(sold_out.union(Product.objects.values_list("sku", flat=True), all=True))


def intersection_and_difference() -> list[list[str]]:
    dear = Product.objects.filter(price__gt=100).values_list("sku", flat=True)
    plenty = Product.objects.filter(stock__gt=90).values_list("sku", flat=True)
    return [sorted(dear.intersection(plenty)), sorted(dear.difference(plenty))]


def numbered_and_ranked() -> list[list[Any]]:
    rows = Product.objects.annotate(
        number=Window(RowNumber(), order_by=[F("price").desc(), "sku"]),
        rank=Window(Rank(), partition_by="active", order_by="stock"),
        dense=Window(DenseRank(), partition_by="active", order_by="stock"),
        quarter=Window(Ntile(4), order_by="sku"),
    )
    fields = ("sku", "number", "rank", "dense", "quarter")
    return _rows(rows.order_by("sku").values_list(*fields)[:30])


def running_total() -> list[list[Any]]:
    total = Window(
        Sum("quantity"), partition_by="product", order_by=["recorded", "pk"],
        frame=RowRange(start=None, end=0),
    )  # fmt: skip
    rows = StockMovement.objects.filter(product__sku__lt="P00006").annotate(stock=total)
    ordered = rows.order_by("product__sku", "recorded", "order__placed", "quantity")
    return _rows(ordered.values_list("product__sku", "quantity", "stock"))


def neighbours() -> list[list[Any]]:
    by_moment: dict[str, Any] = {"partition_by": "status", "order_by": "placed"}
    rows = Order.objects.annotate(
        before=Window(Lag("total", 1), **by_moment),
        after=Window(Lead("total", 2), **by_moment),
        first=Window(FirstValue("total"), **by_moment),
    )
    ordered = rows.order_by("placed").values_list("before", "after", "first")
    return [[_euros(value) for value in row] for row in ordered[:40]]


def share_of_a_group() -> list[list[Any]]:
    everyone = Window(Count("pk"), partition_by="customer")
    rows = Order.objects.annotate(n=everyone).order_by("placed").values_list("number", "n")
    return [[str(number), n] for number, n in rows[:20]]


def filtered_by_a_window() -> list[list[str]]:
    number = Window(RowNumber(), partition_by="status", order_by="-placed")
    rows = Order.objects.annotate(number_in_status=number).filter(number_in_status__lte=2)
    ordered = rows.order_by("status", "-placed").values_list("status", "number")
    return [[str(value) for value in row] for row in ordered]
