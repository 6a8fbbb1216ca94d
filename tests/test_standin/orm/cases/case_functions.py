"""Functions of dates, numbers and texts, and windows."""

from __future__ import annotations

import datetime as dt
import hashlib
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    DecimalField,
    ExpressionWrapper,
    F,
    FloatField,
    IntegerField,
    Q,
    Sum,
    Value,
    When,
    Window,
)
from django.db.models.functions import (
    MD5,
    Abs,
    Cast,
    Ceil,
    Coalesce,
    Concat,
    DenseRank,
    ExtractQuarter,
    ExtractWeek,
    ExtractWeekDay,
    FirstValue,
    Floor,
    Greatest,
    Lag,
    LastValue,
    Lead,
    Least,
    Left,
    Length,
    LPad,
    LTrim,
    Mod,
    Ntile,
    NullIf,
    Rank,
    Repeat,
    Replace,
    Reverse,
    Right,
    Round,
    RowNumber,
    Sign,
    Sqrt,
    StrIndex,
    Substr,
    Trim,
    TruncMonth,
    TruncYear,
    Upper,
)

from tests.test_standin.orm.cases.shelf import fill
from tests.test_standin.orm.library.models import Author, Book, Genre


@pytest.fixture(autouse=True)
def _shelf(_rolled_back: None) -> None:
    fill()


def titles(rows: Any) -> list[str]:
    return [book.title for book in rows]


def test_dates_and_truncation() -> None:
    assert list(Book.objects.dates("published", "year")) == [
        dt.date(2001, 1, 1),
        dt.date(2010, 1, 1),
        dt.date(2024, 1, 1),
    ]
    assert list(
        Book.objects.exclude(published=None)
        .annotate(month=TruncMonth("published"), year=TruncYear("published"))
        .filter(month__gt=dt.date(2010, 1, 1))
        .values_list("title", "month", "year")
    ) == [
        ("Delta", dt.date(2010, 6, 1), dt.date(2010, 1, 1)),
        ("épreuve", dt.date(2024, 2, 1), dt.date(2024, 1, 1)),
        ("Gamma", dt.date(2010, 6, 1), dt.date(2010, 1, 1)),
    ]
    assert Book.objects.annotate(
        quarter=ExtractQuarter("published"),
        week=ExtractWeek("published"),
        weekday=ExtractWeekDay("published"),
    ).values_list("quarter", "week", "weekday").get(title="épreuve") == (1, 9, 5)


def test_case_and_conditional_values() -> None:
    size = Case(
        When(pages__gte=300, then=Value("long")),
        When(pages=0, then=Value("empty")),
        default=Value("short"),
        output_field=CharField(),
    )
    assert list(
        Book.objects.annotate(size=size).values_list("size").annotate(Count("pk")).order_by("size")
    ) == [("empty", 1), ("long", 2), ("short", 3)]
    assert (
        Book.objects.annotate(dear=ExpressionWrapper(Q(price__gt=15), output_field=BooleanField()))
        .filter(dear=True)
        .count()
        == 3
    )


def test_numbers() -> None:
    row = (
        Book.objects.filter(title="Beta")
        .annotate(
            sum=F("price") + F("pages"),
            product=F("price") * 2,
            quotient=ExpressionWrapper(
                F("price") / 4, DecimalField(max_digits=9, decimal_places=4)
            ),
            whole=F("pages") / 7,
            rest=Mod("pages", 7),
            root=Sqrt(Cast("pages", FloatField())),
            up=Ceil("price"),
            down=Floor("price"),
            near=Round("price", 0),
            minus=Abs(F("pages") * -1),
            sign=Sign(F("pages") - 500),
            text=Cast("pages", CharField(max_length=10)),
            number=Cast(Value("12"), IntegerField()),
        )
        .values()
        .get()
    )
    assert row["sum"] == Decimal("220.50")
    assert row["product"] == Decimal("41.00")
    assert row["quotient"] == Decimal("5.1250")
    assert (row["whole"], row["rest"]) == (28, 4)
    assert row["root"] == pytest.approx(14.1421356)
    assert (row["up"], row["down"], row["near"]) == (21, 20, 21)
    assert (row["minus"], row["sign"], row["text"], row["number"]) == (200, -1, "200", 12)


