"""Queries about days and moments, in UTC and in a zone that is half an hour off."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, DateTimeField, DurationField, ExpressionWrapper, F, Max, Min
from django.db.models.functions import (
    ExtractDay,
    ExtractHour,
    ExtractIsoYear,
    ExtractMinute,
    ExtractMonth,
    ExtractQuarter,
    ExtractWeek,
    ExtractWeekDay,
    ExtractYear,
    TruncDate,
    TruncDay,
    TruncHour,
    TruncMonth,
    TruncQuarter,
    TruncWeek,
    TruncYear,
)

from sampleproject.shop.models import Customer, Order, Product, StockMovement

#: UTC+05:30 all year round.
_KOLKATA = ZoneInfo("Asia/Kolkata")


def _moments(*fields: str) -> list[list[str]]:
    rows = Order.objects.order_by("placed").values_list(*fields)[:15]
    return [[str(value) for value in row] for row in rows]


def stored_to_the_microsecond() -> list[list[str]]:
    return _moments("number", "placed")


def moment_exact() -> int:
    third = Order.objects.order_by("placed")[3]
    return Order.objects.filter(placed=third.placed, pk=third.pk).count()


def moments_between() -> int:
    start = dt.datetime(2024, 1, 10, 12, tzinfo=dt.UTC)
    return Order.objects.filter(placed__gte=start, placed__lt=start + dt.timedelta(days=30)).count()


def moments_in_another_zone() -> int:
    start = dt.datetime(2024, 1, 10, tzinfo=_KOLKATA)
    return Order.objects.filter(placed__range=(start, start + dt.timedelta(days=20))).count()


def day_of_a_moment() -> int:
    return Order.objects.filter(placed__date=dt.date(2024, 1, 4)).count()


def days_after() -> int:
    return Order.objects.filter(placed__date__gt=dt.date(2024, 5, 20)).count()


def time_of_a_moment() -> int:
    return Order.objects.filter(placed__time__gte=dt.time(18, 30)).count()


def year_month_day() -> list[int]:
    orders = Order.objects
    return [
        orders.filter(placed__year=2024).count(),
        orders.filter(placed__month=2).count(),
        orders.filter(placed__day=3).count(),
        orders.filter(placed__hour__gte=12).count(),
        orders.filter(placed__week_day=1).count(),
        orders.filter(placed__iso_week_day=7).count(),
        orders.filter(placed__week=4).count(),
        orders.filter(placed__quarter=1).count(),
    ]


def parts_of_a_date() -> list[list[Any]]:
    rows = Product.objects.exclude(launched=None).order_by("sku").annotate(
        y=ExtractYear("launched"), m=ExtractMonth("launched"), d=ExtractDay("launched"),
        q=ExtractQuarter("launched"), w=ExtractWeek("launched"), iso=ExtractIsoYear("launched"),
        weekday=ExtractWeekDay("launched"),
    )  # fmt: skip
    return [list(row) for row in rows.values_list("y", "m", "d", "q", "w", "iso", "weekday")[:25]]


def parts_of_a_moment_in_another_zone() -> list[list[Any]]:
    rows = Order.objects.order_by("placed").annotate(
        d=ExtractDay("placed", tzinfo=_KOLKATA),
        h=ExtractHour("placed", tzinfo=_KOLKATA),
        m=ExtractMinute("placed", tzinfo=_KOLKATA),
    )
    return [list(row) for row in rows.values_list("d", "h", "m")[:15]]


def truncated_date() -> list[list[str]]:
    rows = Product.objects.exclude(launched=None).order_by("sku").annotate(
        y=TruncYear("launched"), q=TruncQuarter("launched"), m=TruncMonth("launched"),
        w=TruncWeek("launched"),
    )  # fmt: skip
    return [[str(day) for day in row] for row in rows.values_list("y", "q", "m", "w")[:25]]


def truncated_moment() -> list[list[str]]:
    rows = Order.objects.order_by("placed").annotate(
        day=TruncDay("placed"), hour=TruncHour("placed"), month=TruncMonth("placed")
    )
    return [[v.isoformat() for v in row] for row in rows.values_list("day", "hour", "month")[:15]]


def truncated_in_another_zone() -> list[str]:
    days = Order.objects.annotate(day=TruncDate("placed", tzinfo=_KOLKATA))
    return [str(day) for day in days.order_by("placed").values_list("day", flat=True)[:15]]


def orders_by_day() -> list[list[Any]]:
    rows = Order.objects.annotate(day=TruncDate("placed")).values("day").annotate(n=Count("pk"))
    return [[str(row["day"]), row["n"]] for row in rows.order_by("day")]


def orders_by_month_and_status() -> list[list[Any]]:
    months = Order.objects.annotate(month=TruncMonth("placed")).values("month", "status")
    rows = months.annotate(n=Count("pk")).order_by("month", "status")
    return [[row["month"].isoformat(), row["status"], row["n"]] for row in rows]


def date_hierarchy() -> dict[str, list[str]]:
    return {
        "dates": [str(day) for day in Product.objects.dates("launched", "year", order="DESC")],
        "moments": [
            moment.isoformat()
            for moment in Order.objects.filter(placed__year=2024).datetimes("placed", "month")
        ],
        "weeks": [moment.isoformat() for moment in Customer.objects.datetimes("joined", "week")],
    }


def earliest_and_latest() -> list[str]:
    found = Order.objects.aggregate(first=Min("placed"), last=Max("placed"))
    return [found["first"].isoformat(), found["last"].isoformat()]


def moved_by_a_duration() -> list[str]:
    later = ExpressionWrapper(F("placed") + dt.timedelta(days=30), output_field=DateTimeField())
    rows = Order.objects.annotate(later=later).order_by("placed")
    return [moment.isoformat() for moment in rows.values_list("later", flat=True)[:5]]


def compared_with_a_duration() -> int:
    soon = F("customer__joined") + dt.timedelta(days=60)
    return Order.objects.filter(placed__gt=F("customer__joined"), placed__lt=soon).count()


def difference_of_moments() -> list[float]:
    """To the second: the backend counts in seconds and microseconds, others in microseconds."""
    age = ExpressionWrapper(F("recorded") - F("order__placed"), output_field=DurationField())
    moved = StockMovement.objects.exclude(order=None).annotate(age=age)
    rows = moved.order_by("order__placed", "product__sku", "recorded")
    return [round(value.total_seconds()) for value in rows.values_list("age", flat=True)[:25]]
