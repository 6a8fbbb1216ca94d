"""pytest-django's database fixtures, in the order of this file within each kind."""

from __future__ import annotations

import threading
import urllib.request
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import IntegrityError, connection, connections, transaction

from tests.test_standin.runners.project.shelf.models import Author, Book

FROM_THE_MIGRATION = "From the migration"


def _names(alias: str = "default") -> list[str]:
    return list(Author.objects.using(alias).order_by("pk").values_list("name", flat=True))


def _seen_from_outside(question: Callable[[], Any]) -> Any:
    """The answer of a connection of its own."""
    answers: list[Any] = []

    def ask() -> None:
        try:
            answers.append(question())
        finally:
            connections.close_all()

    asking = threading.Thread(target=ask)
    asking.start()
    asking.join()
    return answers[0]


@pytest.mark.django_db
@pytest.mark.parametrize("time", [1, 2])
def test_a_test_is_rolled_back(time: int) -> None:
    assert _names() == [FROM_THE_MIGRATION]
    Author.objects.create(name="For now")
    assert transaction.get_connection().in_atomic_block


def test_the_database_is_the_test_database(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DB_NAME()")
        assert cursor.fetchone()[0] == connection.settings_dict["NAME"] == "test_app"


def test_an_error_is_undone_by_its_savepoint(db: None) -> None:
    Author.objects.create(name="Once")
    with pytest.raises(IntegrityError, match="Violation of UNIQUE KEY"), transaction.atomic():
        Author.objects.create(name="Once")
    assert _names() == [FROM_THE_MIGRATION, "Once"]


def test_after_an_error_without_savepoint_nothing_runs(db: None) -> None:
    with pytest.raises(transaction.TransactionManagementError), transaction.atomic():
        try:
            Author.objects.create(name=FROM_THE_MIGRATION)
        except IntegrityError:
            _names()
    assert _names() == [FROM_THE_MIGRATION]


def test_statements_are_counted(
    db: None, django_assert_num_queries: Callable[[int], AbstractContextManager[Any]]
) -> None:
    author = Author.objects.get()
    with django_assert_num_queries(2):
        Book.objects.create(title="Counted", author=author)
        assert list(author.books.values_list("title", flat=True)) == ["Counted"]


def test_on_commit_is_captured(
    db: None, django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[list[Any]]]
) -> None:
    done: list[str] = []
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        transaction.on_commit(lambda: done.append("committed"))
    assert len(callbacks) == 1
    assert done == ["committed"]


@pytest.mark.django_db(databases=["default", "archive"])
def test_each_alias_has_a_database() -> None:
    Author.objects.using("archive").create(name="Archived")
    assert _names() == [FROM_THE_MIGRATION]
    assert _names("archive") == [FROM_THE_MIGRATION, "Archived"]


def test_the_cache_has_its_table(db: None) -> None:
    cache.set("key", {"value": 1}, 60)
    assert cache.get("key") == {"value": 1}
    assert cache.get("other") is None


def test_commits_are_seen_from_outside(transactional_db: None) -> None:
    done: list[str] = []
    with transaction.atomic():
        Author.objects.create(name="Committed")
        transaction.on_commit(lambda: done.append("committed"))
        assert "Committed" not in _seen_from_outside(_names)
        assert done == []
    assert "Committed" in _seen_from_outside(_names)
    assert done == ["committed"]


def test_what_was_committed_is_flushed(transactional_db: None) -> None:
    """With what came from the migration: https://docs.djangoproject.com/en/5.2/topics/testing/."""
    assert _names() == []


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("time", [1, 2])
def test_what_came_from_migrations_is_restored(time: int) -> None:
    assert _names() == [FROM_THE_MIGRATION]
    assert Author.objects.get().pk == 1
    Author.objects.create(name="Committed")


def test_identities_go_on_where_they_cannot_be_reset(
    transactional_db: None, django_db_reset_sequences: None
) -> None:
    """mssql-django 2.0 has no ``supports_sequence_reset``, so Django does not try."""
    before = Author.objects.create(name="First").pk
    Author.objects.all().delete()
    assert Author.objects.create(name="Second").pk == before + 1


def test_flush_starts_identities_anew(transactional_db: None) -> None:
    Book.objects.create(title="Old", author=Author.objects.create(name="Old"))
    _flush()
    author = Author.objects.create(name="New")
    assert (author.pk, Book.objects.create(title="New", author=author).pk) == (1, 1)


def test_a_second_flush_leaves_out_a_key(transactional_db: None) -> None:
    """mssql-django reseeds an empty table to 1, which only a table that never had a row begins with
    (Microsoft Learn, "DBCC CHECKIDENT": otherwise the next key is one more).
    """
    Author.objects.create(name="Old")
    _flush()
    _flush()
    assert Author.objects.create(name="New").pk == 2


def _flush() -> None:
    call_command("flush", verbosity=0, interactive=False)


def test_a_page_is_served_from_the_database(live_server: Any) -> None:
    author = Author.objects.create(name="Served")
    for title in ("One", "Two"):
        Book.objects.create(title=title, author=author)
    page = f"{live_server.url}/titles/"
    with urllib.request.urlopen(page, timeout=10) as answer:  # noqa: S310 - it is our own
        assert answer.read() == b"One, Two"
