"""Queries that call functions of the database: on texts, numbers and times, and over windows."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import (
    CharField,
    DateField,
    F,
    FloatField,
    IntegerField,
    Max,
    Value,
    ValueRange,
    Variance,
    Window,
)
from django.db.models.functions import (
    MD5,
    SHA256,
    ATan2,
    Cast,
    Ceil,
    Chr,
    Cos,
    CumeDist,
    Degrees,
    Exp,
    ExtractSecond,
    LastValue,
    Ln,
    Log,
    LTrim,
    Mod,
    Ord,
    PercentRank,
    Pi,
    Power,
    Radians,
    Repeat,
    Reverse,
    RPad,
    RTrim,
    Sign,
    Sqrt,
    TruncMinute,
    TruncSecond,
    TruncTime,
)

from sampleproject.shop.models import Order, OrderLine, Product

_A_FLOAT = FloatField()


def _rounded(row: tuple[Any, ...]) -> list[float]:
    return [round(float(value), 9) for value in row]


def roots_and_logarithms() -> list[list[float]]:
    rows = Product.objects.order_by("sku").annotate(
        root=Sqrt(Cast("stock", _A_FLOAT)),
        natural=Ln(Cast(F("stock") + 1, _A_FLOAT)),
        binary=Log(Value(2.0), Cast(F("stock") + 1, _A_FLOAT)),
        growth=Exp(Cast(F("stock"), _A_FLOAT) / 100.0),
    )
    found = rows.values_list("root", "natural", "binary", "growth")
    return [_rounded(row) for row in found[:12]]


def powers() -> list[float]:
    """Of a column: the backend loses the parameters of its POWER."""
    power = Power(Cast("quantity", _A_FLOAT), F("quantity"), output_field=_A_FLOAT)
    lines = OrderLine.objects.annotate(power=power).order_by("order__placed", "product__sku")
    return list(lines.values_list("power", flat=True)[:12])


def angles() -> list[list[float]]:
    turn = Radians(Cast("stock", _A_FLOAT))
    rows = Product.objects.order_by("sku").annotate(
        turn=turn,
        back=Degrees(turn),
        cosine=Cos(turn),
        half=ATan2(Cast("stock", _A_FLOAT), Value(100.0)),
        pi=Pi(),
    )
    return [_rounded(row) for row in rows.values_list("turn", "back", "cosine", "half", "pi")[:8]]


def remainders_and_signs() -> list[list[float]]:
    off = Cast(F("stock") - 105, _A_FLOAT)
    rows = Product.objects.order_by("sku").annotate(
        rest=Mod(off, Value(7.0)), sign=Sign(F("stock") - 105), up=Ceil(off / 10.0)
    )
    return [_rounded(row) for row in rows.values_list("rest", "sign", "up")[:20]]


def variance_of_everything_and_of_a_sample() -> list[float]:
    found = Product.objects.aggregate(all=Variance("stock"), some=Variance("stock", sample=True))
    return [round(found["all"], 6), round(found["some"], 6)]


def texts_built() -> list[list[str]]:
    rows = Product.objects.order_by("sku").annotate(
        back=Reverse("sku"),
        twice=Repeat("sku", 2),
        wide=RPad("sku", 9, Value(".")),
        left=LTrim(Value("  both  ")),
        right=RTrim(Value("  both  ")),
        letter=Chr(Ord("name")),
    )
    fields = ("back", "twice", "wide", "left", "right", "letter")
    return [list(row) for row in rows.values_list(*fields)[:6]]


def digests() -> list[list[str]]:
    rows = Product.objects.order_by("sku").annotate(short=MD5("sku"), long=SHA256("name"))
    return [list(row) for row in rows.values_list("short", "long")[:3]]


def casts() -> list[list[Any]]:
    rows = Product.objects.exclude(launched=None).order_by("sku").annotate(
        text=Cast("stock", CharField(max_length=10)),
        real=Cast("stock", _A_FLOAT),
        day=Cast("launched", CharField(max_length=10)),
    )  # fmt: skip
    return [list(row) for row in rows.values_list("text", "real", "day")[:8]]


def cast_to_a_date() -> list[str]:
    days = Order.objects.annotate(day=Cast("placed", DateField())).order_by("placed")
    return [str(day) for day in days.values_list("day", flat=True)[:15]]


def moments_cut_to_minutes_and_seconds() -> list[list[str]]:
    rows = Order.objects.order_by("placed").annotate(
        minute=TruncMinute("placed"), second=TruncSecond("placed"), time=TruncTime("placed")
    )
    found = rows.values_list("minute", "second", "time")[:15]
    return [[value.isoformat() for value in row] for row in found]


def seconds_of_a_moment() -> list[int]:
    rows = Order.objects.annotate(second=ExtractSecond("placed")).order_by("placed")
    return list(rows.values_list("second", flat=True)[:15])


def positions_in_a_group() -> list[list[Any]]:
    by_price: dict[str, Any] = {"partition_by": "active", "order_by": "price"}
    rows = Product.objects.annotate(
        percent=Window(PercentRank(), **by_price),
        below=Window(CumeDist(), **by_price),
        # The default frame ends with the current row and its equals.
        last=Window(LastValue("sku"), partition_by="active", order_by="sku"),
    )
    found = rows.order_by("sku").values_list("percent", "below", "last")[:25]
    return [[round(percent, 6), round(below, 6), last] for percent, below, last in found]


def framed_by_values() -> list[list[Any]]:
    so_far = Window(Max("stock"), order_by="launched", frame=ValueRange(start=None, end=0))
    rows = Product.objects.exclude(launched=None).annotate(so_far=so_far).order_by("sku")
    return [list(row) for row in rows.values_list("sku", "so_far")[:25]]


def raw() -> list[list[Any]]:
    rows = Product.objects.raw(
        "SELECT id, sku, stock * 2 AS double FROM shop_product WHERE stock > %s ORDER BY sku", [110]
    )
    return [[row.sku, vars(row)["double"]] for row in rows]


def compared_with_now() -> list[int]:
    """Everything happened before today, and nothing long before."""
    past = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
    number = Cast(Value("41"), IntegerField()) + 1
    return [
        Order.objects.filter(placed__lt=dt.datetime.now(tz=dt.UTC)).count(),
        Order.objects.filter(placed__lt=past).count(),
        Product.objects.annotate(number=number).values_list("number", flat=True)[0],
    ]
