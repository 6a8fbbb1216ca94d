"""The schema editor: a long walk of migration operations over tables with rows, there and back."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.db.migrations import operations as op
from django.db.models import F, Q

from tests.test_standin.orm.cases.catalogue import described, tables
from tests.test_standin.orm.cases.walking import ID, PREFIX, Walk, alter, walked

pytestmark = pytest.mark.usefixtures("unwrapped")


@pytest.fixture
def walk() -> Iterator[Walk]:
    with walked() as walking:
        yield walking


def test_a_text_grows_shrinks_and_becomes_unique(walk: Walk) -> None:
    walk.there_and_back(alter("Shelf", "name", models.CharField(max_length=100)))
    walk.there_and_back(alter("Shelf", "name", models.CharField(max_length=20)))
    walk.there_and_back(alter("Shelf", "name", models.TextField()))
    walk.there_and_back(alter("Shelf", "name", models.CharField(max_length=50, db_index=True)))
    walk.forwards(alter("Shelf", "name", models.CharField(max_length=60, unique=True)))
    with pytest.raises(IntegrityError, match="duplicate key"):
        walk["Shelf"].create(name="LEFT", code=3)
    walk.forwards(
        alter("Shelf", "name", models.CharField(max_length=60, unique=True, null=True)),
        alter("Shelf", "name", models.CharField(max_length=90, unique=True, null=True)),
    )
    walk["Shelf"].create(name=None, code=4)
    walk["Shelf"].create(name=None, code=5)
    walk["Shelf"].filter(name=None).delete()
    assert set(walk["Shelf"].values_list("name", flat=True)) == {"left", "right"}


def test_a_column_changes_its_type_and_keeps_its_values(walk: Walk) -> None:
    for field, values in (
        (models.BigIntegerField(), {1, 2}),
        (models.CharField(max_length=20), {"1", "2"}),
        (models.SmallIntegerField(), {1, 2}),
        (models.DecimalField(max_digits=8, decimal_places=3), {Decimal(1), Decimal(2)}),
        (models.FloatField(), {1.0, 2.0}),
        (models.PositiveIntegerField(), {1, 2}),
        (models.IntegerField(db_index=True), {1, 2}),
        (models.BooleanField(), {True}),
    ):
        walk.forwards(alter("Shelf", "code", field))
        assert set(walk["Shelf"].values_list("code", flat=True)) == values


def test_null_comes_and_goes(walk: Walk) -> None:
    walk.forwards(alter("Item", "size", models.IntegerField(default=5)))
    assert list(walk["Item"].order_by("title").values_list("size", flat=True)) == [3, 5, 7]
    walk.there_and_back(
        alter("Item", "size", models.PositiveSmallIntegerField(default=5, db_index=True)),
        alter("Item", "size", models.PositiveSmallIntegerField(null=True)),
    )
    walk.forwards(alter("Shelf", "note", models.TextField(default="")))
    assert set(walk["Shelf"].values_list("note", flat=True)) == {"", "a note"}


def test_columns_come_and_go(walk: Walk) -> None:
    walk.there_and_back(
        op.AddField("Shelf", "room", models.CharField(max_length=10, default="A")),
        op.AddField("Shelf", "built", models.DateField(null=True)),
        op.AddField("Shelf", "open", models.BooleanField(default=True)),
        op.AddField("Shelf", "width", models.PositiveIntegerField(default=80)),
        op.AddField("Shelf", "tag", models.SlugField(unique=True, null=True)),
        op.AddField("Shelf", "extra", models.JSONField(default=dict)),
        op.AddField("Shelf", "above", models.ForeignKey("Shelf", models.SET_NULL, null=True)),
    )
    walk.forwards(
        op.AddField("Shelf", "room", models.CharField(max_length=10, default="A")),
        op.AddField("Shelf", "extra", models.JSONField(default=dict)),
        op.AddField("Shelf", "height", models.IntegerField(db_default=3)),
        op.AddField(
            "Shelf",
            "double",
            models.GeneratedField(
                expression=F("height") * 2, output_field=models.IntegerField(), db_persist=True
            ),
        ),
    )
    assert list(walk["Shelf"].values_list("room", "extra", "height", "double")) == [
        ("A", {}, 3, 6),
        ("A", {}, 3, 6),
    ]
    walk.forwards(
        op.RemoveField("Shelf", "double"),
        alter("Shelf", "height", models.IntegerField(default=4)),
        op.RemoveField("Shelf", "room"),
        op.RemoveField("Shelf", "note"),
    )
    assert walk["Shelf"].create(name="x", code=3).height == 4


def test_names_change(walk: Walk) -> None:
    walk.forwards(
        op.RenameField("Item", "title", "label"),
        op.RenameField("Item", "shelf", "board"),
        op.RenameModel("Item", "Piece"),
        op.RenameModel("Shelf", "Board"),
    )
    assert tables(PREFIX) == ["walk_board", "walk_piece"]
    assert walk["Piece"].get(label="pot").board.name == "right"
    assert walk["Board"].filter(items__label="cup").count() == 1
    walk.forwards(
        op.AlterModelTable("Piece", "walk_pieces"),
        alter("Piece", "label", models.CharField(max_length=30, db_column="inscription")),
    )
    assert walk["Piece"].get(label="pot").board.name == "right"
    with connection.cursor() as cursor:
        cursor.execute("SELECT inscription FROM walk_pieces WHERE inscription = 'cup'")
        assert cursor.fetchall() == [("cup",)]


def test_indexes_come_and_go(walk: Walk) -> None:
    walk.there_and_back(
        op.AddIndex("Item", models.Index(fields=["title", "-size"], name="walk_one")),
        op.RenameIndex("Item", new_name="walk_two", old_name="walk_one"),
        op.AddIndex(
            "Item", models.Index(fields=["size"], name="walk_big", condition=Q(size__gt=3))
        ),
        op.AddIndex("Item", models.Index(fields=["shelf"], name="walk_cover", include=["title"])),
        op.RemoveIndex("Item", "walk_two"),
    )


def test_constraints_come_and_go(walk: Walk) -> None:
    small = models.CheckConstraint(condition=Q(size__lt=10) | Q(size=None), name="walk_small")
    once = models.UniqueConstraint(fields=["shelf", "title"], name="walk_once")
    largest = models.UniqueConstraint(
        fields=["shelf"], condition=Q(size__gt=5), name="walk_largest"
    )
    walk.forwards(
        op.AddConstraint("Item", small),
        op.AddConstraint("Item", once),
        op.AddConstraint("Item", largest),
    )
    shelf = walk["Shelf"].get(name="right")
    for name, values in (
        ("walk_small", {"size": 10}),
        ("walk_once", {"title": "POT"}),
        ("walk_largest", {"size": 9}),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            walk["Item"].create(**{"shelf": shelf, "title": "new", **values})
    walk.forwards(
        op.RemoveConstraint("Item", "walk_small"),
        op.RemoveConstraint("Item", "walk_once"),
        op.RemoveConstraint("Item", "walk_largest"),
    )
    walk["Item"].create(shelf_id=shelf.pk, title="pot", size=99).delete()


def test_a_constraint_that_rows_break_is_not_added(walk: Walk) -> None:
    before = described(PREFIX)
    for constraint in (
        models.CheckConstraint(condition=Q(size__gt=5), name="walk_large"),
        models.UniqueConstraint(fields=["shelf"], name="walk_alone"),
    ):
        with pytest.raises(IntegrityError, match=constraint.name):
            walk.forwards(op.AddConstraint("Item", constraint))
    assert described(PREFIX) == before


def test_unique_together_comes_and_goes(walk: Walk) -> None:
    walk.there_and_back(op.AlterUniqueTogether("Item", {("shelf", "title")}))
    walk.forwards(
        op.AlterUniqueTogether("Item", {("shelf", "title"), ("title", "size")}),
        op.RenameField("Item", "title", "label"),
        alter("Item", "label", models.CharField(max_length=60)),
        op.AlterUniqueTogether("Item", {("shelf", "label")}),
    )
    with pytest.raises(IntegrityError, match="duplicate key"):
        walk["Item"].create(shelf=walk["Shelf"].get(name="left"), label="Cup")
    walk.forwards(op.AlterUniqueTogether("Item", set()))
    walk["Item"].create(shelf=walk["Shelf"].get(name="left"), label="Cup").delete()


def test_relations_change(walk: Walk) -> None:
    walk.there_and_back(
        alter("Item", "shelf", models.ForeignKey("Shelf", models.CASCADE, null=True)),
        alter("Item", "shelf", models.ForeignKey("Shelf", models.PROTECT, db_index=False)),
    )
    walk["Item"].filter(title="jug").delete()
    walk.forwards(
        alter("Item", "shelf", models.ForeignKey("Shelf", models.CASCADE, db_constraint=False)),
        alter("Item", "shelf", models.ForeignKey("Shelf", models.CASCADE)),
        alter("Item", "shelf", models.OneToOneField("Shelf", models.CASCADE)),
    )
    with pytest.raises(IntegrityError):
        walk["Item"].create(shelf=walk["Shelf"].get(name="left"), title="second")
    walk.forwards(alter("Item", "shelf", models.ForeignKey("Shelf", models.CASCADE)))
    walk["Item"].create(shelf=walk["Shelf"].get(name="left"), title="second").delete()


def test_many_to_many_come_and_go(walk: Walk) -> None:
    walk.forwards(op.AddField("Item", "others", models.ManyToManyField("Shelf", related_name="+")))
    item = walk["Item"].get(title="cup")
    item.others.add(*walk["Shelf"].all())
    assert item.others.count() == 2
    walk.forwards(op.RenameModel("Item", "Piece"))
    assert walk["Piece"].get(title="cup").others.count() == 2
    walk.forwards(op.RenameField("Piece", "others", "places"))
    assert walk["Piece"].get(title="cup").places.count() == 2


def test_keys_grow(walk: Walk) -> None:
    walk.forwards(
        op.CreateModel("Label", [("id", models.AutoField(primary_key=True))]),
        op.AddField("Item", "label", models.ForeignKey("Label", models.SET_NULL, null=True)),
    )
    label = walk["Label"].create()
    walk["Item"].filter(title="cup").update(label=label)
    walk.forwards(alter("Label", "id", models.BigAutoField(primary_key=True)))
    assert walk["Item"].get(title="cup").label_id == label.pk
    assert walk["Label"].create().pk == label.pk + 1
    walk.forwards(
        op.RemoveField("Item", "label"),
        op.CreateModel("Word", [("text", models.CharField(max_length=10, primary_key=True))]),
        alter("Word", "text", models.CharField(max_length=20, primary_key=True)),
        op.DeleteModel("Label"),
    )
    word = walk["Word"].create(text="x" * 20)
    assert walk["Word"].get(pk="X" * 20) == word
    word.delete()


def test_comments_come_and_go(walk: Walk) -> None:
    walk.forwards(
        op.CreateModel(
            "Note",
            [ID, ("text", models.TextField(db_comment="what's written"))],
            options={"db_table_comment": "notes"},
        ),
        alter("Note", "text", models.TextField(db_comment="all that is written")),
        op.AlterModelTableComment("Note", "more notes"),
    )
    with connection.cursor() as cursor:
        listed: list[Any] = connection.introspection.get_table_list(cursor)
        columns: list[Any] = connection.introspection.get_table_description(cursor, "walk_note")
    assert {t.name: t.comment for t in listed}["walk_note"] == "more notes"
    assert {c.name: c.comment for c in columns}["text"] == "all that is written"
    walk.forwards(alter("Note", "text", models.TextField()), op.DeleteModel("Note"))


def test_a_failed_operation_leaves_no_trace(walk: Walk) -> None:
    before = described(PREFIX)
    with pytest.raises(RuntimeError), connection.schema_editor(atomic=True) as editor:
        editor.execute("CREATE TABLE walk_trace (id int NOT NULL PRIMARY KEY)")
        editor.execute("ALTER TABLE walk_item ADD trace int NULL")
        editor.execute("DROP INDEX IF EXISTS walk_nothing ON walk_item")
        raise RuntimeError
    assert described(PREFIX) == before
