"""Foreign keys: judged when the statement is through, with SQL Server's words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.standin.catalog.model import Column, ForeignKey, Table
from tests.standin.engine import StatementFailed
from tests.standin.sqltypes.sql_type import INT, nvarchar
from tests.test_standin.modifications.sandbox import Sandbox, default, key, shop


def family(**options: object) -> Sandbox:
    """Parents 1 to 3 (with a name each), children 1 and 2 of parent 1, 3 of nobody."""
    parent = Table(
        1,
        "dbo",
        "parent",
        (Column(1, "id", INT, False), Column(2, "name", nvarchar(9))),
        indexes=(key("pk_parent", "id"),),
    )
    reference = replace(ForeignKey(2, "fk", ("parent_id",), 1, ("id",)), **options)  # type: ignore[arg-type]
    child = Table(
        3,
        "dbo",
        "child",
        (Column(1, "id", INT, False), Column(2, "parent_id", INT, default=default("((2))"))),
        indexes=(key("pk_child", "id"),),
        foreign_keys=(reference,),
    )
    grandchild = Table(
        4,
        "dbo",
        "grandchild",
        (Column(1, "child_id", INT),),
        foreign_keys=(ForeignKey(5, "fk_child", ("child_id",), 3, ("id",), on_delete="CASCADE"),),
    )
    box = Sandbox(parent, child, grandchild)
    box.change("INSERT INTO parent VALUES (1, 'a'), (2, 'b'), (3, 'c')")
    box.change("INSERT INTO child VALUES (1, 1), (2, 1), (3, NULL)")
    box.change("INSERT INTO grandchild VALUES (1), (1), (3)")
    return box


CHILDREN = 'SELECT "id", "parent_id" FROM "dbo.child" ORDER BY "id"'


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        (
            "INSERT INTO child VALUES (4, 9)",
            'The INSERT statement conflicted with the FOREIGN KEY constraint "fk". The conflict'
            ' occurred in database "app", table "dbo.parent", column \'id\'.',
        ),
        (
            "UPDATE child SET parent_id = 9 WHERE id = 3",
            'The UPDATE statement conflicted with the FOREIGN KEY constraint "fk". The conflict'
            ' occurred in database "app", table "dbo.parent", column \'id\'.',
        ),
        (
            "DELETE FROM parent WHERE id = 1",
            'The DELETE statement conflicted with the REFERENCE constraint "fk". The conflict'
            ' occurred in database "app", table "dbo.child", column \'parent_id\'.',
        ),
        (
            "UPDATE parent SET id = 9 WHERE id = 1",
            'The UPDATE statement conflicted with the REFERENCE constraint "fk". The conflict'
            ' occurred in database "app", table "dbo.child", column \'parent_id\'.',
        ),
    ],
)
def test_conflict__is_547_with_the_other_tables_name(sql: str, message: str) -> None:
    failure = family().fails(sql)
    assert (failure.number, failure.severity, failure.state) == (547, 16, 0)
    assert failure.message == message


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO child VALUES (4, NULL)",
        "INSERT INTO child VALUES (4, 3)",
        "UPDATE child SET parent_id = NULL",
        "UPDATE child SET parent_id = 2",
        "DELETE FROM parent WHERE id > 1",
        "UPDATE parent SET name = 'x'",
        "UPDATE parent SET id = id",
        "UPDATE parent SET id = 4 - id WHERE id IN (1, 3)",
        "UPDATE parent SET id = 9 WHERE id = 2",
    ],
)
def test_no_conflict(sql: str) -> None:
    family().change(sql)


def test_disabled__is_not_looked_at() -> None:
    box = family(disabled=True)
    box.change("INSERT INTO child VALUES (4, 99)")
    box.change("DELETE FROM parent")


def test_what_was_broken_before__is_not_this_statements_fault() -> None:
    box = family()
    box.connection.execute('INSERT INTO "dbo.child" VALUES (8, 99)')
    box.change("INSERT INTO child VALUES (4, 3)")
    box.change("DELETE FROM parent WHERE id = 2")


def test_cascade__deletes_down_the_line() -> None:
    box = family(on_delete="CASCADE")
    result = box.change("DELETE FROM parent WHERE id = 1")
    assert result.row_count == 1
    assert box.rows(CHILDREN) == [(3, None)]
    assert box.rows('SELECT * FROM "dbo.grandchild"') == [(3,)]


@pytest.mark.parametrize(("action", "value"), [("SET NULL", None), ("SET DEFAULT", 2)])
def test_set__gives_children_another_value(action: str, value: object) -> None:
    box = family(on_delete=action, on_update=action)
    box.change("UPDATE parent SET id = 7 WHERE id = 1")
    assert box.rows(CHILDREN) == [(1, value), (2, value), (3, None)]


def test_set_default__wants_a_parent_too() -> None:
    box = family(on_delete="SET DEFAULT")
    box.change("DELETE FROM parent WHERE id = 2")
    failure = box.fails("DELETE FROM parent WHERE id = 1")
    assert failure.message.startswith("The DELETE statement conflicted with the FOREIGN KEY")


def test_cascade__follows_keys_that_change_places() -> None:
    box = family(on_update="CASCADE")
    box.change("UPDATE child SET parent_id = 3 WHERE id = 2")
    box.change("UPDATE parent SET id = 4 - id WHERE id IN (1, 3)")
    assert box.rows(CHILDREN) == [(1, 3), (2, 1), (3, None)]
    assert box.rows('SELECT "name" FROM "dbo.parent" ORDER BY "id"') == [("c",), ("b",), ("a",)]


@pytest.fixture
def tree() -> Iterator[Sandbox]:
    """A table that needs itself: 2 and 3 are under 1."""
    table = Table(
        1,
        "dbo",
        "node",
        (Column(1, "id", INT, False), Column(2, "up", INT)),
        indexes=(key("pk", "id"),),
        foreign_keys=(ForeignKey(2, "fk_up", ("up",), 1, ("id",)),),
    )
    box = Sandbox(table)
    box.change("INSERT INTO node VALUES (2, 1), (1, NULL), (3, 1), (4, 4)")
    yield box
    box.close()


def test_same_table__rows_may_need_each_other_within_a_statement(tree: Sandbox) -> None:
    tree.change("DELETE FROM node WHERE id IN (1, 2, 3)")
    tree.change("DELETE FROM node")


def test_same_table__has_its_own_words(tree: Sandbox) -> None:
    assert tree.fails("INSERT INTO node VALUES (5, 6)").message == (
        'The INSERT statement conflicted with the FOREIGN KEY SAME TABLE constraint "fk_up".'
        ' The conflict occurred in database "app", table "dbo.node", column \'id\'.'
    )
    assert tree.fails("DELETE FROM node WHERE id < 3").message == (
        'The DELETE statement conflicted with the SAME TABLE REFERENCE constraint "fk_up".'
        ' The conflict occurred in database "app", table "dbo.node", column \'up\'.'
    )


def test_several_columns__count_only_when_none_is_null_and_are_not_named() -> None:
    pair = (Column(1, "a", INT), Column(2, "b", nvarchar(5)))
    box = Sandbox(
        Table(1, "dbo", "p", pair, indexes=(key("pk", "a", "b"),)),
        Table(2, "dbo", "c", pair, foreign_keys=(ForeignKey(3, "fk", ("b", "a"), 1, ("b", "a")),)),
    )
    box.change("INSERT INTO p VALUES (1, 'x'), (2, 'y')")
    box.change("INSERT INTO c VALUES (1, 'X'), (9, NULL), (NULL, 'z')")
    assert box.fails("INSERT INTO c VALUES (1, 'y')").message.endswith(
        'The conflict occurred in database "app", table "dbo.p".'
    )
    box.change("UPDATE p SET b = 'X ' WHERE a = 1")
    assert box.fails("UPDATE p SET b = 'w' WHERE a = 1").number == 547


def test_many_rows__are_looked_up_in_pieces() -> None:
    product, line = shop()
    box = Sandbox(product, line)
    names = ", ".join(f"('p{n}')" for n in range(900))
    box.change(f"INSERT INTO product (name) VALUES {names}")
    box.change("INSERT INTO line (product_id) SELECT id FROM product")
    failure = box.fails("INSERT INTO line (product_id) SELECT id + 1 FROM product")
    assert failure.number == 547
    assert box.fails("DELETE FROM product").number == 547
    box.change("DELETE FROM line")
    assert box.change("DELETE FROM product").row_count == 900


KEYS = st.integers(1, 3)
VALUES = st.none() | st.integers(1, 4)
STATEMENTS = st.one_of(
    st.builds("INSERT INTO node VALUES ({}, {})".format, KEYS, VALUES.map(lambda v: v or "NULL")),
    st.builds(
        "UPDATE node SET up = {} WHERE id <= {}".format, VALUES.map(lambda v: v or "NULL"), KEYS
    ),
    st.builds("UPDATE node SET id = {} - id WHERE id <> {}".format, st.integers(3, 6), KEYS),
    st.builds("DELETE FROM node WHERE id > {} OR up = {}".format, KEYS, KEYS),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(STATEMENTS, max_size=8))
def test_same_table__agrees_with_sqlites_own_keys_checked_at_commit(statements: list[str]) -> None:
    """Deferred foreign keys of SQLite, committed after each statement, mean the same."""
    columns = (Column(1, "id", INT, False), Column(2, "up", INT))
    keys = (ForeignKey(2, "fk_up", ("up",), 1, ("id",)),)
    box = Sandbox(Table(1, "dbo", "node", columns, (key("pk", "id"),), keys))
    model = sqlite3.connect(":memory:", isolation_level=None)
    model.execute("PRAGMA foreign_keys = ON")
    model.execute(
        "CREATE TABLE node (id INT PRIMARY KEY,"
        " up INT REFERENCES node (id) DEFERRABLE INITIALLY DEFERRED)"
    )
    for statement in statements:
        assert _works(box, statement) == _works_in_sqlite(model, statement), statement
        expected = model.execute("SELECT * FROM node ORDER BY id").fetchall()
        assert box.rows('SELECT * FROM "dbo.node" ORDER BY "id"') == expected
    model.close()
    box.close()


def _works(box: Sandbox, statement: str) -> bool:
    try:
        box.change(statement)
    except StatementFailed as error:
        assert error.failure.number in (547, 2627), error
        return False
    return True


def _works_in_sqlite(model: sqlite3.Connection, statement: str) -> bool:
    """SQLite looks at unique keys row by row; moving them away first makes it look at the end."""
    model.execute("BEGIN")
    try:
        if statement.startswith("UPDATE node SET id"):
            moved = statement.replace("SET id = ", "SET id = 100 + ")
            model.execute(moved)
            model.execute("UPDATE node SET id = id - 100 WHERE id > 50")
        else:
            model.execute(statement)
        model.execute("COMMIT")
    except sqlite3.IntegrityError:
        model.execute("ROLLBACK")
        return False
    return True
