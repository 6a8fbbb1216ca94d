"""What Django reads of the tables: connection.introspection and inspectdb."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

TABLES = {
    "library_attachment",
    "library_author",
    "library_badge",
    "library_book",
    "library_book_genres",
    "library_genre",
    "library_invoice",
    "library_loan",
    "library_person",
    "library_reader",
    "library_specimen",
    "library_tick",
}


def asked(method: str, *arguments: Any) -> Any:
    with connection.cursor() as cursor:
        return getattr(connection.introspection, method)(cursor, *arguments)


def test_tables() -> None:
    names = set(connection.introspection.table_names())
    assert {name for name in names if name.startswith("library_")} - {"library_cache"} == TABLES
    assert {"django_migrations", "auth_user", "django_session", "shop_order"} < names
    assert connection.introspection.django_table_names(only_existing=True)


def test_columns_and_their_types() -> None:
    found = {
        column.name: (
            connection.introspection.get_field_type(column.type_code, column),
            column.null_ok,
        )
        for column in asked("get_table_description", "library_specimen")
    }
    assert found == {
        "id": ("BigAutoField", False),
        "big": ("BigIntegerField", True),
        "small": ("SmallIntegerField", True),
        "positive_big": ("BigIntegerField", True),
        "number": ("IntegerField", True),
        "real": ("FloatField", True),
        "money": ("DecimalField", True),
        "flag": ("BooleanField", True),
        "text": ("TextField", True),
        "slug": ("CharField", True),
        "link": ("CharField", True),
        "address": ("CharField", True),
        "file": ("CharField", True),
        # Django's own UUIDs are char(32) in mssql-django.
        "identity": ("CharField", True),
        "moment": ("DateTimeField", True),
        "day": ("DateField", True),
        "hour": ("TimeField", True),
        "span": ("BigIntegerField", True),
        "document": ("TextField", True),
    }
    lengths = {
        column.name: column.internal_size
        for column in asked("get_table_description", "library_person")
    }
    assert lengths["name"] == 60


def test_keys_and_identities() -> None:
    assert asked("get_primary_key_column", "library_badge") == "id"
    assert asked("get_primary_key_column", "library_author") == "person_ptr_id"
    assert asked("get_sequences", "library_book") == [{"table": "library_book", "column": "id"}]
    assert asked("get_sequences", "library_badge") == []


def _targets(table: str) -> dict[str, tuple[str, str]]:
    """Column and table that each column points at; Django 6.1 adds what a deletion does."""
    return {column: found[:2] for column, found in asked("get_relations", table).items()}


def test_relations() -> None:
    assert _targets("library_loan") == {
        "book_id": ("id", "library_book"),
        "reader_id": ("person_ptr_id", "library_reader"),
    }
    assert _targets("library_genre") == {"parent_id": ("id", "library_genre")}
    assert asked("get_key_columns", "library_badge") == [("person_id", "library_person", "id")]


def test_constraints_and_indexes() -> None:
    found = asked("get_constraints", "library_book")
    assert found["library_book_price"]["check"]
    newest = found["library_book_newest"]
    assert (newest["columns"], newest["orders"]) == (["author_id", "published"], ["ASC", "DESC"])
    assert (newest["index"], newest["unique"]) == (True, False)
    assert found["library_book_priced"]["columns"] == ["title"]
    (primary,) = [c for c in found.values() if c["primary_key"]]
    assert (primary["columns"], primary["unique"]) == (["id"], True)
    (foreign,) = [c for c in found.values() if c["foreign_key"]]
    assert foreign["columns"] == ["author_id"]
    assert foreign["foreign_key"] == ("library_author", "person_ptr_id")
    (isbn,) = [c for c in found.values() if c["columns"] == ["isbn"]]
    assert isbn["unique"]
    loan = asked("get_constraints", "library_loan")
    assert (loan["library_loan_once"]["unique"], loan["library_loan_once"]["index"]) == (True, True)
    assert set(loan["library_loan_order"]["columns"]) <= {"returned", "taken"}
    reader = asked("get_constraints", "library_reader")
    assert any(c["unique"] and c["columns"] == ["branch", "number"] for c in reader.values())


@pytest.fixture
def models() -> str:
    written = io.StringIO()
    call_command("inspectdb", *sorted(TABLES), stdout=written)
    return written.getvalue()


def test_inspectdb_writes_models(models: str) -> None:
    compile(models, "models.py", "exec")
    assert models.count("class Library") == len(TABLES)
    assert "Unable to inspect" not in models
    assert "book = models.ForeignKey(LibraryBook, models.DO_NOTHING)" in models
    assert "name = models.CharField(unique=True, max_length=40" in models
    assert "price = models.DecimalField(max_digits=8, decimal_places=2)" in models
    assert "unique_together = (('branch', 'number'),)" in models
    assert "person = models.OneToOneField('LibraryPerson', models.DO_NOTHING)" in models
