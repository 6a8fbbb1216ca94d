"""What the database refuses, by name; and that the transaction goes on or not, as Django says."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F, ProtectedError

from tests.test_standin.orm.cases.shelf import fill
from tests.test_standin.orm.library.models import (
    Author,
    Badge,
    Book,
    Genre,
    Loan,
    Person,
    Reader,
    Specimen,
)


@pytest.fixture(autouse=True)
def _shelf(_rolled_back: None) -> None:
    fill()


def refused(text: str, make: Any, *arguments: Any, **values: Any) -> None:
    """``make`` fails with this text, and its savepoint takes back the rest."""
    rows = Book.objects.count()
    with pytest.raises(IntegrityError, match=text), transaction.atomic():
        Genre.objects.create(name="before the fault")
        make(*arguments, **values)
    assert not Genre.objects.filter(name="before the fault").exists()
    assert Book.objects.count() == rows


def test_unique() -> None:
    refused("duplicate key.*'dbo.library_genre'.*crime", Genre.objects.create, name="crime")
    refused("duplicate key", Genre.objects.filter(name="Crime").update, name="Fiction")
    refused("duplicate key", Genre.objects.bulk_create, [Genre(name="x"), Genre(name="X")])
    refused("library_reader_branch_number", Reader.objects.create, name="x", number=1)
    Reader.objects.create(name="x", number=1, branch="other")


def test_unique_columns_take_many_nulls() -> None:
    Person.objects.create(name="one")
    Person.objects.create(name="two")
    assert Person.objects.filter(email=None).count() >= 2
    refused("duplicate key", Person.objects.create, name="x", email="ann@example.com")


def test_unique_under_a_condition() -> None:
    book, reader = Book.objects.get(title="Alpha"), Reader.objects.get(number=1)
    first = Loan.objects.create(book=book, reader=reader)
    refused("library_loan_once", Loan.objects.create, book=book, reader=reader)
    first.returned = first.taken + dt.timedelta(days=1)
    first.save()
    Loan.objects.create(book=book, reader=reader)
    refused("library_loan_once", Loan.objects.filter(pk=first.pk).update, returned=None)


def test_foreign_keys() -> None:
    refused(
        "INSERT statement conflicted with the FOREIGN KEY constraint"
        '.*"library_book_author_id_.*column .*person_ptr_id',
        Book.objects.create,
        title="x",
        price=1,
        author_id=-1,
    )
    refused("UPDATE statement conflicted", Book.objects.update, author_id=-1)
    ann = Author.objects.filter(name="Ann")
    refused("DELETE statement conflicted with the REFERENCE", ann._raw_delete, "default")
    refused("conflicted with the FOREIGN KEY SAME TABLE", Genre.objects.update, parent_id=-1)
    person = Person.objects.create(name="x")
    Badge.objects.create(person=person)
    refused("duplicate key", Badge.objects.create, person=person)


def test_what_django_protects_itself() -> None:
    book, reader = Book.objects.get(title="Alpha"), Reader.objects.get(number=1)
    Loan.objects.create(book=book, reader=reader)
    with pytest.raises(ProtectedError):
        book.delete()
    reader.delete()
    book.delete()


def test_check() -> None:
    author = Author.objects.get(name="Ann")
    refused(
        'conflicted with the CHECK constraint "library_book_price".*column .*price',
        Book.objects.create,
        title="x",
        price=-1,
        author=author,
    )
    refused("library_book_price", Book.objects.update, price=F("price") - 1)
    refused("CHECK constraint", Book.objects.filter(title="Alpha").update, pages=-1)
    book, reader = Book.objects.get(title="Alpha"), Reader.objects.get(number=1)
    early = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)
    refused("library_loan_order", Loan.objects.create, book=book, reader=reader, returned=early)


def insert_document(document: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO library_specimen (document) VALUES (%s)", [document])


def test_json_is_checked() -> None:
    refused("CHECK constraint", insert_document, "{no json")
    insert_document("[1]")
    assert Specimen.objects.get().document == [1]


def test_not_null() -> None:
    refused("Cannot insert the value NULL into column 'name'", Genre.objects.create, name=None)
    refused("column does not allow nulls. UPDATE fails", Book.objects.update, title=None)


def test_a_key_twice() -> None:
    genre = Genre.objects.get(name="Crime")
    refused("PRIMARY KEY constraint", Genre(pk=genre.pk, name="x").save, force_insert=True)


def test_too_large() -> None:
    with pytest.raises(DatabaseError, match="Arithmetic overflow"), transaction.atomic():
        Specimen.objects.create(number=2**31 - 1)
        Specimen.objects.update(number=F("number") + 1)


def test_get_or_create_after_another_was_faster() -> None:
    found, created = Genre.objects.get_or_create(name__iexact="CRIME", defaults={"name": "CRIME"})
    assert (found.name, created) == ("Crime", False)
    with pytest.raises(IntegrityError):
        Genre.objects.get_or_create(parent=found, name="fiction")
    assert Genre.objects.count() == 3
