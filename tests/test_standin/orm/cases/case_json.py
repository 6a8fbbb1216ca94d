"""JSONField's lookups, as mssql-django makes them of JSON_VALUE, JSON_QUERY and ISJSON."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Count, F, IntegerField, Q
from django.db.models.fields.json import KT, KeyTextTransform, KeyTransform
from django.db.models.functions import Cast

from tests.test_standin.orm.library.models import Specimen

DOCUMENTS: list[Any] = [
    {"name": "Ann", "age": 30, "tags": ["a", "b"], "home": {"city": "Ulm", "zip": None}},
    {"name": "Bob", "age": 7, "tags": [], "home": {"city": "Bonn"}, "ok": True},
    {"name": "ünal", "age": 31, "ok": False},
    [1, {"name": "in a list"}],
    {},
    None,
]


@pytest.fixture(autouse=True)
def _documents(_rolled_back: None) -> None:
    for number, document in enumerate(DOCUMENTS):
        Specimen.objects.create(number=number, document=document)


def found(*conditions: Q, **lookups: Any) -> list[int]:
    rows = Specimen.objects.filter(*conditions, **lookups).order_by("number")
    return [row.number for row in rows]  # type: ignore[misc]


def test_documents_come_back() -> None:
    rows = Specimen.objects.order_by("number")
    assert [row.document for row in rows] == DOCUMENTS
    assert list(rows.values_list("document", flat=True)) == DOCUMENTS


def test_a_key_is_compared() -> None:
    assert found(document__name="Ann") == [0]
    assert found(document__name__endswith="nal") == [2]
    assert found(document__age=30) == [0]
    assert found(document__home__city="Bonn") == [1]
    assert found(document__tags__1="b") == [0]
    assert found(document__1__name="in a list") == [3]
    assert found(document__name__in=["Ann", "Bob", "nobody"]) == [0, 1]
    assert found(document__name__startswith="A") == [0]
    assert found(document__name__icontains="o") == [1]
    assert found(document__age__gt=8) == [0, 2]
    assert found(document__ok=True) == [1]


def test_a_whole_document_is_compared() -> None:
    assert found(document={}) == [4]
    assert found(document__tags=["a", "b"]) == [0]
    assert found(document__home={"city": "Bonn"}) == [1]


def test_keys_are_there_or_not() -> None:
    assert found(document__has_key="name") == [0, 1, 2]
    assert found(document__has_keys=["name", "ok"]) == [1, 2]
    assert found(document__has_any_keys=["home", "ok"]) == [0, 1, 2]
    assert found(document__home__has_key="zip") == [0]
    assert found(document__name__isnull=False) == [0, 1, 2]
    assert found(document__isnull=True) == [5]
    assert found(~Q(document__has_key="name")) == [3, 4, 5]


def test_values_of_keys() -> None:
    rows = Specimen.objects.filter(number__lt=3).order_by("number")
    assert list(rows.annotate(name=KT("document__name")).values_list("name", flat=True)) == [
        "Ann",
        "Bob",
        "ünal",
    ]
    ages = rows.annotate(age=Cast(KeyTextTransform("age", "document"), IntegerField()))
    assert [row.age for row in ages.filter(number__lt=2)] == [30, 7]
    assert list(rows.values_list("document__home", flat=True)) == [
        {"city": "Ulm", "zip": None},
        {"city": "Bonn"},
        None,
    ]


def test_order_and_groups_by_a_key() -> None:
    rows = Specimen.objects.filter(number__lt=3)
    assert [row.number for row in rows.order_by("-document__name")] == [2, 1, 0]
    assert list(
        rows.annotate(city=KeyTransform("city", KeyTransform("home", F("document"))))
        .values("city")
        .annotate(Count("pk"))
        .order_by("city")
        .values_list("city", "pk__count")
    ) == [(None, 1), ("Bonn", 1), ("Ulm", 1)]


def test_a_document_is_replaced() -> None:
    assert Specimen.objects.filter(document__name="Ann").update(document={"name": "Eve"}) == 1
    assert found(document__name="Eve") == [0]
    rows = list(Specimen.objects.order_by("number")[:2])
    for row in rows:
        row.document = {"seen": row.number}
    Specimen.objects.bulk_update(rows, ["document"])
    assert found(document__seen__gte=0) == [0, 1]
