"""Django's own test cases, for ``manage.py test`` and for pytest-django alike."""

from __future__ import annotations

import urllib.request
from typing import ClassVar

from django.db import DatabaseError, connection, connections, transaction
from django.test import (
    LiveServerTestCase,
    TestCase,
    TransactionTestCase,
    skipIfDBFeature,
    skipUnlessDBFeature,
)

from tests.test_standin.runners.project.shelf.models import Author, Book


class DataOfAClass(TestCase):
    """Class data in a transaction around the class, every test in a savepoint of it."""

    author: ClassVar[Author]

    @classmethod
    def setUpTestData(cls) -> None:
        cls.author = Author.objects.create(name="Of the class")

    def test_one_test_changes_it(self) -> None:
        self.author.name = "Changed"
        self.author.save()
        Book.objects.create(title="Added", author=self.author)
        self.assertTrue(Author.objects.filter(name="Changed").exists())

    def test_another_finds_it_unchanged(self) -> None:
        self.assertEqual(self.author.name, "Of the class")
        self.assertFalse(Author.objects.filter(name="Changed").exists())
        self.assertFalse(self.author.books.exists())

    def test_nested_blocks(self) -> None:
        with transaction.atomic():
            Author.objects.create(name="Outer")
            with self.assertRaises(RuntimeError), transaction.atomic():
                Author.objects.create(name="Inner")
                raise RuntimeError
        names = set(Author.objects.values_list("name", flat=True))
        self.assertEqual(names & {"Outer", "Inner"}, {"Outer"})

    def test_on_commit(self) -> None:
        done: list[str] = []
        with self.captureOnCommitCallbacks(execute=True):
            transaction.on_commit(lambda: done.append("committed"))
        self.assertEqual(done, ["committed"])


class Fixtures(TestCase):
    """Keys that are given, and a reference to a row that comes later."""

    fixtures = ("two_authors",)

    def test_rows_keep_their_keys(self) -> None:
        pupil = Author.objects.get(pk=70)
        assert pupil.teacher is not None
        self.assertEqual(pupil.teacher.pk, 71)

    def test_later_rows_go_on_from_there(self) -> None:
        self.assertGreater(Author.objects.create(name="Later").pk, 71)

    def test_references_are_enforced_again(self) -> None:
        with self.assertRaises(DatabaseError), transaction.atomic():
            Book.objects.create(title="Lost", author_id=12_345)


class SeveralDatabases(TestCase):
    databases = "__all__"

    def test_they_do_not_know_each_other(self) -> None:
        Author.objects.using("archive").create(name="Archived")
        self.assertFalse(Author.objects.filter(name="Archived").exists())


class Committing(TransactionTestCase):
    """The same name twice: the first test's rows are flushed before the second."""

    serialized_rollback = True

    def test_first(self) -> None:
        self.assertEqual(Author.objects.get().name, "From the migration")
        Author.objects.create(name="Committed")

    def test_second(self) -> None:
        self.assertEqual(Author.objects.get().name, "From the migration")
        Author.objects.create(name="Committed")


class WithoutSomeApps(TransactionTestCase):
    available_apps = ("tests.test_standin.runners.project.shelf",)
    reset_sequences = True

    def test_the_table_is_empty(self) -> None:
        self.assertFalse(Book.objects.exists())


class Features(TransactionTestCase):
    """What the backend says of the database holds."""

    @skipUnlessDBFeature("has_select_for_update_nowait")
    def test_a_locked_row_is_refused_at_once(self) -> None:
        author = Author.objects.create(name="Locked")
        other = connections.create_connection("default")
        try:
            with transaction.atomic():
                Author.objects.select_for_update().get(pk=author.pk)
                with other.cursor() as cursor, self.assertRaisesRegex(DatabaseError, "Lock req"):
                    cursor.execute(
                        "SELECT name FROM shelf_author WITH (NOWAIT, ROWLOCK, UPDLOCK)"
                        " WHERE id = %s",
                        [author.pk],
                    )
        finally:
            other.close()

    @skipUnlessDBFeature("can_rollback_ddl")
    def test_tables_are_rolled_back(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE TABLE shelf_passing (id int PRIMARY KEY)")
            transaction.set_rollback(True)
        self.assertNotIn("shelf_passing", connection.introspection.table_names())

    @skipIfDBFeature("supports_sequence_reset")
    def test_a_missing_feature_skips_nothing_else(self) -> None:
        self.assertTrue(connection.features.supports_transactions)

    @skipIfDBFeature("has_select_for_update")
    def test_is_skipped(self) -> None:
        self.fail("the backend claims the feature")


class Served(LiveServerTestCase):
    def test_a_page(self) -> None:
        Book.objects.create(title="Only", author=Author.objects.create(name="Served"))
        page = f"{self.live_server_url}/titles/"
        with urllib.request.urlopen(page, timeout=10) as answer:  # noqa: S310 - it is our own
            self.assertEqual(answer.read(), b"Only")
