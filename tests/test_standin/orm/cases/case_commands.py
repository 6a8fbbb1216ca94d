"""Django's commands and the parts of it that keep their rows in the database."""

from __future__ import annotations

import datetime as dt
import io
import json
from decimal import Decimal
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission, User
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection
from django.test import Client
from django.utils import timezone

from tests.test_standin.orm.cases.case_values import VALUES
from tests.test_standin.orm.cases.shelf import fill
from tests.test_standin.orm.library.models import (
    Attachment,
    Author,
    Badge,
    Book,
    Genre,
    Loan,
    Person,
    Reader,
    Specimen,
    Tick,
)


def test_no_migration_is_missing() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
    call_command("migrate", "--check", verbosity=0)


def test_check_of_the_database() -> None:
    call_command("check", databases=["default"], verbosity=0)


def test_users_permissions_and_content_types() -> None:
    user = User.objects.create_user("ann", "ann@example.com", "secret")
    assert not user.has_perm("library.add_book")
    user.user_permissions.add(Permission.objects.get(codename="add_book"))
    user = User.objects.get(username="ANN")
    assert user.check_password("secret")
    assert user.has_perm("library.add_book")
    assert set(User.objects.with_perm("library.add_book", include_superusers=False)) == {user}
    kind = ContentType.objects.get_for_model(Book)
    assert kind.get_object_for_this_type is not None
    assert kind.permission_set.count() == 4


def test_sessions() -> None:
    session = SessionStore()
    session["seen"] = ["ü", 1]
    session.create()
    assert session.session_key
    assert SessionStore(session.session_key)["seen"] == ["ü", 1]
    assert session.exists(session.session_key)
    Session.objects.update(expire_date=timezone.now() - dt.timedelta(days=1))
    assert "seen" not in SessionStore(session.session_key)
    call_command("clearsessions", verbosity=0)
    assert not Session.objects.exists()


@pytest.mark.usefixtures("committed")
def test_the_cache_in_the_database() -> None:
    call_command("createcachetable", verbosity=0)
    assert "library_cache" in connection.introspection.table_names()
    call_command("createcachetable", verbosity=0)
    cache.clear()
    cache.set("key", {"value": Decimal("1.50")})
    assert cache.get("key") == {"value": Decimal("1.50")}
    cache.set("key", "again")
    assert cache.get_many(["key", "other"]) == {"key": "again"}
    assert not cache.add("key", "late")
    assert cache.add("fresh", 1)
    assert cache.incr("fresh", 4) == 5
    assert cache.has_key("fresh")
    assert cache.touch("fresh", 100)
    cache.set("over", 1, timeout=-1)
    assert cache.get("over") is None
    for number in range(30):
        cache.set(f"number-{number}", number)
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM library_cache")
        assert cursor.fetchone()[0] <= 21, "the oldest are culled"
    assert cache.delete("number-29")
    cache.clear()
    assert cache.get("fresh") is None


@pytest.mark.usefixtures("committed")
def test_data_go_out_and_come_back(tmp_path: Path) -> None:
    fill()
    reader = Reader.objects.get(number=1)
    Loan.objects.create(book=Book.objects.get(title="Alpha"), reader=reader)
    Badge.objects.create(person=reader)
    Specimen.objects.create(**{field: values[0] for field, values in VALUES.items()})
    Attachment.objects.create(raw=b"\x00\xff")
    file = tmp_path / "library.json"
    call_command("dumpdata", "library", indent=1, output=str(file), verbosity=0)
    before = json.loads(file.read_text(encoding="utf-8"))
    call_command("flush", verbosity=0, interactive=False)
    assert not Person.objects.exists()
    call_command("loaddata", str(file), verbosity=0)
    again = io.StringIO()
    call_command("dumpdata", "library", stdout=again, verbosity=0)
    assert json.loads(again.getvalue()) == before
    highest = Genre.objects.order_by("pk").last()
    assert highest is not None
    assert Genre.objects.create(name="next").pk == highest.pk + 1


@pytest.mark.usefixtures("committed")
def test_rows_that_point_at_later_ones_can_be_loaded(tmp_path: Path) -> None:
    fixture = tmp_path / "forward.json"
    fixture.write_text(
        json.dumps(
            [
                {"model": "library.genre", "pk": 1, "fields": {"name": "child", "parent": 2}},
                {"model": "library.genre", "pk": 2, "fields": {"name": "parent"}},
            ]
        ),
        encoding="utf-8",
    )
    call_command("loaddata", str(fixture), verbosity=0)
    assert Genre.objects.get(name="child").parent == Genre.objects.get(name="parent")


@pytest.mark.usefixtures("committed")
def test_flush_empties_and_starts_the_keys_anew() -> None:
    fill()
    Tick.objects.create()
    statements = connection.ops.sql_flush(
        no_style(),
        ["library_tick", "library_genre", "library_book_genres"],
        reset_sequences=True,
        allow_cascade=False,
    )
    connection.ops.execute_sql_flush(statements)
    assert (Tick.objects.count(), Genre.objects.count(), Author.objects.count()) == (0, 0, 3)
    assert Tick.objects.create().pk == 1
    call_command("flush", verbosity=0, interactive=False)
    assert not Author.objects.exists()
    assert ContentType.objects.filter(app_label="library").count() == 12


def test_the_admin_s_pages_work() -> None:
    User.objects.create_superuser("root", password="secret")
    client = Client()
    assert client.login(username="root", password="secret")
    assert Session.objects.count() == 1
    assert User.objects.get(username="root").last_login is not None
    client.logout()
    assert not Session.objects.exists()
