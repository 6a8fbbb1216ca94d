"""Asking: relations, lookups, aggregation, subqueries, set operations."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.models import (
    Avg,
    Count,
    Exists,
    F,
    Max,
    Min,
    OuterRef,
    Prefetch,
    Q,
    StdDev,
    Subquery,
    Sum,
    Variance,
)
from django.db.models.functions import (
    Coalesce,
    Length,
    Lower,
)
from django.test.utils import CaptureQueriesContext

from tests.test_standin.orm.cases.shelf import fill
from tests.test_standin.orm.library.models import Author, Book, Genre, Loan, Person, Reader


@pytest.fixture(autouse=True)
def _shelf(_rolled_back: None) -> None:
    fill()


def titles(rows: Any) -> list[str]:
    return [book.title for book in rows]


def test_select_related_asks_once() -> None:
    with CaptureQueriesContext(connection) as asked:
        names = {book.title: book.author.name for book in Book.objects.select_related("author")}
    assert names["Gamma"] == "Ann"
    assert names["épreuve"] == "Bob"
    assert len(asked) == 1


def test_prefetch_related_asks_once_for_each_relation() -> None:
    with CaptureQueriesContext(connection) as asked:
        authors = Author.objects.order_by("name").prefetch_related(
            "books__genres", Prefetch("books", Book.objects.filter(price__gt=10), "dear")
        )
        found = {
            author.name: (
                {
                    book.title: [genre.name for genre in book.genres.all()]
                    for book in author.books.all()
                },
                titles(author.dear),
            )
            for author in authors
        }
    assert found["Ann"] == (
        {"Alpha": ["Fiction"], "Beta": ["Crime", "Fiction"], "Gamma": ["Science"]},
        ["Beta"],
    )
    assert found["Cid"] == ({}, [])
    assert len(asked) == 4


def test_lookups_on_text() -> None:
    def found(**conditions: Any) -> list[str]:
        return titles(Book.objects.filter(**conditions))

    assert found(title="alpha") == ["Alpha"], "the collation knows no case"
    assert found(title__iexact="ALPHA") == ["Alpha"]
    assert found(title__contains="lph") == ["Alpha"]
    assert found(title__icontains="PS") == ["Epsilon"]
    assert found(title__startswith="Be") == ["Beta"]
    assert found(title__endswith="ta") == ["Beta", "Delta"]
    assert found(title__contains="%") == []
    assert found(title__in=["Alpha", "Beta", "nothing"]) == ["Alpha", "Beta"]
    assert found(title__gt="Delta") == ["épreuve", "Epsilon", "Gamma"]
    assert found(title="Alpha  ") == ["Alpha"], "trailing blanks do not count"
    assert found(title__startswith="é") == ["épreuve"]


def test_a_pattern_is_taken_literally() -> None:
    Genre.objects.bulk_create(
        Genre(name=name) for name in ("100%", "a_b", "a[b]c", "axb", "back\\slash")
    )

    def found(**conditions: Any) -> list[str]:
        return [genre.name for genre in Genre.objects.filter(**conditions)]

    assert found(name__contains="0%") == ["100%"]
    assert found(name__contains="a_b") == ["a_b"]
    assert found(name__contains="a[b]") == ["a[b]c"]
    assert found(name__endswith="k\\slash") == ["back\\slash"]


def test_lookups_on_numbers_and_dates() -> None:
    books = Book.objects.all()
    assert titles(books.filter(price__range=(Decimal("5.25"), Decimal("10")))) == [
        "Alpha",
        "Gamma",
    ]
    assert titles(books.filter(price=Decimal("20.500"))) == ["Beta", "Delta"]
    assert titles(books.filter(published__year=2010)) == ["Delta", "Gamma"]
    assert titles(books.filter(published__month=12, published__day=31)) == ["Beta"]
    assert titles(books.filter(published__week_day=1)) == []
    assert titles(books.filter(published__isnull=True)) == ["Epsilon"]
    assert titles(books.filter(published__lt=dt.date(2001, 12, 31))) == ["Alpha"]
    assert titles(books.exclude(published__gte=dt.date(2002, 1, 1))) == [
        "Alpha",
        "Beta",
        "Epsilon",
    ]
    assert titles(books.filter(Q(pages__gt=250) | ~Q(price__gt=5), author__name="Ann")) == ["Gamma"]


def test_filters_over_relations() -> None:
    assert titles(Book.objects.filter(genres__parent__name="Fiction")) == ["Beta", "Delta"]
    assert titles(Book.objects.filter(genres__name="Fiction").exclude(genres__name="Crime")) == [
        "Alpha",
        "épreuve",
    ]
    assert titles(Book.objects.filter(genres=None)) == ["Epsilon"]
    assert [p.name for p in Person.objects.filter(author__books__pages__gte=300).distinct()] == [
        "Ann",
        "Bob",
    ]


def test_aggregates() -> None:
    assert Book.objects.aggregate(
        rows=Count("*"),
        dated=Count("published"),
        authors=Count("author", distinct=True),
        least=Min("price"),
        most=Max("published"),
        total=Sum("price"),
        pages=Avg("pages"),
        dear=Count("pk", filter=Q(price__gt=15)),
    ) == {
        "rows": 6,
        "dated": 5,
        "authors": 2,
        "least": Decimal("0.00"),
        "most": dt.date(2024, 2, 29),
        "total": Decimal("156.24"),
        "pages": pytest.approx(275),
        "dear": 3,
    }


def test_aggregates_of_nothing() -> None:
    nothing = Book.objects.filter(pk__lt=0)
    assert nothing.aggregate(Sum("pages"), Max("title"), Count("pk")) == {
        "pages__sum": None,
        "title__max": None,
        "pk__count": 0,
    }
    assert nothing.aggregate(total=Sum("pages", default=5)) == {"total": 5}


def test_spread() -> None:
    found = Book.objects.filter(author__name="Ann").aggregate(
        StdDev("pages"), Variance("pages", sample=True)
    )
    assert found["pages__stddev"] == pytest.approx(81.649658)
    assert found["pages__variance"] == pytest.approx(10_000)


def test_grouping() -> None:
    assert list(
        Author.objects.annotate(number=Count("books"), total=Sum("books__price"))
        .order_by("-number", "name")
        .values_list("name", "number", "total")
    ) == [("Ann", 3, Decimal("35.75")), ("Bob", 3, Decimal("120.49")), ("Cid", 0, None)]
    assert list(Book.objects.values("price").annotate(number=Count("pk")).filter(number__gt=1)) == [
        {"price": Decimal("20.50"), "number": 2}
    ]
    assert list(
        Book.objects.values(year=F("published__year"))
        .annotate(pages=Sum("pages"))
        .order_by("year")
        .values_list("year", "pages")
    ) == [(None, 0), (2001, 300), (2010, 350), (2024, 1000)]
    assert list(
        Genre.objects.annotate(number=Count("books", distinct=True))
        .order_by("name")
        .values_list("name", "number")
    ) == [("Crime", 2), ("Fiction", 3), ("Science", 2)]


def test_subqueries() -> None:
    newest = Book.objects.filter(author=OuterRef("pk")).order_by("-published").values("title")
    assert list(
        Author.objects.annotate(newest=Subquery(newest[:1]))
        .order_by("name")
        .values_list("name", "newest")
    ) == [("Ann", "Gamma"), ("Bob", "épreuve"), ("Cid", None)]
    dear = Book.objects.filter(author=OuterRef("pk"), price__gt=50)
    assert [a.name for a in Author.objects.filter(Exists(dear))] == ["Bob"]
    assert [a.name for a in Author.objects.filter(~Exists(dear)).order_by("name")] == [
        "Ann",
        "Cid",
    ]
    assert list(
        Author.objects.annotate(rich=Exists(dear)).order_by("name").values_list("rich", flat=True)
    ) == [False, True, False]
    assert titles(Book.objects.filter(author__in=Author.objects.filter(name__gt="B"))) == [
        "Delta",
        "épreuve",
        "Epsilon",
    ]
    pages = Book.objects.filter(author=OuterRef("author")).values("author")
    # Sliced: Django 6.1 wants to see that there is one row.
    longest = pages.annotate(longest=Max("pages")).values("longest")[:1]
    assert titles(Book.objects.filter(pages=Subquery(longest))) == ["épreuve", "Gamma"]


def test_slices() -> None:
    books = Book.objects.order_by("pages")
    assert titles(books[:2]) == ["Epsilon", "Delta"]
    assert titles(books[2:4]) == ["Alpha", "Beta"]
    assert titles(books[4:]) == ["Gamma", "épreuve"]
    assert books.first() == books[0]
    assert books.last() == Book.objects.get(title="épreuve")
    assert Book.objects.latest("published").title == "épreuve"
    assert Book.objects.in_bulk(field_name="id").keys() == set(
        Book.objects.values_list("pk", flat=True)
    )
    assert titles(Book.objects.filter(pk__in=books.values("pk")[:2])) == ["Delta", "Epsilon"]


def test_order() -> None:
    assert titles(Book.objects.order_by("published"))[0] == "Epsilon", "NULL comes first"
    assert titles(Book.objects.order_by("-published"))[-1] == "Epsilon"
    assert titles(Book.objects.order_by(F("published").asc(nulls_last=True)))[-1] == "Epsilon"
    assert titles(Book.objects.order_by(F("published").desc(nulls_first=True)))[0] == "Epsilon"
    assert titles(Book.objects.order_by("author__name", "-price"))[:2] == ["Beta", "Alpha"]
    assert titles(Book.objects.reverse())[0] == "Gamma"
    assert len(Book.objects.order_by("?")) == 6
    assert titles(Book.objects.order_by(Length("title"), Lower("title"))) == [
        "Beta", "Alpha", "Delta", "Gamma", "épreuve", "Epsilon",
    ]  # fmt: skip


def test_set_operations() -> None:
    short = Book.objects.filter(pages__lt=101).order_by()
    cheap = Book.objects.filter(price__lt=11).order_by()
    assert set(titles(short.union(cheap))) == {"Alpha", "Delta", "Epsilon", "Gamma"}
    assert len(short.union(cheap, all=True)) == 6
    assert set(titles(short.intersection(cheap))) == {"Alpha", "Epsilon"}
    assert set(titles(short.difference(cheap))) == {"Delta"}
    assert list(
        short.values_list("title").union(cheap.values_list("title")).order_by("-title")
    ) == [("Gamma",), ("Epsilon",), ("Delta",), ("Alpha",)]


def test_loans_of_the_day_are_counted_by_reader() -> None:
    reader = Reader.objects.get(number=1)
    for book in Book.objects.filter(author__name="Ann"):
        Loan.objects.create(book=book, reader=reader, taken=dt.datetime(2024, 3, 1, tzinfo=dt.UTC))
    assert list(
        Reader.objects.annotate(
            out=Count("loans", filter=Q(loans__returned=None)),
            price=Coalesce(Sum("loans__book__price"), Decimal(0)),
        )
        .order_by("number")
        .values_list("number", "out", "price")
    ) == [(1, 3, Decimal("35.75")), (2, 0, 0), (3, 0, 0)]


def test_the_plan_of_values_and_defer() -> None:
    book = Book.objects.defer("price", "pages").get(title="Alpha")
    assert book.get_deferred_fields() == {"price", "pages"}
    assert book.pages == 100
    assert Book.objects.only("title").get(pk=book.pk).title == "Alpha"
    assert Book.objects.values("author__name").distinct().count() == 2
    assert Book.objects.filter(pages__gt=F("price")).count() == 5