def test_texts() -> None:
    row = (
        Author.objects.filter(name="Bob")
        .annotate(
            both=Concat("name", Value(" / "), "pen_name"),
            upper=Upper("name"),
            length=Length("pen_name"),
            left=Left("pen_name", 3),
            right=Right("pen_name", 3),
            middle=Substr("pen_name", 2, 3),
            back=Reverse("name"),
            place=StrIndex("pen_name", Value("ert")),
            trimmed=Trim(Value("  x ")),
            left_trimmed=LTrim(Value("  x ")),
            repeated=Repeat("name", 2),
            padded=LPad("name", 5, Value("-")),
            replaced=Replace("name", Value("b"), Value("p")),
            known=Coalesce("email", Value("none")),
            nothing=NullIf("name", Value("bob")),
            most=Greatest("name", "pen_name"),
            least=Least(Value(3), Value(2)),
        )
        .values()
        .get()
    )
    assert (row["both"], row["upper"], row["length"]) == ("Bob / Robert", "BOB", 6)
    assert (row["left"], row["right"], row["middle"]) == ("Rob", "ert", "obe")
    assert (row["back"], row["place"]) == ("boB", 4)
    assert (row["trimmed"], row["left_trimmed"]) == ("x", "x ")
    assert (row["repeated"], row["padded"]) == ("BobBob", "--Bob")
    assert row["replaced"] == "Bop", "mssql-django replaces with respect to case"
    assert (row["known"], row["nothing"]) == ("bob@example.com", None)
    assert (row["most"], row["least"]) == ("Robert", 2)
    hashed = Genre.objects.annotate(hashed=MD5("name")).get(name="Crime").hashed
    assert hashed.lower() == hashlib.md5(b"Crime", usedforsecurity=False).hexdigest()


def test_windows() -> None:
    by_author: dict[str, Any] = {"partition_by": [F("author")], "order_by": F("pages").asc()}
    rows = (
        Book.objects.order_by("author__name", "pages")
        .annotate(
            row=Window(RowNumber(), **by_author),
            lag=Window(Lag("title"), **by_author),
            lead=Window(Lead("pages", default=-1), **by_author),
            total=Window(Sum("pages"), **by_author),
            first=Window(FirstValue("title"), **by_author),
            share=Window(Count("pk"), partition_by=[F("author")]),
        )
        .values_list("title", "row", "lag", "lead", "total", "first", "share")
    )
    assert list(rows) == [
        ("Alpha", 1, None, 200, 100, "Alpha", 3),
        ("Beta", 2, "Alpha", 300, 300, "Alpha", 3),
        ("Gamma", 3, "Beta", -1, 600, "Alpha", 3),
        ("Epsilon", 1, None, 50, 0, "Epsilon", 3),
        ("Delta", 2, "Epsilon", 1000, 50, "Epsilon", 3),
        ("épreuve", 3, "Delta", -1, 1050, "Epsilon", 3),
    ]


def test_ranks() -> None:
    by_price: dict[str, Any] = {"order_by": F("price").desc()}
    assert list(
        Book.objects.annotate(
            rank=Window(Rank(), **by_price),
            dense=Window(DenseRank(), **by_price),
            third=Window(Ntile(3), order_by=[F("price").desc(), F("title").asc()]),
            last=Window(LastValue("price"), **by_price),
        )
        .order_by("-price", "title")
        .values_list("title", "rank", "dense", "third", "last")
    ) == [
        ("épreuve", 1, 1, 1, Decimal("99.99")),
        ("Beta", 2, 2, 1, Decimal("20.50")),
        ("Delta", 2, 2, 2, Decimal("20.50")),
        ("Alpha", 4, 3, 2, Decimal("10.00")),
        ("Gamma", 5, 4, 3, Decimal("5.25")),
        ("Epsilon", 6, 5, 3, Decimal("0.00")),
    ]
    best = Book.objects.annotate(
        place=Window(RowNumber(), partition_by=[F("author")], order_by=F("price").desc())
    ).filter(place=1)
    assert titles(best.order_by("title")) == ["Beta", "épreuve"]
