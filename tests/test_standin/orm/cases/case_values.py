"""What goes into a column comes out of it, and can be asked for."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Avg, F, Max, Min, Sum
from django.db.models.fields import TextField
from django.db.models.functions import (
    Cast,
    ExtractDay,
    ExtractHour,
    ExtractMinute,
    ExtractSecond,
    Now,
    TruncDate,
    TruncDay,
    TruncHour,
    TruncTime,
)
from django.utils import timezone

from tests.test_standin.orm.library.models import Attachment, Genre, Specimen

#: Each on the edge of what its column holds.
VALUES: dict[str, list[Any]] = {
    "big": [0, -(2**63), 2**63 - 1],
    "small": [-32768, 32767],
    "positive_big": [0, 2**63 - 1],
    "number": [-(2**31), 2**31 - 1],
    "real": [0.0, -1.5, 1e300, 1.7976931348623157e308, 5e-324 * 2**60],
    "money": [Decimal("0.0001"), Decimal("-999999999999999.9999"), Decimal("12.3400")],
    "flag": [True, False],
    "text": [
        "",
        "ümlaut €",
        "quote ' and \"",
        "x" * 5000,
        "line\r\nbreak",
        "🙂 \U0001f9ea",
        " end ",
    ],
    "slug": ["a-b_c"],
    "link": ["https://example.com/?a=1&b=%20"],
    "address": ["192.0.2.7", "2001:db8::1"],
    "file": ["some/file.txt"],
    "identity": [uuid.UUID(int=0), uuid.UUID("0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0")],
    "moment": [
        dt.datetime(1, 1, 1, 0, 0, tzinfo=dt.UTC),
        dt.datetime(2024, 2, 29, 23, 59, 59, 999999, tzinfo=dt.UTC),
        dt.datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=dt.UTC),
    ],
    "day": [dt.date(1, 1, 1), dt.date(9999, 12, 31)],
    "hour": [dt.time(0, 0), dt.time(23, 59, 59, 999999), dt.time(12, 30, 15, 7)],
    "span": [
        dt.timedelta(0),
        dt.timedelta(days=-400, microseconds=1),
        dt.timedelta(days=100_000, hours=5, microseconds=123456),
    ],
    "document": [
        {"a": [1, 2.5, None, True], "ü": {"x": "y"}},
        [1, "two"],
        {},
    ],
}

#: Characters that pyodbc sends as nvarchar: longer texts are ntext, which no comparison takes
#: (mssql-django issue 118).
LONGEST = 2000


def written(**values: Any) -> Specimen:
    """The row as the database gives it back."""
    return Specimen.objects.get(pk=Specimen.objects.create(**values).pk)


@pytest.mark.parametrize("field", VALUES)
def test_a_value_comes_back(field: str) -> None:
    for value in VALUES[field]:
        found = getattr(written(**{field: value}), field)
        assert found == value
        assert type(found) is type(value) or field == "file"


@pytest.mark.parametrize("field", sorted(VALUES.keys() - {"document", "file"}))
def test_a_value_can_be_asked_for(field: str) -> None:
    for value in VALUES[field]:
        if isinstance(value, str) and len(value) > LONGEST:
            continue
        pk = Specimen.objects.create(**{field: value}).pk
        assert Specimen.objects.filter(pk=pk, **{field: value}).exists()
        assert Specimen.objects.filter(pk=pk, **{f"{field}__in": [value]}).exists()
        assert not Specimen.objects.filter(pk=pk).exclude(**{field: value}).exists()
        assert Specimen.objects.filter(pk=pk).update(**{field: value}) == 1


@pytest.mark.parametrize("field", sorted(VALUES.keys() - {"file"}))
def test_null_comes_back_and_can_be_asked_for(field: str) -> None:
    specimen = written(**{field: None})
    assert getattr(specimen, field) is None
    assert Specimen.objects.filter(pk=specimen.pk, **{f"{field}__isnull": True}).exists()
    assert Specimen.objects.filter(pk=specimen.pk).update(**{field: None}) == 1


def test_all_at_once_in_many_rows() -> None:
    rows = [
        Specimen(**{field: values[number % len(values)] for field, values in VALUES.items()})
        for number in range(7)
    ]
    Specimen.objects.bulk_create([*rows, Specimen()])
    found = list(Specimen.objects.order_by("pk"))
    assert len(found) == 8
    for number, specimen in enumerate(found[:7]):
        for field, values in VALUES.items():
            assert getattr(specimen, field) == values[number % len(values)]


def test_bytes_come_back_and_can_be_asked_for() -> None:
    for raw in (b"", b"\x00\xff\x80", bytes(range(256)) * 40):
        attachment = Attachment.objects.create(raw=raw)
        attachment.refresh_from_db()
        assert bytes(attachment.raw or b"") == raw
        assert Attachment.objects.filter(pk=attachment.pk, raw=raw[:8000]).exists() == (
            len(raw) <= 8000
        )
        assert Attachment.objects.filter(pk=attachment.pk).update(raw=raw + b"x") == 1
        assert bytes(Attachment.objects.get(pk=attachment.pk).raw or b"") == raw + b"x"


def test_no_bytes_at_all() -> None:
    attachment = Attachment.objects.create()
    attachment.refresh_from_db()
    assert attachment.raw is None
    assert Attachment.objects.filter(raw=None).update(raw=b"some") == 1
    assert Attachment.objects.update(raw=None) == 1
    Attachment.objects.bulk_create([Attachment(raw=b"x"), Attachment(), Attachment(raw=b"y")])
    assert Attachment.objects.filter(raw__isnull=True).count() == 2


def test_what_is_too_large_is_refused() -> None:
    # 2628 has SQLSTATE 42000, which is a ProgrammingError for pyodbc.
    for model, values in ((Genre, {"name": "x" * 41}), (Specimen, {"slug": "x" * 51})):
        with pytest.raises(DatabaseError, match="would be truncated"), transaction.atomic():
            model._default_manager.create(**values)
    with connection.cursor() as cursor:
        cursor.execute("SELECT XACT_STATE()")
        assert cursor.fetchone()[0] == 1, "the transaction goes on"


def test_moments_in_other_zones() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    moment = dt.datetime(2024, 7, 1, 0, 30, 15, 250, tzinfo=berlin)
    specimen = written(moment=moment)
    assert specimen.moment == moment
    assert specimen.moment.utcoffset() == dt.timedelta(0)
    utc = Specimen.objects.filter(moment__date=dt.date(2024, 6, 30))
    assert utc.count() == 1
    assert utc.filter(moment__hour=22, moment__minute=30, moment__second=15).count() == 1
    assert utc.filter(moment__year=2024, moment__month=6, moment__day=30).count() == 1
    assert utc.filter(moment__time=dt.time(22, 30, 15, 250)).count() == 1
    assert utc.filter(moment__range=(moment, moment)).count() == 1
    with timezone.override(ZoneInfo("Asia/Kolkata")):
        assert Specimen.objects.filter(moment__date=dt.date(2024, 7, 1)).count() == 1
        assert Specimen.objects.annotate(x=ExtractHour("moment")).get().x == 4


def test_parts_of_a_moment() -> None:
    Specimen.objects.create(moment=dt.datetime(2024, 2, 29, 13, 45, 59, 5, tzinfo=dt.UTC))
    row = (
        Specimen.objects.annotate(
            date=TruncDate("moment"),
            day_=TruncDay("moment"),
            hour_=TruncHour("moment"),
            time=TruncTime("moment"),
            of_month=ExtractDay("moment"),
            minute=ExtractMinute("moment"),
            second=ExtractSecond("moment"),
        )
        .values()
        .get()
    )
    assert row["date"] == dt.date(2024, 2, 29)
    assert row["day_"] == dt.datetime(2024, 2, 29, tzinfo=dt.UTC)
    assert row["hour_"] == dt.datetime(2024, 2, 29, 13, tzinfo=dt.UTC)
    assert row["time"] == dt.time(13, 45, 59, 5)
    assert (row["of_month"], row["minute"], row["second"]) == (29, 45, 59)
    assert list(Specimen.objects.datetimes("moment", "minute")) == [
        dt.datetime(2024, 2, 29, 13, 45, tzinfo=dt.UTC)
    ]


def test_the_server_knows_the_time() -> None:
    Specimen.objects.create(moment=timezone.now() - dt.timedelta(minutes=1))
    assert Specimen.objects.filter(moment__lt=Now()).count() == 1
    assert Specimen.objects.filter(moment__gt=Now()).count() == 0
    assert Specimen.objects.update(moment=Now()) == 1
    written_at = Specimen.objects.get().moment
    assert written_at is not None
    assert abs(written_at - timezone.now()) < dt.timedelta(minutes=1)


def test_spans_are_added_and_compared() -> None:
    start = dt.datetime(2024, 1, 31, 12, tzinfo=dt.UTC)
    Specimen.objects.create(moment=start, span=dt.timedelta(hours=3))
    Specimen.objects.create(moment=start, span=dt.timedelta(hours=1))
    assert Specimen.objects.filter(span__gt=dt.timedelta(hours=2)).count() == 1
    assert Specimen.objects.aggregate(Sum("span"), Avg("span"), Max("span")) == {
        "span__sum": dt.timedelta(hours=4),
        "span__avg": dt.timedelta(hours=2),
        "span__max": dt.timedelta(hours=3),
    }
    day = dt.timedelta(days=1)
    assert Specimen.objects.update(moment=F("moment") + day) == 2
    assert Specimen.objects.filter(moment=start + day).count() == 2
    assert Specimen.objects.update(moment=F("moment") - dt.timedelta(seconds=7)) == 2
    assert Specimen.objects.filter(moment=start + day - dt.timedelta(seconds=7)).count() == 2


def test_decimals_are_exact() -> None:
    for cents in range(10):
        Specimen.objects.create(money=Decimal(cents) / 10)
    assert Specimen.objects.aggregate(Sum("money"), Avg("money"), Min("money")) == {
        "money__sum": Decimal("4.5"),
        "money__avg": pytest.approx(Decimal("0.45")),
        "money__min": Decimal("0"),
    }
    assert Specimen.objects.filter(money=Decimal("0.1") + Decimal("0.2")).count() == 1
    assert Specimen.objects.filter(money__gt=Decimal("0.75")).count() == 2


def test_uuids_are_compared_and_cast() -> None:
    one = uuid.uuid4()
    Specimen.objects.create(identity=one)
    assert Specimen.objects.filter(identity=str(one)).count() == 1
    assert Specimen.objects.filter(identity__in=[one, uuid.uuid4()]).count() == 1
    found = Specimen.objects.annotate(x=Cast("identity", TextField())).get().x
    assert uuid.UUID(found) == one
