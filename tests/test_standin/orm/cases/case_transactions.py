"""Transactions, savepoints and row locks, with a second connection beside the first."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import (
    DatabaseError,
    IntegrityError,
    connection,
    connections,
    transaction,
)
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.transaction import TransactionManagementError

from tests.test_standin.orm.library.models import Genre

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def other() -> Iterator[BaseDatabaseWrapper]:
    """Another connection, as another process would have it."""
    beside = connections.create_connection("default")
    try:
        yield beside
    finally:
        beside.close()


def seen_by(other: BaseDatabaseWrapper) -> list[str]:
    with other.cursor() as cursor:
        cursor.execute("SELECT name FROM library_genre ORDER BY name")
        return [name for (name,) in cursor.fetchall()]


def test_what_is_committed_is_seen_and_what_is_not_is_not(other: BaseDatabaseWrapper) -> None:
    Genre.objects.create(name="at once")
    assert seen_by(other) == ["at once"]
    with transaction.atomic():
        Genre.objects.create(name="later")
    assert seen_by(other) == ["at once", "later"]


def test_a_failure_takes_everything_back(other: BaseDatabaseWrapper) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        Genre.objects.create(name="gone")
        raise RuntimeError
    assert seen_by(other) == []
    Genre.objects.create(name="next")
    assert seen_by(other) == ["next"]


def test_savepoints_nest(other: BaseDatabaseWrapper) -> None:
    # Its name until Django 6.1, and from then on.
    create = getattr(transaction, "savepoint_create", None) or transaction.savepoint
    with transaction.atomic():
        Genre.objects.create(name="outer")
        with pytest.raises(RuntimeError), transaction.atomic():
            Genre.objects.create(name="inner")
            with transaction.atomic():
                Genre.objects.create(name="innermost")
            raise RuntimeError
        with transaction.atomic():
            Genre.objects.create(name="second")
        mark = create()
        Genre.objects.all().delete()
        transaction.savepoint_rollback(mark)
        transaction.savepoint_commit(create())
    assert seen_by(other) == ["outer", "second"]


def test_an_error_inside_a_savepoint_leaves_the_rest() -> None:
    with transaction.atomic():
        Genre.objects.create(name="kept")
        for _ in range(3):
            with pytest.raises(IntegrityError), transaction.atomic():
                Genre.objects.create(name="KEPT")
        Genre.objects.create(name="also")
    assert Genre.objects.count() == 2


def test_after_an_error_without_a_savepoint_django_asks_no_more() -> None:
    with transaction.atomic():
        Genre.objects.create(name="one")
        with pytest.raises(IntegrityError):
            Genre.objects.create(name="one")
        transaction.set_rollback(True)
        with pytest.raises(TransactionManagementError):
            Genre.objects.count()
    assert not Genre.objects.exists()


def test_hooks_run_after_the_commit() -> None:
    ran: list[str] = []
    with transaction.atomic():
        transaction.on_commit(lambda: ran.append("kept"))
        with pytest.raises(RuntimeError), transaction.atomic():
            transaction.on_commit(lambda: ran.append("lost"))
            raise RuntimeError
        assert ran == []
    assert ran == ["kept"]


def test_a_locked_row_is_read_and_changed() -> None:
    genre = Genre.objects.create(name="locked")
    with transaction.atomic():
        mine = Genre.objects.select_for_update().get(pk=genre.pk)
        mine.name = "changed"
        mine.save()
        assert Genre.objects.select_for_update(nowait=True).count() == 1
    assert Genre.objects.get().name == "changed"
    with pytest.raises(TransactionManagementError):
        list(Genre.objects.select_for_update())


def test_nowait_is_told_at_once_that_another_has_the_row(other: BaseDatabaseWrapper) -> None:
    genre = Genre.objects.create(name="locked")
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute("UPDATE library_genre SET name = 'theirs' WHERE id = %s", [genre.pk])
    with (
        pytest.raises(DatabaseError, match="Lock request time out period exceeded"),
        transaction.atomic(),
    ):
        Genre.objects.select_for_update(nowait=True).get(pk=genre.pk)
    other.commit()
    other.set_autocommit(True)
    with transaction.atomic():
        assert Genre.objects.select_for_update(nowait=True).get(pk=genre.pk).name == "theirs"


def test_a_session_may_wait_a_bounded_time_for_a_lock(other: BaseDatabaseWrapper) -> None:
    Genre.objects.create(name="locked")
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute("UPDATE library_genre SET name = 'theirs'")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCK_TIMEOUT 50")
    with pytest.raises(DatabaseError, match="Lock request time out period exceeded"):
        Genre.objects.update(name="mine")
    other.rollback()
    other.set_autocommit(True)
    assert Genre.objects.update(name="mine") == 1
    connection.close()


def test_a_connection_that_goes_away_takes_its_work_along(other: BaseDatabaseWrapper) -> None:
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute("INSERT INTO library_genre (name) VALUES ('never')")
    other.close()
    assert not Genre.objects.exists()
    Genre.objects.create(name="never")


def test_the_connection_comes_back() -> None:
    connection.close()
    assert Genre.objects.count() == 0
    assert connection.is_usable()
    connection.close_if_unusable_or_obsolete()
