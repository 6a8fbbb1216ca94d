"""A walk of migration operations over tables with rows, there and back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps.registry import Apps
from django.db import connection, models
from django.db.migrations import operations as op
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from tests.test_standin.orm.cases.catalogue import described, tables

PREFIX = "walk_"
ID = ("id", models.BigAutoField(primary_key=True))
BEGINNING = [
    op.CreateModel(
        "Shelf",
        [
            ID,
            ("name", models.CharField(max_length=50)),
            ("code", models.IntegerField()),
            ("note", models.TextField(null=True)),
        ],
    ),
    op.CreateModel(
        "Item",
        [
            ID,
            ("shelf", models.ForeignKey("Shelf", models.CASCADE, related_name="items")),
            ("title", models.CharField(max_length=30)),
            ("size", models.IntegerField(null=True)),
        ],
    ),
]


class Walk:
    """Applies operations one at a time and remembers the way back."""

    def __init__(self) -> None:
        self._states = [ProjectState()]
        self._done: list[Operation] = []

    def forwards(self, *operations: Operation) -> None:
        for operation in operations:
            old = self._states[-1]
            new = old.clone()
            operation.state_forwards("walk", new)
            with connection.schema_editor(atomic=True) as editor:
                operation.database_forwards("walk", editor, old, new)
            self._states.append(new)
            self._done.append(operation)

    def backwards(self, steps: int) -> None:
        for _ in range(steps):
            new, operation = self._states.pop(), self._done.pop()
            with connection.schema_editor(atomic=True) as editor:
                operation.database_backwards("walk", editor, new, self._states[-1])

    def there_and_back(self, *operations: Operation) -> None:
        before = described(PREFIX)
        self.forwards(*operations)
        self.backwards(len(operations))
        assert described(PREFIX) == before

    def all_the_way_back(self) -> None:
        self.backwards(len(self._done))

    def __getitem__(self, model: str) -> Any:
        apps: Apps = self._states[-1].apps
        return apps.get_model("walk", model)._default_manager


@contextmanager
def walked() -> Iterator[Walk]:
    """A walk that has begun, with rows; at the end it is gone back, and nothing is left."""
    walking = Walk()
    walking.forwards(*BEGINNING)
    shelf = walking["Shelf"].create(name="left", code=1)
    other = walking["Shelf"].create(name="right", code=2, note="a note")
    walking["Item"].create(shelf=shelf, title="cup", size=3)
    walking["Item"].create(shelf=shelf, title="jug")
    walking["Item"].create(shelf=other, title="pot", size=7)
    try:
        yield walking
        walking.all_the_way_back()
        assert tables(PREFIX) == []
    finally:
        drop_tables()


def drop_tables() -> None:
    """Whatever a failed walk left, so that the next one has a chance."""
    left = tables(PREFIX)
    with connection.cursor() as cursor:
        for table in left:
            for name, constraint in connection.introspection.get_constraints(cursor, table).items():
                if constraint["foreign_key"]:
                    cursor.execute(f"ALTER TABLE [{table}] DROP CONSTRAINT [{name}]")
        for table in left:
            cursor.execute(f"DROP TABLE [{table}]")


def alter(model: str, name: str, field: models.Field[Any, Any]) -> op.AlterField:
    return op.AlterField(model, name, field)
